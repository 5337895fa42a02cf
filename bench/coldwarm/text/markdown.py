"""A document as Markdown: the one place that knows what Markdown and HTML would act on."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from coldwarm.text.document import (
    MARKDOWN,
    TERMINAL,
    Bullets,
    Code,
    Folded,
    Heading,
    Only,
    Paragraph,
    Table,
    spans,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.text.document import Block, Column, Document, Inline, Row

ACTED_ON = re.compile(r"([\\`*\[\]<>|&~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
"""Characters that Markdown, or HTML in it, would act on inside a line."""

STRONG = ("strong", "warn", "bad")
"""Styles that are bold; the others are for a terminal, which has colours."""

BEGINS_BLOCK = re.compile(r"(#{1,6}|[-+]|\d{1,9}[.)])(?=\s|$)|[-=]+$")
"""What makes a heading, an item or a rule of a line that begins so."""


def render_markdown(document: Document) -> str:
    """Return a document as Markdown."""
    shown = document.shown_in(MARKDOWN)
    return "\n".join(block_lines((*shown.blocks, *shown.details)))


def block_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the lines of blocks, an empty one after each."""
    for block in blocks:
        lines = list(_lines(block))
        yield from lines
        if lines:
            yield ""


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {escaped(text)}"
        case Paragraph(text):
            yield _begun(text)
        case Bullets(items):
            yield from _bullets(items)
        case Code(text, language):
            fence = "`" * max(3, _longest_ticks(text) + 1)
            yield from (f"{fence}{language}", text, fence)
        case Table():
            yield from _table(block)
        case Folded(title, blocks) if blocks:
            yield f"<details><summary>{html.escape(title, quote=False)}</summary>"
            yield from ("", *block_lines(blocks), "</details>")
        case Only(_, blocks):
            yield from block_lines(blocks)


def _bullets(items: Iterable[Inline | Bullets], indent: str = "") -> Iterator[str]:
    for item in items:
        if isinstance(item, Bullets):
            yield from _bullets(item.items, f"{indent}  ")
        else:
            yield f"{indent}- {_begun(item)}"


def _table(table: Table) -> Iterator[str]:
    """Yield a table for each group under its heading, or one of all where titles are not shown."""
    columns = [column for column in table.columns if column.only != TERMINAL]
    titles = [_title(column) for column in columns]
    rules = ["---:" if column.numeric else "---" for column in columns]
    groups = [
        (group.title, [_cells(row, table.columns) for row in group.rows if row.only != TERMINAL])
        for group in table.groups
    ]
    if table.titles == TERMINAL:
        groups = [("", [row for _, rows in groups for row in rows])]
    shown = [(title, rows) for title, rows in groups if rows]
    for number, (title, rows) in enumerate(shown):
        if number:
            yield ""
        if title:
            yield from (f"{'#' * table.level} {escaped(title)}", "")
        yield from (f"| {' | '.join(cells)} |" for cells in (titles, rules, *rows))


def _title(column: Column) -> str:
    about = column.about(MARKDOWN)
    return escaped(f"{column.title} ({about})" if about else column.title)


def _cells(row: Row, columns: Sequence[Column]) -> list[str]:
    """Return the cells of a row; what takes several columns stands in the first of them."""
    texts: list[str] = []
    for cell in row.cells:
        noted = cell.note and columns[len(texts)].shows_notes(MARKDOWN)
        told = escaped(cell.text, in_table=True)
        texts.append(f"{told} ({escaped(cell.note)})".lstrip() if noted else told)
        texts += [""] * (cell.span - 1)
    shown = zip(texts, columns, strict=True)
    return [text for text, column in shown if column.only != TERMINAL]


def _begun(text: Inline) -> str:
    """Return text at the beginning of a block, which it must not turn into another one."""
    told = escaped(text)
    mark = BEGINS_BLOCK.match(told)
    if mark is None:
        return told
    end = mark.end() - 1
    return f"{told[:end]}\\{told[end:]}"


def escaped(text: Inline, *, in_table: bool = False) -> str:
    """Return one line of Markdown that shows a text as it is.

    Args:
        text: whoever wrote it.
        in_table: whether it stands in a cell, which a bar would end even inside code.
    """
    pieces = []
    for span in spans(text):
        if span.style == "code":
            code = _code(span.text)
            pieces.append(code.replace("|", r"\|") if in_table else code)
            continue
        told = ACTED_ON.sub(r"\\\1", span.text)
        bold = span.style in STRONG and told.strip()
        pieces.append(f"**{told}**" if bold else told)
    return "".join(pieces).strip()


def _code(text: str) -> str:
    """Return code between more backticks than stand beside each other in it."""
    fence = "`" * (_longest_ticks(text) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _longest_ticks(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)
