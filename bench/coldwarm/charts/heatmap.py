"""Speedups at a glance: models down, devices, runtimes, hosts or settings across."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from coldwarm.charts import style
from coldwarm.charts.cases import in_a_sentence, label, preference
from coldwarm.charts.lettering import points, printable, wrapped
from coldwarm.charts.sheet import INNER, LABEL_SIZE, LINE, MARGIN, SMALL_SIZE, Sheet
from coldwarm.charts.style import INK, MUTED, PAPER
from coldwarm.experiment.case import AXES, GROUP_AXES
from coldwarm.text.numbers import RATIO_DIGITS, counted, ends, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "Speedup of loading: uncached / warm"

CELL_HEIGHT = 50
NAME_WIDTH = 210
HEAD_LINES = 4
BAND_GAP = 18
NARROWEST_CELL, WIDEST_CELL = 104, 190
"""A narrower cell would cut intervals; what has no room continues in a band below."""

FEWEST_CELLS = 2

EXTREME = 8.0
"""Speedups from here on have the full colour."""

COLOURS = "PuOr"
"""Diverging, safe for any colour vision: slower is orange, the same is white, faster is violet."""

FULL = 0.42
"""How far from the middle of the scale the full colour is: its ends are nearly black."""

HATCH = "////"
LIGHT, DARK_FROM = "#ffffff", 0.55

FOOT = (
    "Hodges-Lehmann estimates of each round's own ratio of load times, below them 95 % intervals. "
    "Fewer than six rounds: what they allow, in words. Hatched: inconclusive, the interval "
    "includes 1 or there are too few rounds for one. Grey: no warm start was a proven hit, with "
    "the verdict."
)
ONE_OF_SEVERAL = (
    "A cell with several cases shows one of them: where measured without encryption, with hot "
    "storage, without properties and in the default cache mode."
)

Table = dict[tuple[str, str], "CaseSummary"]
"""Row and column to the case that stands there."""


def draw(summaries: Sequence[CaseSummary], hosts: Mapping[str, str] | None = None) -> Chart | None:
    """Return the chart, or None when there are fewer than two cells to compare.

    Args:
        summaries: of the cases, of one run or of several.
        hosts: run to what its columns are called.
    """
    cells = _cells(summaries, hosts or {})
    if len(cells) < FEWEST_CELLS:
        return None
    table = _table(cells)
    rows = list(dict.fromkeys(row for row, _ in table))
    bands = _bands(list(dict.fromkeys(column for _, column in table)))
    width = min((INNER - NAME_WIDTH) / len(bands[0]), WIDEST_CELL)
    heads = [[_head(column, width) for column in band] for band in bands]
    tops = [SMALL_SIZE * LINE * max(name.count("\n") + 1 for name in names) + 8 for names in heads]
    step = len(rows) * CELL_HEIGHT + BAND_GAP
    foot = f"{FOOT} {ONE_OF_SEVERAL}" if any(len(each) > 1 for each in cells.values()) else FOOT
    with style.applied():
        sheet = Sheet(TITLE, finding(table), sum(tops) + len(bands) * step - BAND_GAP, foot)
        for index, (band, names) in enumerate(zip(bands, heads, strict=True)):
            top = sum(tops[: index + 1]) + index * step
            for x, name in enumerate(names):
                left = MARGIN + NAME_WIDTH + (x + 0.5) * width
                sheet.write(left, top - 6, name, size=SMALL_SIZE, align="center", vertical="bottom")
            _draw_band(sheet, top, rows, band, table, width)
        return sheet.chart()


def _head(column: str, width: float) -> str:
    return wrapped(printable(column), SMALL_SIZE, width - 8, lines=HEAD_LINES)


def _bands(columns: Sequence[str]) -> list[Sequence[str]]:
    """Return the columns in as few bands as have room for them, evenly filled."""
    most = int((INNER - NAME_WIDTH) // NARROWEST_CELL)
    length = math.ceil(len(columns) / math.ceil(len(columns) / most))
    return [columns[begin : begin + length] for begin in range(0, len(columns), length)]


def _draw_band(
    sheet: Sheet,
    top: float,
    rows: Sequence[str],
    columns: Sequence[str],
    table: Table,
    width: float,
) -> None:
    height = len(rows) * CELL_HEIGHT
    axes = sheet.add_plot(MARGIN + NAME_WIDTH, top, width * len(columns), height)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.set_axis_off()
    for y, row in enumerate(rows):
        name = wrapped(printable(row), LABEL_SIZE, NAME_WIDTH - 12)
        sheet.write(MARGIN, top + (y + 0.5) * CELL_HEIGHT, name, vertical="center")
        for x, column in enumerate(columns):
            _draw_cell(axes, x, y, table.get((row, column)), width)


def finding(table: Table) -> str:
    """Return what the chart says."""
    known = {key: each for key, each in table.items() if each.speedup.value is not None}
    words = []
    if known:
        (row, column), best = max(known.items(), key=lambda cell: cell[1].speedup.value or 0.0)
        where = f"{in_a_sentence(row)}, {in_a_sentence(column)}"
        words.append(f"Greatest speedup: {ratio(best.speedup.value)}, {where}.")
        unsure = sum(_is_inconclusive(each) for each in known.values())
        if unsure:
            words.append(f"{unsure} of {counted(len(table), 'cell')} inconclusive.")
    missing = len(table) - len(known)
    if missing:
        words.append(f"{missing} of {counted(len(table), 'cell')} without a proven hit.")
    return " ".join(words)


def _cells(
    summaries: Sequence[CaseSummary], hosts: Mapping[str, str]
) -> dict[tuple[str, str], list[CaseSummary]]:
    """Return the cases of each cell: across go hosts and what sets cases apart, or the settings."""
    runs = {each.run_id for each in summaries}
    several = {
        axis
        for axis in AXES
        if axis != "model" and len({each.axes[axis] for each in summaries}) > 1
    }
    places = several.intersection(GROUP_AXES)
    across = places if places or len(runs) > 1 else several
    cells: dict[tuple[str, str], list[CaseSummary]] = {}
    for each in summaries:
        host = [hosts.get(each.run_id, each.run_id)] if len(runs) > 1 else []
        column = " / ".join(filter(None, [*host, label(each.axes, across | {"api"})]))
        cells.setdefault((each.axes["model"], column), []).append(each)
    return dict(sorted(cells.items()))


def _table(cells: Mapping[tuple[str, str], Sequence[CaseSummary]]) -> Table:
    """Return the case that stands for each cell."""
    return {
        key: min(cases, key=lambda case: preference(case.axes, hit=case.speedup.value is not None))
        for key, cases in cells.items()
    }


def _is_inconclusive(case: CaseSummary) -> bool:
    low, high = case.speedup.low, case.speedup.high
    return low is None or high is None or case.speedup.confidence is None or low <= 1 <= high


def _draw_cell(axes: Axes, x: int, y: int, case: CaseSummary | None, width: float) -> None:
    if case is None:
        axes.text(x + 0.5, y + 0.5, "not in the run", ha="center", va="center", color=MUTED)
        return
    speedup = case.speedup.value
    unknown = speedup is None
    tone = 0.5 if speedup is None else _tone(speedup)
    fill = "#e4e8eb" if unknown else to_hex(colormaps[COLOURS](tone))
    hatched = not unknown and _is_inconclusive(case)
    if hatched:
        # Below the frame, as a patch of its own: a hatch has the colour of its patch's edge.
        axes.add_patch(Rectangle((x, y), 1, 1, facecolor=fill, edgecolor=MUTED, hatch=HATCH))
    ground = "none" if hatched else fill
    axes.add_patch(Rectangle((x, y), 1, 1, facecolor=ground, edgecolor=PAPER, linewidth=2))
    dark = abs(tone - 0.5) / FULL > DARK_FROM
    words = case.verdict if speedup is None else ratio(speedup)
    # An interval that is not one of 95 % says on a line of its own what it is.
    below = ends(case.speedup, RATIO_DIGITS).split(", ") if case.speedup.basis else []
    if case.failed_starts:
        below = [f"{counted(case.failed_starts, 'start')} failed"]
    places = {0: (0.5, 0.5), 1: (0.36, 0.72), 2: (0.22, 0.65)}[len(below)]
    for lines, at, size, bold in (
        ([words], places[0], LABEL_SIZE if unknown else LABEL_SIZE + 1, True),
        (below, places[1], SMALL_SIZE, False),
    ):
        most = 1 if below else 2
        text = "\n".join(
            wrapped(printable(line), size, width - 8, lines=most, bold=bold) for line in lines
        )
        axes.text(
            x + 0.5,
            y + at,
            text,
            ha="center",
            va="center",
            fontsize=points(size),
            fontweight="bold" if bold else "normal",
            color=LIGHT if dark else INK,
            bbox={"facecolor": fill, "edgecolor": "none", "pad": 1} if hatched and text else None,
        )


def _tone(speedup: float) -> float:
    """Return where a speedup stands on the colour scale: 0.5 is no change."""
    share = math.log(max(speedup, 1e-6)) / math.log(EXTREME)
    return 0.5 + FULL * max(-1.0, min(1.0, share))
