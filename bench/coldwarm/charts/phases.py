"""Where the time goes: every phase from process start to the first result, stacked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis.frame import phase_column
from coldwarm.charts import style
from coldwarm.charts.cases import KindStarts, case_starts, kinds_as_rows
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import MARGIN, Key, time_scale
from coldwarm.charts.spread import DOTS, Spreads
from coldwarm.charts.style import PAPER, PHASE_COLOURS
from coldwarm.run.sample import LOAD_PHASES, PHASES
from coldwarm.text.numbers import ms, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "From process start to the first result"

SEGMENTS = {**{phase: phase_column(phase) for phase in PHASES}, "harness": "harness_ms"}
TOTAL = "first_inference_ms"

BAR, BAR_AT = 0.46, -0.14
SPREAD_AT = 0.28
"""Bar and scatter of a row stand below each other, so that neither hides the other."""

FOOT = (
    "Each segment is the median of its phase; the mark is the median of the whole with its 95 % "
    f"interval; {DOTS}. Warm: proven hits only. harness: what coldwarm itself does between phases, "
    "which an application does not."
)


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
    """Return the chart, or None when no start came to its first result."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    medians = [_medians(row) for row in rows]
    totals = [row.starts[TOTAL].to_numpy(np.float64) for row in rows]
    phases = [phase for phase in SEGMENTS if any(phase in each for each in medians)]
    with style.applied():
        sheet = RowSheet(
            TITLE,
            finding(rows),
            len(rows),
            ["ms since the process began"],
            FOOT,
            legend_lines=2,
            value_width=90,
        )
        sheet.legend(MARGIN, 0, [Key(phase, PHASE_COLOURS[phase]) for phase in phases])
        sheet.head_value("first result")
        time_scale(sheet.plots[0], [float(value) for each in totals for value in each], zero=True)
        spreads = Spreads(sheet.plots[0])
        for y, (row, each, total) in enumerate(zip(rows, medians, totals, strict=True)):
            _draw_bar(sheet.plots[0], y, each)
            spreads.add(y + SPREAD_AT, total, row.kind)
            sheet.value(y, ms(float(np.median(total))))
        spreads.draw()
        sheet.name_kinds(rows)
        return sheet.chart()


def finding(rows: Sequence[KindStarts]) -> str:
    """Return what the chart says."""
    words = []
    for kind, when in (("uncached", "without a cache"), ("warm", "from the cache")):
        shares = [_load_share(_medians(row)) for row in rows if row.kind == kind]
        if shares:
            ends = dict.fromkeys((percent(min(shares)), percent(max(shares))))
            words.append(f"{' to '.join(ends)} {when}")
    return f"Share of loading in the time to the first result: {', '.join(words)}." if words else ""


def _rows(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> list[KindStarts]:
    cases = case_starts(frame, summaries, [TOTAL, *SEGMENTS.values()])
    known = (
        KindStarts(row.label, row.kind, row.starts[row.starts[TOTAL].notna()])
        for row in kinds_as_rows(cases)
    )
    return [row for row in known if len(row.starts)]


def _medians(row: KindStarts) -> dict[str, float]:
    known = {phase: row.starts[column].dropna() for phase, column in SEGMENTS.items()}
    medians = {phase: float(values.median()) for phase, values in known.items() if len(values)}
    return {phase: value for phase, value in medians.items() if value > 0}


def _load_share(medians: dict[str, float]) -> float:
    load = sum(medians.get(phase, 0.0) for phase in LOAD_PHASES)
    return load / (sum(medians.values()) or 1.0)


def _draw_bar(axes: Axes, y: int, medians: dict[str, float]) -> None:
    ends = np.cumsum([0.0, *medians.values()])
    axes.broken_barh(
        list(zip(ends, medians.values(), strict=False)),
        (y + BAR_AT - BAR / 2, BAR),
        facecolors=[PHASE_COLOURS[phase] for phase in medians],
        edgecolor=PAPER,
        linewidth=0.4,
        zorder=2,
    )
