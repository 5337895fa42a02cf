"""A document for people, composed once and shown in a terminal or as Markdown.

Every text in it is shown as it is, whoever wrote it: the renderers escape. What one medium alone
shows says so here: `Only`, or the `only` of a column or row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from coldwarm.text.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Medium = Literal["terminal", "markdown"]
TERMINAL: Medium = "terminal"
MARKDOWN: Medium = "markdown"

Style = Literal["", "strong", "code", "good", "warn", "bad", "dim"]

CODE = re.compile(r"`([^`]+)`")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Span:
    """A piece of text with a style of its own."""

    text: str
    style: Style = ""


Inline = str | Span | tuple[str | Span, ...]
"""Text inside a block."""


@dataclass(frozen=True)
class Heading:
    """The title of what follows."""

    text: Inline
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Sentences that belong together."""

    text: Inline


@dataclass(frozen=True)
class Bullets:
    """A list; an item may be a list itself, which belongs to the item before it."""

    items: tuple[Inline | Bullets, ...]


@dataclass(frozen=True)
class Code:
    """Lines to copy: a command, a program.

    Attributes:
        text: the lines.
        language: what they are written in.
    """

    text: str
    language: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        unit: of its numbers.
        noted: what the notes of its cells are, where that has to be said.
        numeric: whether its cells end together, as numbers do.
        only: the one medium that shows it; None for both.
        notes: the one medium that shows the notes of its cells; None for both.
    """

    title: str
    unit: str = ""
    noted: str = ""
    numeric: bool = False
    only: Medium | None = None
    notes: Medium | None = None

    def shows_notes(self, medium: Medium) -> bool:
        """Return whether a medium shows the notes of its cells."""
        return self.notes in (None, medium)

    def about(self, medium: Medium) -> str:
        """Return what a medium says of its numbers: their unit, and what their notes are."""
        noted = self.noted if self.shows_notes(medium) else ""
        return ", ".join(filter(None, (self.unit, noted)))


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes:
        text: what is shown.
        note: what is told in brackets behind it.
        span: how many columns it takes.
    """

    text: Inline
    note: str = ""
    span: int = 1


@dataclass(frozen=True)
class Row:
    """A row of a table; its cells take as many columns as the table has."""

    cells: tuple[Cell, ...]
    only: Medium | None = None


@dataclass(frozen=True)
class Group:
    """Rows of a table with a title of their own, which is empty where the table has one group."""

    title: Inline
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """A table: in Markdown one for each group, in a terminal one with the groups below each other.

    Attributes:
        columns: from left to right.
        groups: from top to bottom.
        level: of the headings of its groups.
        titles: the one medium that shows the titles of its groups; None for both.
    """

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    level: int = 4
    titles: Medium | None = None


@dataclass(frozen=True)
class Folded:
    """Details that Markdown shows to whoever opens them; a terminal folds nothing."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Only:
    """What one medium alone shows."""

    medium: Medium
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Bullets | Code | Table | Folded | Only


@dataclass(frozen=True)
class Document:
    """A whole document.

    Attributes:
        blocks: what has to be told.
        details: what follows, and is left out first where there is no room for all of it.
    """

    blocks: tuple[Block, ...]
    details: tuple[Block, ...] = ()

    def shown_in(self, medium: Medium) -> Document:
        """Return the document without what the other medium alone shows."""
        blocks, details = (tuple(_shown(each, medium)) for each in (self.blocks, self.details))
        return Document(blocks, details)


def _shown(blocks: Iterable[Block], medium: Medium) -> Iterator[Block]:
    for block in blocks:
        if not isinstance(block, Only):
            yield block
        elif block.medium == medium:
            yield from _shown(block.blocks, medium)


def section(title: Inline, items: Iterable[Inline], level: int = 3) -> tuple[Block, ...]:
    """Return a heading with a list, nothing where there is nothing to list.

    Args:
        title: of the list.
        items: of it.
        level: of the heading.
    """
    found = tuple(items)
    return (Heading(title, level), Bullets(found)) if found else ()


def row(*texts: Inline | Cell, only: Medium | None = None) -> Row:
    """Return a row of a table.

    Args:
        texts: its cells, or what they show.
        only: the one medium that shows it.
    """
    cells = (each if isinstance(each, Cell) else Cell(each) for each in texts)
    return Row(tuple(cells), only)


def strong(text: str) -> Span:
    """Return text that is to be seen first."""
    return Span(text, "strong")


def with_code(sentence: str) -> tuple[str | Span, ...]:
    """Return a sentence of our own, in which commands and names stand in backticks."""
    pieces = CODE.split(sentence)
    return tuple(
        Span(piece, "code") if index % 2 else piece for index, piece in enumerate(pieces) if piece
    )


def spans(text: Inline) -> tuple[Span, ...]:
    """Return the pieces of a text on one line, with the spaces that part them."""
    pieces = text if isinstance(text, tuple) else (text,)
    found = (each if isinstance(each, Span) else Span(each) for each in pieces)
    return tuple(Span(printable(SPACES.sub(" ", each.text)), each.style) for each in found)
