from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from artists import named_boxes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from coldwarm.charts.spread import ROW_LIMIT, Spreads, draw_estimate, median_interval
from coldwarm.stats.shift import Estimate


@pytest.mark.parametrize("n", range(6))
def test_fewer_than_six_values_bound_no_median(n: int) -> None:
    assert median_interval(np.arange(n)) is None


def test_six_values_bound_it_by_their_ends() -> None:
    assert median_interval([5, 1, 4, 2, 6, 3]) == (1, 6)


@pytest.mark.parametrize("n", [6, 9, 12])
def test_the_interval_covers_95_percent_and_the_next_narrower_does_not(n: int) -> None:
    interval = median_interval(np.arange(1, n + 1))
    assert interval is not None
    low, high = interval
    # Every value lies above or below the median with equal chance: count the signs.
    below = [sum(signs) for signs in product((0, 1), repeat=n)]
    covered = np.mean([low <= count <= high - 1 for count in below])
    narrower = np.mean([low + 1 <= count <= high - 2 for count in below])
    assert narrower < 0.95 <= covered


def test_missing_values_are_left_out() -> None:
    assert median_interval([math.nan, 1, 2, 3, 4, 5, 6, math.inf]) == (1, 6)


def spread_of(values: list[float]) -> tuple[list[list[float]], int]:
    axes = Figure().add_subplot()
    spreads = Spreads(axes)
    spreads.add(0, values, "warm")
    spreads.draw()
    lines = [list(map(float, line.get_xdata())) for line in axes.lines]
    return lines, len([c for c in axes.collections if isinstance(c, LineCollection)])


def test_each_value_its_median_and_its_interval_are_drawn() -> None:
    values = [3.0, 1.0, 2.0, 6.0, 5.0, 4.0, 9.0]
    assert spread_of(values) == ([values, [4.0]], 1)


def test_a_row_of_very_many_values_does_not_hide_those_of_the_others() -> None:
    axes = Figure().add_subplot()
    spreads = Spreads(axes)
    for row in range(180):
        spreads.add(row, [1.0] * 12, "warm")
    spreads.add(180, [1.0] * (ROW_LIMIT + 1), "warm")
    spreads.draw()
    dots, _ = axes.lines
    assert len(dots.get_xdata()) == 180 * 12


def test_too_few_values_have_a_median_and_no_interval() -> None:
    assert spread_of([1.0, 2.0]) == ([[1.0, 2.0], [1.5]], 0)


def test_nothing_to_spread() -> None:
    assert spread_of([]) == ([], 0)


@pytest.mark.parametrize(
    ("low", "high", "hollow"), [(1, 3, False), (-1, 3, True), (-math.inf, math.inf, True)]
)
def test_estimates_that_may_be_nothing_are_hollow(low: float, high: float, *, hollow: bool) -> None:
    figure = Figure()
    axes = figure.add_subplot()
    draw_estimate(axes, 0, Estimate(2, low, high, 0.1, 8), "#123456", "D")
    mark = axes.lines[-1]
    assert (mark.get_markerfacecolor() == "#ffffff") == hollow
    assert len(axes.lines) == (2 if math.isfinite(high) else 1)
    assert not named_boxes(figure)
