"""What the state of the disk cache does to a start: files in memory, evicted, after power-on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from coldwarm.charts import style
from coldwarm.charts.cases import baseline_labels, case_starts, in_a_sentence, labels
from coldwarm.charts.neighbours import quotient
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import Key, time_scale
from coldwarm.charts.spread import RAW_LIMIT, Spreads
from coldwarm.charts.style import GRID
from coldwarm.experiment.case import STORAGES
from coldwarm.quantities import RATIO_DIGITS, interval, megabytes, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from coldwarm.stats.shift import Estimate
    from coldwarm.summary import CaseSummary

TITLE = "Load time with the files in memory, evicted, and after power-on"

COLOURS = {"hot": "#b35806", "evicted": "#0068b5", "boot": "#5e4fa2"}
MARKERS = {"hot": "o", "evicted": "s", "boot": "D"}
LANES = {"hot": -0.24, "evicted": 0.0, "boot": 0.24}

COLUMNS = ["load_ms", "disk_read_bytes", "storage_proven", "round", "block"]

FEWEST = 2
"""Storage states that a chart of them needs."""

FOOT = (
    "Medians with their 95 % intervals; dots are single starts. hot: model and blob in the page "
    "cache before the start; evicted: dropped from it; boot: the runtime's own files too. Right: "
    "load time against hot, with its 95 % interval, and the median of what was read from disk. "
    "Warm: proven hits only."
)


@dataclass(frozen=True)
class Row:
    """Starts of one kind that differ in their storage alone.

    Attributes:
        label: name of the baseline or case.
        kind: uncached or warm.
        states: storage to samples.
    """

    label: str
    kind: str
    states: dict[str, pd.DataFrame]

    def in_order(self) -> Row:
        """Return the row with its states in the order of `STORAGES`."""
        states = {name: self.states[name] for name in STORAGES if name in self.states}
        return Row(self.label, self.kind, states)

    @property
    def other(self) -> str | None:
        """Return the first state that is not hot, if there are both."""
        others = [state for state in self.states if state != "hot"]
        return others[0] if others and "hot" in self.states else None

    @property
    def slowdown(self) -> Estimate | None:
        """Return the load time in the other state over that in hot."""
        if self.other is None:
            return None
        return quotient(self.states["hot"], self.states[self.other], "load_ms")

    @property
    def words(self) -> str:
        """Return slowdown, bytes read, and whether the states were proven."""
        parts = []
        if self.slowdown is not None:
            ends = interval(self.slowdown.low, self.slowdown.high, RATIO_DIGITS)
            value = ratio(self.slowdown.value)
            parts.append(f"{self.other}: {value}" + (f" ({ends})" if ends else ""))
            read = self.states[str(self.other)]["disk_read_bytes"].dropna()
            parts += [f"reads {megabytes(float(read.median()))}"] if len(read) else []
        starts = pd.concat(self.states.values())
        if not starts["storage_proven"].fillna(value=True).all():
            parts.append("not all proven")
        return ", ".join(parts)


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Figure | None:
    """Return the chart, or None when only one storage state was measured."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    values = [float(v) for row in rows for each in row.states.values() for v in each["load_ms"]]
    with style.applied():
        sheet = RowSheet(
            TITLE,
            finding(rows),
            len(rows),
            ["load time, ms"],
            FOOT,
            row_height=38,
            value_width=210,
        )
        sheet.legend(sheet.left, 0, [Key(name, COLOURS[name], MARKERS[name]) for name in STORAGES])
        sheet.head_value("against hot")
        time_scale(sheet.plots[0], values)
        spreads = Spreads(sheet.plots[0], raw=len(values) <= RAW_LIMIT)
        for y, row in enumerate(rows):
            _draw_row(sheet, spreads, y, row)
        spreads.draw()
        return sheet.figure


def alt_text(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> str:
    """Return what the chart shows, in words."""
    return f"{TITLE}. {finding(_rows(frame, summaries))}"


def finding(rows: Sequence[Row]) -> str:
    """Return what the chart says."""
    words = []
    for kind, when in (("warm", "from the cache"), ("uncached", "without one")):
        known = [(row.slowdown, row) for row in rows if row.kind == kind]
        slower = [(each.value, row) for each, row in known if each is not None and each.low > 1]
        if slower:
            value, worst = max(slower, key=lambda entry: entry[0])
            name = in_a_sentence(worst.label)
            words.append(f"{when}, {worst.other} takes up to {ratio(value)} times as long ({name})")
        elif known:
            words.append(f"{when}, no slowdown could be told from noise")
    return f"Against hot: {'; '.join(words)}." if words else ""


def _rows(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> list[Row]:
    cases = list(case_starts(frame, summaries, COLUMNS))
    rows = []
    for kind, names in (
        ("uncached", baseline_labels(summaries, ["storage"])),
        ("warm", labels(summaries, ["storage"])),
    ):
        groups: dict[tuple[str, str], Row] = {}
        for case, name in zip(cases, names, strict=True):
            starts = case.of(kind)
            if len(starts):
                row = groups.setdefault((case.summary.run_id, name), Row(name, kind, {}))
                row.states.setdefault(case.summary.axes["storage"], starts)
        rows += [row.in_order() for row in groups.values() if len(row.states) >= FEWEST]
    return rows


def _draw_row(sheet: RowSheet, spreads: Spreads, y: int, row: Row) -> None:
    medians = [(float(each["load_ms"].median()), y + LANES[s]) for s, each in row.states.items()]
    sheet.plots[0].plot(*zip(*medians, strict=True), color=GRID, linewidth=3, zorder=2)
    for state, starts in row.states.items():
        spreads.add(
            y + LANES[state],
            starts["load_ms"],
            row.kind,
            colour=COLOURS[state],
            marker=MARKERS[state],
        )
    sheet.name(y, f"{row.label}, {row.kind}")
    sheet.value(y, row.words)
