"""How large the blob is beside its model, and what a start saves for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.charts import style
from coldwarm.charts.cases import in_a_sentence, labels
from coldwarm.charts.neighbours import rounds_by_case, savings
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import MARGIN, Key, time_scale
from coldwarm.charts.spread import draw_estimate, estimate_scale
from coldwarm.charts.style import GRID, KIND_COLOURS, MUTED
from coldwarm.text.numbers import MB, megabytes, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart
    from coldwarm.stats.shift import Estimate

TITLE = "Size of the blob, and what a start saves for it"

BLOB_COLOUR = "#1b7837"

FOOT = (
    "Sizes: model files and the median of what a cold start left in the cache directory. Saving: "
    "uncached - warm load time, the Hodges-Lehmann estimate of each round's own difference, with "
    "its 95 % interval; none where no warm start was a proven hit."
)


def draw(
    frame: pd.DataFrame,  # noqa: ARG001 - as every chart
    summaries: Sequence[CaseSummary],
) -> Chart | None:
    """Return the chart, or None when no cold start left a blob."""
    rows = _rows(summaries)
    if not rows:
        return None
    with style.applied():
        sheet = RowSheet(TITLE, finding(rows), len(rows), ["size, MB", "saved per start, ms"], FOOT)
        keys = [Key("model", MUTED, "o"), Key("blob", BLOB_COLOUR, "s")]
        sheet.legend(MARGIN, 0, [*keys, Key("saving", KIND_COLOURS["warm"], "D")])
        sheet.head_value("blob, of model")
        time_scale(sheet.plots[0], [size for row in rows for size in (row.model_mb, row.blob_mb)])
        estimate_scale(sheet.plots[1], [row.saving for row in rows if row.saving])
        for y, row in enumerate(rows):
            _draw_row(sheet, y, row)
        return sheet.chart()


def finding(rows: Sequence[Row]) -> str:
    """Return what the chart says."""
    if not rows:
        return ""
    small, large = min(rows, key=lambda row: row.share), max(rows, key=lambda row: row.share)
    words = f"Smallest beside its model: {small.words}, {small.name}."
    if large is small:
        return words
    return f"{words} Largest: {large.words}, {large.name}."


@dataclass(frozen=True)
class Row:
    """One case that left a blob."""

    label: str
    model_mb: float
    blob_mb: float
    saving: Estimate | None
    verdict: str

    @property
    def name(self) -> str:
        """Return the label as it may stand in a sentence."""
        return in_a_sentence(self.label)

    @property
    def share(self) -> float:
        """Return the size of the blob as a share of that of the model."""
        return self.blob_mb / self.model_mb if self.model_mb else 0.0

    @property
    def words(self) -> str:
        """Return size and share."""
        share = f", {percent(self.share)}" if self.model_mb else ""
        return f"{megabytes(self.blob_mb * MB)}{share}"


def _rows(summaries: Sequence[CaseSummary]) -> list[Row]:
    saved = savings(rounds_by_case(summaries))
    rows = [
        Row(
            label,
            (summary.model_bytes or 0) / MB,
            summary.blob_bytes / MB,
            saved.get((summary.run_id, summary.case_id)),
            summary.verdict,
        )
        for summary, label in zip(summaries, labels(summaries), strict=True)
        if summary.blob_bytes
    ]
    return sorted(rows, key=lambda row: (-(row.saving.value if row.saving else 0.0), row.label))


def _draw_row(sheet: RowSheet, y: int, row: Row) -> None:
    sizes, gains = sheet.plots
    sizes.plot([row.model_mb, row.blob_mb], [y, y], color=GRID, linewidth=3, zorder=2)
    sizes.plot([row.model_mb], [y], marker="o", color=MUTED, markersize=6.5, zorder=3)
    sizes.plot([row.blob_mb], [y], marker="s", color=BLOB_COLOUR, markersize=5.5, zorder=4)
    if row.saving is None:
        sheet.remark(y, 1, row.verdict)
    else:
        draw_estimate(gains, y, row.saving, KIND_COLOURS["warm"], "D")
    sheet.name(y, row.label)
    sheet.value(y, row.words)
