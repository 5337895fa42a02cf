"""Did a measurement drift in the course of a run? Spearman's rank correlation with the order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from coldwarm.stats.shift import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

EXACT_VALUES = 8
"""Up to so many values all orders are tried: the usual formula gives p = 0 for three in order."""


@dataclass(frozen=True)
class Drift:
    """How a value went along with the order in which it was measured.

    Attributes:
        rho: Spearman's rank correlation, -1 (ever falling) to 1 (ever rising).
        p: two-sided, of no monotonic trend.
        n: how many values.
    """

    rho: float
    p: float
    n: int


def spearman_drift(values: ArrayLike) -> Drift:
    """Correlate `values`, in the order in which they were measured, with that order."""
    x = checked(values, "values")
    n = x.size
    if np.all(x == x[0]):
        return Drift(0.0, 1.0, n)
    ranks = stats.rankdata(x)
    order = np.arange(n)
    rho = float(np.corrcoef(order, ranks)[0, 1])
    if n <= EXACT_VALUES:
        # The sum of products orders the permutations as rho does, and has no rounding.
        seen = abs((order - order.mean()) @ ranks)
        return Drift(rho, float(np.mean(np.abs(_all_orders(n) @ ranks) >= seen - 1e-9)), n)
    p = float(stats.spearmanr(order, x).pvalue)
    return Drift(rho, max(p, 2 / math.factorial(n)), n)


@lru_cache(maxsize=EXACT_VALUES)
def _all_orders(n: int) -> NDArray[np.float64]:
    return np.array(list(permutations(np.arange(n) - (n - 1) / 2)))
