"""Each case and kind of start as a benchmark of its own: what other tools have a row for.

An uncached start serves several cases; each of them shows it beside its own cold and warm starts.
A warm start counts only where the hit is proven, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.cases import summarise
from coldwarm.analysis.verdict import DROPPED, made
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import KINDS
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary

NS_PER_MS = 1e6
NS_PER_S = 1e9

NOT_MEASURED = "not_measured"

NEEDED = [
    "run_id",
    "case_id",
    "baseline_id",
    "kind",
    "status",
    "load_ms",
    "verdict",
    "verdict_reason",
    "remedy",
]
"""Columns that are looked at here; taking rows of all of them costs ten times as much."""

FACTS = (
    "run_id",
    "case_id",
    "rounds",
    "verdict",
    "verdicts",
    "reason",
    "remedy",
    "speedup",
    "speedup_low",
    "speedup_high",
    "speedup_basis",
    "cold_tax_ms",
    "break_even",
    "blob_bytes",
    "model_bytes",
    "encrypted_share",
)
"""What goes along with the times of every kind, besides the axes; names of `CaseSummary.flat`."""


@dataclass(frozen=True)
class Timing:
    """The load times of one case and kind, and what they are worth.

    Attributes:
        summary: of the case.
        kind: ``uncached``, ``cold`` or ``warm``.
        load_s: load times in seconds, in the order in which they were measured; of warm starts
            those of proven hits.
        verdict: the worst verdict of these starts; empty when nothing is to be said against
            them, ``dropped`` when there was no time for any, ``not_measured`` when there were
            none for another reason.
        started: how many of these starts there were.
        failed: how many of them failed.
        reason: why the verdict is what it is.
        remedy: what can be done about it.
    """

    summary: CaseSummary
    kind: str
    load_s: tuple[float, ...]
    verdict: str = ""
    reason: str = ""
    remedy: str = ""
    started: int = 0
    failed: int = 0

    @property
    def is_benchmark(self) -> bool:
        """Return whether there is a time to be compared with that of other days.

        Not where starts failed: the median of the survivors looks like any other, and no tool
        that draws it has a place for what is missing.
        """
        return bool(self.load_s) and not self.failed

    @property
    def name(self) -> str:
        """Return case and kind, such as ``resnet50 / CPU / path[warm]``."""
        return timing_name(self.summary.name, self.kind)

    def facts(self) -> dict[str, Any]:
        """Return what else is known, as plain values; what was not measured is left out."""
        flat = self.summary.flat()
        facts: dict[str, Any] = {"kind": self.kind, **self.summary.axes}
        facts |= {"starts": self.started, "failed_starts": self.failed}
        facts["failures"] = self.summary.failed_words
        facts |= {name: flat[name] for name in FACTS}
        facts["peak_load_bytes"] = flat[f"{self.kind}_peak_load_bytes"]
        facts["first_inference_ms"] = flat[f"{self.kind}_first_inference_ms"]
        return {name: value for name, value in facts.items() if value not in (None, "")}


def timing_name(case: str, kind: str) -> str:
    """Return the name of a case's starts of one kind."""
    return f"{case}[{kind}]"


def timings(frame: pd.DataFrame) -> list[Timing]:
    """Return a timing for each case and kind of judged samples."""
    starts = frame[NEEDED]
    return [timing for summary in summarise(frame) for timing in _of_case(starts, summary)]


def left_out(frame: pd.DataFrame) -> list[str]:
    """Return a sentence for what of judged samples is no benchmark because starts failed."""
    return [
        f"left out: {timing.name}: {timing.failed} of {timing.started} starts failed"
        for timing in timings(frame)
        if timing.failed
    ]


def _of_case(starts: pd.DataFrame, summary: CaseSummary) -> Iterator[Timing]:
    own_run = starts[starts["run_id"] == summary.run_id]
    own = own_run[own_run["case_id"] == summary.case_id]
    uncached = own_run[own_run["baseline_id"].isin(own["baseline_id"])]
    for kind in KINDS:
        source = uncached if kind == "uncached" else own
        found = source[source["kind"] == kind]
        failed = int((found["verdict"] == "failed").sum())
        worst = _worst(found, summary)
        yield Timing(summary, kind, _seconds(found, kind), *worst, len(made(found)), failed)


def _seconds(starts: pd.DataFrame, kind: str) -> tuple[float, ...]:
    good = starts[starts["status"] == "ok"]
    if kind == "warm":
        good = good[good["verdict"].isin(PROVEN)]
    # Back to the whole nanoseconds that were stored, so that no digit is lost on the way.
    return tuple(round(ms * NS_PER_MS) / NS_PER_S for ms in good["load_ms"].dropna())


def _worst(starts: pd.DataFrame, summary: CaseSummary) -> tuple[str, str, str]:
    """Return the worst verdict of the starts, with its reason and remedy."""
    starts = made(starts)
    if starts.empty and summary.verdict == DROPPED:
        return DROPPED, summary.reason, summary.remedy
    if starts.empty:
        return NOT_MEASURED, "no such start was measured", ""
    columns = (starts[name] for name in ("verdict", "verdict_reason", "remedy"))
    judged = [found for found in zip(*columns, strict=True) if found[0] in VERDICTS]
    return min(judged, key=lambda found: VERDICTS.index(found[0]), default=("", "", ""))
