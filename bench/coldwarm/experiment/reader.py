"""Reads an experiment file: every mistake in it is reported at once, with its place."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from coldwarm.errors import ConfigError
from coldwarm.experiment import text_file
from coldwarm.experiment.axes import LLM
from coldwarm.experiment.base_runtime import with_base
from coldwarm.experiment.checks import ALL_DEVICES
from coldwarm.experiment.complaints import complaints
from coldwarm.experiment.consistency import inconsistencies
from coldwarm.experiment.filters import only_cases
from coldwarm.experiment.matrix import expand
from coldwarm.experiment.paths import Surroundings
from coldwarm.experiment.problems import format_problems
from coldwarm.experiment.schema import ExperimentFile
from coldwarm.experiment.spec import Expectation, Experiment, WorkerOptions
from coldwarm.experiment.valid_parts import SoundParts
from coldwarm.experiment.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.experiment.case_entries import ExpectedFinding
    from coldwarm.experiment.paths import LocatedModel
    from coldwarm.experiment.spec import Sampling
    from coldwarm.experiment.study import Study


def read_experiment(
    path: Path,
    *,
    known_models: Sequence[str],
    only: Sequence[str] = (),
    rounds: int | None = None,
    seed: int | None = None,
    base_runtime: str | None = None,
    devices: Callable[[], Sequence[str]] | None = None,
) -> Experiment:
    """Read, check and expand an experiment file.

    Args:
        path: the file; messages show it as it is given here.
        known_models: names of the models that need no path.
        only: filters such as ``model=resnet50``; those of one axis mean any of their values.
        rounds: measure exactly so many, whatever the file says of rounds and time.
        seed: instead of the file's.
        base_runtime: a runtime that every case is started with too, in turns with its own, to be
            compared along the axis ``runtime``, whatever the file compares.
        devices: names the devices of this host; called only for ``device: all``.

    Raises:
        ConfigError: the text lists every mistake, each with its line and a caret.
    """
    text = text_file.read(path)
    entry = _validated(path, text, Surroundings(path.absolute().parent, known_models))
    cases = only_cases(_of_kind(entry.kind, _cases(path, entry, devices)), only)
    along = entry.compare.along if entry.compare else None
    if base_runtime is not None:
        if entry.study:
            msg = "--base-runtime: a study compares nothing, add a value to its axis runtime"
            raise ConfigError(msg)
        cases, along = with_base(cases, base_runtime), "runtime"
    named = {case.model for case in cases}
    models = [model for model in _models(entry) if model.name in named]
    return Experiment(
        name=entry.name,
        source=path,
        question=text_file.leading_comment(text),
        cases=cases,
        sampling=_overridden(entry.sampling.sampling(), rounds, seed),
        worker=WorkerOptions(entry.worker.telemetry, dict(entry.worker.env)),
        cache_root=entry.cache_root,
        compare_along=along,
        expect=tuple(itertools.chain.from_iterable(map(_expectations, entry.expect))),
        inputs={model.name: model.inputs for model in models if model.inputs},
        model_paths={model.name: model.path for model in models if model.path is not None},
        study=_study(entry, rounds),
    )


def _validated(path: Path, text: str, here: Surroundings) -> ExperimentFile:
    document = read_yaml(text)
    problems = list(document.problems)
    entry = None
    if document.root is not None:
        try:
            entry = ExperimentFile.model_validate(document.data, context=here)
        except ValidationError as err:
            problems += complaints(err, document)
    elif not problems:
        msg = f"{path}: the file is empty: an experiment has at least a name and a matrix"
        raise ConfigError(msg)
    if isinstance(document.data, dict):
        sound = SoundParts(document.data, {problem.loc for problem in problems}, here)
        problems += inconsistencies(document, sound)
    if problems or entry is None:
        raise ConfigError(format_problems(path, text, problems))
    return entry


def _models(entry: ExperimentFile) -> Iterator[LocatedModel]:
    yield from entry.matrix.values("model") if entry.matrix else ()
    for included in entry.include:
        yield included.model


def _cases(
    path: Path, entry: ExperimentFile, devices: Callable[[], Sequence[str]] | None
) -> tuple[Case, ...]:
    included = [case.case() for case in entry.include]
    if entry.matrix is None:
        return expand({"model": ()}, include=included)
    axes = entry.matrix.axes()
    if ALL_DEVICES in axes["device"]:
        here = devices() if devices is not None else ()
        axes["device"] = tuple(
            itertools.chain.from_iterable(
                here if device == ALL_DEVICES else (device,) for device in axes["device"]
            )
        )
    cases = expand(axes, exclude=[rule.pattern() for rule in entry.exclude], include=included)
    if not cases:
        msg = f"{path}: no case is left for the devices of this host: {', '.join(axes['device'])}"
        raise ConfigError(msg)
    return cases


def _of_kind(kind: str, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple(replace(case, api=LLM) for case in cases) if kind == LLM else cases


def _overridden(sampling: Sampling, rounds: int | None, seed: int | None) -> Sampling:
    if rounds is not None:
        if rounds < 1:
            msg = f"--rounds {rounds}: at least one round is measured"
            raise ConfigError(msg)
        sampling = replace(
            sampling, min_rounds=rounds, max_rounds=rounds, precision=None, time_budget_s=None
        )
    if seed is not None:
        if seed < 0:
            msg = f"--seed {seed}: a seed is zero or more"
            raise ConfigError(msg)
        sampling = replace(sampling, seed=seed)
    return sampling


def _study(entry: ExperimentFile, rounds: int | None) -> Study | None:
    """Return the study; ``--rounds`` counts its tries."""
    study = entry.study.study() if entry.study else None
    return replace(study, tries=rounds) if study and rounds else study


def _expectations(entry: ExpectedFinding) -> Iterator[Expectation]:
    """Yield one expectation for each combination of the values that the entry lists."""
    pattern = entry.pattern()
    for values in itertools.product(*pattern.values()):
        yield Expectation(
            pattern=dict(zip(pattern, values, strict=True)),
            verdict=entry.verdict,
            note=entry.note,
            until=entry.until,
        )
