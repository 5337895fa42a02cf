"""How much of a blob the encryption covers, and what it costs per start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice.words import ENCODINGS
from coldwarm.charts import style
from coldwarm.charts.cases import in_a_sentence, labels
from coldwarm.charts.neighbours import difference, rounds_by_case
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import MARGIN, Key
from coldwarm.charts.spread import draw_estimate, estimate_scale
from coldwarm.charts.style import INK, KIND_COLOURS, KIND_MARKERS, NO_HIT
from coldwarm.experiment.case import AXES
from coldwarm.quantities import counted, ms, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from coldwarm.stats.shift import Estimate
    from coldwarm.summary import CaseSummary

TITLE = "What the encryption covers, and what it costs"

COVERED, CLEAR = "#1b7837", "#e7c7c5"
LANES = {"cold": -0.2, "warm": 0.2}

IN_CLEAR = "callbacks never called: the blob is in clear"

FOOT = (
    "Left: part of the blob that passed the callbacks; the rest is in clear. Right: load time with "
    "encryption - without, the Hodges-Lehmann estimate with its 95 % interval, in pairs where the "
    "two were neighbours; hollow marks: the interval includes zero. Dots: median time inside the "
    "callbacks of a warm start. identity and base64 encrypt nothing."
)


@dataclass(frozen=True)
class Row:
    """One case with encryption.

    Attributes:
        label: its name without what all rows share.
        summary: of the case.
        extra: cold and warm to load time with encryption - without.
    """

    label: str
    summary: CaseSummary
    extra: dict[str, Estimate]

    @property
    def share(self) -> float | None:
        """Return the encrypted part of the blob; 0 if the callbacks were never called."""
        return 0.0 if self.summary.callbacks_ignored else self.summary.encrypted_share


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Figure | None:
    """Return the chart, or None when no case with encryption left a blob."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    with style.applied():
        sheet = RowSheet(
            TITLE,
            finding(rows),
            len(rows),
            ["part of the blob, %", "extra load time, ms"],
            FOOT,
            row_height=32,
        )
        marks = [Key(kind, KIND_COLOURS[kind], KIND_MARKERS[kind]) for kind in LANES]
        sheet.legend(
            MARGIN,
            0,
            [
                Key("through the callbacks", COVERED),
                Key("in clear", CLEAR),
                *marks,
                Key("inside the callbacks", INK, "."),
            ],
        )
        sheet.head_value("through the callbacks")
        sheet.plots[0].set_xlim(0, 100)
        estimate_scale(sheet.plots[1], [each for row in rows for each in row.extra.values()])
        for y, row in enumerate(rows):
            _draw_share(sheet.plots[0], y, row.share)
            _draw_cost(sheet.plots[1], y, row)
            sheet.name(y, row.label)
            ignored = row.summary.callbacks_ignored
            words = IN_CLEAR if ignored else percent(row.share)
            sheet.value(y, words, NO_HIT if ignored else INK)
        return sheet.figure


def alt_text(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> str:
    """Return what the chart shows, in words."""
    return f"{TITLE}. {finding(_rows(frame, summaries))}"


def finding(rows: Sequence[Row]) -> str:
    """Return what the chart says."""
    words = []
    ignored = [row for row in rows if row.summary.callbacks_ignored]
    if ignored:
        words.append(
            f"NOT ENCRYPTED: in {len(ignored)} of {counted(len(rows), 'case')} the device never "
            "called the callbacks."
        )
    shares = [
        row.share for row in rows if row.share and row.summary.axes["encryption"] not in ENCODINGS
    ]
    if shares:
        ends = dict.fromkeys((percent(min(shares)), percent(max(shares))))
        words.append(f"Encrypted part of a blob: {' to '.join(ends)}; the rest is in clear.")
    dear = [row for row in rows if "warm" in row.extra and row.extra["warm"].low > 0]
    if dear:
        row = max(dear, key=lambda each: each.extra["warm"].value)
        cost = ms(row.extra["warm"].value)
        words.append(f"Dearest from the cache: {in_a_sentence(row.label)}, {cost} more.")
    elif rows:
        words.append("No cost could be told from noise in starts from the cache.")
    return " ".join(words)


def _rows(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> list[Row]:
    chosen = [
        summary
        for summary in summaries
        if summary.axes["encryption"] != "none"
        and (summary.encrypted_share is not None or summary.callbacks_ignored)
    ]
    rounds = rounds_by_case(frame)
    plain = {_without_encryption(each): each for each in summaries if _is_plain(each)}
    rows = []
    for summary, label in zip(chosen, labels(chosen), strict=True):
        extra = {}
        base = plain.get(_without_encryption(summary))
        own = rounds.get((summary.run_id, summary.case_id))
        other = rounds.get((base.run_id, base.case_id)) if base else None
        for kind in LANES:
            cost = None if own is None or other is None else difference(other, own, kind)
            if cost is not None:
                extra[kind] = cost
        rows.append(Row(label, summary, extra))
    return rows


def _is_plain(summary: CaseSummary) -> bool:
    return summary.axes["encryption"] == "none"


def _without_encryption(summary: CaseSummary) -> tuple[str, ...]:
    return (summary.run_id, *(summary.axes[axis] for axis in AXES if axis != "encryption"))


def _draw_share(axes: Axes, y: int, share: float | None) -> None:
    if share is None:
        return
    axes.barh(y, 100, height=0.5, color=CLEAR, zorder=2)
    axes.barh(y, 100 * share, height=0.5, color=COVERED, zorder=3)


def _draw_cost(axes: Axes, y: int, row: Row) -> None:
    for kind, estimate in row.extra.items():
        draw_estimate(axes, y + LANES[kind], estimate, KIND_COLOURS[kind], KIND_MARKERS[kind])
    inside = row.summary.encryption_ms
    if inside is not None:
        axes.plot([inside], [y + LANES["warm"]], marker=".", color=INK, markersize=5, zorder=6)
