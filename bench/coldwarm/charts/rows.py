"""A sheet of rows: a name at the left, one or more plots, what the row says at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.charts.lettering import points, printable, wrapped
from coldwarm.charts.sheet import INNER, LABEL_SIZE, LEGEND_LINE, MARGIN, WIDTH, Sheet, bare
from coldwarm.charts.style import INK, KIND_COLOURS, MUTED, NO_HIT, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from coldwarm.charts.cases import KindStarts

NAME_WIDTH = 310
KIND_WIDTH = 74
VALUE_WIDTH = 190
GAP = 14
COLUMN_GAP = 26
TWO_LINES_FROM = 32
"""Height of a row from which its name may have two lines."""

AXIS_HEIGHT = 38


class RowSheet(Sheet):
    """A sheet of `rows` rows, the first one on top, with plots that share them.

    Args:
        title: what is shown.
        finding: what it says.
        rows: how many.
        quantities: what the x axis of each plot shows, with its unit.
        foot: how to read it.
        row_height: in pixels.
        legend_lines: lines to be left free above the plot.
        value_width: of the column at the right.

    Attributes:
        plots: from left to right; row `i` is at ``y = i``.
        left: where the first plot begins.
    """

    def __init__(
        self,
        title: str,
        finding: str,
        rows: int,
        quantities: Sequence[str],
        foot: str,
        *,
        row_height: float = 26,
        legend_lines: int = 1,
        value_width: float = VALUE_WIDTH,
    ) -> None:
        self._row_height = row_height
        self._plot_top = LEGEND_LINE * legend_lines + 12
        self._value_width = value_width
        body = self._plot_top + rows * row_height
        super().__init__(title, finding, body + AXIS_HEIGHT, foot)
        self.left = MARGIN + NAME_WIDTH
        room = INNER - NAME_WIDTH - value_width
        width = (room - COLUMN_GAP * (len(quantities) - 1)) / len(quantities)
        self.plots: list[Axes] = []
        for index, quantity in enumerate(quantities):
            left = self.left + index * (width + COLUMN_GAP)
            axes = self.add_plot(left, self._plot_top, width, rows * row_height)
            axes.set_ylim(rows - 0.5, -0.5)
            bare(axes)
            axes.set_yticks([])
            axes.set_xlabel(quantity, fontsize=points(LABEL_SIZE))
            self.plots.append(axes)

    def name(self, row: float, text: str, width: float = NAME_WIDTH) -> None:
        """Write what a row is."""
        lines = 2 if self._row_height >= TWO_LINES_FROM else 1
        shown = wrapped(printable(text), LABEL_SIZE, width - GAP, lines=lines)
        self.write(MARGIN, self._middle(row), shown, vertical="center")

    def value(self, row: float, text: str, colour: str = INK) -> None:
        """Write what a row says."""
        shown = wrapped(printable(text), LABEL_SIZE, self._value_width - GAP)
        self.write(
            WIDTH - MARGIN,
            self._middle(row),
            shown,
            colour=colour,
            align="right",
            vertical="center",
        )

    def remark(self, row: float, plot: int, text: str) -> None:
        """Write why a plot shows nothing in a row."""
        self.plots[plot].annotate(
            printable(text),
            (0.02, row),
            xycoords=("axes fraction", "data"),
            va="center",
            color=NO_HIT,
            fontsize=points(LABEL_SIZE),
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
        )

    def head_value(self, text: str) -> None:
        """Write what the column at the right holds."""
        self.write(WIDTH - MARGIN, self._plot_top - LEGEND_LINE, text, align="right", colour=MUTED)

    def name_kinds(self, rows: Sequence[KindStarts]) -> None:
        """Write kind and name of each row; a name that repeats stands once."""
        for y, row in enumerate(rows):
            self.write(
                self.left - GAP,
                self._middle(y),
                row.kind,
                colour=KIND_COLOURS[row.kind],
                align="right",
                vertical="center",
            )
            if y == 0 or rows[y - 1].label != row.label or rows[y - 1].kind == "uncached":
                self.name(y, row.label, NAME_WIDTH - KIND_WIDTH)

    def _middle(self, row: float) -> float:
        return self._plot_top + (row + 0.5) * self._row_height
