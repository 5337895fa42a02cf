"""Times of two runs: ratios decide; absolute times only where the host has a history."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis import metrics as m
from coldwarm.compare.result import SHOWN, MetricChange, MetricResult
from coldwarm.compare.tolerances import missing
from coldwarm.stats.decision import decide_beyond
from coldwarm.stats.prediction import FEWEST_RUNS, novelty
from coldwarm.stats.shift import unpaired_shift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.analysis.metrics import Metric
    from coldwarm.compare.matching import Match
    from coldwarm.stats.decision import AnyShift, Decision

    Usual = Mapping[tuple[str, str], Sequence[float]]
    """Case id and name of a time to its medians in earlier runs of the host."""


def logs(side: CaseSummary, metric: Metric) -> NDArray[np.float64]:
    """Return the logarithms of what a side measured; what is not above zero has none."""
    values = side.values(metric).to_numpy(dtype=float)
    return np.log(values[values > 0])


def compare_unpaired(
    matches: Sequence[Match],
    *,
    threshold: float,
    usual: Usual,
    machine_ratio: float | None,
) -> list[list[MetricResult]]:
    """Return for each match the results of its times and ratios of times.

    Args:
        matches: what is compared.
        threshold: the smallest change that counts.
        usual: medians of earlier runs; those with enough of them decide on absolute times.
        machine_ratio: how much slower the machine was in the head, None where that says nothing.
    """
    speedups = _speedups(matches)
    family: dict[tuple[int, Metric], AnyShift] = {**speedups, **_novelties(matches, usual)}
    better = [key for key in family if key[1].higher_is_better]
    decisions = decide_beyond(family, threshold=threshold, higher_is_better=better)
    return [
        _results(index, match, decisions, usual, threshold, machine_ratio)
        for index, match in enumerate(matches)
    ]


def _speedups(matches: Sequence[Match]) -> dict[tuple[int, Metric], AnyShift]:
    found: dict[tuple[int, Metric], AnyShift] = {}
    for index, match in enumerate(matches):
        x, y = logs(match.base, m.SPEEDUP), logs(match.head, m.SPEEDUP)
        if len(x) and len(y):
            found[index, m.SPEEDUP] = unpaired_shift(x, y)
    return found


def _novelties(matches: Sequence[Match], usual: Usual) -> dict[tuple[int, Metric], AnyShift]:
    found: dict[tuple[int, Metric], AnyShift] = {}
    for (case_id, name), medians in usual.items():
        for index, match in enumerate(matches):
            now = logs(match.head, m.METRICS[name])
            if match.head.case.case_id == case_id and len(now) and len(medians) >= FEWEST_RUNS:
                found[index, m.METRICS[name]] = novelty(np.log(medians), float(np.median(now)))
    return found


def _results(
    index: int,
    match: Match,
    decisions: Mapping[tuple[int, Metric], Decision],
    usual: Usual,
    threshold: float,
    machine_ratio: float | None,
) -> list[MetricResult]:
    results = []
    for metric in (*m.TIMES, m.SPEEDUP):
        decision = decisions.get((index, metric))
        x, y = match.base.values(metric), match.head.values(metric)
        if metric is m.SPEEDUP and decision is not None:
            results.append(_speedup(match, decision, threshold, machine_ratio))
        elif decision is not None:
            medians = usual[match.head.case.case_id, metric.name]
            results.append(_against_history(metric, match, decision, medians))
        elif len(x) and len(y):
            results.append(_shown(metric, match))
        elif len(x) or len(y) or (metric is m.SPEEDUP and match.base.proven and match.head.proven):
            decides = metric is m.SPEEDUP
            results.append(missing(metric, match.base, match.head, decides=decides))
    tax = _cold_tax(match)
    return [*results, tax] if tax else results


def _shown(metric: Metric, match: Match) -> MetricResult:
    x, y = logs(match.base, metric), logs(match.head, metric)
    change = MetricChange.of(unpaired_shift(x, y).estimate().exp()) if len(x) and len(y) else None
    return _result(metric, match, SHOWN, change)


def _cold_tax(match: Match) -> MetricResult | None:
    x, y = match.base.values(m.COLD_TAX), match.head.values(m.COLD_TAX)
    if x.empty or y.empty:
        return None
    change = MetricChange.of(unpaired_shift(x, y).estimate(), relative=False)
    return _result(m.COLD_TAX, match, SHOWN, change)


def _speedup(
    match: Match, decision: Decision, threshold: float, machine_ratio: float | None
) -> MetricResult:
    change = MetricChange.of(decision.estimate, decision.adjusted)
    excuse = ""
    if decision.verdict == "slower" and machine_ratio is not None:
        excuse = _faster_without_cache(match, threshold, machine_ratio)
    return _result(m.SPEEDUP, match, decision.verdict, change, decision.reason, excuse)


def _faster_without_cache(match: Match, threshold: float, machine_ratio: float) -> str:
    """Return the excuse of a lower speedup whose warm starts did not become slower.

    Its numerator did then: an uncached start that certainly became faster, by more than the
    threshold, lowers the speedup and is no regression. How fast the machine was is taken out.
    """
    margin, speed = math.log1p(threshold), math.log(machine_ratio)
    warm, uncached = (
        unpaired_shift(logs(match.base, metric), logs(match.head, metric)).estimate()
        for metric in (m.WARM_LOAD, m.UNCACHED_LOAD)
    )
    faster = uncached.value - speed < -margin and uncached.high - speed < 0
    if faster and warm.value - speed <= margin:
        return "uncached starts became faster, warm ones not slower: no regression of the cache"
    return ""


def _against_history(
    metric: Metric, match: Match, decision: Decision, medians: Sequence[float]
) -> MetricResult:
    verdict = decision.verdict if decision.flagged else SHOWN
    return MetricResult(
        metric,
        verdict,
        float(np.median(medians)),
        float(match.head.values(metric).median()),
        change=MetricChange.of(decision.estimate, decision.adjusted),
        base_samples=len(medians),
        sampled="runs",
        reason="against earlier runs of this host"
        if decision.flagged
        else "as in earlier runs of this host, or too close to tell",
    )


def _result(
    metric: Metric,
    match: Match,
    verdict: str,
    change: MetricChange | None,
    reason: str = "",
    excuse: str = "",
) -> MetricResult:
    x, y = match.base.values(metric), match.head.values(metric)
    return MetricResult(
        metric,
        verdict,
        float(x.median()),
        float(y.median()),
        change=change,
        base_samples=len(x),
        head_samples=len(y),
        reason=reason,
        excuse=excuse,
    )
