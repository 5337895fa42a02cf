"""The summary page of a GitHub job: a file to which every step appends, and its size has a limit.

GitHub drops the whole page of a step that writes more, without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare.markdown import render_markdown
from coldwarm.experiment.case import short_digest

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.compare.result import Comparison

VARIABLE = "GITHUB_STEP_SUMMARY"

MOST_BYTES = 1024 * 1024


def append_summary(comparison: Comparison, file: Path) -> str:
    """Append the Markdown of a comparison once, as much of it as the page has room for.

    Returns:
        What was left out, in a sentence; empty when all of it is on the page.

    Raises:
        OSError: when the file cannot be written.
    """
    whole = render_markdown(comparison)
    mark = f"<!-- coldwarm compare {short_digest(whole)} -->\n"
    with file.open("ab+") as page:
        page.seek(0)
        there = page.read()
        if _encoded(whole) in there or _encoded(mark) in there:
            return ""
        gap = "\n" if there and not there.endswith(b"\n") else ""

        def fits(text: str) -> bool:
            return len(there) + len(_encoded(gap + text + mark)) <= MOST_BYTES

        if fits(whole):
            page.write(_encoded(gap + whole))
            return ""
        text = render_markdown(comparison, fits)
        if not text:
            return f"{file} has no room left, a page takes 1 MiB: the comparison is not on it"
        page.write(_encoded(gap + text + mark))
        return f"{file} had not enough room left, a page takes 1 MiB: it says what is left out"


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")
