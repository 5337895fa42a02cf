"""What an A/A run says about the gate: how often it cries wolf, and what it can see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis.host_match import label_of
from coldwarm.analysis.metrics import DECIDING, METRICS
from coldwarm.compare.paired import Neighbours
from coldwarm.noise.twins import twins
from coldwarm.stats.decision import PAIRED_THRESHOLD, decide_paired
from coldwarm.stats.power import (
    false_alarm_rate,
    paired_limits,
    resampler,
    rounds_needed,
    smallest_effect,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from coldwarm.run.store import Run

EFFECTS = (0.05, 0.10, 0.20)
MOST_ROUNDS = 120
REPETITIONS = 1000
REPETITIONS_PER_STEP = 400
"""Enough to tell the number of rounds to a step of six; each case and effect takes about ten."""

MAD_TO_SD = 1.4826
"""Turns a median absolute deviation into the standard deviation of a normal distribution."""


@dataclass(frozen=True)
class MetricNoise:
    """What the twins of one case say about one time.

    Attributes:
        name: readable name of the case.
        metric: name of the time.
        pairs: pairs of neighbouring twins.
        spread: robust standard deviation of the log-ratio of two twins, about a fraction.
        flagged: whether the gate fired on these twins: a false alarm.
        smallest: minimum detectable slowdown from as many pairs, as a fraction; None if there are
            too few to detect any.
        rounds: slowdown to the rounds that detect it with `WANTED_POWER`; None for more than
            `MOST_ROUNDS`.
    """

    name: str
    metric: str
    pairs: int
    spread: float | None
    flagged: bool = False
    smallest: float | None = None
    rounds: tuple[tuple[float, int | None], ...] = ()


@dataclass(frozen=True)
class NoiseReport:
    """What an A/A run says.

    Attributes:
        run_id: the run.
        host: short name of the host.
        tests: size of the family: cases and deciding times that have pairs.
        threshold: the smallest change that counts, as a fraction.
        false_alarms: share of resampled comparisons of equals in which the gate fires.
        cases: what was found, case by case and time by time.
    """

    run_id: str
    host: str | None
    tests: int
    threshold: float
    false_alarms: float | None
    cases: tuple[MetricNoise, ...]


def examine(
    run: Run,
    *,
    threshold: float = PAIRED_THRESHOLD,
    deciding: Sequence[str] = DECIDING,
    effects: Sequence[float] = EFFECTS,
) -> NoiseReport:
    """Return what an A/A run says about the gate of paired comparisons.

    Args:
        run: made from an experiment that was planned `twice`.
        threshold: the smallest change that counts, as a fraction.
        deciding: names of the times that decide.
        effects: slowdowns for which the rounds are wanted.

    Raises:
        ComparisonError: when the run is empty or was not measured twice.
    """
    ratios = {
        (match.name, name): Neighbours(match.base, match.head).log_ratios(METRICS[name])
        for match in twins(run)
        for name in deciding
    }
    known = {key: values for key, values in ratios.items() if values.size}
    decisions = decide_paired(known, threshold=threshold)
    return NoiseReport(
        run_id=run.run_id,
        host=label_of(run.header),
        tests=len(known),
        threshold=threshold,
        false_alarms=(
            false_alarm_rate(known, threshold=threshold, repetitions=REPETITIONS) if known else None
        ),
        cases=tuple(
            _noise(*key, values, len(known), threshold, effects, flagged=decisions[key].flagged)
            if key in known
            else MetricNoise(*key, pairs=0, spread=None)
            for key, values in ratios.items()
        ),
    )


def _noise(
    name: str,
    metric: str,
    values: NDArray[np.float64],
    tests: int,
    threshold: float,
    effects: Sequence[float],
    *,
    flagged: bool,
) -> MetricNoise:
    draw = resampler(values)
    noise = draw(np.random.default_rng(1), (REPETITIONS, len(values)))
    limits = paired_limits(noise, tests=tests, threshold=threshold)
    smallest = smallest_effect(limits)
    rounds = tuple(
        (
            effect,
            rounds_needed(
                effect,
                draw,
                tests=tests,
                threshold=needed_threshold(effect, threshold),
                most=MOST_ROUNDS,
                repetitions=REPETITIONS_PER_STEP,
            ),
        )
        for effect in effects
    )
    spread = MAD_TO_SD * float(np.median(np.abs(values)))
    finite = smallest if math.isfinite(smallest) else None
    return MetricNoise(name, metric, len(values), spread, flagged, finite, rounds)


def needed_threshold(effect: float, threshold: float) -> float:
    """Return the threshold with which an effect can be found: one half of a small effect.

    A change that is no larger than the threshold is flagged half of the time at most.
    """
    return threshold if effect > threshold else effect / 2
