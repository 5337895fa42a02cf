"""What differs between two runs besides their cases, and what of their results it may explain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.compare.correctness import inputs_differ
from coldwarm.compare.result import BETTER, INCONCLUSIVE, WORSE
from coldwarm.conditions import Difference, conditions_of, differences
from coldwarm.text.escaping import one_line
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldwarm.compare.matching import Match
    from coldwarm.compare.result import MetricResult
    from coldwarm.run.store import Run

EXPLAINED = "may explain it"
"""How the reason of what a difference explains ends."""

DIGITS = 8
"""Of a digest: enough to see that two are not the same."""


def differences_of(base: Run, head: Run, pairs: Iterable[Match]) -> list[Difference]:
    """Return in what two runs differ: what their headers say, and inputs that starts recorded."""
    found = differences(*(conditions_of(run.header, run.records) for run in (base, head)))
    for pair in pairs:
        told = any(each.inputs for each in concerning(found, pair))
        if not told and inputs_differ(pair.base, pair.head, ()):
            found.append(_other_inputs(pair))
    return found


def concerning(found: Iterable[Difference], pair: Match) -> list[Difference]:
    """Return the differences on which the starts of a case can depend."""
    return [each for each in found if each.concerns(pair.head.case)]


def explained(
    results: Iterable[MetricResult], pair: Match, found: Sequence[Difference]
) -> list[MetricResult]:
    """Return the results of a case; what a difference may explain is not decided.

    Args:
        results: of the case.
        pair: the case on both sides.
        found: the differences that concern it.
    """
    return [_explained(result, pair, found) for result in results]


def _explained(result: MetricResult, pair: Match, found: Sequence[Difference]) -> MetricResult:
    # What is judged by earlier runs of the host was not compared with the base.
    if result.verdict not in (*WORSE, *BETTER) or result.sampled == "runs":
        return result
    can_explain = _test_for(result, pair)
    causes = [each for each in found if can_explain(each)]
    if not causes:
        return result
    named = listed([f"{each.label} ({each.base} → {each.head})" for each in causes])
    tail = f"{named} {'differs' if len(causes) == 1 else 'differ'}, which {EXPLAINED}"
    reason = f"{result.reason.rstrip('.')}; {tail}" if result.metric is m.VERDICT else tail
    return replace(result, verdict=INCONCLUSIVE, reason=reason)


def _test_for(result: MetricResult, pair: Match) -> Callable[[Difference], bool]:
    """Return what tells whether a difference can change what a result is about."""
    metric = result.metric
    if metric in (*m.TIMES, m.SPEEDUP, m.WARM_PEAK, m.COLD_PEAK):
        return lambda each: each.times
    compiled = (
        metric is m.BLOB
        or (metric is m.ENCRYPTED_SHARE and not pair.head.callbacks_ignored)
        or (
            metric is m.VERDICT
            and "unsupported" in (pair.base.judged_verdict, pair.head.judged_verdict)
        )
    )
    return lambda each: compiled and each.recompiles


def _other_inputs(pair: Match) -> Difference:
    base, head = (", ".join(sorted(side.inputs))[:DIGITS] for side in (pair.base, pair.head))
    model = pair.head.case.model
    return Difference(
        one_line(f"inputs of {model}"), base, head, of="model", value=model, inputs=True
    )
