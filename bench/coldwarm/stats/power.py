"""How small a change a gate can see, and how many rounds that takes.

Adding an effect to a sample shifts every Walsh average, or every difference, by as much.
So each simulated sample has one smallest effect at which the gate fires, and a few
thousand of these limits are the whole power curve.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.stats.decision import PAIRED_THRESHOLD, UNPAIRED_THRESHOLD, K, decide_paired
from coldwarm.stats.ranks import critical_rank, mann_whitney_tails, signed_rank_tails
from coldwarm.stats.shift import ALPHA, checked, differences_between, walsh_averages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]
    """Returns log-ratios without any effect: (repetitions, rounds)."""

BETWEEN_RUNS_SD = 0.03
"""Standard deviation of what a whole run adds to a case's log speedup, as measured with resnet50
on a shared two-core machine."""

CHUNK = 2_000_000
"""Numbers sorted at a time, to keep memory small."""

WANTED_POWER = 0.8
"""Of comparisons in which a change is there, the share that shall find it, as is customary."""


def paired_limits(
    noise: NDArray[np.float64], *, tests: int = 1, threshold: float = PAIRED_THRESHOLD
) -> NDArray[np.float64]:
    """Return for each row of paired log-ratios the ratio from which on a slowdown is flagged.

    `tests` is the size of the family; the level is Holm's first and sternest.
    """
    k = critical_rank(signed_rank_tails(noise.shape[-1]), ALPHA / tests)
    margin = math.log1p(threshold)

    def limit(candidates: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.maximum(-candidates[:, k], margin - np.median(candidates, axis=1))

    return _limits(noise, k, lambda rows: limit(np.sort(walsh_averages(rows), axis=1)))


def unpaired_limits(
    base: NDArray[np.float64],
    head: NDArray[np.float64],
    *,
    tests: int = 1,
    threshold: float = UNPAIRED_THRESHOLD,
) -> NDArray[np.float64]:
    """Return for each row of two runs' logarithms the ratio from which on it is flagged."""
    n, m = base.shape[-1], head.shape[-1]
    k = critical_rank(mann_whitney_tails(n, m), ALPHA / tests)
    margin = math.log1p(threshold)

    def limit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        candidates = differences_between(rows[:, :n], rows[:, n:])
        return margin - np.partition(candidates, k, axis=1)[:, k]

    return _limits(np.concatenate([base, head], axis=1), k, limit)


def power(limits: NDArray[np.float64], effect: float) -> float:
    """Return the share of samples in which a change of `effect` (0.1 is +10 %) is flagged."""
    return float(np.mean(limits < 1 + effect))


def smallest_effect(limits: NDArray[np.float64], *, wanted: float = WANTED_POWER) -> float:
    """Return the smallest change that is flagged with probability `wanted`, as a fraction.

    Infinite if the samples are too few to flag anything.
    """
    return float(np.quantile(limits, wanted, method="inverted_cdf")) - 1


def rounds_needed(
    effect: float,
    draw: Draw,
    *,
    tests: int = 1,
    threshold: float = PAIRED_THRESHOLD,
    wanted: float = WANTED_POWER,
    most: int = 240,
    repetitions: int = 1000,
    seed: int = 1,
) -> int | None:
    """Return how many paired rounds it takes to flag `effect` with probability `wanted`.

    In steps of 6, as rounds are sampled; None if `most` do not suffice, as they never do
    for an effect that is not above the threshold.
    """

    def suffices(rounds: int) -> bool:
        noise = draw(np.random.default_rng([seed, rounds]), (repetitions, rounds))
        return power(paired_limits(noise, tests=tests, threshold=threshold), effect) >= wanted

    low, high = 1, most // 6
    if effect <= threshold or not suffices(6 * high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(6 * middle) else (middle + 1, high)
    return 6 * low


def resampler(log_ratios: ArrayLike) -> Draw:
    """Return a source of noise like that of a measured comparison of a thing with itself.

    Values are drawn again with random signs: which of two equal things comes first is arbitrary.
    """
    x = checked(log_ratios, "log ratios")

    def draw(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
        return np.asarray(rng.choice(x, size=shape) * rng.choice([-1.0, 1.0], size=shape))

    return draw


def false_alarm_rate(
    log_ratios: Mapping[K, ArrayLike],
    *,
    threshold: float = PAIRED_THRESHOLD,
    repetitions: int = 1000,
    seed: int = 1,
) -> float:
    """Return how often the paired gate would fire on a comparison of things with themselves.

    Resampled from a measured one, all its cases together, with as many rounds.
    """
    rng = np.random.default_rng(seed)
    draws = {
        key: resampler(x)(rng, (repetitions, np.size(np.asarray(x))))
        for key, x in log_ratios.items()
    }
    alarms = 0
    for row in range(repetitions):
        decisions = decide_paired({key: x[row] for key, x in draws.items()}, threshold=threshold)
        alarms += any(decision.flagged for decision in decisions.values())
    return alarms / repetitions


def _limits(
    rows: NDArray[np.float64],
    k: int,
    limit: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Apply `limit` in chunks and return ratios; infinite where the level is out of reach."""
    if k < 0:
        return np.full(len(rows), np.inf)
    width = rows.shape[1] ** 2
    step = max(1, CHUNK // width)
    chunks = [limit(rows[at : at + step]) for at in range(0, len(rows), step)]
    return np.asarray(np.exp(np.concatenate(chunks)))
