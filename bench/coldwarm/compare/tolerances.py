"""What hardly scatters is gated tightly: sizes, memory, encrypted share, verdicts, answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis import metrics as m
from coldwarm.compare.correctness import compare_answers, compare_verdicts
from coldwarm.compare.result import INCONCLUSIVE, SHOWN, MetricChange, MetricResult
from coldwarm.stats.shift import unpaired_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.analysis.metrics import Metric
    from coldwarm.conditions import Difference


@dataclass(frozen=True)
class Tolerance:
    """By how much a number may change before it counts.

    Attributes:
        share: as a fraction of the base.
        least: in the unit of the metric, where a fraction of little is next to nothing.
        samples: of each side that it takes to call a change one.
    """

    share: float
    least: float = 0.0
    samples: int = 1


TOLERANCES = {
    # Peaks of the same start differ by up to 2 %, and the kernel's counter may lag by some MB. One
    # may be odd: from 4 against 4 on, two sides that do not overlap are no chance (p = 0.03).
    m.WARM_PEAK: Tolerance(0.05, 4e6, samples=4),
    m.COLD_PEAK: Tolerance(0.05, 4e6, samples=4),
    # The same compile writes the same bytes; only its header holds paths and build strings.
    m.BLOB: Tolerance(0.01, 4096),
    # Encrypted bytes over bytes of the blob: each may change by the 1 % that a blob may.
    m.ENCRYPTED_SHARE: Tolerance(0.02),
}

MIDDLE = (0.1, 0.9)
"""Of each side's samples, those between these quantiles must lie apart for a change to be one:
a single odd start neither makes a regression nor hides one."""


def compare_steady(
    base: CaseSummary,
    head: CaseSummary,
    *,
    axis: str | None = None,
    other_host: bool = False,
    differs: Sequence[Difference] = (),
) -> list[MetricResult]:
    """Return the results of everything but times and ratios of times.

    Args:
        base: the case of the base.
        head: the case of the head.
        axis: the axis in which the two differ on purpose, if there is one.
        other_host: whether the two were measured on different hosts.
        differs: in what else the two differ.
    """
    results = [compare_verdicts(base, head)]
    if base.answers and head.answers:
        results.append(
            compare_answers(base, head, axis=axis, other_host=other_host, differs=differs)
        )
    for metric, tolerance in TOLERANCES.items():
        result = _compare_numbers(metric, tolerance, base, head)
        if result is not None:
            why = _incomparable(metric, base, head, axis=axis, other_host=other_host)
            results.append(replace(result, verdict=SHOWN, reason=why) if why else result)
    if head.callbacks_ignored and not base.callbacks_ignored:
        results = [each for each in results if each.metric != m.ENCRYPTED_SHARE]
        results.append(_never_encrypted(base, head))
    return results


def _compare_numbers(
    metric: Metric, tolerance: Tolerance, base: CaseSummary, head: CaseSummary
) -> MetricResult | None:
    x, y = base.values(metric), head.values(metric)
    if x.empty and y.empty:
        return None
    if x.empty or y.empty:
        return missing(metric, base, head)
    verdict, reason = _judge_numbers(metric, tolerance, x, y)
    return MetricResult(
        metric,
        verdict,
        float(x.median()),
        float(y.median()),
        change=_change(x, y),
        base_samples=len(x),
        head_samples=len(y),
        reason=reason,
    )


def missing(
    metric: Metric, base: CaseSummary, head: CaseSummary, *, decides: bool = True
) -> MetricResult:
    """Return the result of a metric that one side or both did not measure.

    Where a side has no proven hit, its verdict has said so already; elsewhere it is a gap.
    """
    x, y = base.values(metric), head.values(metric)
    lacking = " and ".join(side for side, values in (("base", x), ("head", y)) if values.empty)
    hits = bool(base.proven and head.proven)
    return MetricResult(
        metric,
        INCONCLUSIVE if hits and decides else SHOWN,
        None if x.empty else float(x.median()),
        None if y.empty else float(y.median()),
        base_samples=len(x),
        head_samples=len(y),
        reason=f"not measured in {lacking}" if hits else f"no proven hit in {lacking}",
    )


def _judge_numbers(
    metric: Metric, tolerance: Tolerance, base: pd.Series[float], head: pd.Series[float]
) -> tuple[str, str]:
    x, y = float(base.median()), float(head.median())
    if abs(y - x) <= max(tolerance.share * x, tolerance.least):
        return "same", ""
    if min(len(base), len(head)) < tolerance.samples:
        return INCONCLUSIVE, f"too few samples: {tolerance.samples} on each side are needed"
    low, high = np.quantile(base, MIDDLE), np.quantile(head, MIDDLE)
    if low[1] >= high[0] and high[1] >= low[0]:
        return INCONCLUSIVE, "the medians differ, but the samples of both sides overlap"
    return ("better" if (y > x) == metric.higher_is_better else "worse"), ""


def _change(base: pd.Series[float], head: pd.Series[float]) -> MetricChange | None:
    if not ((base > 0).all() and (head > 0).all()):
        return None
    estimate = unpaired_ratio(base, head)
    low, high = (estimate.low, estimate.high) if estimate.bounded else (None, None)
    return MetricChange(estimate.value, low, high)


def _incomparable(
    metric: Metric, base: CaseSummary, head: CaseSummary, *, axis: str | None, other_host: bool
) -> str:
    """Return why a number differs on purpose or cannot be compared, empty where it can."""
    if other_host and metric.unit == "bytes":
        return "measured on different hosts"
    if metric in (m.WARM_PEAK, m.COLD_PEAK) and base.memory_methods != head.memory_methods:
        return "memory was read in different ways"
    if metric == m.ENCRYPTED_SHARE and axis == "encryption":
        return "ciphers differ in how many bytes they return"
    return ""


def _never_encrypted(base: CaseSummary, head: CaseSummary) -> MetricResult:
    shares = (side.values(m.ENCRYPTED_SHARE) for side in (base, head))
    x, y = (float(values.median()) if len(values) else None for values in shares)
    reason = "the device never called the encryption callbacks: the blob is unencrypted"
    return MetricResult(m.ENCRYPTED_SHARE, "worse", x, y, reason=reason)
