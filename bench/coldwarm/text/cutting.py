"""As much of a document, as Markdown, as there is room for."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from coldwarm.text.document import MARKDOWN, Bullets, Document, Paragraph
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.text.document import Block


def render_fitting(document: Document, fits: Callable[[str], bool], left_out: Paragraph) -> str:
    """Return a document as Markdown, as much of it as fits.

    Details go first, from the last one on; then the ends of long lists, which say how much is
    missing; then everything but the first block.

    Args:
        document: the document.
        fits: whether there is room for a text.
        left_out: what is said at the end where something is missing.

    Returns:
        The Markdown; empty where there is no room for the first block.
    """
    shown = document.shown_in(MARKDOWN)
    for kept in range(len(shown.details), -1, -1):
        whole = kept == len(shown.details)
        details = shown.details[:kept] if whole else (*shown.details[:kept], left_out)
        text = render_markdown(replace(shown, details=details))
        if fits(text):
            return text

    def shortened(most: int) -> str:
        blocks = tuple(_shortened(block, most) for block in shown.blocks)
        return render_markdown(Document((*blocks, left_out)))

    lengths = [len(block.items) for block in shown.blocks if isinstance(block, Bullets)]
    longest = max(lengths, default=0)
    most = bisect_left(range(longest), x=True, key=lambda most: not fits(shortened(most))) - 1
    if most >= 0:
        return shortened(most)
    least = render_markdown(Document((shown.blocks[0], left_out)))
    return least if fits(least) else ""


def _shortened(block: Block, most: int) -> Block:
    """Return a list with so many of its items, and how many more there would be."""
    if not isinstance(block, Bullets) or len(block.items) <= most:
        return block
    kept = block.items[:most]
    more = len(block.items) - most
    return Bullets((*kept, f"{more} {'more are' if kept else 'are'} left out"))
