"""The columns of the table of cases, one definition for page, Markdown and terminal."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from coldwarm.experiment.case import AXES, Case
from coldwarm.text.document import MARKDOWN, TERMINAL
from coldwarm.text.numbers import ABSENT, MB, RATIO_DIGITS, ends, number, ratio, starts, with_basis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.stats.ranges import Range
    from coldwarm.text.document import Medium

ALWAYS_SHOWN = ("model", "api", "cache_mode")

NAMED = ("model", "device", "api")
"""Axes whose value is told even where it is the default."""

DEFAULTS = {
    **{each.name: str(each.default) for each in fields(Case)},
    "properties": "{}",
}

HEADINGS = {"api": "API", "cache_mode": "cache mode"}


@dataclass(frozen=True)
class CaseCell:
    """One cell of a table.

    Attributes:
        text: what is shown.
        order: what the cell is sorted by; None where it has no place.
        note: a smaller second line, such as an interval.
    """

    text: str
    order: float | str | None
    note: str = ""


@dataclass(frozen=True)
class CaseColumn:
    """One column of the table of cases.

    Attributes:
        key: its name in code.
        heading: its name for people.
        unit: unit of its numbers, empty for text.
        cell: what it shows of a case.
        help: what it means, in one sentence.
        numeric: whether it holds numbers.
        noted: what the notes of its cells are, where that has to be said.
        only: the one medium that shows it: a terminal has room for no more columns, and shows
            what others tell in notes as numbers.
        notes: the one medium that shows its notes; None for all.
    """

    key: str
    heading: str
    cell: Callable[[CaseSummary], CaseCell]
    unit: str = ""
    help: str = ""
    numeric: bool = True
    noted: str = ""
    only: Medium | None = None
    notes: Medium | None = None

    @property
    def about(self) -> str:
        """Return the unit of its numbers, and what their notes are."""
        return ", ".join(filter(None, (self.unit, self.noted)))


def axes_shown(summaries: Sequence[CaseSummary]) -> list[str]:
    """Return the axes that tell these cases apart, and those that readers always look for."""
    return [
        axis
        for axis in AXES
        if axis in ALWAYS_SHOWN or len({case.axes[axis] for case in summaries}) > 1
    ]


def common_axes(summaries: Sequence[CaseSummary]) -> str:
    """Return in words the axes that are the same for all cases, and so have no column."""
    shown = axes_shown(summaries)
    same = {axis: summaries[0].axes[axis] for axis in AXES if axis not in shown}
    return ", ".join(f"{axis} {value}" for axis, value in same.items() if value != "{}")


def case_label(case: CaseSummary, among: Sequence[CaseSummary]) -> str:
    """Return the name of a case without what it shares with the others, and without defaults."""
    defaults = {axis: value for axis, value in DEFAULTS.items() if axis not in NAMED}
    values = {axis: case.axes[axis] for axis in axes_shown(among)}
    return " / ".join(value for axis, value in values.items() if value != defaults.get(axis))


def axis_column(axis: str) -> CaseColumn:
    """Return the column of one axis."""

    def cell(case: CaseSummary) -> CaseCell:
        value = case.axes[axis]
        return CaseCell(value, value)

    return CaseColumn(axis, HEADINGS.get(axis, axis), cell, numeric=False)


def _verdict(case: CaseSummary) -> CaseCell:
    several = ", " in case.verdicts
    return CaseCell(case.verdict, case.verdict, case.verdicts if several else "")


def _plain(value: float | None, scale: float = 1.0) -> CaseCell:
    return CaseCell(ABSENT, None) if value is None else CaseCell(number(value / scale), value)


def _time(kind: str) -> Callable[[CaseSummary], CaseCell]:
    """Return the cell of a load time: those that failed stand below that of those that worked."""

    def cell(case: CaseSummary) -> CaseCell:
        return replace(_plain(vars(case.load_ms)[kind]), note=case.failed(kind))

    return cell


def _ranged(estimate: Range, digits: int = 2) -> CaseCell:
    if estimate.value is None:
        return CaseCell(ABSENT, None)
    shown = ratio(estimate.value) if digits == RATIO_DIGITS else number(estimate.value)
    return CaseCell(shown, estimate.value, ends(estimate, digits))


def _break_even(case: CaseSummary) -> CaseCell:
    even = case.break_even
    if even.value is None:
        return CaseCell(ABSENT, None, case.break_even_words)
    between = f"{starts(even.low)} to {starts(even.high)}" if even.low is not None else ""
    return CaseCell(starts(even.value), even.value, with_basis(between, even))


def _noted(value: float | None, note: str, other: float | None, scale: float = 1.0) -> CaseCell:
    """Return a number with another one, for comparison, below it."""
    cell = _plain(value, scale)
    if other is None or cell.order is None:
        return cell
    return replace(cell, note=f"{note} {number(other / scale)}")


VERDICT = CaseColumn(
    "verdict", "verdict", _verdict, numeric=False, help="What the warm starts were."
)

NUMBERS = (
    CaseColumn(
        "uncached",
        "uncached",
        _time("uncached"),
        "ms",
        "Median load time without a cache.",
        notes=MARKDOWN,
    ),
    CaseColumn(
        "cold",
        "cold",
        _time("cold"),
        "ms",
        "Median load time of the first start, which writes the cache.",
        notes=MARKDOWN,
    ),
    CaseColumn(
        "warm",
        "warm",
        _time("warm"),
        "ms",
        "Median load time of later starts, proven hits only.",
        notes=MARKDOWN,
    ),
    CaseColumn(
        "speedup",
        "speedup",
        lambda case: _ranged(case.speedup, RATIO_DIGITS),
        help="uncached / warm, from each round's own ratio, with its 95 % interval; of fewer than "
        "six rounds with what they allow.",
        noted="95 % interval",
    ),
    CaseColumn(
        "cold_tax",
        "cold tax",
        lambda case: _ranged(case.cold_tax_ms),
        "ms",
        "cold - uncached: what writing the cache costs, once.",
        noted="95 %",
        notes=MARKDOWN,
    ),
    CaseColumn(
        "break_even",
        "break-even",
        _break_even,
        "starts",
        "Warm starts that pay the cold tax back.",
        noted="95 %",
        notes=MARKDOWN,
    ),
    CaseColumn(
        "first_result",
        "first result",
        lambda case: _noted(
            case.first_inference_ms.warm, "uncached", case.first_inference_ms.uncached
        ),
        "ms, warm",
        "Median time from process start to first result of warm starts.",
        only=MARKDOWN,
    ),
    CaseColumn(
        "blob",
        "cache",
        lambda case: _noted(case.blob_bytes, "model", case.model_bytes, MB),
        "MB",
        "Size of the cache on disk, and of the model's files.",
        notes=MARKDOWN,
    ),
    CaseColumn("model", "model", lambda case: _plain(case.model_bytes, MB), "MB", only=TERMINAL),
    CaseColumn(
        "peak_cold",
        "peak cold",
        lambda case: _plain(case.peak_load_bytes.cold, MB),
        "MB",
        only=TERMINAL,
    ),
    CaseColumn(
        "peak",
        "peak warm",
        lambda case: _noted(case.peak_load_bytes.warm, "cold", case.peak_load_bytes.cold, MB),
        "MB",
        "Median peak memory of loading, warm and cold.",
        notes=MARKDOWN,
    ),
)
"""The measured columns, in order."""


def page_columns(summaries: Sequence[CaseSummary]) -> list[CaseColumn]:
    """Return the columns for which a page has room: axes, verdict, numbers."""
    axes = map(axis_column, axes_shown(summaries))
    return [*axes, VERDICT, *(each for each in NUMBERS if each.only != TERMINAL)]
