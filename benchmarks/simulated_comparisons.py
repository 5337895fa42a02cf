"""Simulated comparisons with a known truth: how often is the gate wrong, how often right?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from simulated_starts import MEASURED, log_speedups, paired_log_ratios

from coldwarm.measure.stopping import FIRST_LOOK, STEP, settled
from coldwarm.stats.decision import decide_paired, decide_unpaired
from coldwarm.stats.shift import paired_shift


@dataclass(frozen=True)
class Trials:
    """What came of many simulated comparisons, in the first case of which a change was planted.

    Attributes:
        comparisons: how many.
        found: in how many the first case was flagged, in the right direction.
        others: in how many any other case was flagged.
        alarms: in how many any case was flagged, all of them false where nothing was planted.
    """

    comparisons: int
    found: int
    others: int
    alarms: int


@dataclass(frozen=True)
class Coverage:
    """How the speedup's interval fares when the sampling rule decides on its rounds.

    Attributes:
        cases: how many were simulated.
        covered: in how many the interval held the true speedup.
        settled: how many were settled in the end.
        median_rounds: how many rounds a case took.
    """

    cases: int
    covered: int
    settled: int
    median_rounds: float


def paired_trials(
    *, comparisons: int, cases: int, rounds: int, effect: float = 0.0, seed: int = 1
) -> Trials:
    """Compare pairs of neighbouring starts; `effect` (0.15 is 15 % slower) hits the first case."""
    rng = np.random.default_rng(seed)
    flags = np.zeros((comparisons, cases), dtype=np.int8)
    for row in flags:
        log_ratios = paired_log_ratios(rng, (cases, rounds))
        log_ratios[0] += math.log1p(effect)
        decisions = decide_paired(dict(enumerate(log_ratios)))
        row[:] = [_SIGNS[decision.verdict] for decision in decisions.values()]
    return _count(flags)


def unpaired_trials(
    *, comparisons: int, cases: int, rounds: int, effect: float = 0.0, seed: int = 1
) -> Trials:
    """Compare the speedups of two runs; in the second that of the first case is lower.

    `effect` is by how much the first run's is higher: 0.4 is 40 % of speedup.
    """
    rng = np.random.default_rng(seed)
    flags = np.zeros((comparisons, cases), dtype=np.int8)
    for row in flags:
        base, head = log_speedups(rng, (2, cases, rounds))
        head[0] -= math.log1p(effect)
        pairs = {case: (base[case], head[case]) for case in range(cases)}
        decisions = decide_unpaired(pairs, higher_is_better=range(cases))
        row[:] = [_SIGNS[decision.verdict] for decision in decisions.values()]
    return _count(flags)


def coverage_trials(
    *,
    cases: int,
    precision: float = 0.05,
    max_rounds: int = 60,
    speedup: float = 2.5,
    across_runs: bool = False,
    seed: int = 1,
) -> Coverage:
    """Measure cases until the sampling rule calls them settled, then look at their intervals.

    The truth is the speedup of the run at hand: what a whole run adds to it cannot be seen
    inside the run. With `across_runs` it is the speedup that many runs would agree on.
    """
    noise = MEASURED if across_runs else replace(MEASURED, between_runs_sd=0.0)
    samples = log_speedups(np.random.default_rng(seed), (cases, max_rounds), speedup, noise)
    took, covered, done = [], 0, 0
    for sample in samples:
        rounds = _rounds_taken(sample.tolist(), precision)
        low, high = paired_shift(sample[:rounds]).interval()
        covered += low <= math.log(speedup) <= high
        done += settled(sample[:rounds].tolist(), precision)
        took.append(rounds)
    return Coverage(cases, covered, done, float(np.median(took)))


_SIGNS = {"slower": 1, "faster": -1, "same": 0, "inconclusive": 0}


def _count(flags: np.ndarray) -> Trials:
    others = np.any(flags[:, 1:] != 0, axis=1)
    return Trials(
        comparisons=len(flags),
        found=int(np.count_nonzero(flags[:, 0] == _SIGNS["slower"])),
        others=int(np.count_nonzero(others)),
        alarms=int(np.count_nonzero(others | (flags[:, 0] != 0))),
    )


def _rounds_taken(log_ratios: list[float], precision: float) -> int:
    looks = range(FIRST_LOOK, len(log_ratios), STEP)
    return next((n for n in looks if settled(log_ratios[:n], precision)), len(log_ratios))
