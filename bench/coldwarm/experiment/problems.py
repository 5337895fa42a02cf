"""Mistakes in an experiment file: where, what, and how they are shown to the user."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Loc = tuple[str | int, ...]
"""The way from the top of a file to a value: keys and positions in lists."""

SHOWN_WIDTH = 100
"""Characters of a source line that are shown; a longer one is cut around the mistake."""

SHORTEST_ABBREVIATION = 3
"""Letters from which the beginning of an option is taken for it: fewer mean too much."""

# What YAML takes for the end of a line, so that line numbers are those of its marks.
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True)
class Problem:
    """One mistake.

    Attributes:
        line: from 0, as YAML's marks count.
        column: from 0.
        length: how many characters the caret line underlines.
        message: what is wrong and what to do, in one or two sentences.
        loc: the way to the value in question, empty where there is none.
        voids: there is no value at `loc` that could be judged any further.
    """

    line: int
    column: int
    length: int
    message: str
    loc: Loc = ()
    voids: bool = False


def split_lines(text: str) -> list[str]:
    """Return the lines of a text as YAML counts them."""
    return _LINE_END.split(text)


def format_problems(path: object, text: str, problems: Iterable[Problem]) -> str:
    """Return every problem as ``file:line:col: message``, its source line and a caret line."""
    lines = split_lines(text)
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    # One value can be wrong in two ways that read the same: rounds: 0 is min and max.
    return "\n".join(dict.fromkeys(_format(path, lines, problem) for problem in ordered))


def _format(path: object, lines: Sequence[str], problem: Problem) -> str:
    line = lines[problem.line] if problem.line < len(lines) else ""
    start = 0
    if len(line) > SHOWN_WIDTH:
        start = max(0, min(problem.column - SHOWN_WIDTH // 2, len(line) - SHOWN_WIDTH))
    shown = line[start : start + SHOWN_WIDTH]
    before = shown[: problem.column - start]
    length = max(1, min(problem.length, len(shown) - len(before)))
    number = str(problem.line + 1)
    indent = "".join("\t" if char == "\t" else " " for char in before)
    return (
        f"{path}:{number}:{problem.column + 1}: {problem.message}\n"
        f"  {number} | {_printable(shown).rstrip()}\n"
        f"  {' ' * len(number)} | {indent}^{'~' * (length - 1)}"
    )


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)


def quote(value: str) -> str:
    """Return text in double quotes, cut where it is long and free of control characters."""
    limit = 60
    shown = value if len(value) <= limit else value[: limit - 1] + "…"
    shown = shown.replace("\n", "\\n").replace("\t", "\\t")
    return f'"{_printable(shown)}"'


def nearest(word: str, options: Iterable[str]) -> str | None:
    """Return the option that the word may have meant or abbreviated, whatever its case."""
    by_folded = {option.casefold(): option for option in options}
    folded = word.casefold()
    found = difflib.get_close_matches(folded, by_folded, n=1)
    if not found and len(word) >= SHORTEST_ABBREVIATION:
        longer = [option for option in by_folded if option.startswith(folded)]
        found = longer if len(longer) == 1 else []
    return by_folded[found[0]] if found else None


def suggestion(word: str, options: Iterable[str]) -> str:
    """Return ``, did you mean "…"?`` for the nearest option, or nothing."""
    option = nearest(word, options)
    return f", did you mean {quote(option)}?" if option else ""


def unknown(noun: str, word: str, options: Sequence[str], more: str = "") -> str:
    """Return the sentence about a word that is none of the options.

    Args:
        noun: what the word should be: ``axis``, ``cache_mode``.
        word: what the user wrote.
        options: what is allowed.
        more: what else is allowed, in words.
    """
    near = suggestion(word, options)
    return f"unknown {noun} {quote(word)}{near or '.'} Allowed: {', '.join(options)}{more}"
