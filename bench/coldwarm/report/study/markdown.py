"""summary.md: the table of a study, its findings and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.report.study.facts import provenance
from coldwarm.studies.findings import findings, version_line
from coldwarm.text.escaping import escape_markdown as escape
from coldwarm.text.escaping import markdown_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldwarm.report.study.scripts import Programs
    from coldwarm.studies.table import Cell, Result, Table

TIMES = "median ms"


def render(result: Result, scripts: Mapping[str, Programs]) -> str:
    """Return the whole file."""
    lines = [f"# {escape(result.run.run_id)}", "", escape(result.study.title), ""]
    for table in result.tables:
        lines += [f"## {escape(version_line(table))}", "", *_table(table, result), ""]
    lines += [*_findings(result, scripts), *_words(result)]
    lines += ["## How it was found", ""]
    lines += [f"- {escape(label)}: {escape(value)}" for label, value in provenance(result)]
    return "\n".join([*lines, ""])


def _table(table: Table, result: Result) -> list[str]:
    heads = ["change", *map(escape, table.columns), *([TIMES] if table.timed else [])]
    rows = []
    for change in table.rows:
        cells = table.row(change)
        if any(cells):
            times = [table.times(change)] if table.timed else []
            rows.append([escape(result.study.describe(change)), *map(_cell, cells), *times])
    return markdown_table(heads, rows, "l" * len(heads))


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "-"
    return f"**{escape(cell.text)}** (!)" if cell.surprises else escape(cell.text)


def _findings(result: Result, scripts: Mapping[str, Programs]) -> Iterator[str]:
    yield from ("## Findings", "")
    found = findings(result)
    if not found:
        yield "Nothing surprising."
    for finding in found:
        yield f"- {escape(finding.sentence)}. Seen: {escape(finding.judgement.reason)}."
        programs = scripts[finding.sentence]
        yield from (f"  Reproduce: `python {file}`" for file in programs.files)
        yield from (f"  No program: {escape(why)}." for why in programs.lacking)
    yield ""


def _words(result: Result) -> Iterator[str]:
    seen = {word for cell in result.cells for word in cell.counts}
    yield from ("## Words", "")
    for word, about in result.study.words.items():
        if word in seen:
            yield f"- {escape(word)}: {escape(about.meaning)}"
    yield ""
