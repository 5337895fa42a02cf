"""A sheet: title, finding in words, one or more plots, footnote. All sizes in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from coldwarm.charts.style import GRID, INK, MUTED, new_figure
from coldwarm.charts.text import points, printable, width_px, wrapped
from coldwarm.text.numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 1000
MARGIN = 20
INNER = WIDTH - 2 * MARGIN

TITLE_SIZE = 18
FINDING_SIZE = 13
LABEL_SIZE = 12
SMALL_SIZE = 11
LINE = 1.35
LEGEND_LINE = 22

LOG_FROM = 12
"""Values further apart than this are drawn on a logarithmic scale: the small ones vanish else."""


class Key(NamedTuple):
    """One entry of a legend: a marker, or a patch of colour where there is none."""

    name: str
    colour: str
    marker: str = ""


class Sheet:
    """A figure with a heading, into which plots are put.

    Args:
        title: what is shown.
        finding: what it says, in one or two sentences.
        height: of the plots, in pixels.
        foot: how to read it.

    Attributes:
        figure: the figure.
    """

    def __init__(self, title: str, finding: str, height: float, foot: str = "") -> None:
        heading = wrapped(printable(finding), FINDING_SIZE, INNER, lines=3)
        note = wrapped(printable(foot), SMALL_SIZE, INNER, lines=4)
        self._top = MARGIN + TITLE_SIZE * LINE + _height(heading, FINDING_SIZE) + 14
        self._height = self._top + height + 12 + _height(note, SMALL_SIZE) + MARGIN
        self.figure: Figure = new_figure(WIDTH, self._height)
        self.write(MARGIN, MARGIN - self._top, printable(title), size=TITLE_SIZE, bold=True)
        second = MARGIN + TITLE_SIZE * LINE + 4 - self._top
        self.write(MARGIN, second, heading, size=FINDING_SIZE)
        self.write(MARGIN, height + 12, note, size=SMALL_SIZE, colour=MUTED)

    def add_plot(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add a plot; `top` counts from below the heading."""
        return self.figure.add_axes(
            (
                left / WIDTH,
                1 - (self._top + top + height) / self._height,
                width / WIDTH,
                height / self._height,
            )
        )

    def write(
        self,
        x: float,
        top: float,
        text: str,
        *,
        size: float = LABEL_SIZE,
        colour: str = INK,
        align: str = "left",
        vertical: str = "top",
        bold: bool = False,
    ) -> None:
        """Write a printable text; `top` counts from below the heading."""
        self.figure.text(
            x / WIDTH,
            1 - (self._top + top) / self._height,
            text,
            fontsize=points(size),
            color=colour,
            ha=align,
            va=vertical,
            fontweight="bold" if bold else "normal",
            linespacing=LINE / 1.18,
        )

    def legend(self, left: float, top: float, entries: Sequence[Key]) -> None:
        """Write keys beside each other, on a new line where they would leave the sheet.

        Args:
            left: where every line begins.
            top: where the first one stands.
            entries: the keys.
        """
        x = left
        for key in entries:
            width = 18 + width_px(key.name, LABEL_SIZE)
            if x + width > WIDTH - MARGIN:
                x, top = left, top + LEGEND_LINE
            self._draw_key(key, x, top)
            self.write(x + 18, top + 11, key.name, vertical="baseline")
            x += width + 20

    def _draw_key(self, key: Key, x: float, top: float) -> None:
        left, width = x / WIDTH, 14 / WIDTH
        bottom, height = 1 - (self._top + top + 14) / self._height, 14 / self._height
        if key.marker:
            middle = [left + width / 2], [bottom + height / 2]
            mark = Line2D(*middle, marker=key.marker, color=key.colour, markersize=6.5)
            self.figure.add_artist(mark)
        else:
            patch = Rectangle((left, bottom), width, height, facecolor=key.colour, edgecolor=MUTED)
            patch.set_linewidth(0.5)
            self.figure.add_artist(patch)


def time_scale(axes: Axes, values: Sequence[float], *, zero: bool = False) -> None:
    """Scale the x axis for positive values, logarithmic where they lie far apart.

    Args:
        axes: the plot.
        values: all that will be drawn.
        zero: bars need a zero, which a logarithm does not have.
    """
    positive = [value for value in values if value > 0]
    low, high = (min(positive), max(positive)) if positive else (1.0, 1.0)
    if not zero and high / low > LOG_FROM:
        axes.set_xscale("log")
        axes.set_xlim(low / 1.3, high * 1.3)
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    else:
        axes.set_xlim(0, high * 1.05)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def bare(axes: Axes, *, grid: str = "x") -> None:
    """Take away what carries no information, and lay a grid along one axis."""
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=points(LABEL_SIZE))
    axes.grid(visible=True, axis=grid, color=GRID)  # type: ignore[arg-type]


def _height(text: str, size: float) -> float:
    return (text.count("\n") + 1) * size * LINE if text else 0
