"""Does the cache still serve a case? Verdicts of its warm starts, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.stats import fisher_exact

from coldwarm.compare import metrics as m
from coldwarm.compare.result import INCONCLUSIVE, Result

if TYPE_CHECKING:
    from coldwarm.compare.evidence import Evidence

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


def compare_verdicts(base: Evidence, head: Evidence) -> Result:
    """A case that stops hitting the cache is always a regression."""
    verdict, reason = _judge_verdicts(base, head)
    return Result(
        m.VERDICT,
        verdict,
        base.verdict,
        head.verdict,
        base_samples=sum(base.verdicts.values()),
        head_samples=sum(head.verdicts.values()),
        reason=reason,
    )


def _judge_verdicts(base: Evidence, head: Evidence) -> tuple[str, str]:
    if base.verdict is None or head.verdict is None:
        lacking = "base" if base.verdict is None else "head"
        return INCONCLUSIVE, f"no warm start of the {lacking} was measured"
    hits = [side.proven for side in (base, head)]
    if hits[0] and not hits[1]:
        return "worse", _why(head)
    was, now = (max(CLASSES[each] for each in _present(side)) for side in (base, head))
    if was == now == CLASSES["failed"]:
        return INCONCLUSIVE, "every start failed on both sides"
    if now != was:
        return ("worse" if now > was else "better"), _why(head)
    starts = [sum(side.verdicts.values()) for side in (base, head)]
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
    if was and base.verdict != head.verdict:
        return "changed", head.reason
    return "same", ""


def _why(side: Evidence) -> str:
    return ". Remedy: ".join(filter(None, (side.reason, side.remedy)))


def _present(side: Evidence) -> list[str]:
    return list(side.verdicts) or ["failed"]
