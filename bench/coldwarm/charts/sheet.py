"""A sheet: title, finding in words, one or more plots, footnote. All sizes in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from matplotlib.transforms import Affine2D

from coldwarm.charts.lettering import points, printable, width_px, wrapped
from coldwarm.charts.style import GRID, INK, MUTED, new_figure
from coldwarm.text.numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
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
KEY = 14
"""Width and height of a patch of colour in a legend."""

LOG_FROM = 12
"""Values further apart than this are drawn on a logarithmic scale: the small ones vanish else."""


WRITING = 3.5
"""What is written lies over what is drawn."""


@dataclass(frozen=True)
class Chart:
    """One chart, drawn. What has nothing to show is no chart: whoever draws returns None then.

    Attributes:
        title: what it is a chart of.
        alt: what it shows, in words, for those who do not see it.
        figure: the picture.
    """

    title: str
    alt: str
    figure: Figure


class Key(NamedTuple):
    """One entry of a legend: a marker, or a patch of colour where there is none."""

    name: str
    colour: str
    marker: str = ""


class Sheet:
    """A figure with a heading, into which plots, texts and shapes are put.

    Everything is placed in pixels: x from the left edge, y downwards from below the heading.

    Args:
        title: what is shown.
        finding: what it says, in one or two sentences.
        height: of what lies between heading and foot.
        foot: how to read it; each line begins a paragraph.
        size: width of the sheet, and the least height of the whole.

    Attributes:
        figure: the figure.
        width: of the sheet.
    """

    def __init__(
        self,
        title: str,
        finding: str,
        height: float,
        foot: str = "",
        *,
        size: tuple[float, float] = (WIDTH, 0),
    ) -> None:
        self.width, least = size
        inner = self.width - 2 * MARGIN
        self._title, self._finding = title, finding
        name = wrapped(printable(title), TITLE_SIZE, inner, bold=True)
        heading = wrapped(printable(finding), FINDING_SIZE, inner, lines=3)
        note = "\n".join(
            wrapped(printable(line), SMALL_SIZE, inner, lines=4) for line in foot.split("\n")
        )
        below_name = MARGIN + _height(name, TITLE_SIZE)
        top = below_name + _height(heading, FINDING_SIZE) + 14
        whole = max(least, top + height + 12 + _height(note, SMALL_SIZE) + MARGIN)
        self.figure: Figure = new_figure(self.width, whole)
        to_figure = Affine2D().translate(0, top).scale(1 / self.width, -1 / whole).translate(0, 1)
        self._pixels = to_figure + self.figure.transFigure
        self._to_figure = to_figure
        self.write(MARGIN, MARGIN - top, name, size=TITLE_SIZE, bold=True)
        self.write(MARGIN, below_name + 4 - top, heading, size=FINDING_SIZE)
        self.write(MARGIN, height + 12, note, size=SMALL_SIZE, colour=MUTED)

    def chart(self) -> Chart:
        """Return what was drawn; title and finding are what it shows, in words."""
        return Chart(self._title, f"{self._title}. {self._finding}".rstrip(), self.figure)

    def add(self, artist: Artist) -> None:
        """Put a shape that is given in pixels onto the sheet."""
        artist.set_transform(self._pixels)
        self.figure.add_artist(artist)

    def add_plot(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add a plot."""
        (x0, y1), (x1, y0) = self._to_figure.transform([(left, top), (left + width, top + height)])
        return self.figure.add_axes((x0, y0, x1 - x0, y1 - y0))

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = LABEL_SIZE,
        colour: str = INK,
        align: str = "left",
        vertical: str = "top",
        bold: bool = False,
        italic: bool = False,
        ground: str | None = None,
    ) -> None:
        """Write a printable text; `ground` is the colour that hides what runs behind it."""
        backing = {"facecolor": ground, "edgecolor": "none", "pad": points(2)} if ground else None
        self.figure.text(
            x,
            y,
            text,
            transform=self._pixels,
            fontsize=points(size),
            color=colour,
            ha=align,
            va=vertical,
            fontweight="bold" if bold else "normal",
            fontstyle="italic" if italic else "normal",
            linespacing=LINE / 1.18,
            bbox=backing,
            zorder=WRITING,
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
            if x + width > self.width - MARGIN:
                x, top = left, top + LEGEND_LINE
            self._draw_key(key, x, top)
            self.write(x + 18, top + 11, key.name, vertical="baseline")
            x += width + 20

    def _draw_key(self, key: Key, x: float, top: float) -> None:
        if key.marker:
            middle = [x + KEY / 2], [top + KEY / 2]
            self.add(Line2D(*middle, marker=key.marker, color=key.colour, markersize=6.5))
        else:
            patch = Rectangle((x, top), KEY, KEY, facecolor=key.colour, edgecolor=MUTED)
            patch.set_linewidth(0.5)
            self.add(patch)


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
