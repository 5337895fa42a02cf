"""Where a run comes from and how to make it again."""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from coldwarm import __version__
from coldwarm.analysis import asked
from coldwarm.conditions import conditions_of, variable
from coldwarm.report.evidence import text
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.report.evidence import Evidence
    from coldwarm.run.store import Run


COMPLETE = "complete"
"""How a run ended that made every start of its plan."""


def provenance(evidence: Evidence) -> list[tuple[str, str]]:
    """Return label and value of everything that a run can be traced by."""
    frame = evidence.frame
    rounds, sittings = (int(frame[name].max()) + 1 for name in ("round", "sitting"))
    made = f"{counted(len(frame), 'start')} in {counted(rounds, 'round')}"
    versions = sorted(frame["openvino_version"].dropna().unique())
    return traced(
        evidence.run,
        ("starts", made if sittings == 1 else f"{made}, {sittings} sittings"),
        ("OpenVINO", ", ".join(versions)),
        *_asked(evidence.run),
        ("memory read by", ", ".join(sorted(frame["memory_method"].dropna().unique()))),
    )


def _asked(run: Run) -> Iterator[tuple[str, str]]:
    for model, shapes in asked.shapes_compared(run).items():
        yield f"answers of {model} compared at", shapes
    for model, names in asked.zero_inputs(run).items():
        yield f"inputs of {model}", asked.zero_words(names)


def traced(run: Run, *measured: tuple[str, str]) -> list[tuple[str, str]]:
    """Return label and value of what a run's header says, and of what was measured in it."""
    header = run.header
    rows = [
        ("run", text(header, "run_id")),
        ("question", text(header, "experiment", "question")),
        ("experiment", PurePath(text(header, "experiment", "source")).name),
        ("begun", text(header, "created_at")),
        ("ended", ended(header)),
        *measured,
        *conditions_of(header, run.records).rows(),
        ("sampling", _pairs(header, "experiment", "sampling")),
        ("changed on the command line", _pairs(header, "experiment", "overrides")),
        *_runtimes(header),
        ("Python of coldwarm", text(header, "python_version")),
        ("report by coldwarm", __version__),
        ("git commit of the experiment", text(header, "git_commit", default="not in git")),
        ("command", text(header, "command")),
        ("to reproduce", reproduce(header)),
        ("schema of the samples", text(header, "schema")),
        ("digests of the plan", _pairs(header, "plan")),
    ]
    return [(label, value) for label, value in rows if value]


def ended(header: dict[str, Any]) -> str:
    """Return when and how the run ended, or that it did not."""
    how = text(header, "ended", "how")
    return f"{how}, {text(header, 'ended', 'at')}" if how else "not yet: the run is incomplete"


def to_continue(header: dict[str, Any]) -> str:
    """Return the command that makes the starts a run still lacks; empty where it is complete."""
    if text(header, "ended", "how") == COMPLETE:
        return ""
    return shlex.join(["coldwarm", _subcommand(header), "--resume", "RUN"])


def reproduce(header: dict[str, Any]) -> str:
    """Return the command that measures the same again: same file, same order, same filters."""
    source = text(header, "experiment", "source", default="EXPERIMENT.yaml")
    words = ["coldwarm", _subcommand(header), source]
    overrides = header.get("experiment")
    overrides = overrides.get("overrides") if isinstance(overrides, dict) else None
    overrides = overrides if isinstance(overrides, dict) else {}
    only = overrides.get("only")
    for each in only if isinstance(only, list) else []:
        words += ["--only", str(each)]
    for name in ("rounds", "base_runtime"):
        if overrides.get(name) is not None:
            words += [f"--{name.replace('_', '-')}", str(overrides[name])]
    seed = text(header, "experiment", "sampling", "seed")
    if seed:
        words += ["--seed", seed]
    return shlex.join(words)


def _subcommand(header: dict[str, Any]) -> str:
    """Return what of coldwarm made a run: ``noise`` plans every case twice."""
    return "noise" if text(header, "command").split()[1:2] == ["noise"] else "run"


def _runtimes(header: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the variables with which the OpenVINO of a runtime was started."""
    found = header.get("runtimes")
    for each in found if isinstance(found, list) else []:
        env = each.get("env") if isinstance(each, dict) else None
        for name, value in env.items() if isinstance(env, dict) else ():
            yield f"variable of {text(each, 'value')}", f"{name} {variable(name, str(value))}"


def models(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    """Yield each model file with its model and digest."""
    found = evidence.run.header.get("models")
    for name, entry in found.items() if isinstance(found, dict) else ():
        digests = entry.get("digests") if isinstance(entry, dict) else None
        for file, digest in digests.items() if isinstance(digests, dict) else ():
            yield str(name), str(file), str(digest)


def _pairs(header: dict[str, Any], *keys: str) -> str:
    value: Any = header
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        return ""
    return ", ".join(f"{key} {each}" for key, each in value.items() if each not in (None, [], {}))
