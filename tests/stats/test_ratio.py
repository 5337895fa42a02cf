from __future__ import annotations

import math

import numpy as np
import pytest

from coldwarm.stats.shift import log_ratios, logs, paired_ratio, unpaired_ratio


def test_a_constant_speedup_survives_a_machine_that_changes_speed() -> None:
    warm = np.array([100, 180, 120, 90, 150, 130, 110.0])
    estimate = paired_ratio(2.5 * warm, warm)
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((2.5, 2.5, 2.5))


def test_the_inverse_ratio_has_the_inverse_interval() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.lognormal(1, 0.2, 12), rng.lognormal(0, 0.2, 12)
    for estimate_of in (paired_ratio, unpaired_ratio):
        there, back = estimate_of(x, y), estimate_of(y, x)
        assert (back.value, back.low, back.high) == pytest.approx(
            (1 / there.value, 1 / there.high, 1 / there.low)
        )


def test_unpaired_is_head_over_base() -> None:
    assert unpaired_ratio([1, 1, 1, 1], [3, 3, 3, 3]).value == pytest.approx(3)


def test_a_level_can_be_asked_for() -> None:
    x = np.geomspace(1, 2, 12)
    assert paired_ratio(x, np.ones(12), alpha=0.01).high > paired_ratio(x, np.ones(12)).high


def test_too_few_pairs_bound_nothing() -> None:
    estimate = paired_ratio([2, 2], [1, 1])
    assert (estimate.low, estimate.high) == (0, math.inf)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_a_ratio_of_what_is_not_positive_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match=r"^base: 1 of 2 values are not above zero"):
        logs([1.0, bad], "base")


def test_unequal_lengths_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="20 numerators and 21 denominators do not make pairs"):
        log_ratios(np.ones(20), np.ones(21))


def test_the_refused_side_is_named() -> None:
    with pytest.raises(ValueError, match=r"^denominator: there are no values"):
        log_ratios([1.0], [])
