"""A comparison for a terminal of 80 columns."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from coldwarm.compare import cells, words
from coldwarm.compare.next_steps import next_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldwarm.compare.result import Comparison, Result

WIDTH = 80
KEPT = "\N{NO-BREAK SPACE}"
TOGETHER = re.compile(r"(?<=\d) (?=(%|ms|MB|x|pairs?|rounds?|runs?)\b|%)")
"""A number and its unit stay on one line."""

SECTIONS = {
    "worse": "Worse",
    "excused": "Worse, but no regression",
    "better": "Better",
    "changed": "Changed, neither better nor worse",
    "open": "Not decided",
    "told": "Informational",
}


def render_text(comparison: Comparison) -> str:
    """Return the comparison as text, the verdict in the first line."""
    lines = [words.headline(comparison), *wrapped(words.setting(comparison), "  "), ""]
    if comparison.failed_starts:
        lines += _section(words.failed_starts(comparison), comparison.failures)
    lines += _section("Take care", comparison.warnings)
    for kind, title in SECTIONS.items():
        lines += _section(title, words.sentences(comparison, kind))
    lines += _section("Expectations", comparison.news)
    lines += _section(words.DROPPED, comparison.dropped)
    lines += _section("Only in the base", comparison.only_base)
    lines += _section("Only in the head", comparison.only_head)
    steps = (step.replace("`", "") for step in next_steps(comparison))
    lines += _section("Next steps", steps)
    quiet = [case for case in comparison.cases if words.is_quiet(case)]
    lines += _section("The same", [words.same_line(case) for case in quiet])
    loud = [case for case in comparison.cases if case not in quiet]
    lines += [TABLE_HEAD] if loud else []
    for case in loud:
        lines += [case.name, *(_row(result) for result in case.results), ""]
    lines += wrapped(words.closing(comparison))
    return "\n".join(lines) + "\n"


def _section(title: str, sentences: Iterable[str]) -> list[str]:
    found = list(sentences)
    return [title, *wrapped(found, "  "), ""] if found else []


def wrapped(sentences: Iterable[str], indent: str = "") -> Iterator[str]:
    """Yield sentences on lines of 80 columns, their second and later lines further in."""
    for sentence in sentences:
        lines = textwrap.wrap(
            TOGETHER.sub(KEPT, sentence),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield from (line.replace(KEPT, " ") for line in lines)


def _row(result: Result) -> str:
    metric = result.metric
    base, head = (cells.value(metric, side) for side in (result.base, result.head))
    if metric.unit == "word":
        told = f"{metric.label:<18} {base}, now {head}"
        return f"{told:<67} {result.verdict}".rstrip()
    change = cells.signed(result.change) if result.change else ""
    ends = cells.signed_ends(result.change).removesuffix(" %") if result.change else ""
    p = cells.p_value(result.change)
    return _line(metric.label, base, head, change, ends, p, cells.samples(result), result.verdict)


def _line(*texts: str) -> str:
    return " ".join(map(str.format, COLUMNS, texts)).rstrip()


COLUMNS = ("{:<18}", "{:>8}", "{:>8}", "{:>6}", "{:<10}", "{:>6}", "{:>5}", "{}")
TABLE_HEAD = _line("", "base", "head", "change", "95 %", "p", "n", "verdict")
