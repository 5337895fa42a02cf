"""Fieller's interval for the break-even: cold tax / (uncached - warm).

A ratio of two noisy differences. If the gain could be zero, so could the denominator, and
no finite interval is honest: the set is then all but a gap, or everything.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from coldwarm.stats.ranks import fewest_pairs
from coldwarm.stats.shift import ALPHA, checked, paired_shift
from coldwarm.text.numbers import counted, percentage

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Intervals = tuple[tuple[float, float], ...]

EVERYTHING: Intervals = ((-math.inf, math.inf),)


@dataclass(frozen=True)
class BreakEven:
    """How many warm starts pay the cold tax back.

    Attributes:
        tax: Hodges-Lehmann estimate of cold - uncached, in the unit of the samples.
        gain: the same of uncached - warm.
        value: tax / gain; None unless warm starts gained something.
        intervals: the confidence set, as closed intervals in rising order: one finite
            interval; two half-lines, when everything but a gap is possible; the whole line,
            when the samples rule nothing out; none, when no number fits. Without a confidence
            level, the range of the rounds' own quotients.
        n: rounds.
        alpha: 1 - confidence level; None for the range that was seen.
    """

    tax: float
    gain: float
    value: float | None
    intervals: Intervals
    n: int
    alpha: float | None = ALPHA

    @property
    def bounded(self) -> bool:
        """Whether the set is one finite interval, the only kind that may be shown as a range."""
        return len(self.intervals) == 1 and all(map(math.isfinite, self.intervals[0]))

    @property
    def sentence(self) -> str:
        """What it means, in words."""
        if self.alpha is None:
            return self._seen
        if self.n < fewest_pairs(self.alpha):
            needed = fewest_pairs(self.alpha)
            return f"not known: too few rounds, {self.n} of the {needed} that an interval needs"
        if self.value is None and (self.bounded or not self.intervals):
            return "never: warm starts are no faster than uncached ones"
        level = percentage(1 - self.alpha)
        if self.value is None or not self.bounded:
            return f"not known: the {level} interval is unbounded, the gain may be zero"
        low, high = (_starts(end) for end in self.intervals[0])
        if self.intervals[0][1] <= 0:
            return "at once: the cold start cost nothing extra"
        unusual = "" if self.alpha == ALPHA else f", {level}"
        return f"{_starts(self.value)} warm starts ({low} to {high}{unusual})"

    @property
    def _seen(self) -> str:
        rounds = counted(self.n, "round")
        if self.value is None or not self.bounded:
            return f"not known: of {rounds}, some had no faster warm start"
        low, high = (_starts(end) for end in self.intervals[0])
        spread = f"range of {rounds}: {low} to {high}" if self.n > 1 else f"seen in {rounds}"
        return f"{_starts(self.value)} warm starts ({spread})"


def break_even(
    uncached: ArrayLike, cold: ArrayLike, warm: ArrayLike, *, alpha: float | None = ALPHA
) -> BreakEven:
    """Estimate the break-even from starts that were measured together, round by round.

    Args:
        uncached: their times, in any unit.
        cold: the same.
        warm: the same.
        alpha: 1 - confidence level of the interval; None for the range seen.
    """
    u, c, w = checked(uncached, "uncached"), checked(cold, "cold"), checked(warm, "warm")
    if not u.size == c.size == w.size:
        msg = f"{u.size} uncached, {c.size} cold and {w.size} warm starts do not make rounds"
        raise ValueError(msg)
    tax, gain = c - u, u - w
    # The estimates that are shown beside it: means can have another sign after one slow start.
    tax_value, gain_value = paired_shift(tax).value, paired_shift(gain).value
    value = tax_value / gain_value if gain_value > 0 else None
    if alpha is None:
        intervals = _seen(tax, gain, value)
    else:
        # As few rounds as give the speedup no interval give none here: two equal ones would
        # otherwise pass for certainty.
        enough = u.size >= fewest_pairs(alpha)
        intervals = fieller(tax, gain, alpha=alpha) if enough else EVERYTHING
    return BreakEven(tax_value, gain_value, value, intervals, u.size, alpha)


def _seen(tax: NDArray[np.float64], gain: NDArray[np.float64], value: float | None) -> Intervals:
    """Return what lies between the break-evens of the single rounds, and the estimate itself."""
    if value is None or gain.min() <= 0:
        return EVERYTHING
    quotients = [value, *map(float, tax / gain)]
    return ((min(quotients), max(quotients)),)


def fieller(numerator: ArrayLike, denominator: ArrayLike, *, alpha: float = ALPHA) -> Intervals:
    """Return every ratio b that a t test of mean(numerator - b denominator) = 0 lets pass."""
    a, d = checked(numerator, "numerator"), checked(denominator, "denominator")
    n = a.size
    if n < 2:  # noqa: PLR2004 - one pair has no spread
        return EVERYTHING
    t_squared = float(stdtrit(n - 1, 1 - alpha / 2)) ** 2
    covariance = np.cov(a, d) / n
    mean_a, mean_d = float(a.mean()), float(d.mean())
    # The test passes where square * b^2 - 2 * linear * b + constant <= 0.
    square = mean_d**2 - t_squared * float(covariance[1, 1])
    linear = mean_a * mean_d - t_squared * float(covariance[0, 1])
    constant = mean_a**2 - t_squared * float(covariance[0, 0])
    return _where_not_positive(square, linear, constant)


def _where_not_positive(square: float, linear: float, constant: float) -> Intervals:
    """Solve square * b^2 - 2 * linear * b + constant <= 0."""
    if square == 0:
        if linear == 0:
            return EVERYTHING if constant <= 0 else ()
        edge = constant / (2 * linear)
        return ((edge, math.inf),) if linear > 0 else ((-math.inf, edge),)
    discriminant = linear**2 - square * constant
    if discriminant <= 0 and square < 0:
        return EVERYTHING
    # For square > 0 the estimate itself is a solution: a negative one is rounding.
    root = math.sqrt(max(discriminant, 0.0))
    low, high = sorted(((linear - root) / square, (linear + root) / square))
    return ((low, high),) if square > 0 else ((-math.inf, low), (high, math.inf))


def _starts(number: float) -> str:
    """Format a number of starts; less than none is none."""
    return f"{max(number, 0):.{1 if number < 10 else 0}f}"  # noqa: PLR2004 - two digits
