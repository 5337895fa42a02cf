from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_starts import log_speedups

from coldwarm.measure import stopping
from coldwarm.measure.stopping import half_width, rounds_wanted, settled
from coldwarm.stats import ranks
from coldwarm.stats.ranks import critical_rank, signed_rank_tails
from coldwarm.stats.shift import paired_shift


@pytest.mark.parametrize("n", [*range(1, 62), *range(99, 121), 160])
def test_the_critical_rank_is_that_of_stats(n: int) -> None:
    assert stopping._critical_rank(n) == critical_rank(signed_rank_tails(n), stopping.ALPHA)


def test_both_turn_to_the_normal_approximation_at_the_same_size() -> None:
    assert stopping.EXACT_PAIRS == ranks.EXACT_PAIRS


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.floats(-3, 3) | st.integers(-2, 2).map(float), min_size=1, max_size=40))
def test_the_half_width_is_that_of_stats(log_ratios: list[float]) -> None:
    low, high = paired_shift(log_ratios).interval()
    assert half_width(log_ratios) == pytest.approx(math.expm1((high - low) / 2), abs=1e-12)


@pytest.mark.parametrize("n", range(6))
def test_fewer_than_six_rounds_have_no_width(n: int) -> None:
    assert half_width([0.9] * n) == math.inf


def test_a_speedup_that_is_always_the_same_settles_at_the_first_look() -> None:
    assert not settled([0.9] * 11, 0.05)
    assert settled([0.9] * 12, 0.05)
    assert half_width([0.9] * 12) == 0


def test_the_half_width_is_a_fraction_of_the_speedup() -> None:
    low, high = math.log(2.5 / 1.05), math.log(2.5 * 1.05)
    # Of 12 values the 95 % interval runs from the 14th smallest to the 14th largest average.
    assert half_width([low] * 6 + [high] * 6) == pytest.approx(0.05)


def test_only_every_sixth_round_is_looked_at() -> None:
    noisy, steady = [0.5, -0.5] * 6, [0.0] * 12
    looks = [settled((noisy + steady + steady)[:n], 0.05) for n in range(37)]
    last = looks.index(True)
    assert last > 12
    assert last % 6 == 0
    # Between two looks the answer is that of the look before.
    assert settled([0.0] * 12 + [5.0, -5.0, 5.0, -5.0, 5.0], 0.05)
    assert not settled(noisy + [0.0] * 5, 0.05)


def test_neither_the_size_nor_the_sign_of_the_speedup_matters() -> None:
    x = log_speedups(np.random.default_rng(1), (1, 60))[0]
    for n in range(12, 61, 6):
        width = half_width(x[:n].tolist())
        assert half_width((x[:n] + 3).tolist()) == pytest.approx(width)
        assert half_width((-x[:n]).tolist()) == pytest.approx(width)


def test_the_rounds_wanted_grow_with_the_square_of_the_precision() -> None:
    x = log_speedups(np.random.default_rng(1), (1, 24))[0].tolist()
    now = half_width(x)
    assert rounds_wanted(x, now) == 24
    assert rounds_wanted(x, now / 2) in (96, 102)
    assert rounds_wanted(x, 10 * now) == 12
    assert rounds_wanted(x[:5], 0.05) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_ratio_that_is_none_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        half_width([0.1] * 11 + [bad])


def test_the_measuring_process_stays_small() -> None:
    heavy = "'numpy', 'scipy', 'pandas'"
    code = f"import sys, coldwarm.measure.stopping; print({{{heavy}}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
