from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from coldwarm.stats.trend import spearman_drift


def test_many_values_as_scipy_has_it() -> None:
    x = np.arange(30) * 0.1 + np.random.default_rng(1).normal(size=30)
    by_scipy = stats.spearmanr(np.arange(30), x)
    drift = spearman_drift(x)
    assert (drift.rho, drift.p) == pytest.approx((by_scipy.statistic, by_scipy.pvalue))
    assert drift.n == 30


def test_three_in_order_prove_nothing() -> None:
    # scipy's formula says p = 0.
    drift = spearman_drift([1.0, 2.0, 3.0])
    assert drift.rho == pytest.approx(1)
    assert drift.p == pytest.approx(2 / 6)


@pytest.mark.parametrize("x", [[3.0, 1.0, 4.0, 1.0, 5.0], [2.0, 7.0, 1.0, 8.0, 2.5, 9.0, 10.0]])
def test_few_values_are_enumerated_ties_included(x: list[float]) -> None:
    ranks = stats.rankdata(x)
    rhos = [np.corrcoef(order, ranks)[0, 1] for order in permutations(range(len(x)))]
    drift = spearman_drift(x)
    assert drift.p == pytest.approx(np.mean(np.abs(rhos) >= abs(drift.rho) - 1e-12))


def test_nine_in_order_are_as_likely_as_their_permutations_say() -> None:
    assert spearman_drift(np.arange(9)).p == pytest.approx(2 / 362880)


def test_falling_is_negative() -> None:
    assert spearman_drift(np.arange(20)[::-1]).rho == pytest.approx(-1)


@pytest.mark.parametrize("x", [[4.0], [4.0] * 5, [4.0] * 40])
def test_equal_values_do_not_drift(x: list[float]) -> None:
    drift = spearman_drift(x)
    assert (drift.rho, drift.p, drift.n) == (0, 1, len(x))


def test_two_values_prove_nothing() -> None:
    assert spearman_drift([1.0, 2.0]).p == 1


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 2 values are not finite"):
        spearman_drift([1.0, float("nan")])
