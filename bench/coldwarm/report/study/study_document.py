"""A study as a document: its tables, its findings, and for summary.md where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.report.study.facts import provenance
from coldwarm.studies.findings import findings, version_line
from coldwarm.text.document import (
    MARKDOWN,
    TERMINAL,
    Bullets,
    Column,
    Document,
    Group,
    Heading,
    Only,
    Paragraph,
    Span,
    Table,
    row,
    section,
    with_code,
)
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldwarm.report.study.scripts import Programs
    from coldwarm.studies.study import Study
    from coldwarm.studies.table import Cell as StudyCell
    from coldwarm.studies.table import Result
    from coldwarm.studies.table import Table as StudyTable
    from coldwarm.text.document import Block, Inline, Style

BESIDE = 4
"""So many cases stand beside each other in a terminal."""

STYLES: dict[str, Style] = {"good": "good", "neutral": "", "bad": "bad"}
MARK = " !"


def study_summary(result: Result, scripts: Mapping[str, Programs]) -> Document:
    """Return the whole of summary.md.

    Args:
        result: what the study found.
        scripts: the programs that show each finding, by its sentence.
    """
    seen = {word for cell in result.cells for word in cell.counts}
    words = ((word, about) for word, about in result.study.words.items() if word in seen)
    return Document(
        (
            Heading(result.run.run_id, 1),
            Paragraph(result.study.title),
            *(block for table in result.tables for block in _table(table, result)),
            *_findings(result, scripts),
            *section("Words", (f"{word}: {about.meaning}" for word, about in words), level=2),
            *section(
                "How it was found",
                (f"{label}: {value}" for label, value in provenance(result)),
                level=2,
            ),
        )
    )


def study_document(result: Result) -> Document:
    """Return what a terminal tells when a study has ended: tables, findings, damaged lines."""
    return Document(
        (
            *(block for table in result.tables for block in _table(table, result)),
            *_findings(result),
            *([Bullets(tuple(result.run.damage))] if result.run.damage else []),
        )
    )


def _findings(result: Result, scripts: Mapping[str, Programs] | None = None) -> Iterator[Block]:
    """Yield the findings; with what was seen and what shows it, where there are programs."""
    found = findings(result)
    if not found:
        yield from (Heading("Findings"), Paragraph("Nothing surprising."))
        return
    yield Heading(counted(len(found), "finding"))
    items: list[Inline | Bullets] = []
    for finding in found:
        if scripts is None:
            items.append(finding.sentence)
            continue
        items.append(f"{finding.sentence}. Seen: {finding.judgement.reason}.")
        programs = scripts[finding.sentence]
        shown = [with_code(f"Reproduce: `python {file}`") for file in programs.files]
        items.append(Bullets((*shown, *(f"No program: {why}." for why in programs.lacking))))
    yield Bullets(tuple(items))


def _table(table: StudyTable, result: Result) -> Iterator[Block]:
    """Yield the table of a model: whole, or for a terminal in pieces that fit."""
    yield Heading(version_line(table))
    places = range(len(table.columns))
    yield Only(MARKDOWN, (_part(table, result, places, timed=table.timed),))
    pieces = (places[begin : begin + BESIDE] for begin in places[::BESIDE])
    yield Only(TERMINAL, tuple(_part(table, result, piece) for piece in pieces))


def _part(
    table: StudyTable, result: Result, places: Sequence[int], *, timed: bool = False
) -> Table:
    names = list(table.columns)
    titles = ["change", *(names[place] for place in places), *(["median ms"] if timed else [])]
    rows = []
    for change in table.rows:
        cells = [table.row(change)[place] for place in places]
        if any(cells):
            times = [table.times(change)] if timed else []
            shown = (_cell(cell, result.study) for cell in cells)
            rows.append(row(result.study.describe(change), *shown, *times))
    return Table(tuple(map(Column, titles)), (Group("", tuple(rows)),))


def _cell(cell: StudyCell | None, study: Study) -> Span:
    if cell is None:
        return Span("-")
    if cell.surprises:
        return Span(f"{cell.text}{MARK}", "bad")
    return Span(cell.text, STYLES[study.words[cell.worst].tone])
