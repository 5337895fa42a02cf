"""Each case and kind of start as a benchmark of its own: what other tools have a row for.

An uncached start serves several cases; each of them shows it beside its own cold and warm starts.
A warm start counts only where the hit is proven, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.cases import by_axes
from coldwarm.analysis.verdict import DROPPED
from coldwarm.run.sample import KINDS

if TYPE_CHECKING:
    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.analysis.cases import CaseSummary

NS_PER_MS = 1e6
NS_PER_S = 1e9

NOT_MEASURED = "not_measured"

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


def timings(analysed: AnalysedRun) -> list[Timing]:
    """Return a timing for each case and kind of a run, ordered by the axes of the cases."""
    return [_timing(case, kind) for case in by_axes(analysed.cases) for kind in KINDS]


def left_out(analysed: AnalysedRun) -> list[str]:
    """Return a sentence for what of a run is no benchmark because starts failed."""
    return [
        f"left out: {timing.name}: {timing.failed} of {timing.started} starts failed"
        for timing in timings(analysed)
        if timing.failed
    ]


def _timing(case: CaseSummary, kind: str) -> Timing:
    starts = case.of_kind[kind]
    # Back to the whole nanoseconds that were stored, so that no digit is lost on the way.
    load_s = tuple(round(ms * NS_PER_MS) / NS_PER_S for ms in starts.load_ms)
    return Timing(case, kind, load_s, *_worst(case, kind), starts.made, starts.failed)


def _worst(case: CaseSummary, kind: str) -> tuple[str, str, str]:
    """Return the worst verdict of the starts, with its reason and remedy."""
    starts = case.of_kind[kind]
    if not starts.made and case.verdict == DROPPED:
        return DROPPED, case.reason, case.remedy
    if not starts.made:
        return NOT_MEASURED, "no such start was measured", ""
    if starts.worst is None:
        return "", "", ""
    judged = starts.judged[starts.worst]
    return starts.worst, judged.reason, judged.remedy
