"""Experiment: what an experiment file says, checked and expanded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.case import departures, short_digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.experiment.study import Study


VERDICTS = (
    "failed",
    "unsupported",
    "not_cached",
    "silent_miss",
    "partial",
    "wrong",
    "stale",
    "not_comparable",
    "hit",
)
"""Every verdict of a warm start, worst news first: what an expectation may name."""


@dataclass(frozen=True)
class Sampling:
    """How often each case is started and when to stop.

    Attributes:
        min_rounds: rounds that are measured where the time budget has room for them; equal to
            `max_rounds` for a fixed number.
        max_rounds: rounds that are never exceeded.
        precision: wanted half-width of the speedup's 95 % interval, as a fraction (0.05 is
            5 %), or None for a fixed number of rounds.
        time_budget_s: seconds for references and rounds, or None for as many as it takes.
        warm_starts: warm starts after each cold one.
        timeout_s: seconds after which a start is killed.
        seed: what the order of starts, the models' inputs and nothing else depend on.
    """

    min_rounds: int = 7
    max_rounds: int = 7
    precision: float | None = None
    time_budget_s: float | None = None
    warm_starts: int = 1
    timeout_s: float = 120.0
    seed: int = 1


@dataclass(frozen=True)
class WorkerOptions:
    """What a start is measured with, on purpose unlike a quiet worker.

    Attributes:
        telemetry: leave OpenVINO's telemetry on (it slows a start down).
        env: environment variables added to the worker's.
    """

    telemetry: bool = False
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Expectation:
    """A known finding: met, it does not fail a gate; no longer true, it is news.

    Attributes:
        pattern: axis to value; a case matches when all of them are equal.
        verdict: the verdict that is expected of a matching case's warm starts.
        note: why, in the user's words.
        until: an ISO date after which the expectation no longer excuses, or None.
    """

    pattern: Mapping[str, Any]
    verdict: str
    note: str = ""
    until: str | None = None


@dataclass(frozen=True)
class Experiment:
    """One experiment file, read and expanded.

    Attributes:
        name: a short name, used for directories.
        source: the file.
        question: the comment at the top of the file, without its signs.
        cases: every case after include and exclude, in the order of the file, no case twice.
        sampling: how often and how long.
        worker: how a start differs from a quiet one.
        cache_root: directory for the caches of the starts, or None for the user's cache directory.
        compare_along: the axis whose values share blocks, or None.
        expect: known findings.
        inputs: model name to (input name to shape and dtype), where the experiment gives them.
        model_paths: model name to the absolute path of its file, for models that are local files.
        study: what is done between two starts, or None when starts are measured as they are.
    """

    name: str
    source: Path
    cases: tuple[Case, ...]
    sampling: Sampling = field(default_factory=Sampling)
    question: str = ""
    worker: WorkerOptions = field(default_factory=WorkerOptions)
    cache_root: Path | None = None
    compare_along: str | None = None
    expect: tuple[Expectation, ...] = ()
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    model_paths: Mapping[str, Path] = field(default_factory=dict)
    study: Study | None = None

    @property
    def inputs_by_content(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return `inputs` without the places of files: what they hold counts."""
        return {
            model: {name: _by_content(given) for name, given in spec.items()}
            for model, spec in self.inputs.items()
        }

    @property
    def digest(self) -> str:
        """Identify what is planned: cases, sampling, worker, place of the caches.

        Comments and names of files are no part of it.
        """
        return short_digest(
            {
                "cases": [departures(case.axes()) for case in self.cases],
                "sampling": vars(self.sampling),
                "worker": {"telemetry": self.worker.telemetry, "env": dict(self.worker.env)},
                "compare_along": self.compare_along,
                "inputs": self.inputs_by_content,
                **({"study": vars(self.study)} if self.study else {}),
                **({"cache_root": str(self.cache_root)} if self.cache_root else {}),
            }
        )


def _by_content(given: Mapping[str, Any]) -> dict[str, Any]:
    values = given.get("values")
    held = {"values": {"sha256": values["sha256"]}} if isinstance(values, dict) else {}
    return {**given, **held}
