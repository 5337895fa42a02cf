"""A document for a terminal, on lines of a given width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from coldwarm.text.document import (
    TERMINAL,
    Bullets,
    Code,
    Folded,
    Heading,
    Only,
    Paragraph,
    Table,
)
from coldwarm.text.terminal_table import table_lines
from coldwarm.text.wrapping import styled, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldwarm.text.document import Block, Document, Inline

WIDTH = 80


def render_terminal(document: Document, width: int = WIDTH) -> str:
    """Return a document as text without styles.

    Args:
        document: what is shown.
        width: of the lines; a word that is longer, such as a path, is not broken.
    """
    return "".join(f"{line.plain}\n" for line in styled_lines(document, width))


def styled_lines(document: Document, width: int = WIDTH) -> Iterator[Text]:
    """Yield the lines of a document, with styles for terminals that have colours.

    Args:
        document: what is shown.
        width: of the lines.
    """
    shown = document.shown_in(TERMINAL)
    yield from _blocks((*shown.blocks, *shown.details), width)


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[Text]:
    """Yield the lines of blocks, an empty one before each that does not follow its heading."""
    before: Block | None = None
    for block in blocks:
        lines = list(_lines(block, width))
        if lines and before is not None and not isinstance(before, Heading):
            yield Text()
        yield from lines
        before = block if lines else before


def _lines(block: Block, width: int) -> Iterator[Text]:
    match block:
        case Heading(text):
            title = styled(text)
            title.stylize("bold")
            yield from wrapped(title, width)
        case Paragraph(text):
            yield from wrapped(styled(text), width)
        case Bullets(items):
            yield from _bullets(items, width)
        case Code(text):
            yield from (Text(f"    {line}") for line in text.splitlines())
        case Table():
            yield from table_lines(block, width)
        case Folded(title, blocks) if blocks:
            yield from _blocks((Heading(title), *blocks), width)
        case Only(_, blocks):
            yield from _blocks(blocks, width)


def _bullets(items: Iterable[Inline | Bullets], width: int, indent: str = "") -> Iterator[Text]:
    for item in items:
        if isinstance(item, Bullets):
            yield from _bullets(item.items, width, f"{indent}  ")
            continue
        mark = f"{indent}- "
        for line in wrapped(styled(item), width - len(mark)):
            yield Text.assemble(mark, line)
            mark = " " * len(mark)
