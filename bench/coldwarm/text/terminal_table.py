"""A table for a terminal: as wide as its cells, and narrower where lines would be too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from coldwarm.text.document import MARKDOWN, TERMINAL
from coldwarm.text.numbers import ABSENT, MINUS
from coldwarm.text.wrapping import longest_word, styled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.text.document import Cell, Column, Row, Table

GAPS = (2, 1)
"""Spaces between columns: two, or one where that is too many and no column holds sentences."""

SENTENCE = 30
"""Text that is longer is read as well over several lines."""

WORD = 12
"""A text column is made no narrower for the sake of its longest words than this."""

ASCII = str.maketrans({MINUS: "-", ABSENT: "-"})
"""Numbers: a terminal may have no other characters."""

Cells = list[tuple[Text, int]]
"""What a row shows: each text with the number of columns that it takes."""


def table_lines(table: Table, width: int) -> Iterator[Text]:
    """Yield the lines of a table: its headings, then each group with its title.

    Args:
        table: the table.
        width: of the lines.
    """
    columns = [column for column in table.columns if column.only != MARKDOWN]
    groups = [
        (group.title, [_cells(row, table.columns) for row in group.rows if row.only != MARKDOWN])
        for group in table.groups
    ]
    widths, gap = _fit(columns, [row for _, rows in groups for row in rows], width)
    titled = table.titles != MARKDOWN and any(title for title, _ in groups)
    yield from _headings(columns, widths, gap)
    for number, (title, rows) in enumerate(groups):
        if titled and (number or any(column.title for column in columns)):
            yield Text()
        if titled and title:
            yield from wrapped(styled(title), width, fold=True)
        for row in rows:
            yield from _row(row, columns, widths, gap)


def _cells(row: Row, columns: Sequence[Column]) -> Cells:
    """Return the cells of the columns that a terminal shows."""
    found: Cells = []
    first = 0
    for cell in row.cells:
        taken = columns[first : first + cell.span]
        shown = sum(column.only != MARKDOWN for column in taken)
        if shown:
            found.append((_text(cell, taken[0]), shown))
        first += cell.span
    return found


def _text(cell: Cell, column: Column) -> Text:
    text = styled(cell.text)
    if cell.note and column.shows_notes(TERMINAL):
        text = Text.assemble(text, " " if text.plain else "", styled(f"({cell.note})"))
    if column.numeric or text.plain == ABSENT:
        text.plain = text.plain.translate(ASCII)
    return text


def _fit(columns: Sequence[Column], rows: Iterable[Cells], width: int) -> tuple[list[int], int]:
    """Return how wide each column is, and the gap between them."""
    contents: list[list[str]] = [[] for _ in columns]
    for row in rows:
        place = 0
        for text, span in row:
            if span == 1:
                contents[place].append(text.plain)
            place += span
    least, widths = [], []
    for column, texts in zip(columns, contents, strict=True):
        longest = max(map(longest_word, texts), default=0)
        head = max(longest_word(part, hyphens=True) for part in _heading(column))
        least.append(max(head, longest if column.numeric else min(longest, WORD)))
        widths.append(max(head, *map(len, texts), 0))
    fits = (each for each in GAPS if _total(widths, each) <= width)
    has_sentences = any(
        wide > SENTENCE and not column.numeric for column, wide in zip(columns, widths, strict=True)
    )
    gap = GAPS[0] if has_sentences else next(fits, GAPS[-1])
    while _total(widths, gap) > width:
        room = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        foldable = [index for index, each in enumerate(room) if each > 0]
        if not foldable:
            break
        widths[max(foldable, key=lambda index: widths[index])] -= 1
    return widths, gap


def _total(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def _headings(columns: Sequence[Column], widths: Sequence[int], gap: int) -> Iterator[Text]:
    """Yield the headings, whose last lines stand beside each other; none where there are none."""
    titles = [_broken(column, width) for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, titles))
    padded = [[""] * (height - len(lines)) + lines for lines in titles]
    for parts in zip(*padded, strict=True):
        yield from _row([(Text(part), 1) for part in parts], columns, widths, gap)


def _broken(column: Column, width: int) -> list[str]:
    """Return the lines of a heading; its unit has lines of its own where both are too long."""
    parts = _heading(column)
    whole = " ".join(parts)
    lines = [whole] if len(whole) <= width else parts
    return [line.plain for part in lines for line in wrapped(Text(part), width, hyphens=True)]


def _heading(column: Column) -> list[str]:
    """Return the title of a column, and what is said of its numbers."""
    return [part for part in (column.title, column.about(TERMINAL)) if part] or [""]


def _row(
    cells: Cells, columns: Sequence[Column], widths: Sequence[int], gap: int
) -> Iterator[Text]:
    """Yield the lines of a row, as many as its highest cell has."""
    blocks: list[tuple[list[Text], int, bool]] = []
    first = 0
    for text, span in cells:
        taken = _total(widths[first : first + span], gap)
        ends_together = columns[first].numeric and span == 1
        blocks.append((list(wrapped(text, taken, fold=True)), taken, ends_together))
        first += span
    for number in range(max(len(lines) for lines, _, _ in blocks)):
        line = Text()
        for place, (lines, taken, ends_together) in enumerate(blocks):
            part = lines[number] if number < len(lines) else Text()
            padding = " " * (taken - part.cell_len)
            line.append(" " * gap if place else "")
            line.append_text(
                Text.assemble(padding, part) if ends_together else Text.assemble(part, padding)
            )
        line.rstrip()
        yield line
