"""Uncached, cold and warm load time of every case, the greatest saving first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.charts import style
from coldwarm.charts.cases import CaseStarts, case_starts
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import Key, time_scale
from coldwarm.charts.spread import DOTS, Spreads, draw_misses
from coldwarm.charts.style import GRID, KIND_COLOURS, KIND_MARKERS, MUTED, NO_HIT
from coldwarm.text.numbers import counted, estimated_ratio, ms, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "Load time without a cache, at the first start, from the cache"

LANES = {"uncached": -0.22, "cold": 0.0, "warm": 0.22}
"""Where in its row a kind stands, so that intervals do not hide each other."""

FOOT = (
    f"Medians with their 95 % intervals; {DOTS}. Crosses are warm starts that were "
    "no proven hit: they are part of no median. Right: speedup, uncached / warm, the "
    "Hodges-Lehmann estimate of each round's own ratio, with its 95 % interval."
)


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
    """Return the chart, or None when no start of a case worked."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    values = [value for row in rows for value in _all_values(row)]
    with style.applied():
        sheet = RowSheet(TITLE, finding(rows), len(rows), ["load time, ms"], FOOT, row_height=36)
        keys = [Key(kind, KIND_COLOURS[kind], KIND_MARKERS[kind]) for kind in KIND_COLOURS]
        sheet.legend(sheet.left, 0, [*keys, Key("no proven hit", MUTED, "x")])
        sheet.head_value("speedup")
        time_scale(sheet.plots[0], values)
        spreads = Spreads(sheet.plots[0])
        for y, row in enumerate(rows):
            _draw_row(sheet, spreads, y, row)
        spreads.draw()
        return sheet.chart()


def finding(rows: Sequence[CaseStarts]) -> str:
    """Return what the chart says; its rows are sorted by what they save."""
    hits = [row for row in rows if row.summary.speedup.value is not None]
    missed = len(rows) - len(hits)
    words = []
    if hits:
        most, least = hits[0], hits[-1]
        words.append(
            f"Most time is saved by {most.short}: {ms(_saving(most))} of each start, "
            f"{estimated_ratio(most.summary.speedup)} times as fast from the cache."
        )
        if most is not least:
            words.append(
                f"Least by {least.short}: {ms(_saving(least))}, "
                f"{ratio(least.summary.speedup.value)} times as fast."
            )
    if missed:
        words.append(f"In {missed} of {counted(len(rows), 'case')} no warm start was a proven hit.")
    return " ".join(words)


def _rows(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> list[CaseStarts]:
    rows = case_starts(frame, summaries, ["load_ms"])
    return sorted((row for row in rows if any(map(len, _kinds(row)))), key=_order)


def _order(row: CaseStarts) -> tuple[bool, float, str]:
    saving = _saving(row)
    return saving is None, -(saving or 0.0), row.label


def _saving(row: CaseStarts) -> float | None:
    medians = row.medians("load_ms")
    known = "warm" in medians and "uncached" in medians
    return medians["uncached"] - medians["warm"] if known else None


def _kinds(row: CaseStarts) -> tuple[pd.DataFrame, ...]:
    return row.uncached, row.cold, row.warm, row.misses


def _all_values(row: CaseStarts) -> list[float]:
    return [float(value) for each in _kinds(row) for value in each["load_ms"].dropna()]


def _draw_row(sheet: RowSheet, spreads: Spreads, y: int, row: CaseStarts) -> None:
    medians = row.medians("load_ms")
    lanes = [y + LANES[kind] for kind in medians]
    sheet.plots[0].plot(list(medians.values()), lanes, color=GRID, linewidth=3, zorder=2)
    for kind, lane in zip(medians, lanes, strict=True):
        spreads.add(lane, row.values(kind, "load_ms"), kind)
    draw_misses(sheet.plots[0], y + LANES["warm"], row.values("misses", "load_ms"))
    sheet.name(y, row.label)
    if row.summary.speedup.value is None:
        sheet.value(y, row.summary.verdicts, NO_HIT)
    else:
        sheet.value(y, estimated_ratio(row.summary.speedup))
