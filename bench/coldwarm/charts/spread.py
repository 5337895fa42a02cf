"""How values scatter, as it is drawn everywhere: each value, the median, its 95 % interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator
from scipy.stats import binom

from coldwarm.charts.style import KIND_COLOURS, KIND_MARKERS, MUTED, PAPER
from coldwarm.stats.shift import ALPHA
from coldwarm.text.numbers import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from coldwarm.stats.shift import Estimate

ROW_LIMIT = 60
"""Up to so many values of one row are drawn one by one; more would hide each other."""

DOTS = f"dots are single starts, where a row has at most {ROW_LIMIT}"

JITTER = 0.1
GOLDEN = 0.618034
"""Steps of this along a unit interval never fall together: an even, repeatable jitter."""


def median_interval(values: ArrayLike) -> tuple[float, float] | None:
    """Return the 95 % interval of the median, whatever the distribution; None for too few values.

    Order statistics: the number of values below the median is binomial (Conover, Practical
    Nonparametric Statistics, "confidence interval for a quantile").
    """
    ordered = np.sort(_known(values))
    below = int(binom.ppf(ALPHA / 2, ordered.size, 0.5)) - 1 if ordered.size else -1
    return (float(ordered[below]), float(ordered[-1 - below])) if below >= 0 else None


class Spreads:
    """The spreads of a plot's rows, drawn together: one artist per look, not three per row.

    Args:
        axes: the plot.
    """

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        self._looks: dict[tuple[str, str], list[tuple[float, NDArray[np.float64]]]] = {}

    def add(
        self,
        y: float,
        values: ArrayLike,
        kind: str,
        *,
        colour: str | None = None,
        marker: str | None = None,
    ) -> None:
        """Add the values of one kind of start along a row."""
        known = _known(values)
        if known.size:
            look = colour or KIND_COLOURS[kind], marker or KIND_MARKERS[kind]
            self._looks.setdefault(look, []).append((y, known))

    def draw(self) -> None:
        """Draw the interval of each median, the median, and, where they are few, the values."""
        for (colour, marker), rows in self._looks.items():
            intervals = [(y, median_interval(values)) for y, values in rows]
            known = [(y, *ends) for y, ends in intervals if ends is not None]
            if known:
                self._axes.hlines(*np.transpose(known), color=colour, linewidth=1.7, zorder=4)
            few = [(y, values) for y, values in rows if values.size <= ROW_LIMIT]
            if few:
                self._draw_raw(few, colour)
            self._axes.plot(
                [np.median(values) for _, values in rows],
                [y for y, _ in rows],
                marker=marker,
                color=colour,
                markersize=6.5,
                markeredgecolor=PAPER,
                markeredgewidth=0.8,
                linestyle="none",
                zorder=5,
            )

    def _draw_raw(self, rows: list[tuple[float, NDArray[np.float64]]], colour: str) -> None:
        """Draw each value as a faint dot, shifted a little up or down."""
        self._axes.plot(
            np.concatenate([values for _, values in rows]),
            np.concatenate([y + _jitter(values.size) for y, values in rows]),
            marker="o",
            markersize=2.8,
            color=colour,
            alpha=0.55,
            markeredgewidth=0,
            linestyle="none",
            zorder=4.5,
        )


def _jitter(size: int) -> NDArray[np.float64]:
    return np.asarray((np.arange(size) * GOLDEN % 1 - 0.5) * 2 * JITTER, dtype=np.float64)


def draw_misses(axes: Axes, y: float, values: ArrayLike) -> None:
    """Draw warm starts that were no proven hit: seen, and part of no median."""
    known = _known(values)
    axes.plot(
        known,
        np.full(known.size, y),
        marker="x",
        markersize=4,
        color=MUTED,
        markeredgewidth=0.8,
        linestyle="none",
        zorder=3,
    )


def _known(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    return array[np.isfinite(array)]


def draw_estimate(
    axes: Axes, y: float, estimate: Estimate, colour: str, marker: str, *, null: float = 0.0
) -> None:
    """Draw an estimate with its interval; hollow where that includes `null` or is unbounded."""
    certain = estimate.bounded and not estimate.low <= null <= estimate.high
    if estimate.bounded:
        ends = [estimate.low, estimate.high]
        axes.plot(ends, [y, y], color=colour, linewidth=1.7, solid_capstyle="butt", zorder=4)
    axes.plot(
        [estimate.value],
        [y],
        marker=marker,
        markersize=6.5,
        markerfacecolor=colour if certain else PAPER,
        markeredgecolor=PAPER if certain else colour,
        markeredgewidth=0.8 if certain else 1.4,
        linestyle="none",
        zorder=5,
    )


def estimate_scale(
    axes: Axes,
    estimates: Iterable[Estimate],
    *,
    null: float = 0.0,
    values: Iterable[float] = (),
) -> None:
    """Scale the x axis for estimates and their intervals, with a line where nothing changes.

    Args:
        axes: the plot.
        estimates: those that will be drawn.
        null: where nothing changes.
        values: what else will be drawn.
    """
    drawn = [null, *values]
    for estimate in estimates:
        drawn.append(estimate.value)
        drawn += [estimate.low, estimate.high] if estimate.bounded else []
    low, high = min(drawn), max(drawn)
    margin = (high - low or 1.0) * 0.06
    axes.set_xlim(low - margin, high + margin)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.axvline(null, color=MUTED, linewidth=1, zorder=2)
