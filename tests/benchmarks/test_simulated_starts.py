from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from simulated_starts import (
    MEASURED,
    Noise,
    log_speedups,
    neighbouring_starts,
    paired_log_ratios,
)

QUIET = Noise(pair_sd=0.0, outlier_share=0.0, drift=1.0, between_runs_sd=0.0)


def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def test_without_noise_every_start_takes_its_time() -> None:
    starts = neighbouring_starts(rng(), (400.0, 160.0), (2, 3), QUIET)
    assert starts.shape == (2, 3, 2)
    assert np.all(starts == [400.0, 160.0])


def test_neighbours_differ_by_the_given_spread() -> None:
    ratios = paired_log_ratios(rng(), (200, 500), replace(MEASURED, outlier_share=0.0))
    assert np.std(ratios) == pytest.approx(0.13, rel=0.01)
    assert np.mean(ratios) == pytest.approx(0, abs=0.001)


def test_outliers_are_as_many_and_as_slow_as_said() -> None:
    starts = neighbouring_starts(rng(), (1.0,), (200, 500), replace(QUIET, outlier_share=0.03))
    slow = starts[starts > 1]
    assert slow.size / starts.size == pytest.approx(0.03, rel=0.05)
    assert 1.3 <= slow.min() < 1.32
    assert 2.98 < slow.max() <= 3.0


def test_the_machine_wanders_within_its_range_and_a_block_shares_its_speed() -> None:
    starts = neighbouring_starts(rng(), (1.0, 1.0), (50, 100), replace(QUIET, drift=1.8))
    assert np.array_equal(starts[..., 0], starts[..., 1])
    assert starts.min() >= 1
    assert 1.75 < starts.max() <= 1.8
    here, there = np.log(starts[:, :-1, 0]).ravel(), np.log(starts[:, 1:, 0]).ravel()
    assert 0.2 < np.corrcoef(here, there)[0, 1] < 0.9


def test_a_run_has_a_level_of_its_own() -> None:
    speedups = log_speedups(rng(), (4000, 5), 2.5, replace(QUIET, between_runs_sd=0.03))
    assert np.all(np.ptp(speedups, axis=1) < 1e-12)
    assert np.std(speedups[:, 0]) == pytest.approx(0.03, rel=0.05)
    assert np.mean(speedups[:, 0]) == pytest.approx(np.log(2.5), abs=0.002)


def test_the_same_seed_gives_the_same_starts() -> None:
    once, again = (neighbouring_starts(rng(), (1.0, 2.0), (5, 6)) for _ in range(2))
    assert np.array_equal(once, again)
