"""A comparison where GitHub shows it: in a comment on a change, and on the summary page of a job.

Both have a limit. GitHub refuses a comment that is longer, and drops the whole page of a step that
writes more, without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare.comparison_document import comparison_document
from coldwarm.experiment.case import short_digest
from coldwarm.text.cutting import render_fitting
from coldwarm.text.document import Paragraph, with_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldwarm.compare.result import Comparison

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"

MOST_BYTES = 1024 * 1024
"""Of the page of a step."""

MOST_CHARACTERS = 65_000
"""GitHub refuses a comment of more than 65,536."""

LEFT_OUT = Paragraph(
    with_code(
        "The rest is left out, it would be too long. The same command shows it with `--format "
        "text`, and every number with `--format json`."
    )
)


def fits_a_comment(text: str) -> bool:
    """Return whether GitHub takes a comment of this length."""
    return len(text) <= MOST_CHARACTERS


def comment(comparison: Comparison, fits: Callable[[str], bool] = fits_a_comment) -> str:
    """Return the comparison as Markdown, as much of it as fits, the verdict in the first line.

    Args:
        comparison: what was found.
        fits: whether there is room for a text. What is left out is said; where there is no room
            for the verdict alone, the text is empty.
    """
    return render_fitting(comparison_document(comparison), fits, LEFT_OUT)


def append_summary(comparison: Comparison, file: Path) -> str:
    """Append the Markdown of a comparison once, as much of it as the page has room for.

    Returns:
        What was left out, in a sentence; empty when all of it is on the page.

    Raises:
        OSError: when the file cannot be written.
    """
    whole = comment(comparison)
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
        text = comment(comparison, fits)
        if not text:
            return f"{file} has no room left, a page takes 1 MiB: the comparison is not on it"
        page.write(_encoded(gap + text + mark))
        return f"{file} had not enough room left, a page takes 1 MiB: it says what is left out"


def _encoded(text: str) -> bytes:
    return text.encode(errors="replace")
