"""What a comparison could have seen: too few samples for the matrix are said, not hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.stats.power import (
    BETWEEN_RUNS_SD,
    WANTED_POWER,
    paired_limits,
    resampler,
    smallest_effect,
    unpaired_limits,
)
from coldwarm.text.numbers import counted, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

REPETITIONS = 1000
SEED = 1


def paired_sight(ratios: Sequence[NDArray[np.float64]], *, tests: int, threshold: float) -> str:
    """Return the smallest slowdown that pairs with this noise would have shown.

    Args:
        ratios: log-ratios of the compared cases, one array each.
        tests: size of the family.
        threshold: the smallest change that counts.
    """
    if not ratios:
        return ""
    pairs = round(float(np.median([len(values) for values in ratios])))
    draw = resampler(_residuals(ratios))
    noise = draw(np.random.default_rng(SEED), (REPETITIONS, pairs))
    limits = paired_limits(noise, tests=tests, threshold=threshold)
    smallest = smallest_effect(limits)
    return _sentence(smallest, f"{pairs} pairs per case", tests, "slowdown")


def unpaired_sight(
    base: Sequence[NDArray[np.float64]],
    head: Sequence[NDArray[np.float64]],
    *,
    tests: int,
    threshold: float,
) -> str:
    """Return the smallest loss of speedup that two runs with this noise would have shown.

    To the noise inside the runs comes what every run adds of its own, which two cannot tell.
    """
    if not base or not head:
        return ""
    draw = resampler(_residuals([*base, *head]))
    rng = np.random.default_rng(SEED)
    counts = [round(float(np.median([len(values) for values in side]))) for side in (base, head)]
    one, other = (
        draw(rng, (REPETITIONS, count)) + rng.normal(0.0, BETWEEN_RUNS_SD, (REPETITIONS, 1))
        for count in counts
    )
    limits = unpaired_limits(one, other, tests=tests, threshold=threshold)
    words = f"{counts[0]} and {counts[1]} rounds per case"
    fall = 1 - 1 / (1 + smallest_effect(limits))
    return _sentence(fall if fall < 1 else np.inf, words, tests, "fall of the speedup")


def _residuals(samples: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([values - np.median(values) for values in samples])


def _sentence(smallest: float, samples: str, tests: int, what: str) -> str:
    family = counted(tests, "test")
    if not np.isfinite(smallest):
        return (
            f"{samples} are too few for {family}: no change of times is distinguishable from "
            "noise, however large; verdicts, bytes and answers were compared all the same"
        )
    return (
        f"Minimum detectable {what} ({percent(WANTED_POWER)} power): {100 * smallest:.0f} %, with "
        f"{samples} and {family}"
    )
