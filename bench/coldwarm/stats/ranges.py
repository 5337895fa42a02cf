"""An estimate as people are told it: with an interval, with only the range seen, or alone.

Six pairs are the fewest with a 95 % interval. Five have one of 93.75 % by exact ranks, from the
smallest to the largest of them. Fewer have no interval worth the name, and show what was seen.
Whatever gates asks for its interval itself, at 95 %, and never takes one from here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from coldwarm.stats.ranks import fewest_pairs
from coldwarm.stats.shift import ALPHA, log_ratios, paired_shift
from coldwarm.text.numbers import counted, percentage

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FEW_PAIRS_ALPHA = 0.0625
"""1 - the confidence that five pairs reach: two of the 32 ways in which their signs can fall."""


@dataclass(frozen=True)
class Range:
    """An estimate, and how far it goes. All None where nothing is known.

    Attributes:
        value: the estimate.
        low: lower end of the interval, or the smallest that was seen; None for a single round.
        high: upper end, or the largest that was seen.
        confidence: of the interval, such as 0.95; None where the ends are only what was seen.
        rounds: from how many rounds.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    rounds: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it has an interval of 95 %."""
        return self.confidence is not None and self.confidence >= 1 - ALPHA

    @property
    def basis(self) -> str:
        """What the ends are, in words: ``95 %``, ``range of 4 rounds``; empty without ends."""
        if self.low is None:
            return ""
        if self.confidence is not None:
            return percentage(self.confidence)
        return f"range of {counted(self.rounds, 'round')}"

    def exp(self) -> Self:
        """Return the range of a ratio, from that of its logarithm."""
        value, low, high = (
            None if each is None else math.exp(each) for each in (self.value, self.low, self.high)
        )
        return replace(self, value=value, low=low, high=high)


def told_alpha(pairs: int) -> float | None:
    """Return 1 - the confidence of the interval that is told of so many pairs; None for a range."""
    return next((alpha for alpha in (ALPHA, FEW_PAIRS_ALPHA) if pairs >= fewest_pairs(alpha)), None)


def shift_range(differences: ArrayLike) -> Range:
    """Return the centre of paired differences (or log-ratios), and how far it goes.

    Raises:
        ValueError: if there are none, or some are not finite.
    """
    shift = paired_shift(differences)
    alpha = told_alpha(shift.n)
    if alpha is not None:
        return Range(shift.value, *shift.interval(alpha), 1 - alpha, shift.n)
    if shift.n == 1:
        return Range(shift.value, rounds=1)
    smallest, largest = float(shift.candidates[0]), float(shift.candidates[-1])
    return Range(shift.value, smallest, largest, None, shift.n)


def ratio_range(numerator: ArrayLike, denominator: ArrayLike) -> Range:
    """Return numerator / denominator of pairs, such as a speedup, and how far it goes.

    Raises:
        ValueError: if a value is not above zero, or if they do not make pairs.
    """
    return shift_range(log_ratios(numerator, denominator)).exp()
