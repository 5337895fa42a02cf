"""What came of each change, by case: one row per change, one column per case, a word per cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from coldwarm.charts import style
from coldwarm.charts.lettering import points, printable, wrapped
from coldwarm.charts.sheet import INNER, LABEL_SIZE, MARGIN, SMALL_SIZE, Key, Sheet
from coldwarm.charts.style import INK, MUTED, PAPER
from coldwarm.studies.findings import version_line
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

    from coldwarm.charts.sheet import Chart
    from coldwarm.studies.study import Study
    from coldwarm.studies.table import Cell, Result, Table

CELL_HEIGHT = 28
NAME_WIDTH = 270
HEAD_HEIGHT = 46
WIDEST_CELL = 175
LEGEND_HEIGHT = 34

FILLS = {"good": "#c9dff0", "neutral": "#eceff1", "bad": "#f2a65a"}
"""Blue, grey, orange: told apart with any colour vision, and by lightness in grey."""

FOOT = (
    "A thick frame and an exclamation mark: not as it should be. Each cell is the outcome of every "
    "try; where tries differ, their counts."
)

MARK = "! "


def draw(table: Table, result: Result) -> Chart | None:
    """Return the chart of one table, or None when nothing was tried yet."""
    rows = [change for change in table.rows if any(table.row(change))]
    if not rows:
        return None
    study = result.study
    width = min((INNER - NAME_WIDTH) / len(table.columns), WIDEST_CELL)
    height = LEGEND_HEIGHT + HEAD_HEIGHT + len(rows) * CELL_HEIGHT
    with style.applied():
        title = f"{study.title} {version_line(table)}"
        sheet = Sheet(title, finding(table, study), height, FOOT)
        sheet.legend(MARGIN, 4, [Key(name, FILLS[tone]) for tone, name in _tones(table, study)])
        top = LEGEND_HEIGHT + HEAD_HEIGHT
        axes = sheet.add_plot(
            MARGIN + NAME_WIDTH, top, width * len(table.columns), len(rows) * CELL_HEIGHT
        )
        axes.set_xlim(0, len(table.columns))
        axes.set_ylim(len(rows), 0)
        axes.set_axis_off()
        for y, change in enumerate(rows):
            name = wrapped(printable(study.describe(change)), LABEL_SIZE, NAME_WIDTH - 12, lines=1)
            sheet.write(MARGIN, top + (y + 0.5) * CELL_HEIGHT, name, vertical="center")
            for x, cell in enumerate(table.row(change)):
                _draw_cell(axes, x, y, cell, study, width)
        for x, column in enumerate(table.columns):
            name = wrapped(printable(column), SMALL_SIZE, width - 8, lines=3)
            left = MARGIN + NAME_WIDTH + (x + 0.5) * width
            sheet.write(left, top - 6, name, size=SMALL_SIZE, align="center", vertical="bottom")
        return sheet.chart()


def finding(table: Table, study: Study) -> str:
    """Return what the chart says."""
    cells = [cell for change in table.rows for cell in table.row(change) if cell]
    marked: Mapping[str, None] = dict.fromkeys(
        f"{study.describe(cell.change)}: {surprise}"
        for cell in cells
        for surprise in cell.surprises
    )
    if not marked:
        return f"Nothing surprising in {counted(len(cells), 'cell')}."
    surprising = sum(bool(cell.surprises) for cell in cells)
    return (
        f"{surprising} of {counted(len(cells), 'cell')} not as they should be. "
        f"{'; '.join(list(marked)[:3])}{' …' if len(marked) > 3 else '.'}"  # noqa: PLR2004 - room
    )


def _tones(table: Table, study: Study) -> list[tuple[str, str]]:
    """Return each tone that is drawn, with the outcomes that have it."""
    seen = {
        word for change in table.rows for cell in table.row(change) if cell for word in cell.counts
    }
    found = []
    for tone in FILLS:
        words = [word for word, about in study.words.items() if about.tone == tone and word in seen]
        if words:
            found.append((tone, ", ".join(word.replace("_", " ") for word in words)))
    return found


def _draw_cell(axes: Axes, x: int, y: int, cell: Cell | None, study: Study, width: float) -> None:
    if cell is None:
        axes.text(x + 0.5, y + 0.5, "-", ha="center", va="center", color=MUTED)
        return
    axes.add_patch(
        Rectangle(
            (x, y),
            1,
            1,
            facecolor=FILLS[study.words[cell.worst].tone],
            edgecolor=PAPER,
            linewidth=2,
        )
    )
    if cell.surprises:
        axes.add_patch(
            Rectangle(
                (x + 0.02, y + 0.08), 0.96, 0.84, facecolor="none", edgecolor=INK, linewidth=1.8
            )
        )
    mark = MARK if cell.surprises else ""
    text = mark + printable(cell.text.replace("_", " "))
    axes.text(
        x + 0.5,
        y + 0.5,
        wrapped(text, SMALL_SIZE, width - 12, lines=1, bold=bool(cell.surprises)),
        ha="center",
        va="center",
        fontsize=points(SMALL_SIZE),
        fontweight="bold" if cell.surprises else "normal",
        color=INK,
    )
