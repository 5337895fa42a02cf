"""Text for charts: untrusted names made printable, and measured before they are drawn.

Widths are in pixels of the figure and belong to no renderer: a text that fits, fits in the PNG and
in the SVG.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib import ft2font
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.textpath import TextToPath

from coldwarm.charts.style import POINTS_PER_PX

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "DejaVu Sans"
ELLIPSIS = "…"
BREAKS = r"\s/_.-"
"""Characters after which a long name may be broken."""


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    return frozenset(ft2font.FT2Font(findfont(FontProperties(family=FAMILY))).get_charmap())


def printable(text: str) -> str:
    r"""Return one line that the font can draw, whatever `text` is.

    White space becomes single spaces. What has no glyph, is invisible or turns the direction of
    writing is spelt out, ``\u4e2d``, so that different names look different.
    """
    return "".join(_drawable(character) for character in " ".join(text.split()))


def _drawable(character: str) -> str:
    invisible = unicodedata.category(character).startswith("C")
    if ord(character) in _glyphs() and not invisible:
        return character
    return character.encode("unicode_escape").decode()


def width_px(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line in a font of `size` pixels."""
    return _width(text, bold=bold) * size


@lru_cache(maxsize=4096)
def _width(text: str, *, bold: bool) -> float:
    font = FontProperties(family=FAMILY, size=100, weight="bold" if bold else "normal")
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 100


def points(size: float) -> float:
    """Return a size in pixels as the points that matplotlib wants."""
    return size * POINTS_PER_PX


def wrapped(text: str, size: float, width: float, *, lines: int = 2, bold: bool = False) -> str:
    """Break a printable text into at most `lines` lines of `width` pixels.

    What does not fit loses its middle: the end of a path or a name tells more than its middle.
    """
    rows = _rows(text, size, width, bold=bold)
    keep = len(text)
    while len(rows) > lines:
        keep -= max(1, (len(rows) - lines) * keep // (2 * len(rows)))
        head = keep // 2
        rows = _rows(
            text[:head] + ELLIPSIS + text[len(text) - (keep - head) :], size, width, bold=bold
        )
    return "\n".join(row.strip() for row in rows)


def _rows(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    rows = [""]
    for piece in _pieces(text, size, width, bold=bold):
        if width_px(rows[-1] + piece.rstrip(), size, bold=bold) > width and rows[-1]:
            rows.append("")
        rows[-1] += piece
    return rows


def _pieces(text: str, size: float, width: float, *, bold: bool) -> Iterator[str]:
    """Split a text where lines may break: at spaces, and long words wherever they must."""
    for word in re.findall(r"\S*\s?", text):
        if width_px(word.rstrip(), size, bold=bold) <= width:
            yield word
            continue
        for part in re.findall(rf"[^{BREAKS}]*[{BREAKS}]?", word):
            fits = width_px(part, size, bold=bold) <= width
            yield from [part] if fits else part
