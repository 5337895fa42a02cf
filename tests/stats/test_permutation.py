from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from coldwarm.stats.permutation import sign_flip_p


def test_few_pairs_are_enumerated() -> None:
    x = np.array([0.3, -0.1, 0.5, 0.2, -0.4, 0.9, 0.1])
    sums = [abs(np.dot(signs, x)) for signs in product((-1, 1), repeat=x.size)]
    expected = np.mean([s >= abs(x.sum()) - 1e-12 for s in sums])
    assert sign_flip_p(x) == expected


def test_one_sign_only_is_the_smallest_p() -> None:
    assert sign_flip_p([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) == 2 / 2**6


def test_rounding_does_not_break_ties() -> None:
    assert sign_flip_p([0.1, 0.2, 0.3, -0.3, 0.1]) == sign_flip_p([1, 2, 3, -3, 1])


def test_monte_carlo_is_seeded_and_close_to_a_t_test_of_normal_values() -> None:
    x = np.random.default_rng(4).normal(0.25, 1, 60)
    p = sign_flip_p(x, seed=5)
    assert p == sign_flip_p(x, seed=5)
    assert p != sign_flip_p(x, seed=6)
    assert p == pytest.approx(stats.ttest_1samp(x, 0).pvalue, abs=0.01)


def test_monte_carlo_never_says_zero() -> None:
    assert sign_flip_p(np.full(50, 3.0), resamples=1000) == 1 / 1000


def test_zeros_say_nothing() -> None:
    assert sign_flip_p([0.0] * 5) == 1
    assert sign_flip_p([0.0] * 40, resamples=100) == 1


def test_one_pair_says_nothing() -> None:
    assert sign_flip_p([7.0]) == 1


def test_no_values_are_refused() -> None:
    with pytest.raises(ValueError, match="there are no values"):
        sign_flip_p([])
