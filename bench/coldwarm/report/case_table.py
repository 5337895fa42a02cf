"""The table of cases as part of a document: rows with axes, or in a terminal entries with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis.verdict import DROPPED
from coldwarm.report.columns import (
    NUMBERS,
    VERDICT,
    axes_shown,
    axis_column,
    case_label,
    common_axes,
)
from coldwarm.text.document import (
    MARKDOWN,
    TERMINAL,
    Bullets,
    Cell,
    Column,
    Group,
    Only,
    Paragraph,
    Row,
    Span,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.columns import CaseColumn
    from coldwarm.text.document import Block, Style

STYLES: dict[str, Style] = {
    "hit": "good",
    "not_comparable": "warn",
    "unsupported": "dim",
    DROPPED: "dim",
}
"""Every other verdict is a finding."""


def case_table(summaries: Sequence[CaseSummary]) -> Iterator[Block]:
    """Yield what all cases share, then times, speedup, sizes and memory of each.

    In a terminal names have a line of their own, so that none is cut, and a case of which nothing
    was measured has no numbers.
    """
    if common := common_axes(summaries):
        yield Paragraph(f"All cases: {common}.")
    axes = [axis_column(axis) for axis in axes_shown(summaries)]
    columns = [*axes, VERDICT, *NUMBERS]
    groups = tuple(_entry(case, columns, summaries) for case in summaries)
    shown = tuple(_column(column) for column in columns)
    yield Table(shown, groups, titles=TERMINAL)
    helps = tuple(f"{column.heading}: {column.help}" for column in columns if column.help)
    yield Only(MARKDOWN, (Bullets(helps),))


def _column(column: CaseColumn) -> Column:
    named = None if column in NUMBERS else MARKDOWN  # a terminal has told it in the name
    return Column(
        column.heading,
        column.unit,
        column.noted,
        numeric=column.numeric,
        only=column.only or named,
        notes=column.notes,
    )


def _entry(case: CaseSummary, columns: Sequence[CaseColumn], among: Sequence[CaseSummary]) -> Group:
    verdict = Span(case.verdicts or case.verdict, STYLES.get(case.verdict, "bad"))
    is_measured = not (case.load_ms.cold is None and case.load_ms.warm is None)
    cells = [column.cell(case) for column in columns]
    row = Row(
        tuple(Cell(cell.text, cell.note) for cell in cells), None if is_measured else MARKDOWN
    )
    return Group((f"{case_label(case, among)}: ", verdict), (row,))
