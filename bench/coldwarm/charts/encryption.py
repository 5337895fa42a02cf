"""How much of a blob the encryption covers, and what it costs per start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice.words import ENCODINGS
from coldwarm.charts import style
from coldwarm.charts.cases import case_starts, in_a_sentence, labels
from coldwarm.charts.neighbours import difference, rounds_by_case
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import MARGIN, Key
from coldwarm.charts.spread import Spreads, draw_estimate, estimate_scale
from coldwarm.charts.style import INK, KIND_COLOURS, KIND_MARKERS, NO_HIT
from coldwarm.experiment.case import AXES
from coldwarm.text.numbers import counted, estimated_ms, ms, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart
    from coldwarm.stats.shift import Estimate

TITLE = "What the encryption covers, and what it costs"

COVERED, CLEAR = "#1b7837", "#e7c7c5"
LANES = {"cold": -0.26, "warm": 0.26}

IN_CLEAR = "callbacks never called: the blob is in clear"

FOOT = (
    "Left: part of the blob that passed the callbacks; the rest is in clear. Right: load time with "
    "encryption - without, the Hodges-Lehmann estimate with its 95 % interval, in pairs where the "
    "two were neighbours; hollow marks: the interval includes zero. Black: time inside the "
    "callbacks of a warm start, median and its 95 % interval. Calling: identity - without; cipher: "
    "the codec - identity. identity and base64 encrypt nothing."
)


@dataclass(frozen=True)
class Row:
    """One case with encryption.

    Attributes:
        label: its name without what all rows share.
        summary: of the case.
        extra: cold and warm to load time with encryption - without.
        split: of a warm start, what calling alone costs, and what the cipher adds to that.
        inside: times inside the callbacks of warm starts.
    """

    label: str
    summary: CaseSummary
    extra: dict[str, Estimate]
    split: tuple[Estimate, Estimate] | None
    inside: NDArray[np.float64]

    @property
    def words(self) -> str:
        """Return what is covered, and what calling and cipher cost."""
        if self.summary.callbacks_ignored:
            return IN_CLEAR
        if self.split is None:
            return percent(self.share)
        calling, cipher = map(estimated_ms, self.split)
        return f"{percent(self.share)}; calling {calling}, cipher {cipher}"

    @property
    def share(self) -> float | None:
        """Return the encrypted part of the blob; 0 if the callbacks were never called."""
        return 0.0 if self.summary.callbacks_ignored else self.summary.encrypted_share


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
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
            row_height=40,
            value_width=250,
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
        estimate_scale(
            sheet.plots[1],
            [each for row in rows for each in row.extra.values()],
            values=[value for row in rows for value in row.inside],
        )
        spreads = Spreads(sheet.plots[1])
        for y, row in enumerate(rows):
            _draw_share(sheet.plots[0], y, row.share)
            for kind, cost in row.extra.items():
                lane = y + LANES[kind]
                draw_estimate(sheet.plots[1], lane, cost, KIND_COLOURS[kind], KIND_MARKERS[kind])
            spreads.add(y, row.inside, "warm", colour=INK, marker=".")
            sheet.name(y, row.label)
            sheet.value(y, row.words, NO_HIT if row.summary.callbacks_ignored else INK)
        spreads.draw()
        return sheet.chart()


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
    rounds = rounds_by_case(summaries)
    inside = {
        (each.summary.run_id, each.summary.case_id): each.values("warm", "encryption_ms")
        for each in case_starts(frame, chosen, ["encryption_ms"])
    }
    twins = {_with_codec(each): rounds.get((each.run_id, each.case_id)) for each in summaries}
    rows = []
    for summary, label in zip(chosen, labels(chosen), strict=True):
        plain, calls, own = (
            twins.get(_with_codec(summary, codec)) for codec in ("none", "identity", None)
        )
        costs = {kind: _cost(plain, own, kind) for kind in LANES}
        calling, cipher = _cost(plain, calls, "warm"), _cost(calls, own, "warm")
        rows.append(
            Row(
                label,
                summary,
                {kind: cost for kind, cost in costs.items() if cost is not None},
                (calling, cipher) if calling and cipher and calls is not own else None,
                inside[summary.run_id, summary.case_id],
            )
        )
    return rows


def _cost(base: pd.DataFrame | None, head: pd.DataFrame | None, kind: str) -> Estimate | None:
    return None if base is None or head is None else difference(base, head, kind)


def _with_codec(summary: CaseSummary, codec: str | None = None) -> tuple[str, ...]:
    """Return run and axes of a case, with another codec where one is given."""
    axes = summary.axes if codec is None else {**summary.axes, "encryption": codec}
    return (summary.run_id, *(axes[axis] for axis in AXES))


def _draw_share(axes: Axes, y: int, share: float | None) -> None:
    if share is None:
        return
    axes.barh(y, 100, height=0.5, color=CLEAR, zorder=2)
    axes.barh(y, 100 * share, height=0.5, color=COVERED, zorder=3)
