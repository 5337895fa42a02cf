from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.stats.decision import holm, holm_levels

if TYPE_CHECKING:
    from random import Random

repeatable = settings(deadline=None, derandomize=True)
p_lists = st.lists(st.floats(0, 0.1) | st.floats(0, 1), max_size=30)


def test_as_p_adjust_of_r() -> None:
    assert holm([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert holm([0.04, 0.001, 0.5]) == pytest.approx([0.08, 0.003, 0.5])


def test_one_test_is_not_adjusted() -> None:
    assert holm([0.03]) == [0.03]
    assert holm_levels([0.03], 0.05) == [0.05]


def test_never_above_one() -> None:
    assert holm([0.9, 0.8]) == pytest.approx([1, 1])


def test_a_family_may_be_empty() -> None:
    assert holm([]).size == 0
    assert holm_levels([], 0.05).size == 0


def test_levels_grow_until_the_first_that_is_kept() -> None:
    levels = holm_levels([0.001, 0.9, 0.015, 0.04], 0.05)
    assert levels == pytest.approx([0.05 / 4, 0.05 / 2, 0.05 / 3, 0.05 / 2])


@repeatable
@given(p_lists)
def test_levels_and_adjusted_p_agree(p: list[float]) -> None:
    rejected = np.asarray(p) <= holm_levels(p, 0.05)
    near = np.isclose(holm(p), 0.05, rtol=1e-9)
    assert np.array_equal((holm(p) <= 0.05)[~near], rejected[~near])


@repeatable
@given(p_lists, st.randoms(use_true_random=False))
def test_the_order_of_the_family_does_not_matter(p: list[float], random: Random) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    assert np.array_equal(holm([p[i] for i in order]), holm(p)[order])


@repeatable
@given(p_lists)
def test_adjusting_never_lowers_and_never_exceeds_bonferroni(p: list[float]) -> None:
    adjusted = holm(p)
    assert np.all(adjusted >= np.asarray(p))
    assert np.all(adjusted <= np.asarray(p) * len(p) + 1e-15)


@pytest.mark.parametrize("p", [[math.nan], [-0.1], [1.1], [[0.1]]])
def test_what_is_no_p_value_is_refused(p: list[float]) -> None:
    with pytest.raises(ValueError, match="p values must be"):
        holm(p)
