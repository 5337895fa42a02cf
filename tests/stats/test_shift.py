from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coldwarm.stats.shift import Estimate, paired_shift, unpaired_shift

# Hollander & Wolfe, table 3.1: Hamilton depression scale before and after a tranquilizer.
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
# Hollander & Wolfe, table 4.1: permeability of the chorioamnion, at term and earlier.
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLIER = [1.15, 0.88, 0.90, 0.74, 1.21]

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
numbers = st.floats(-100, 100).filter(lambda x: x == 0 or abs(x) > 1e-6)
tied = st.integers(-4, 4).map(float)
samples = st.lists(numbers | tied, min_size=1, max_size=25)
levels = st.sampled_from([0.5, 0.1, 0.05, 0.01, 0.05 / 60])


def test_depression_scale_as_published() -> None:
    estimate = paired_shift(np.subtract(BEFORE, AFTER)).estimate()
    assert estimate.p == pytest.approx(0.03906, abs=5e-6)
    assert estimate.value == pytest.approx(0.46)
    assert (estimate.low, estimate.high) == pytest.approx((0.010, 0.786))
    assert (estimate.n, estimate.m) == (9, None)


def test_permeability_as_published() -> None:
    estimate = unpaired_shift(EARLIER, AT_TERM).estimate()
    assert estimate.p == pytest.approx(0.2544, abs=5e-5)
    assert estimate.value == pytest.approx(0.305)
    assert (estimate.low, estimate.high) == pytest.approx((-0.15, 0.76))
    assert (estimate.n, estimate.m) == (5, 10)


@pytest.mark.parametrize("n", [1, 5, 6, 13, 40])
def test_paired_p_is_that_of_scipy(n: int) -> None:
    x = np.random.default_rng(n).normal(0.3, 1, n)
    assert paired_shift(x).p() == pytest.approx(stats.wilcoxon(x, method="exact").pvalue)
    assert paired_shift(x).p(0.4) == pytest.approx(stats.wilcoxon(x - 0.4, method="exact").pvalue)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (6, 6), (20, 21), (25, 25), (3, 40)])
def test_unpaired_p_is_that_of_scipy(n: int, m: int) -> None:
    rng = np.random.default_rng(n * m)
    x, y = rng.normal(0, 1, n), rng.normal(0.5, 1, m)
    by_scipy = stats.mannwhitneyu(x, y, method="exact").pvalue
    assert unpaired_shift(x, y).p() == pytest.approx(by_scipy)
    by_scipy = stats.mannwhitneyu(x, y - 0.3, method="exact").pvalue
    assert unpaired_shift(x, y).p(0.3) == pytest.approx(by_scipy)


@repeatable
@given(samples, levels, numbers | tied)
def test_paired_interval_and_p_are_one_statement(x: list[float], alpha: float, null: float) -> None:
    shift = paired_shift(x)
    low, high = shift.interval(alpha)
    assert (low <= null <= high) == (shift.p(null) > alpha)
    assert low <= shift.value <= high


@repeatable
@given(samples, samples, levels, numbers | tied)
def test_unpaired_interval_and_p_are_one_statement(
    x: list[float], y: list[float], alpha: float, null: float
) -> None:
    shift = unpaired_shift(x, y)
    low, high = shift.interval(alpha)
    assert (low <= null <= high) == (shift.p(null) > alpha)
    assert low <= shift.value <= high


@pytest.mark.parametrize("n", [101, 150])
def test_interval_and_p_agree_under_the_normal_approximation_too(n: int) -> None:
    x = np.random.default_rng(n).normal(0.2, 1, n)
    for shift in (paired_shift(x), unpaired_shift(x, x[: n // 2] + 0.3)):
        low, high = shift.interval(0.05)
        for end, outwards in ((low, -math.inf), (high, math.inf)):
            assert shift.p(end) > 0.05 >= shift.p(np.nextafter(end, outwards))


@repeatable
@given(samples, levels, st.floats(-50, 50), st.floats(0.1, 10))
def test_a_shifted_and_scaled_sample_moves_its_interval(
    x: list[float], alpha: float, by: float, factor: float
) -> None:
    low, high = paired_shift(x).interval(alpha)
    moved = paired_shift(np.multiply(x, factor) + by).interval(alpha)
    assert moved == pytest.approx((low * factor + by, high * factor + by))


@repeatable
@given(samples, samples, levels)
def test_exchanging_the_sides_mirrors_the_statement(
    x: list[float], y: list[float], alpha: float
) -> None:
    there, back = unpaired_shift(x, y).estimate(alpha), unpaired_shift(y, x).estimate(alpha)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert back.p == pytest.approx(there.p)
    up, down = paired_shift(x).estimate(alpha), paired_shift(np.negative(x)).estimate(alpha)
    assert (down.low, down.high, down.p) == (-up.high, -up.low, up.p)
    assert down.value == pytest.approx(-up.value)


@repeatable
@given(samples, st.lists(levels, min_size=2, max_size=2, unique=True).map(sorted))
def test_a_sterner_level_never_narrows_the_interval(x: list[float], pair: list[float]) -> None:
    sterner, milder = (paired_shift(x).interval(alpha) for alpha in pair)
    assert sterner[0] <= milder[0]
    assert milder[1] <= sterner[1]


@repeatable
@given(st.lists(tied, min_size=1, max_size=25), st.integers(0, 2**32 - 1))
def test_breaking_ties_can_only_lower_p(x: list[float], seed: int) -> None:
    nudged = np.array(x) + np.random.default_rng(seed).uniform(-1e-6, 1e-6, len(x))
    assert paired_shift(nudged).p() <= paired_shift(x).p()
    assert unpaired_shift(nudged, [1.0, 2.0, 2.0]).p() <= unpaired_shift(x, [1.0, 2.0, 2.0]).p()


@pytest.mark.parametrize("sizes", [[1] * 10, [0, 0, 0, 1, 1, 2, 2, 3, 3, 3], [0] * 8 + [1, 2]])
def test_ties_and_zeros_never_reject_too_often(sizes: list[int]) -> None:
    p = np.array(
        [paired_shift(np.multiply(signs, sizes)).p() for signs in product((-1, 1), repeat=10)]
    )
    for alpha in (0.5, 0.1, 0.05, 0.01):
        assert np.mean(p <= alpha) <= alpha


@pytest.mark.parametrize("n", range(1, 6))
def test_fewer_than_six_pairs_have_no_interval_at_95_percent(n: int) -> None:
    estimate = paired_shift(np.full(n, 0.2)).estimate()
    assert (estimate.low, estimate.high) == (-math.inf, math.inf)
    assert not estimate.bounded
    assert estimate.p > 0.05
    assert estimate.shortage == f"too few pairs ({n}) for a 95 % interval: 6 are needed"


def test_six_equal_pairs_are_enough() -> None:
    estimate = paired_shift([0.2] * 6).estimate()
    assert (estimate.value, estimate.low, estimate.high) == (0.2, 0.2, 0.2)
    assert estimate.p == 2 / 2**6
    assert estimate.bounded
    assert estimate.shortage == ""


def test_zeros_are_no_change_however_many() -> None:
    estimate = paired_shift([0.0] * 50).estimate()
    assert (estimate.value, estimate.low, estimate.high, estimate.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_few_changes_among_zeros_are_not_significant() -> None:
    # Dropping the zeros, as scipy does, would leave six values of one sign: p = 0.03.
    assert paired_shift([0.0] * 10 + [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).p() > 0.05


def test_three_against_three_say_how_many_are_missing() -> None:
    estimate = unpaired_shift([1, 2, 3], [10, 11, 12]).estimate()
    assert not estimate.bounded
    assert estimate.shortage == (
        "too few samples (3 and 3) for a 95 % interval: 4 on each side are needed"
    )


def test_six_against_six_can_be_significant() -> None:
    estimate = unpaired_shift([1, 2, 3, 4, 5, 6], [11, 12, 13, 14, 15, 16]).estimate()
    assert estimate.p == pytest.approx(2 / 924)
    assert estimate.low > 0


def test_equal_samples_are_the_same() -> None:
    estimate = unpaired_shift([3.0] * 20, [3.0] * 21).estimate()
    assert (estimate.value, estimate.low, estimate.high, estimate.p) == (0.0, 0.0, 0.0, 1.0)


def test_p_beyond_a_margin_is_that_of_its_nearest_edge() -> None:
    shift = paired_shift(np.linspace(0.2, 0.4, 12))
    assert shift.p_beyond(0.1) == shift.p(0.1)
    assert shift.p_beyond(0.35) == 1.0
    assert paired_shift(-np.linspace(0.2, 0.4, 12)).p_beyond(0.1) == shift.p_beyond(0.1)


@repeatable
@given(samples, levels, st.floats(0, 5))
def test_p_beyond_a_margin_agrees_with_the_interval(
    x: list[float], alpha: float, margin: float
) -> None:
    shift = paired_shift(x)
    low, high = shift.interval(alpha)
    assert (low > margin or high < -margin) == (shift.p_beyond(margin) <= alpha)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "differences: there are no values"),
        ([1.0, math.nan, 2.0], "differences: 1 of 3 values are not finite numbers"),
        ([math.inf, -math.inf], "differences: 2 of 2 values are not finite numbers"),
        ([None, 1.0], "differences: 1 of 2 values are not finite numbers"),
        ([[1.0, 2.0]], "differences: expected a flat list of numbers, got 2 dimensions"),
    ],
)
def test_what_is_no_sample_is_refused_with_a_sentence(values: list[Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        paired_shift(values)


@pytest.mark.parametrize(("base", "head", "side"), [([], [1], "base"), ([1], [math.nan], "head")])
def test_the_side_that_is_refused_is_named(base: list[float], head: list[float], side: str) -> None:
    with pytest.raises(ValueError, match=f"^{side}: "):
        unpaired_shift(base, head)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 95, math.nan])
def test_a_level_that_is_none_is_refused(alpha: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        paired_shift([1, 2, 3]).interval(alpha)


def test_huge_values_do_not_overflow() -> None:
    estimate = paired_shift([1.5e308] * 8).estimate()
    assert (estimate.value, estimate.high) == (1.5e308, 1.5e308)


def test_a_ratio_is_the_exponential_and_its_unbounded_ends_are_zero_and_infinity() -> None:
    assert Estimate(0.0, -math.inf, math.inf, 0.5, 3).exp() == Estimate(1.0, 0.0, math.inf, 0.5, 3)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    held = 0
    for x in rng.standard_t(3, size=(1000, 12)):
        low, high = paired_shift(x).interval()
        held += low <= 0 <= high
    assert 0.94 <= held / 1000 <= 0.975
