"""What the state of the disk cache does to a start: files in memory, evicted, after power-on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coldwarm.analysis.rounds import PLACE
from coldwarm.charts import style
from coldwarm.charts.cases import baseline_labels, case_starts, in_a_sentence, labels
from coldwarm.charts.neighbours import quotient
from coldwarm.charts.rows import RowSheet
from coldwarm.charts.sheet import Key, time_scale
from coldwarm.charts.spread import DOTS, Spreads
from coldwarm.charts.style import GRID
from coldwarm.experiment.axes import STORAGES
from coldwarm.text.numbers import RATIO_DIGITS, interval, megabytes, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart
    from coldwarm.stats.shift import Estimate

TITLE = "Time to the first result with the files in memory, evicted, and after power-on"

COLOURS = {"hot": "#b35806", "evicted": "#0068b5", "boot": "#5e4fa2"}
MARKERS = {"hot": "o", "evicted": "s", "boot": "D"}
LANES = {"hot": -0.24, "evicted": 0.0, "boot": 0.24}

METRIC = "first_inference_ms"
"""Not the load time: most of what a start after power-on loses goes into the interpreter and the
import of the runtime."""

COLUMNS = [METRIC, "disk_read_bytes", "storage_proven", *PLACE]

NO_HOT = "Nothing was measured with the files in memory, to compare with."

UNPROVEN = "*"

FEWEST = 2
"""Storage states that a chart of them needs."""

FOOT = (
    f"From process start to first result: medians with their 95 % intervals; {DOTS}. hot: model "
    "and blob in the page cache before the start; evicted: dropped from it; boot: the runtime's "
    "own files too. Right: time against hot, with its 95 % interval, and the median of what was "
    f"read from disk. Warm: proven hits only. {UNPROVEN} that the files were so could not be "
    "proven for every start."
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

    @cached_property
    def slowdowns(self) -> dict[str, Estimate]:
        """Return for each state but hot its time over that in hot."""
        hot = self.states.get("hot")
        if hot is None:
            return {}
        others = {state: starts for state, starts in self.states.items() if state != "hot"}
        found = {state: quotient(hot, starts, METRIC) for state, starts in others.items()}
        return {state: each for state, each in found.items() if each is not None}

    def words(self, state: str) -> str:
        """Return slowdown and bytes read, the state marked where it was not always proven."""
        parts = []
        slowdown = self.slowdowns.get(state)
        if slowdown is not None:
            ends = interval(slowdown.low, slowdown.high, RATIO_DIGITS)
            parts.append(ratio(slowdown.value) + (f" ({ends})" if ends else ""))
            read = self.states[state]["disk_read_bytes"].dropna()
            parts += [f"reads {megabytes(float(read.median()))}"] if len(read) else []
        if self.states[state]["storage_proven"].fillna(value=False).all():
            return f"{state}: {', '.join(parts)}" if parts else ""
        return f"{state}{UNPROVEN}" + (f": {', '.join(parts)}" if parts else "")


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
    """Return the chart, or None when only one storage state was measured."""
    rows = _rows(frame, summaries)
    if not rows:
        return None
    values = [float(v) for row in rows for each in row.states.values() for v in each[METRIC]]
    with style.applied():
        sheet = RowSheet(
            TITLE,
            finding(rows),
            len(rows),
            ["time to first result, ms"],
            FOOT,
            row_height=60,
            value_width=310,
        )
        sheet.legend(sheet.left, 0, [Key(name, COLOURS[name], MARKERS[name]) for name in STORAGES])
        sheet.head_value("against hot")
        time_scale(sheet.plots[0], values)
        spreads = Spreads(sheet.plots[0])
        for y, row in enumerate(rows):
            _draw_row(sheet, spreads, y, row)
        spreads.draw()
        return sheet.chart()


def finding(rows: Sequence[Row]) -> str:
    """Return what the chart says."""
    words = []
    for kind, when in (("warm", "from the cache"), ("uncached", "without one")):
        known = [
            (slowdown, state, row)
            for row in rows
            if row.kind == kind
            for state, slowdown in row.slowdowns.items()
        ]
        slower = [each for each in known if each[0].low > 1]
        if slower:
            worst, state, row = max(slower, key=lambda each: each[0].value)
            name = in_a_sentence(row.label)
            words.append(f"{when}, {state} takes up to {ratio(worst.value)} times as long ({name})")
        elif known:
            words.append(f"{when}, no slowdown could be told from noise")
    if rows and not words:
        return NO_HOT
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
            starts = case.of(kind).dropna(subset=[METRIC])
            if len(starts):
                row = groups.setdefault((case.summary.run_id, name), Row(name, kind, {}))
                row.states.setdefault(case.summary.axes["storage"], starts)
        rows += [row.in_order() for row in groups.values() if len(row.states) >= FEWEST]
    return rows


def _draw_row(sheet: RowSheet, spreads: Spreads, y: int, row: Row) -> None:
    medians = [(float(each[METRIC].median()), y + LANES[s]) for s, each in row.states.items()]
    sheet.plots[0].plot(*zip(*medians, strict=True), color=GRID, linewidth=3, zorder=2)
    for state, starts in row.states.items():
        spreads.add(
            y + LANES[state],
            starts[METRIC],
            row.kind,
            colour=COLOURS[state],
            marker=MARKERS[state],
        )
        sheet.value(y + LANES[state], row.words(state))
    sheet.name(y, f"{row.label}, {row.kind}")
