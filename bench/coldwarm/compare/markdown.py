"""A comparison as Markdown, for a comment on a change: the verdict first, details folded."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain
from typing import TYPE_CHECKING

from coldwarm.compare import cells, words
from coldwarm.compare.next_steps import next_steps
from coldwarm.compare.text import SECTIONS
from coldwarm.text.escaping import escape_markdown
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from coldwarm.compare.result import CaseResult, Comparison, Result

COLUMNS = ("metric", "base", "head", "change", "95 % interval", "p", "samples", "verdict")

MOST_CHARACTERS = 65_000
"""GitHub refuses a comment of more than 65,536."""

CUT = (
    "The rest is left out, it would be too long. The same command shows it with `--format text`, "
    "and every number with `--format json`."
)


def fits_a_comment(text: str) -> bool:
    """Return whether GitHub takes a comment of this length."""
    return len(text) <= MOST_CHARACTERS


def render_markdown(comparison: Comparison, fits: Callable[[str], bool] = fits_a_comment) -> str:
    """Return the comparison as Markdown, as much of it as fits, the verdict in the first line.

    Args:
        comparison: what was found.
        fits: whether there is room for a text. What is left out is said; where there is no room
            for the verdict alone, the text is empty.
    """
    told = [f"**{words.headline(comparison)}**", "", *_bullets(words.setting(comparison)), ""]
    sections = list(_sections(comparison))
    quiet = [case for case in comparison.cases if words.is_quiet(case)]
    loud = [case for case in comparison.cases if case not in quiet]
    # Not escaped: no word of the user's stands in them, and commands are marked as such.
    end = ["### Next steps", "", *(f"- {step}" for step in next_steps(comparison)), ""]
    end += ["### What decided", "", *words.closing(comparison), ""]
    details = [
        _deciding(loud),
        _folded(f"The same: {counted(len(quiet), 'case')}", _bullets(map(words.same_line, quiet))),
        _folded("Everything else (did not decide)", _shown(comparison.cases)),
    ]
    longest = max((len(sentences) for _, sentences in sections), default=0)

    def text(most: int, kept: int) -> str:
        lines = chain.from_iterable(_section(*section, most) for section in sections)
        cut = [] if kept == len(details) else [CUT, ""]
        return "\n".join([*told, *lines, *end, *chain(*details[:kept]), *cut])

    for kept in range(len(details), -1, -1):
        if fits(text(longest, kept)):
            return text(longest, kept)
    most = bisect_left(range(longest), x=True, key=lambda most: not fits(text(most, 0))) - 1
    least = "\n".join([told[0], "", CUT, ""])
    if most >= 0:
        return text(most, 0)
    return least if fits(least) else ""


def _sections(comparison: Comparison) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield title and sentences of everything that must be told."""
    if comparison.failed_starts:
        yield words.failed_starts(comparison), comparison.failures
    yield "Take care", comparison.warnings
    for kind, title in SECTIONS.items():
        yield title, words.sentences(comparison, kind)
    yield "Expectations", comparison.news
    yield words.DROPPED, comparison.dropped
    yield "Only in the base", comparison.only_base
    yield "Only in the head", comparison.only_head


def _section(title: str, sentences: Sequence[str], most: int) -> list[str]:
    """Return a section with so many of its sentences, and how many more there would be."""
    if not sentences:
        return []
    bullets = _bullets(sentences[:most])
    if more := len(sentences) - len(bullets):
        bullets.append(f"- {more} {'more are' if bullets else 'are'} left out")
    return [f"### {title}", "", *bullets, ""]


def _bullets(sentences: Iterable[str]) -> list[str]:
    return [f"- {escape_markdown(sentence)}" for sentence in sentences]


def _folded(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""]


def _deciding(cases: Iterable[CaseResult]) -> list[str]:
    """Return what decided, of the cases in which something is not the same."""
    tables = [_table(case, [each for each in case.results if each.decides]) for case in cases]
    return [*_joined(tables), ""] if tables else []


def _shown(cases: Iterable[CaseResult]) -> list[str]:
    """Return what did not decide, and why that is."""
    shown = [(case, [each for each in case.results if not each.decides]) for case in cases]
    tables = [_table(case, results) for case, results in shown if results]
    why = (
        "These numbers are for your eyes and did not decide: they scatter too much, or say "
        "something about the machine or the compiler rather than the cache."
    )
    return [why, "", *_joined(tables)] if tables else []


def _joined(tables: Iterable[list[str]]) -> list[str]:
    lines = [line for table in tables for line in (*table, "")]
    return lines[:-1]


def _table(case: CaseResult, results: Sequence[Result]) -> list[str]:
    rows = [COLUMNS, *(_row(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in rows
    ]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return [f"#### {escape_markdown(case.name)}", "", *lines]


def _row(result: Result) -> tuple[str, ...]:
    change = result.change
    shown = (
        result.metric.label,
        cells.value(result.metric, result.base),
        cells.value(result.metric, result.head),
        cells.signed(change) if change else "",
        cells.signed_ends(change) if change else "",
        cells.p_value(change, below="below "),  # an escaped "<" reads badly as plain text
        cells.samples(result),
    )
    verdict = f"**{result.verdict}**" if result.is_regression else result.verdict
    verdict += ", excused" if result.is_excused else ""
    return (*map(escape_markdown, shown), verdict)
