"""When the cache has paid for itself: total load time over the number of starts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from coldwarm.charts import style
from coldwarm.charts.cases import in_a_sentence, labels, marked, preference
from coldwarm.charts.lettering import points, printable, wrapped
from coldwarm.charts.neighbours import rounds_by_case
from coldwarm.charts.sheet import INNER, LABEL_SIZE, MARGIN, Key, Sheet, bare
from coldwarm.charts.spread import median_interval
from coldwarm.charts.style import GRID, KIND_COLOURS, MUTED
from coldwarm.text.numbers import number, starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "Total load time over the number of starts"

MOST = 12
"""Cases drawn; the page has tables for the others."""

COLUMNS = 3
PANEL_HEIGHT, NAME_HEIGHT, AXIS_HEIGHT, GAP, TOP = 150, 40, 42, 46, 34
FEWEST_STARTS, MOST_STARTS = 5, 40

FOOT = (
    "Without a cache: n uncached starts. With it: one cold start, then n - 1 warm ones, proven "
    "hits only. Lines are medians over rounds, bands their 95 % intervals from six rounds on; "
    "the dashed line is the start that has paid the cold tax back, its grey band the 95 % interval "
    "by Fieller (of fewer than six rounds what the words above the plot say)."
)


@dataclass(frozen=True)
class Curve:
    """One case that has cold and proven warm starts.

    Attributes:
        label: its name without what all cases of the chart share.
        summary: of the case.
        rounds: its complete rounds, in ms.
    """

    label: str
    summary: CaseSummary
    rounds: pd.DataFrame

    @property
    def starts(self) -> NDArray[np.float64]:
        """Return the numbers of starts to draw, from 1."""
        even = self.summary.break_even
        known = [value for value in (even.value, even.high) if value is not None and value > 0]
        last = 2 * math.ceil(1 + max(known, default=0.0))
        return np.arange(1, min(max(last, FEWEST_STARTS), MOST_STARTS) + 1, dtype=np.float64)


def draw(
    frame: pd.DataFrame,  # noqa: ARG001 - as every chart
    summaries: Sequence[CaseSummary],
) -> Chart | None:
    """Return the chart, or None when no case has cold and proven warm starts."""
    curves = _curves(summaries)
    if not curves:
        return None
    shown = curves[:MOST]
    lines = math.ceil(len(shown) / COLUMNS)
    step = NAME_HEIGHT + PANEL_HEIGHT + AXIS_HEIGHT
    more = f" {len(shown)} of {len(curves)} cases." if len(shown) < len(curves) else ""
    with style.applied():
        sheet = Sheet(TITLE, finding(curves), TOP + lines * step, FOOT + more)
        keys = [Key("without a cache", KIND_COLOURS["uncached"], "_")]
        sheet.legend(MARGIN, 0, [*keys, Key("with it", KIND_COLOURS["warm"], "_")])
        width = (INNER - GAP * COLUMNS) / COLUMNS
        for index, curve in enumerate(shown):
            line, column = divmod(index, COLUMNS)
            left = MARGIN + GAP + column * (width + GAP)
            top = TOP + line * step
            name = wrapped(printable(curve.label), LABEL_SIZE, width, lines=1, bold=True)
            sheet.write(left, top, name, bold=True)
            words = wrapped(printable(_words(curve)), LABEL_SIZE, width, lines=1)
            sheet.write(left, top + 17, words, colour=MUTED)
            _draw_curve(sheet.add_plot(left, top + NAME_HEIGHT, width, PANEL_HEIGHT), curve)
        return sheet.chart()


def finding(curves: Sequence[Curve]) -> str:
    """Return what the chart says."""
    if not curves:
        return ""
    bounded = [curve for curve in curves if curve.summary.break_even.value is not None]
    unknown = len(curves) - len(bounded)
    if not bounded:
        return "For no case is it known how many warm starts pay the cold one back."
    slowest = max(bounded, key=lambda curve: curve.summary.break_even.value or 0.0)
    words = (
        f"The cold start is paid back last by {in_a_sentence(slowest.label)}: "
        f"{slowest.summary.break_even_words}."
    )
    return f"{words} Not known for {unknown} of {len(curves)} cases." if unknown else words


def _curves(summaries: Sequence[CaseSummary]) -> list[Curve]:
    rounds = rounds_by_case(summaries)
    curves = []
    for summary, label in zip(summaries, labels(summaries), strict=True):
        rows = rounds.get((summary.run_id, summary.case_id))
        complete = None if rows is None else rows.dropna(subset=["uncached", "cold", "warm"])
        if complete is not None and len(complete):
            curves.append(Curve(marked(label, summary), summary, complete))
    return sorted(curves, key=lambda curve: preference(curve.summary.axes, hit=True))


def _words(curve: Curve) -> str:
    even = curve.summary.break_even
    if even.basis and not even.is_full:
        # Above a plot there is room for no more.
        return f"{starts(even.value)} ({starts(even.low)} to {starts(even.high)}, {even.basis})"
    return curve.summary.break_even_words.replace(" warm starts", " warm starts pay it back", 1)


def _draw_curve(axes: Axes, curve: Curve) -> None:
    starts = curve.starts
    uncached, cold, warm = (
        curve.rounds[kind].to_numpy(np.float64)[:, None] / 1000
        for kind in ("uncached", "cold", "warm")
    )
    for totals, colour in (
        (uncached * starts, KIND_COLOURS["uncached"]),
        (cold + warm * (starts - 1), KIND_COLOURS["warm"]),
    ):
        axes.plot(starts, np.median(totals, axis=0), color=colour, linewidth=1.8, zorder=4)
        ends = [median_interval(column) for column in totals.T]
        if all(end is not None for end in ends):
            low, high = zip(*(end for end in ends if end is not None), strict=True)
            axes.fill_between(starts, low, high, color=colour, alpha=0.22, linewidth=0, zorder=3)
    even = curve.summary.break_even
    if even.value is not None and even.value > 0:
        axes.axvline(1 + even.value, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=2)
    if even.low is not None and even.high is not None:
        axes.axvspan(1 + max(even.low, 0), 1 + max(even.high, 0), color=GRID, zorder=1)
    bare(axes, grid="y")
    axes.set_xlim(1, starts[-1])
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(value)} s"))
    axes.set_xlabel("starts", fontsize=points(LABEL_SIZE))
