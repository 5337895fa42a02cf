"""What a study found, in tables for a terminal of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm.studies.findings import findings, version_line
from coldwarm.studies.table import tabulate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.run.store import Run
    from coldwarm.studies.study import Study
    from coldwarm.studies.table import Cell, Result
    from coldwarm.studies.table import Table as StudyTable

WIDTH = 80
COLUMNS = 4
"""So many cases stand beside each other in 80 columns."""

WIDEST_NAME = 34
"""The longest name of a property with a value, DYNAMIC_QUANTIZATION_GROUP_SIZE=0, is as wide."""

STYLES = {"good": "green", "neutral": "", "bad": "bold red"}
SURPRISING = "bold red"
MARK = " !"


def print_study(run: Run) -> None:
    """Print one table per model, device and runtime, and a sentence for each finding."""
    if not run.traces:
        return
    console = Console()
    result = tabulate(run)
    for table in result.tables:
        for part in parts(table, result):
            console.print(part)
            console.print()
    found = findings(result)
    if found:
        console.print(Text(f"!  {len(found)} findings:"))
    for finding in found:
        console.print(Text(f"- {finding.sentence}"), soft_wrap=False)
    for sentence in run.damage:
        console.print(Text(sentence))


def parts(table: StudyTable, result: Result) -> Iterator[Table]:
    """Yield the table, in pieces of as many columns as fit beside each other."""
    names = list(table.columns)
    first_column = (result.study.kind, *map(result.study.describe, table.rows))
    names_width = min(max(map(len, first_column)), WIDEST_NAME)
    for begin in range(0, len(names), COLUMNS):
        drawn = Table(box=None, pad_edge=False, width=WIDTH, title_justify="left")
        drawn.title = Text(version_line(table))
        drawn.add_column(result.study.kind, width=names_width, overflow="fold")
        shown = names[begin : begin + COLUMNS]
        for name in shown:
            drawn.add_column(Text(name), ratio=1, overflow="fold")
        for change in table.rows:
            cells = table.row(change)[begin : begin + COLUMNS]
            if any(cells):
                described = Text(result.study.describe(change))
                drawn.add_row(described, *(_cell(cell, result.study) for cell in cells))
        yield drawn


def _cell(cell: Cell | None, study: Study) -> Text:
    if cell is None:
        return Text("-")
    style = SURPRISING if cell.surprises else STYLES[study.words[cell.worst].tone]
    return Text(cell.text + (MARK if cell.surprises else ""), style)
