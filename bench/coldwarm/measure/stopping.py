"""When a case has been measured often enough: the sampling rule, in plain Python.

A case is settled when the interval of its speedup is as narrow as the experiment asks:
the Hodges-Lehmann interval, inverted from the exact signed-rank distribution, looked at
only after 12, 18, 24 ... rounds. Never the effect, never a p value: looking at those
would make chance findings out of patience. `stats.shift` gives the same interval to
those who may import numpy; the process that measures may not.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_LOOK = 12
STEP = 6

ALPHA = 0.05
EXACT_PAIRS = 100
"""As in `stats.ranks`: beyond it, the normal approximation with continuity correction."""


def settled(log_ratios: Sequence[float], precision: float) -> bool:
    """Whether the speedup's interval is as narrow as `precision` (0.05 is 5 %).

    `log_ratios` are log(uncached / warm) of the case's rounds in the order measured. Only
    the first 12, 18, 24 ... of them are looked at, as many as there are.
    """
    return len(log_ratios) >= FIRST_LOOK and half_width(looked_at(log_ratios)) <= precision


def looked_at(log_ratios: Sequence[float]) -> Sequence[float]:
    """Return the first 12, 18, 24 ... values, as many as there are; all of fewer than 12."""
    looks = max(0, len(log_ratios) - FIRST_LOOK) // STEP
    return log_ratios[: FIRST_LOOK + looks * STEP]


def half_width(log_ratios: Sequence[float]) -> float:
    """Return half the width of the 95 % interval as a fraction: 0.05 is "give or take 5 %".

    Infinite with fewer than six values.

    Raises:
        ValueError: if a value is not finite.
    """
    if not all(map(math.isfinite, log_ratios)):
        msg = "log ratios: some values are not finite numbers"
        raise ValueError(msg)
    k = _critical_rank(len(log_ratios))
    if k < 0:
        return math.inf
    averages = sorted(0.5 * x + 0.5 * y for i, x in enumerate(log_ratios) for y in log_ratios[i:])
    return math.expm1((averages[-1 - k] - averages[k]) / 2)


def rounds_wanted(log_ratios: Sequence[float], precision: float) -> int | None:
    """Return about how many rounds it takes until the case is settled, None if unknown.

    The width shrinks with the square root of the number of rounds.
    """
    looked = looked_at(log_ratios)
    now = half_width(looked)
    if math.isinf(now):
        return None
    rounds = len(looked) * (math.log1p(now) / math.log1p(precision)) ** 2
    return max(FIRST_LOOK, STEP * math.ceil(rounds / STEP))


@lru_cache(maxsize=256)
def _critical_rank(n: int) -> int:
    """Return the largest k for which P(T <= k) of the signed-rank sum is at most 2.5 %, or -1."""
    top = n * (n + 1) // 2
    if n > EXACT_PAIRS:
        sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return math.floor(top / 2 - 0.5 + sd * NormalDist().inv_cdf(ALPHA / 2))
    ways = [1] + [0] * top
    for rank in range(1, n + 1):
        for total in range(rank * (rank + 1) // 2, rank - 1, -1):
            ways[total] += ways[total - rank]
    allowed = ALPHA / 2 * 2**n
    k, below = -1, 0
    while below + ways[k + 1] <= allowed:
        k += 1
        below += ways[k]
    return k
