"""Is one more value like those before it? A run against the runs in its history.

Runs differ by more than their samples show: the machine is another one each time. So what
counts as one value here is a whole run, and what it may be is predicted from earlier runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtr, stdtrit

from coldwarm.stats.shift import ALPHA, Estimate, checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FEWEST_RUNS = 10
"""From so many runs on their spread is known well enough: with ten, the predicted range is 15 %
wider than if it were known exactly; with five it is 40 % wider, with three twice as wide."""


@dataclass(frozen=True)
class Novelty:
    """How far a new value is from earlier ones, with Student's prediction interval.

    Attributes:
        value: the new value minus the mean of the earlier ones.
        sd: standard deviation of such a difference if nothing changed.
        n: how many earlier values there are.
    """

    value: float
    sd: float
    n: int

    def p(self, null: float = 0.0) -> float:
        """Return the two-sided p value of the hypothesis that the shift is `null`."""
        distance = abs(self.value - null)
        if self.sd == 0:
            return 1.0 if distance == 0 else 0.0
        return 2 * float(stdtr(self.n - 1, -distance / self.sd))

    def p_beyond(self, margin: float) -> float:
        """Return the p value of the hypothesis that the shift is at most `margin` either way."""
        if abs(self.value) <= margin:
            return 1.0
        return self.p(math.copysign(margin, self.value))

    def interval(self, alpha: float = ALPHA) -> tuple[float, float]:
        """Return every shift that p does not reject at `alpha`."""
        reach = float(stdtrit(self.n - 1, 1 - alpha / 2)) * self.sd
        return self.value - reach, self.value + reach

    def estimate(self, alpha: float = ALPHA) -> Estimate:
        """Return estimate, interval at `alpha` and p of no shift."""
        low, high = self.interval(alpha)
        return Estimate(self.value, low, high, self.p(), self.n, 1, alpha)


def novelty(earlier: ArrayLike, now: float) -> Novelty:
    """Compare one value with earlier ones.

    Raises:
        ValueError: with fewer than two earlier values, or where one is not finite.
    """
    past = checked(earlier, "earlier values")
    new = checked([now], "new value")[0]
    if past.size < 2:  # noqa: PLR2004 - one value has no spread
        msg = f"earlier values: {past.size} has no spread; at least 2 are needed"
        raise ValueError(msg)
    spread = float(np.std(past, ddof=1)) * math.sqrt(1 + 1 / past.size)
    return Novelty(float(new - past.mean()), spread, past.size)
