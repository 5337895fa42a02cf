"""What is told of few rounds: an interval from five on, before that what was seen."""

from __future__ import annotations

import math

import pytest

from coldwarm.stats.ranges import Range, ratio_range, shift_range
from coldwarm.stats.shift import paired_ratio

RATIOS = [1.3, 2.9, 0.9, 1.7, 2.2, 2.4, 1.1]


@pytest.mark.parametrize(
    ("rounds", "confidence", "basis"),
    [
        (1, None, ""),
        (2, None, "range of 2 rounds"),
        (3, None, "range of 3 rounds"),
        (4, None, "range of 4 rounds"),
        (5, 0.9375, "93.75 %"),
        (6, 0.95, "95 %"),
        (7, 0.95, "95 %"),
    ],
)
def test_what_so_many_rounds_allow(rounds: int, confidence: float | None, basis: str) -> None:
    ratios = RATIOS[:rounds]
    found = ratio_range([100 * ratio for ratio in ratios], [100.0] * rounds)

    assert (found.confidence, found.basis, found.rounds) == (confidence, basis, rounds)
    assert found.is_full == (rounds > 5)
    assert found.value == pytest.approx(paired_ratio(ratios, [1.0] * rounds).value)
    if rounds == 1:
        assert (found.low, found.high) == (None, None)
    elif rounds < 7:
        # Up to six, an interval by exact ranks goes from the smallest to the largest round.
        assert found.low == pytest.approx(min(ratios))
        assert found.high == pytest.approx(max(ratios))


def test_six_rounds_and_more_have_the_interval_of_every_comparison() -> None:
    differences = [3.0, -1.0, 4.0, 1.5, 5.0, 9.0, 2.6]
    found, decided = shift_range(differences), paired_ratio(*_as_ratios(differences))
    assert found.low is not None
    assert found.high is not None
    assert (math.exp(found.low), math.exp(found.high)) == pytest.approx((decided.low, decided.high))


def test_nothing_is_known_of_no_rounds() -> None:
    assert Range().basis == ""
    assert Range().exp() == Range()
    with pytest.raises(ValueError, match="no values"):
        shift_range([])


def _as_ratios(differences: list[float]) -> tuple[list[float], list[float]]:
    return [math.exp(each) for each in differences], [1.0] * len(differences)
