"""Where a run comes from and how to make it again."""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from coldwarm import __version__
from coldwarm.quantities import counted
from coldwarm.report.evidence import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.report.evidence import Evidence


def provenance(evidence: Evidence) -> list[tuple[str, str]]:
    """Return label and value of everything that a run can be traced by."""
    header = evidence.run.header
    frame = evidence.frame
    rounds = int(frame["round"].max()) + 1
    versions = sorted(frame["openvino_version"].dropna().unique())
    rows = [
        ("run", evidence.run_id),
        ("question", text(header, "experiment", "question")),
        ("experiment", PurePath(text(header, "experiment", "source")).name),
        ("begun", text(header, "created_at")),
        ("ended", ended(evidence)),
        ("starts", f"{counted(len(frame), 'start')} in {counted(rounds, 'round')}"),
        ("seed", text(header, "experiment", "sampling", "seed")),
        ("sampling", _pairs(header, "experiment", "sampling")),
        ("changed on the command line", _pairs(header, "experiment", "overrides")),
        ("OpenVINO", ", ".join(versions)),
        ("Python", text(header, "python_version")),
        ("coldwarm", text(header, "coldwarm_version")),
        ("report by coldwarm", __version__),
        ("memory read by", ", ".join(sorted(frame["memory_method"].dropna().unique()))),
        ("telemetry", _flag(frame["telemetry"], "on", "off")),
        ("bytecode", _flag(frame["bytecode"], "compiled beforehand", "not compiled")),
        ("git commit of the experiment", text(header, "git_commit", default="not in git")),
        ("command", text(header, "command")),
        ("to reproduce", reproduce(evidence)),
        ("schema of the samples", text(header, "schema")),
        ("digests of the plan", _pairs(header, "plan")),
    ]
    return [(label, value) for label, value in rows if value]


def ended(evidence: Evidence) -> str:
    """Return when and how the run ended, or that it did not."""
    header = evidence.run.header
    how = text(header, "ended", "how")
    return f"{how}, {text(header, 'ended', 'at')}" if how else "not yet: the run is incomplete"


def reproduce(evidence: Evidence) -> str:
    """Return the command that measures the same again: same file, same order, same filters."""
    header = evidence.run.header
    words = ["coldwarm", "run", text(header, "experiment", "source", default="EXPERIMENT.yaml")]
    overrides = header.get("experiment")
    overrides = overrides.get("overrides") if isinstance(overrides, dict) else None
    overrides = overrides if isinstance(overrides, dict) else {}
    only = overrides.get("only")
    for each in only if isinstance(only, list) else []:
        words += ["--only", str(each)]
    if overrides.get("rounds") is not None:
        words += ["--rounds", str(overrides["rounds"])]
    seed = text(header, "experiment", "sampling", "seed")
    if seed:
        words += ["--seed", seed]
    return shlex.join(words)


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


def _flag(values: Any, yes: str, no: str) -> str:  # noqa: ANN401 - a series of nullable booleans
    known = set(values.dropna().unique())
    return " and ".join(word for flag, word in ((True, yes), (False, no)) if flag in known)
