from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import stats

from coldwarm.stats import ranks
from coldwarm.stats.ranks import (
    critical_rank,
    fewest_pairs,
    fewest_per_group,
    mann_whitney_tails,
    signed_rank_tails,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.mark.parametrize("n", range(1, 11))
def test_signed_rank_equals_the_count_of_all_sign_patterns(n: int) -> None:
    sums = Counter(
        sum(r for r, up in enumerate(signs, 1) if up) for signs in product((0, 1), repeat=n)
    )
    counts = [sums[k] for k in range(n * (n + 1) // 2 + 1)]
    assert signed_rank_tails(n) == pytest.approx(np.cumsum(counts) / 2**n, rel=1e-14)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 5), (4, 2), (3, 6), (5, 5)])
def test_mann_whitney_equals_the_count_of_all_orders(n: int, m: int) -> None:
    orders = [set(places) for places in combinations(range(n + m), n)]
    counts = Counter(
        sum(1 for i in first for j in range(n + m) if j not in first and j > i) for first in orders
    )
    expected = np.cumsum([counts[k] for k in range(n * m + 1)]) / len(orders)
    assert mann_whitney_tails(n, m) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("n", "critical"),
    [(6, 0), (7, 2), (8, 3), (9, 5), (10, 8), (12, 13), (15, 25), (20, 52), (25, 89)],
)
def test_published_critical_values_of_the_signed_rank_sum(n: int, critical: int) -> None:
    assert critical_rank(signed_rank_tails(n), 0.05) == critical


@pytest.mark.parametrize(
    ("n", "m", "critical"),
    [(4, 4, 0), (5, 5, 2), (6, 6, 5), (5, 10, 8), (8, 8, 13), (10, 10, 23), (20, 20, 127)],
)
def test_published_critical_values_of_u(n: int, m: int, critical: int) -> None:
    assert critical_rank(mann_whitney_tails(n, m), 0.05) == critical


@pytest.mark.parametrize("tails", [signed_rank_tails(60), signed_rank_tails(150)])
def test_the_signed_rank_distribution_is_symmetric(tails: NDArray[np.float64]) -> None:
    assert tails[:-1] + tails[-2::-1] == pytest.approx(np.ones(tails.size - 1))


@pytest.mark.parametrize(("n", "m"), [(20, 21), (60, 60), (90, 90)])
def test_the_mann_whitney_distribution_is_symmetric_and_blind_to_order(n: int, m: int) -> None:
    tails = mann_whitney_tails(n, m)
    assert tails[:-1] + tails[-2::-1] == pytest.approx(np.ones(tails.size - 1))
    assert mann_whitney_tails(m, n) == pytest.approx(tails)


def test_large_samples_use_the_normal_approximation_with_continuity_correction() -> None:
    x = np.random.default_rng(1).normal(size=140)
    by_scipy = stats.wilcoxon(x, correction=True)  # not exact from 51 pairs on
    lower = int(min(by_scipy.statistic, 140 * 141 / 2 - by_scipy.statistic))
    assert 2 * signed_rank_tails(140)[lower] == pytest.approx(by_scipy.pvalue)

    y = np.random.default_rng(2).normal(size=70)
    by_scipy = stats.mannwhitneyu(x, y, method="asymptotic")
    lower = int(min(by_scipy.statistic, 140 * 70 - by_scipy.statistic))
    assert 2 * mann_whitney_tails(140, 70)[lower] == pytest.approx(by_scipy.pvalue)


@pytest.mark.parametrize("alpha", [0.05, 0.05 / 60])
def test_where_exact_turns_into_normal_nothing_jumps_and_nothing_gets_bolder(
    alpha: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = (
        critical_rank(signed_rank_tails(100), alpha),
        critical_rank(mann_whitney_tails(60, 60), alpha),
    )
    monkeypatch.setattr(ranks, "EXACT_PAIRS", 0)
    monkeypatch.setattr(ranks, "EXACT_PRODUCT", 0)
    normal = (
        critical_rank(signed_rank_tails.__wrapped__(100), alpha),
        critical_rank(mann_whitney_tails.__wrapped__(60, 60), alpha),
    )
    for k_exact, k_normal in zip(exact, normal, strict=True):
        assert 0.98 * k_exact <= k_normal <= k_exact


def test_fewest_samples_are_those_that_can_reach_the_level() -> None:
    assert fewest_pairs(0.05) == 6
    assert fewest_per_group(0.05) == 4
    for alpha in (0.2, 0.05, 0.01, 0.05 / 60, 1 / 32):
        n, m = fewest_pairs(alpha), fewest_per_group(alpha)
        assert critical_rank(signed_rank_tails(n), alpha) == 0
        assert critical_rank(signed_rank_tails(n - 1), alpha) == -1
        assert critical_rank(mann_whitney_tails(m, m), alpha) >= 0
        assert critical_rank(mann_whitney_tails(m - 1, m - 1), alpha) == -1


def test_a_shared_distribution_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        signed_rank_tails(5)[0] = 1
