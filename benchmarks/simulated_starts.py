"""Simulated starts whose noise is that of real ones: what the gates are judged on.

Seeded and pure. Times are in milliseconds of no particular model; only their noise matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.stats.power import BETWEEN_RUNS_SD

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Noise:
    """What disturbs starts, as measured with resnet50 on a shared two-core machine.

    Attributes:
        pair_sd: standard deviation of the log-ratio of two neighbouring starts, without outliers.
        outlier_share: share of starts that are slowed down by something else.
        outlier_low: by which factor at least.
        outlier_high: by which factor at most.
        drift: largest ratio between the machine's speeds in two blocks.
        drift_step: standard deviation of the change of log speed from one block to the next.
        between_runs_sd: standard deviation of what a whole run adds to a case's log speedup.
    """

    pair_sd: float = 0.13
    outlier_share: float = 0.03
    outlier_low: float = 1.3
    outlier_high: float = 3.0
    drift: float = 1.8
    drift_step: float = 0.2
    between_runs_sd: float = BETWEEN_RUNS_SD


MEASURED = Noise()


def neighbouring_starts(
    rng: np.random.Generator,
    times: tuple[float, ...],
    shape: tuple[int, ...],
    noise: Noise = MEASURED,
) -> NDArray[np.float64]:
    """Return start times of shape `shape` + one per entry of `times`.

    The last axis of `shape` are the blocks of a run in order: they share the machine's speed,
    which wanders between 1 and `drift`. The starts of one block are one each of `times`.
    """
    low, high = noise.outlier_low, noise.outlier_high
    size = (*shape, len(times))
    jitter = np.exp(rng.normal(0.0, noise.pair_sd / math.sqrt(2), size))
    hit = rng.random(size) < noise.outlier_share
    slowed = np.where(hit, rng.uniform(low, high, size), 1.0)
    speed = _wandering_speed(rng, shape, noise)[..., None]
    return np.asarray(times) * speed * jitter * slowed


def paired_log_ratios(
    rng: np.random.Generator, shape: tuple[int, ...], noise: Noise = MEASURED
) -> NDArray[np.float64]:
    """Return log-ratios of two neighbouring starts of the same thing, `shape` of them."""
    starts = np.log(neighbouring_starts(rng, (100.0, 100.0), shape, noise))
    return np.asarray(starts[..., 1] - starts[..., 0])


def log_speedups(
    rng: np.random.Generator, shape: tuple[int, ...], speedup: float = 2.5, noise: Noise = MEASURED
) -> NDArray[np.float64]:
    """Return log(uncached / warm) per round (last axis) of runs of cases (the axes before).

    Each run of a case has its own level, off the common `speedup` by `between_runs_sd`.
    """
    starts = np.log(neighbouring_starts(rng, (100.0 * speedup, 100.0), shape, noise))
    level = rng.normal(0.0, noise.between_runs_sd, (*shape[:-1], 1))
    return np.asarray(starts[..., 0] - starts[..., 1] + level)


def _wandering_speed(
    rng: np.random.Generator, shape: tuple[int, ...], noise: Noise
) -> NDArray[np.float64]:
    """Return a random walk of the logarithm, reflected at both ends, as factors."""
    span = math.log(noise.drift)
    if span == 0:
        return np.ones(shape)
    start = rng.uniform(0.0, span, (*shape[:-1], 1))
    steps = rng.normal(0.0, noise.drift_step, shape)
    walk = np.mod(start + np.cumsum(steps, axis=-1), 2 * span)
    return np.exp(np.minimum(walk, 2 * span - walk))
