"""Text with styles for a terminal, and where its lines break."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from coldwarm.text.document import spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.text.document import Inline

STYLES = {"strong": "bold", "good": "green", "warn": "yellow", "bad": "bold red", "dim": "dim"}

KEPT = "\N{NO-BREAK SPACE}"

TOGETHER = re.compile(
    r"(?<=\d) (?=(?:%|ms|MB|x|pairs?|rounds?|runs?|starts?|tests?)(?!\w))|(?<=\d) (?=\d{3}(?!\d))"
)
"""Between a number and its unit, and between thousands."""


def styled(text: Inline) -> Text:
    """Return text with the styles of its pieces; code stands in backticks."""
    found = Text()
    for span in spans(text):
        shown = f"`{span.text}`" if span.style == "code" else span.text
        found.append(shown, STYLES.get(span.style))
    return found


def wrapped(text: Text, width: int, *, fold: bool = False, hyphens: bool = False) -> Iterator[Text]:
    """Yield the lines of a text.

    Args:
        text: on one line.
        width: of the lines.
        fold: whether to break words that are longer; else they stay whole, to be copied.
        hyphens: whether lines may end with the hyphen of a word.
    """
    plain = _kept(text.plain)
    lines = textwrap.wrap(plain, max(width, 1), break_long_words=fold, break_on_hyphens=hyphens)
    begin = 0
    for line in lines:
        begin = plain.index(line, begin)
        yield text[begin : begin + len(line)]
        begin += len(line)


def longest_word(text: str, *, hyphens: bool = False) -> int:
    """Return how narrow a text can become without breaking a word, or a number from its unit.

    Args:
        text: on one line.
        hyphens: whether lines may end with the hyphen of a word.
    """
    words = _kept(text).split(" ")
    parts = [part for word in words for part in re.split(r"(?<=-)", word)] if hyphens else words
    return max(map(len, parts))


def _kept(text: str) -> str:
    return TOGETHER.sub(KEPT, text)
