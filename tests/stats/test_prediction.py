from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from coldwarm.stats.decision import decide_beyond
from coldwarm.stats.prediction import FEWEST_RUNS, novelty

PAST = [5.1, 5.0, 4.9, 5.2, 4.8, 5.05, 4.95, 5.15, 4.85, 5.0]


def test_the_interval_is_students_prediction_interval() -> None:
    found = novelty(PAST, 5.3)
    reach = stats.t.ppf(0.975, 9) * np.std(PAST, ddof=1) * math.sqrt(1 + 1 / 10)
    middle = 5.3 - np.mean(PAST)
    assert found.interval(0.05) == pytest.approx((middle - reach, middle + reach))


def test_p_is_that_of_a_t_test_of_one_more_value() -> None:
    # Two samples with common variance, one of them of size one: the textbook t test.
    found = novelty(PAST, 5.3)
    expected = stats.ttest_ind([5.3], PAST)
    assert found.p() == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("alpha", [0.2, 0.05, 0.001])
def test_p_and_interval_agree(alpha: float) -> None:
    found = novelty(PAST, 5.3)
    low, _ = found.interval(alpha)
    assert found.p(low) == pytest.approx(alpha)


def test_a_shift_within_the_margin_has_p_one() -> None:
    found = novelty(PAST, 5.05)
    assert found.p_beyond(0.1) == 1
    assert novelty(PAST, 5.8).p_beyond(0.1) == pytest.approx(novelty(PAST, 5.8).p(0.1))
    assert novelty(PAST, 4.2).p_beyond(0.1) == pytest.approx(novelty(PAST, 4.2).p(-0.1))


def test_equal_values_predict_themselves_and_nothing_else() -> None:
    assert novelty([2.0] * 10, 2.0).p() == 1
    assert novelty([2.0] * 10, 2.1).p() == 0


@pytest.mark.parametrize(("past", "now"), [([1.0], 1.0), ([], 1.0), ([1.0, math.nan], 1.0)])
def test_without_a_spread_nothing_is_predicted(past: list[float], now: float) -> None:
    with pytest.raises(ValueError, match="earlier values"):
        novelty(past, now)


def test_covers_what_it_says() -> None:
    rng = np.random.default_rng(7)
    runs = rng.normal(size=(4000, FEWEST_RUNS + 1))
    inside = [low <= 0 <= high for low, high in (novelty(r[:-1], r[-1]).interval() for r in runs)]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.012)


def test_decides_by_the_rule_for_two_runs() -> None:
    family = {"slow": novelty(PAST, 6.0), "same": novelty(PAST, 5.0), "fast": novelty(PAST, 4.0)}
    found = decide_beyond(family, threshold=0.1)
    assert [found[key].verdict for key in family] == ["slower", "inconclusive", "faster"]
    assert found["slow"].adjusted.p == pytest.approx(
        3 * family["slow"].p_beyond(math.log(1.1)), rel=0.5
    )
