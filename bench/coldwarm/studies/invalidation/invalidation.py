"""The study: a cold start, one change, a warm start; does it hit, and is the answer right?"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.errors import ModelError
from coldwarm.models.catalog import PRECISIONS
from coldwarm.models.model_files import find_files
from coldwarm.studies.attempt_runner import copy_model
from coldwarm.studies.invalidation import judge, reproductions
from coldwarm.studies.invalidation.changes import CHANGES
from coldwarm.studies.invalidation.pair import pair_of
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.models import ModelFiles
    from coldwarm.run.attempt import Trace
    from coldwarm.run.sample import Sample
    from coldwarm.studies.attempt_runner import Bench
    from coldwarm.studies.invalidation.pair import Pair
    from coldwarm.studies.study import Judgement, Script, Trial, Word

KEY_BYTES = 32
MODEL = "model"


class Invalidation:
    """Changes one thing between the cold and the warm start."""

    kind = "invalidation"
    title = "What invalidates the cache?"
    words: Mapping[str, Word] = judge.WORDS

    def describe(self, change: str) -> str:
        """Return what a change does, as the heading of its row."""
        return CHANGES[change].title

    def explain(self, change: str) -> str:
        """Return what exactly is done, and what should come of it."""
        about = CHANGES[change]
        should = {
            "hit": "Should hit",
            "miss": "Should miss",
            "either": "May hit or miss",
            "refuse": "May hit, or refuse",
        }
        return f"{about.detail} {should[about.expected]}: {about.why}."

    def starts(self, change: str) -> int:  # noqa: ARG002 (other studies differ by change)
        """Return how many starts one try takes: cold, warm, and often two for reference."""
        return 3

    def turns(self, change: str) -> int:
        """Return how many times as long as one start a try takes."""
        return self.starts(change)

    def carry_out(self, bench: Bench, trial: Trial) -> Trace:
        """Make one try with a private copy of the model."""
        try:
            pair = pair_of(trial.change, trial.case, bench.runtimes)
            with bench.chain() as chain:
                return _try(bench, trial, pair, chain)
        except (NotTriedError, ModelError) as err:
            return bench.trace(trial, skipped=str(err))

    def judge(self, traces: Sequence[Trace]) -> list[Judgement]:
        """Return what came of each try."""
        return judge.judge(traces)

    def reproduce(self, trace: Trace, surprise: str, reason: str) -> Script:
        """Return a program that shows a surprise."""
        return reproductions.reproduce(trace, surprise, reason)


def _try(bench: Bench, trial: Trial, pair: Pair, chain: ChainDir) -> Trace:
    files = bench.copy_model(pair.cold, chain.path / MODEL)
    then = bench.answers.of(pair.cold, files)
    key, other = secrets.token_hex(KEY_BYTES), secrets.token_hex(KEY_BYTES)
    starts: list[Sample] = []
    for case in filter(None, (pair.cold, pair.also)):
        if not starts or starts[-1].is_ok:
            position = len(starts)
            cold = bench.take(trial, case, "cold", chain, files=files, key=key, position=position)
            starts.append(cold)
    facts: dict[str, Any] = {"env": dict(pair.env)} if pair.env else {}
    job_fields = dict(pair.job_fields)
    if trial.change == "precision":
        files = _in_other_precision(bench, trial.case, files)
    with _or_not_tried():
        if pair.edit is not None:
            files = files_at(files, pair.edit(files.folder, files.path))
        if pair.edit_cache is not None and all(start.is_ok for start in starts):
            facts["placed"] = pair.edit_cache(chain.cache)
        if pair.after_load is not None:
            job_fields["after_load"] = pair.after_load(files.folder, files.path)
    later = bench.launching(pair.env, job_fields)
    now = later.answers.of(pair.warm, files)
    if all(start.is_ok for start in starts):
        warm_key = key if pair.same_key else other
        warm = later.take(
            trial,
            pair.warm,
            "warm",
            chain,
            files=files,
            key=warm_key,
            position=len(starts),
            right=now,
        )
        starts.append(warm)
    return bench.trace(trial, starts, answers={"then": then, "now": now}, facts=facts)


@contextmanager
def _or_not_tried() -> Iterator[None]:
    """Turn the error of an edit into what the record says of it."""
    try:
        yield
    except ValueError as err:
        raise NotTriedError(str(err)) from err


def files_at(files: ModelFiles, path: Path) -> ModelFiles:
    """Return the files of the same model, found where its main file is now."""
    return replace(find_files(files.name, path), inputs=files.inputs)


def _in_other_precision(bench: Bench, case: Case, files: ModelFiles) -> ModelFiles:
    """Put the same model in another precision into the place of the copy."""
    name, _, precision = case.model.partition(":")
    built_in = {model.base for model in models.all_models() if model.is_built_in}
    if name not in built_in or case.model in bench.experiment.model_paths:
        msg = "only built-in models are known in another precision"
        raise NotTriedError(msg)
    other = next(each for each in ("f16", "f32") if each != (precision or PRECISIONS[0]))
    found = models.resolve(f"{name}:{other}", {}, progress=bench.tell)
    copy = copy_model(found, files.folder.with_name("other-precision"))
    for old, new in zip(files.files, copy.files, strict=True):
        new.replace(old)
    return files
