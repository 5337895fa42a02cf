"""Times of neighbouring starts: the values of one axis in the same block of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis import metrics as m
from coldwarm.compare.result import INCONCLUSIVE, SHOWN, MetricChange, MetricResult
from coldwarm.compare.tolerances import missing
from coldwarm.stats.decision import decide_paired
from coldwarm.stats.shift import paired_shift

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.analysis.metrics import Metric
    from coldwarm.compare.matching import Match
    from coldwarm.stats.decision import Decision

    Pairs = NDArray[np.float64]
    """One row per pair: base, head."""


class Neighbours:
    """What two cases measured in the same rounds and blocks."""

    def __init__(self, base: CaseSummary, head: CaseSummary) -> None:
        common = base.by_round.index.intersection(head.by_round.index)
        self._sides = [side.by_round.loc[common] for side in (base, head)]

    def pairs(self, metric: Metric) -> Pairs:
        """Return one row per pair that both sides measured: base, head."""
        columns = [side[metric.name].to_numpy(dtype=float) for side in self._sides]
        table = np.column_stack(columns)
        return np.asarray(table[~np.isnan(table).any(axis=1)])

    def log_ratios(self, metric: Metric) -> NDArray[np.float64]:
        """Return log(head / base) of the pairs that have one; a time of zero has none."""
        pairs = self.pairs(metric)
        base, head = np.log(pairs[(pairs > 0).all(axis=1)]).T
        return np.asarray(head - base)


def compare_paired(
    matches: Sequence[Match],
    axis: str,
    *,
    threshold: float,
    deciding: Collection[str],
    together: bool = False,
) -> list[list[MetricResult]]:
    """Return for each match the results of its times and ratios of times.

    Args:
        matches: what is compared.
        axis: the axis along which they differ.
        threshold: the smallest change that counts.
        deciding: names of the times that decide; they and the cases make one family.
        together: whether the experiment puts the values of the axis into the same blocks.
    """
    neighbours = [Neighbours(match.base, match.head) for match in matches]
    ratios = {
        (index, metric): each.log_ratios(metric)
        for index, each in enumerate(neighbours)
        for metric in (*m.TIMES, m.SPEEDUP)
    }
    family = {
        key: values for key, values in ratios.items() if key[1].name in deciding and values.size
    }
    decisions = decide_paired(family, threshold=threshold)
    results: list[list[MetricResult]] = [[] for _ in matches]
    for (index, metric), values in ratios.items():
        match = matches[index]
        if values.size:
            pairs = neighbours[index].pairs(metric)
            decision = decisions.get((index, metric))
            results[index].append(_result(metric, match, pairs, values, decision))
        elif gap := _no_pairs(
            metric, match, axis, decides=metric.name in deciding, together=together
        ):
            results[index].append(gap)
    for each, found in zip(neighbours, results, strict=True):
        tax = each.pairs(m.COLD_TAX)
        if len(tax):
            found.append(_cold_tax(tax))
    return results


def _result(
    metric: Metric,
    match: Match,
    pairs: Pairs,
    ratios: NDArray[np.float64],
    decision: Decision | None,
) -> MetricResult:
    if decision is None:
        verdict, reason = SHOWN, ""
        change = MetricChange.of(paired_shift(ratios).estimate().exp())
    else:
        verdict, reason = decision.verdict, decision.reason
        change = MetricChange.of(decision.estimate, decision.adjusted)
    same_baseline = match.base.case.baseline_id == match.head.case.baseline_id
    shared = metric is m.UNCACHED_LOAD and same_baseline
    base, head = np.median(pairs, axis=0)
    return MetricResult(
        metric,
        verdict,
        float(base),
        float(head),
        change=change,
        base_samples=len(ratios),
        sampled="pairs",
        reason="the same starts serve both" if shared else reason,
    )


def _no_pairs(
    metric: Metric, match: Match, axis: str, *, decides: bool, together: bool
) -> MetricResult | None:
    x, y = match.base.values(metric), match.head.values(metric)
    if x.empty and y.empty and not (match.base.proven and match.head.proven):
        return None
    if x.empty or y.empty:
        return missing(metric, match.base, match.head, decides=decides)
    if (x <= 0).any() or (y <= 0).any():
        reason = "there is no pair of times above zero"
    elif together:
        reason = "no round was measured on both sides"
    else:
        reason = (
            f"never measured in the same block: write `compare: {{along: {axis}}}` into the "
            "experiment and run it again"
        )
    return MetricResult(
        metric,
        INCONCLUSIVE if decides else SHOWN,
        float(x.median()),
        float(y.median()),
        sampled="pairs",
        reason=reason,
    )


def _cold_tax(pairs: Pairs) -> MetricResult:
    base, head = np.median(pairs, axis=0)
    return MetricResult(
        m.COLD_TAX,
        SHOWN,
        float(base),
        float(head),
        change=MetricChange.of(paired_shift(pairs[:, 1] - pairs[:, 0]).estimate(), relative=False),
        base_samples=len(pairs),
        sampled="pairs",
    )
