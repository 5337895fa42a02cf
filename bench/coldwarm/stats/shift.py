"""Hodges-Lehmann estimates whose interval and p value are one and the same statement.

A sample of pairs gives n(n+1)/2 Walsh averages, two samples give nm differences. Their
median is the estimate. How many of them lie above a value is the statistic of Wilcoxon's
or Mann and Whitney's test of that value, so the interval is cut out of the same sorted
list: ``p(value) <= alpha`` exactly when the interval at `alpha` leaves `value` out.

Ties and zeros: an average or difference equal to the tested value counts for neither side.
Had the ties been broken at random, the statistic would be at least as extreme, so the p
value can only be too large, never too small. (scipy and R drop zeros instead, which
invents certainty.) Without ties, p equals scipy's exact p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from coldwarm.stats.ranks import (
    critical_rank,
    fewest_pairs,
    fewest_per_group,
    mann_whitney_tails,
    signed_rank_tails,
)
from coldwarm.text.numbers import percentage

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ALPHA = 0.05
"""Level of an interval unless another is asked for: 95 %."""


@dataclass(frozen=True)
class Estimate:
    """An estimate with its interval and the p value that belongs to it.

    Attributes:
        value: the Hodges-Lehmann estimate.
        low: lower end of the interval; minus infinity (0 for a ratio) if too few samples.
        high: upper end; infinity if too few samples.
        p: two-sided, of the tested value (no change, unless said otherwise).
        n: pairs, or samples of the first group.
        m: samples of the second group; None for pairs.
        alpha: 1 - confidence level of the interval.
    """

    value: float
    low: float
    high: float
    p: float
    n: int
    m: int | None = None
    alpha: float = ALPHA

    @property
    def bounded(self) -> bool:
        """Whether the samples suffice for an interval at this level."""
        return math.isfinite(self.high)

    @property
    def confidence(self) -> float:
        """Confidence level of the interval."""
        return 1 - self.alpha

    @property
    def basis(self) -> str:
        """What its ends are, in words, such as ``95 %``; empty if the samples do not suffice."""
        return percentage(self.confidence) if self.bounded else ""

    @property
    def shortage(self) -> str:
        """A sentence if there are too few samples for an interval at this level, else empty."""
        if self.bounded:
            return ""
        level = f"a {percentage(self.confidence)} interval"
        if self.m is None:
            return f"too few pairs ({self.n}) for {level}: {fewest_pairs(self.alpha)} are needed"
        return (
            f"too few samples ({self.n} and {self.m}) for {level}: "
            f"{fewest_per_group(self.alpha)} on each side are needed"
        )

    def exp(self) -> Self:
        """Return the estimate of a ratio, from that of its logarithm."""
        return replace(
            self, value=math.exp(self.value), low=math.exp(self.low), high=math.exp(self.high)
        )


@dataclass(frozen=True, eq=False)
class Shift:
    """All that samples say about a shift: its estimate, p of any value, interval at any level.

    Attributes:
        candidates: the sorted Walsh averages or differences.
        tails: lower tail of the statistic's null distribution.
        n: pairs, or samples of the first group.
        m: samples of the second group; None for pairs.
    """

    candidates: NDArray[np.float64]
    tails: NDArray[np.float64]
    n: int
    m: int | None = None

    @property
    def value(self) -> float:
        """The Hodges-Lehmann estimate: the median of the candidates."""
        return _median_of_sorted(self.candidates)

    def p(self, null: float = 0.0) -> float:
        """Return the two-sided p value of the hypothesis that the shift is `null`."""
        size = self.candidates.size
        above = size - int(np.searchsorted(self.candidates, null, side="right"))
        below = int(np.searchsorted(self.candidates, null, side="left"))
        return min(1.0, 2 * float(self.tails[size - max(above, below)]))

    def p_beyond(self, margin: float) -> float:
        """Return the p value of the hypothesis that the shift is at most `margin` either way."""
        if abs(self.value) <= margin:
            return 1.0
        return self.p(math.copysign(margin, self.value))

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Return every value that p does not reject at `alpha`, as a closed interval."""
        if not 0 < alpha < 1:
            msg = f"alpha is {alpha}; it must lie between 0 and 1"
            raise ValueError(msg)
        k = critical_rank(self.tails, alpha)
        if k < 0:
            return -math.inf, math.inf
        return float(self.candidates[k]), float(self.candidates[-1 - k])

    def estimate(self, alpha: float = ALPHA) -> Estimate:
        """Return estimate, interval at `alpha` and p of no shift."""
        low, high = self.interval(alpha)
        return Estimate(self.value, low, high, self.p(), self.n, self.m, alpha)


def paired_shift(differences: ArrayLike) -> Shift:
    """Return what paired differences (or log-ratios) say about their centre of symmetry."""
    x = checked(differences, "differences")
    candidates = np.sort(walsh_averages(x))
    return Shift(candidates, signed_rank_tails(x.size), x.size)


def unpaired_shift(base: ArrayLike, head: ArrayLike) -> Shift:
    """Return what two samples say about the shift from `base` to `head`."""
    x, y = checked(base, "base"), checked(head, "head")
    candidates = np.sort(differences_between(x, y))
    return Shift(candidates, mann_whitney_tails(x.size, y.size), x.size, y.size)


def walsh_averages(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the averages of all pairs, each value with itself too, along the last axis."""
    i, j = np.triu_indices(x.shape[-1])
    half = x * 0.5
    return half[..., i] + half[..., j]


def differences_between(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return every value of `y` minus every value of `x`, along the last axis."""
    return (y[..., :, None] - x[..., None, :]).reshape(*x.shape[:-1], -1)


def checked(values: ArrayLike, name: str) -> NDArray[np.float64]:
    """Return `values` as a one-dimensional array of finite numbers.

    Raises:
        ValueError: if there are none, or some are not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        msg = f"{name}: expected a flat list of numbers, got {array.ndim} dimensions"
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name}: there are no values"
        raise ValueError(msg)
    bad = int(np.count_nonzero(~np.isfinite(array)))
    if bad:
        msg = f"{name}: {bad} of {array.size} values are not finite numbers"
        raise ValueError(msg)
    return array


def _median_of_sorted(values: NDArray[np.float64]) -> float:
    middle = values.size // 2
    if values.size % 2:
        return float(values[middle])
    return float(values[middle - 1] * 0.5 + values[middle] * 0.5)


def logs(values: ArrayLike, name: str = "values") -> NDArray[np.float64]:
    """Return natural logarithms.

    Raises:
        ValueError: if a value is zero, negative or not finite, or if there are none.
    """
    array = checked(values, name)
    bad = int(np.count_nonzero(array <= 0))
    if bad:
        msg = f"{name}: {bad} of {array.size} values are not above zero; a ratio needs all above"
        raise ValueError(msg)
    return np.log(array)


def log_ratios(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithm of each numerator over the denominator of the same pair."""
    top, bottom = logs(numerator, "numerator"), logs(denominator, "denominator")
    if top.size != bottom.size:
        msg = f"{top.size} numerators and {bottom.size} denominators do not make pairs"
        raise ValueError(msg)
    return top - bottom


def paired_ratio(numerator: ArrayLike, denominator: ArrayLike, *, alpha: float = ALPHA) -> Estimate:
    """Estimate numerator / denominator from pairs, such as a speedup: uncached over warm."""
    return paired_shift(log_ratios(numerator, denominator)).estimate(alpha).exp()


def unpaired_ratio(base: ArrayLike, head: ArrayLike, *, alpha: float = ALPHA) -> Estimate:
    """Estimate head / base from two samples that have no pairs."""
    return unpaired_shift(logs(base, "base"), logs(head, "head")).estimate(alpha).exp()
