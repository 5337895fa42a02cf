"""Does the cache still serve a case? Verdicts of its warm starts, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.stats import fisher_exact

from coldwarm.analysis import metrics as m
from coldwarm.compare.result import INCONCLUSIVE, Result

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary

FLAKY_P = 0.01
"""Where hits and misses are mixed on both sides, a lower share of hits must be this unlikely."""

CLASSES = {
    "hit": 0,
    "not_comparable": 0,
    "unsupported": 1,
    "not_cached": 1,
    "silent_miss": 1,
    "partial": 1,
    "stale": 2,
    "wrong": 2,
    "failed": 3,
}
"""Served by the cache, not served, served wrongly, not even started: what is worse than what."""


def compare_verdicts(base: CaseSummary, head: CaseSummary) -> Result:
    """A case that stops hitting the cache is always a regression."""
    verdict, reason = _judge_verdicts(base, head)
    return Result(
        m.VERDICT,
        verdict,
        base.judged_verdict,
        head.judged_verdict,
        base_samples=base.judged_starts,
        head_samples=head.judged_starts,
        reason=reason,
    )


def _judge_verdicts(base: CaseSummary, head: CaseSummary) -> tuple[str, str]:
    if base.judged_verdict is None or head.judged_verdict is None:
        lacking = "base" if base.judged_verdict is None else "head"
        return INCONCLUSIVE, f"no warm start of the {lacking} was measured"
    hits = [side.proven for side in (base, head)]
    if hits[0] and not hits[1]:
        return "worse", _why(head)
    was, now = (max(CLASSES[each] for each in _present(side)) for side in (base, head))
    if was == now == CLASSES["failed"]:
        return INCONCLUSIVE, "every start failed on both sides"
    if now != was:
        return ("worse" if now > was else "better"), _why(head)
    starts = [side.judged_starts for side in (base, head)]
    table = [hits, [all_of - hit for all_of, hit in zip(starts, hits, strict=True)]]
    words = (
        f"{hits[0]} of {starts[0]} starts were hits in the base, "
        f"{hits[1]} of {starts[1]} in the head"
    )
    # The odds ratio of the table is above one where the base hits more often.
    mixed = any(table[0]) and any(table[1])
    for verdict, tail in (("worse", "greater"), ("better", "less")):
        if mixed and fisher_exact(table, alternative=tail).pvalue <= FLAKY_P:
            return verdict, words
    if was and base.judged_verdict != head.judged_verdict:
        return "changed", head.judged_reason
    return "same", ""


def _why(side: CaseSummary) -> str:
    return ". Remedy: ".join(filter(None, (side.judged_reason, side.judged_remedy)))


def _present(side: CaseSummary) -> list[str]:
    return list(side.judged) or ["failed"]
