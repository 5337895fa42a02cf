"""Several runs side by side: the same cases compared by ratio, and where verdicts differ.

Two runs are two machines as far as speed goes, even on one host: only their speedups are compared,
never their times.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.stats.decision import UNPAIRED_THRESHOLD, decide_unpaired
from coldwarm.stats.shift import log_ratios
from coldwarm.text.numbers import ABSENT, RATIO_DIGITS, interval, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.evidence import Evidence
    from coldwarm.stats.decision import Decision

WORDS = {
    "faster": "gains more",
    "slower": "gains less",
    "same": "the same",
    "inconclusive": "inconclusive",
}


@dataclass(frozen=True)
class Side:
    """One case in one run.

    Attributes:
        summary: the case; None where the run does not have it.
        change: its speedup over that of the first run, with its interval; empty for the first.
        verdict: what that means, in words.
    """

    summary: CaseSummary | None
    change: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class SharedCase:
    """One case in all runs.

    Attributes:
        name: readable name of the case.
        sides: one per run, in their order.
        verdicts_differ: whether what the warm starts were differs between runs.
    """

    name: str
    sides: list[Side]
    verdicts_differ: bool


def side_by_side(evidence: Sequence[Evidence]) -> list[SharedCase]:
    """Return every case that at least two runs have, in the order of the first that has it."""
    cases = [{case.case_id: case for case in each.summaries} for each in evidence]
    names = {case.case_id: case.name for each in evidence for case in each.summaries}
    shared = [case_id for case_id in names if sum(case_id in each for each in cases) > 1]
    speedups = [_log_speedups(each) for each in evidence]
    changes = [_decisions(speedups[0], other, shared) for other in speedups[1:]]
    return [
        SharedCase(
            names[case_id],
            [
                _side(each.get(case_id), None if place == 0 else changes[place - 1].get(case_id))
                for place, each in enumerate(cases)
            ],
            len({each[case_id].verdict for each in cases if case_id in each}) > 1,
        )
        for case_id in shared
    ]


def found_once(evidence: Sequence[Evidence]) -> list[tuple[Evidence, list[CaseSummary]]]:
    """Return with each run the cases that no other run has."""
    runs = Counter(case.case_id for each in evidence for case in each.summaries)
    return [
        (each, [case for case in each.summaries if runs[case.case_id] == 1]) for each in evidence
    ]


def threshold_words() -> str:
    """Return what counts as a change between runs."""
    return f"{100 * UNPAIRED_THRESHOLD:g} %"


def _side(summary: CaseSummary | None, decision: Decision | None) -> Side:
    if decision is None:
        return Side(summary)
    estimate = decision.estimate
    ends = interval(estimate.low, estimate.high, RATIO_DIGITS)
    change = f"{ratio(estimate.value)} ({ends or ABSENT})"
    return Side(summary, change, WORDS[decision.verdict])


def _decisions(
    base: dict[str, NDArray[np.float64]], head: dict[str, NDArray[np.float64]], shared: list[str]
) -> dict[str, Decision]:
    family = {key: (base[key], head[key]) for key in shared if key in base and key in head}
    return decide_unpaired(family, higher_is_better=family)


def _log_speedups(evidence: Evidence) -> dict[str, NDArray[np.float64]]:
    found = {}
    for case in evidence.summaries:
        times = case.by_round[[m.UNCACHED_LOAD.name, m.WARM_LOAD.name]]
        known = times[(times > 0).all(axis=1)]
        if len(known):
            uncached, warm = (known[name] for name in known)
            found[case.case_id] = log_ratios(uncached, warm)
    return found
