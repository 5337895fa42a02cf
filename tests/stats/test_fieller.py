from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats
from simulated_starts import neighbouring_starts

from coldwarm.stats.fieller import EVERYTHING, break_even, fieller

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from coldwarm.stats.fieller import Intervals


def passes(
    numerator: NDArray[np.float64],
    denominator: NDArray[np.float64],
    ratio: float,
    alpha: float = 0.05,
) -> bool:
    return bool(stats.ttest_1samp(numerator - ratio * denominator, 0).pvalue >= alpha)


@pytest.mark.parametrize("gain", [3.0, 0.6, 0.2, -0.7, 0.0])
@pytest.mark.parametrize("tax", [5.0, 0.3, 0.0])
def test_the_set_is_what_the_t_test_lets_pass(gain: list[float], tax: list[float]) -> None:
    rng = np.random.default_rng(11)
    noise = rng.normal(size=(2, 15))
    a, d = tax + noise[0], gain + 0.5 * noise[0] + noise[1]
    intervals = fieller(a, d)
    for ratio in np.concatenate([np.linspace(-12, 12, 49), [-1e6, 1e6]]):
        inside = any(low <= ratio <= high for low, high in intervals)
        assert inside == passes(a, d, ratio), ratio


def test_a_clear_gain_gives_one_finite_interval() -> None:
    rng = np.random.default_rng(2)
    ((low, high),) = fieller(rng.normal(80, 10, 20), rng.normal(200, 10, 20))
    assert low < 0.4 < high < 0.5


def test_a_gain_that_may_be_zero_gives_all_but_a_gap() -> None:
    rng = np.random.default_rng(2)
    (left, right) = fieller(rng.normal(80, 5, 20), rng.normal(1, 10, 20))
    assert left[0] == -math.inf
    assert right[1] == math.inf
    assert left[1] < right[0]


def test_nothing_is_known_of_two_differences_that_may_both_be_zero() -> None:
    rng = np.random.default_rng(3)
    assert fieller(rng.normal(0, 5, 10), rng.normal(0, 5, 10)) == EVERYTHING


@pytest.mark.parametrize(
    ("tax", "gain", "expected"),
    [
        ([80.0] * 8, [200.0] * 8, ((0.4, 0.4),)),
        ([80.0] * 8, [0.0] * 8, ()),
        ([0.0] * 8, [0.0] * 8, EVERYTHING),
        ([80.0], [200.0], EVERYTHING),
    ],
)
def test_samples_without_spread(tax: list[float], gain: list[float], expected: Intervals) -> None:
    assert fieller(tax, gain) == expected


def test_break_even_of_a_cache_that_pays_back() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 398.0])
    result = break_even(u, u + np.array([80, 85, 75, 80, 90, 70, 82, 78]), u * 0.4)
    assert result.bounded
    assert result.value == pytest.approx(result.tax / result.gain)
    assert result.value == pytest.approx(80 / 241.5, rel=0.01)
    assert result.n == 8
    assert result.sentence == "0.3 warm starts (0.3 to 0.4)"


def test_one_slow_start_does_not_turn_the_tax_round() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 1400.0])
    result = break_even(u, np.array([460, 470, 455, 485, 450, 470, 463, 465.0]), u * 0.4)
    assert result.tax > 0
    assert result.value == pytest.approx(result.tax / result.gain)


def test_break_even_that_takes_many_starts_has_no_decimals() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 398.0])
    result = break_even(u, u + 500, u - 10)
    assert result.sentence == "50 warm starts (50 to 50)"


def test_a_cold_start_that_costs_nothing_pays_at_once() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 398.0])
    assert break_even(u, u - 20, u - 200).sentence.startswith("at once")


def test_warm_starts_that_are_slower_never_pay() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 398.0])
    result = break_even(u, u + 50, u + 30)
    assert result.value is None
    assert result.sentence.startswith("never")


def test_warm_starts_that_are_exactly_as_fast_never_pay() -> None:
    u = np.array([400, 410, 390, 420, 395, 405, 402, 398.0])
    assert break_even(u, u + 50, u).sentence.startswith("never")


def test_a_gain_lost_in_noise_is_said() -> None:
    rng = np.random.default_rng(1)
    u = rng.normal(400, 40, 12)
    result = break_even(u, u + 80, rng.normal(398, 40, 12))
    assert not result.bounded
    assert result.sentence == ("not known: the 95 % interval is unbounded, the gain may be zero")


@pytest.mark.parametrize("n", [1, 2, 5])
def test_too_few_rounds_have_no_interval_even_if_they_agree(n: int) -> None:
    result = break_even([400.0] * n, [480.0] * n, [160.0] * n)
    assert result.intervals == EVERYTHING
    assert result.value == pytest.approx(80 / 240)
    assert result.sentence == (f"not known: too few rounds, {n} of the 6 that an interval needs")


def test_five_rounds_have_an_interval_of_less_confidence() -> None:
    u = np.array([400, 410, 390, 420, 395.0])
    sentence = break_even(u, u + 80, u - [240, 250, 230, 245, 235], alpha=0.0625).sentence
    assert sentence.startswith("0.3 warm starts (0.3 to 0.")
    assert sentence.endswith(", 93.75 %)")


@pytest.mark.parametrize(
    ("gains", "interval", "sentence"),
    [
        ([200.0], (0.4, 0.4), "0.4 warm starts (seen in 1 round)"),
        ([200.0, 80.0, 160.0], (0.4, 1.0), "0.5 warm starts (range of 3 rounds: 0.4 to 1.0)"),
        (
            [200.0, -80.0, 160.0],
            EVERYTHING[0],
            "not known: of 3 rounds, some had no faster warm start",
        ),
    ],
)
def test_without_a_confidence_level_the_range_seen_is_told(
    gains: list[float], interval: tuple[float, float], sentence: str
) -> None:
    u = np.full(len(gains), 400.0)
    result = break_even(u, u + 80, u - gains, alpha=None)
    assert result.intervals == (pytest.approx(interval),)
    assert result.sentence == sentence


def test_unequal_numbers_of_starts_are_refused() -> None:
    with pytest.raises(ValueError, match="2 uncached, 2 cold and 1 warm starts do not make rounds"):
        break_even([1, 2], [1, 2], [1])


def test_a_missing_time_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^cold: 1 of 2 values are not finite"):
        break_even([1, 2], [1, math.nan], [1, 2])


def test_the_interval_holds_the_truth_on_noise_as_measured() -> None:
    starts = neighbouring_starts(np.random.default_rng(5), (400.0, 480.0, 165.0), (600, 20))
    truth = 80 / 235
    held = [any(low <= truth <= high for low, high in break_even(*x.T).intervals) for x in starts]
    assert np.mean(held) >= 0.93
