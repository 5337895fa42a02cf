"""Peak memory of each phase, and what of it was anonymous or backed by files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis.frame import peak_column
from coldwarm.charts import style
from coldwarm.charts.cases import KindStarts, case_starts, kinds_as_rows
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import MARGIN, Key
from coldwarm.charts.spread import DOTS, Spreads, median_interval
from coldwarm.charts.style import INK, KIND_COLOURS, KIND_MARKERS
from coldwarm.run.sample import LOAD_PHASES
from coldwarm.text.numbers import MB, megabytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "Peak memory by phase"

PHASES = ("import", *LOAD_PHASES, "first_inference")
"""Phases that need memory worth a plot of their own."""

ANONYMOUS, FILE_BACKED = "#5b6770", "#c3ccd2"
BAR = 0.6
INTERVAL_AT = 0.22
"""Where in its row the interval of a bar stands: below that of the mark."""

PEAK = "peak_load_bytes"
HELD = ("rss_anon_load_bytes", "rss_file_load_bytes")
HELD_AT_END = ("rss_anon_first_inference_bytes", "rss_file_first_inference_bytes")

FOOT = (
    f"Marks: peak resident memory of the phase in MB, median with its 95 % interval; {DOTS}. Bars: "
    "medians of what the process held after loading and after the first inference, with the 95 % "
    "interval of each part as a thin line. The system can drop file-backed memory, such as mapped "
    "weights, and read it again; anonymous memory it cannot."
)


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
    """Return the chart, or None when no start recorded its memory."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    phases = [p for p in PHASES if any(r.starts[peak_column(p)].notna().any() for r in rows)]
    with style.applied():
        sheet = RowSheet(
            TITLE,
            finding(rows),
            len(rows),
            phases,
            f"{FOOT} Method: {', '.join(_methods(rows))}.",
            value_width=20,
        )
        marks = [Key(kind, KIND_COLOURS[kind], KIND_MARKERS[kind]) for kind in KIND_COLOURS]
        bars = [Key("anonymous", ANONYMOUS), Key("file-backed", FILE_BACKED)]
        sheet.legend(MARGIN, 0, [*marks, *bars])
        sheet.name_kinds(rows)
        top = max(_top(row) for row in rows)
        for axes, phase in zip(sheet.plots, phases, strict=True):
            axes.set_xlim(0, top * 1.05 / MB)
            spreads = Spreads(axes)
            for y, row in enumerate(rows):
                _draw_held(axes, y, row, phase)
                spreads.add(y, row.starts[peak_column(phase)] / MB, row.kind)
            spreads.draw()
        return sheet.chart()


def finding(rows: Sequence[KindStarts]) -> str:
    """Return what the chart says."""
    words = []
    for kind, when in (("uncached", "without a cache"), ("cold", "cold"), ("warm", "warm")):
        peaks = [float(row.starts[PEAK].median()) for row in rows if row.kind == kind]
        if peaks:
            ends = dict.fromkeys((megabytes(min(peaks)), megabytes(max(peaks))))
            words.append(f"{' to '.join(ends)} {when}")
    return f"Peak while loading: {', '.join(words)}." if words else ""


def _rows(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> list[KindStarts]:
    columns = [PEAK, "memory_method", *HELD, *HELD_AT_END, *map(peak_column, PHASES)]
    rows = kinds_as_rows(case_starts(frame, summaries, columns))
    return [row for row in rows if row.starts[PEAK].notna().any()]


def _methods(rows: Sequence[KindStarts]) -> list[str]:
    return sorted({str(name) for row in rows for name in row.starts["memory_method"].dropna()})


def _top(row: KindStarts) -> float:
    return float(np.nanmax(row.starts[[PEAK, *map(peak_column, PHASES)]].to_numpy(np.float64)))


def _draw_held(axes: Axes, y: int, row: KindStarts, phase: str) -> None:
    """Draw what was held after the phase, where that was measured."""
    last = [each for each in LOAD_PHASES if row.starts[peak_column(each)].notna().any()]
    if phase == "first_inference":
        columns = HELD_AT_END
    elif last and phase == last[-1]:
        columns = HELD
    else:
        return
    known = row.starts[list(columns)].dropna().to_numpy(np.float64) / MB
    if len(known):
        held = np.median(known, axis=0)
        axes.broken_barh(
            [(0, held[0]), (held[0], held[1])],
            (y - BAR / 2, BAR),
            facecolors=(ANONYMOUS, FILE_BACKED),
            zorder=2,
        )
        ends = [median_interval(known[:, 0]), median_interval(held[0] + known[:, 1])]
        for low, high in filter(None, ends):
            axes.hlines(y + INTERVAL_AT, low, high, color=INK, linewidth=1.2, zorder=3)
