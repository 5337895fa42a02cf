"""Null distributions of Wilcoxon's signed-rank and Mann and Whitney's U statistic.

Exact where samples are few, else the normal approximation with continuity correction.
Everything a test or an interval needs is one array, the lower tail: both distributions
are symmetric.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_PAIRS = 100
"""Up to so many pairs the signed-rank distribution is exact; `measure.stopping` says the same."""

EXACT_PRODUCT = 3600
"""Mann-Whitney is exact while the product of both sample sizes is not above this (60 x 60)."""


@lru_cache(maxsize=64)
def signed_rank_tails(n: int) -> NDArray[np.float64]:
    """Return P(T <= k) for k = 0 .. n(n+1)/2, T being the signed-rank sum of `n` pairs."""
    top = n * (n + 1) // 2
    if n > EXACT_PAIRS:
        return _normal_tails(top, math.sqrt(n * (n + 1) * (2 * n + 1) / 24))
    ways = np.zeros(top + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] = ways[rank:] + ways[:-rank]
    return _frozen(np.cumsum(ways) / 2.0**n)


@lru_cache(maxsize=64)
def mann_whitney_tails(n: int, m: int) -> NDArray[np.float64]:
    """Return P(U <= k) for k = 0 .. nm, U counting the pairs in which the second is larger."""
    top = n * m
    if top > EXACT_PRODUCT:
        return _normal_tails(top, math.sqrt(n * m * (n + m + 1) / 12))
    # ways[i][u]: orders of i values of one group and j of the other that give U = u. The
    # largest value is either one of the i, and beats all j, or one of the j.
    ways = np.zeros((n + 1, top + 1))
    ways[:, 0] = 1.0
    for j in range(1, m + 1):
        for i in range(1, n + 1):
            ways[i, j:] += ways[i - 1, :-j]
    return _frozen(np.cumsum(ways[n]) / math.comb(n + m, n))


def critical_rank(tails: NDArray[np.float64], alpha: float) -> int:
    """Return the largest k with 2 P(T <= k) <= alpha, or -1 if there is none."""
    return int(np.searchsorted(tails, alpha / 2, side="right")) - 1


def fewest_pairs(alpha: float) -> int:
    """Return how many pairs it takes before any result can reach the level `alpha`."""
    return math.ceil(math.log2(2 / alpha))


def fewest_per_group(alpha: float) -> int:
    """Return how many samples in each of two groups it takes to reach the level `alpha`."""
    n = 1
    while 2 / math.comb(2 * n, n) > alpha:
        n += 1
    return n


def _normal_tails(top: int, sd: float) -> NDArray[np.float64]:
    """Return the normal lower tail with continuity correction.

    Ties would shrink the variance; leaving that out errs towards "not significant".
    """
    return _frozen(ndtr((np.arange(top + 1) + 0.5 - top / 2) / sd))


def _frozen(tails: NDArray[np.float64]) -> NDArray[np.float64]:
    tails.flags.writeable = False
    return tails
