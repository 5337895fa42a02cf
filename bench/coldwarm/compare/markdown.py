"""A comparison as Markdown, for a comment on a change: the verdict first, details folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare import cells, words
from coldwarm.compare.text import SECTIONS
from coldwarm.plain import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldwarm.compare.result import CaseResult, Comparison, Result

COLUMNS = ("metric", "base", "head", "change", "95 % interval", "p", "samples", "verdict")


def render_markdown(comparison: Comparison) -> str:
    """Return the comparison as Markdown."""
    lines = [f"**{words.headline(comparison)}**", "", *_bullets(words.setting(comparison)), ""]
    lines += _section("Take care", comparison.warnings)
    for kind, title in SECTIONS.items():
        lines += _section(title, words.sentences(comparison, kind))
    lines += _section("Expectations", comparison.news)
    lines += _section("Only in the base", comparison.only_base)
    lines += _section("Only in the head", comparison.only_head)
    lines += [*words.closing(comparison), ""]
    if comparison.cases:
        lines += ["<details><summary>Every case and metric</summary>", ""]
        for case in comparison.cases:
            lines += _table(case)
        lines += ["</details>", ""]
    return "\n".join(lines)


def _section(title: str, sentences: Iterable[str]) -> list[str]:
    found = list(sentences)
    return [f"### {title}", "", *_bullets(found), ""] if found else []


def _bullets(sentences: Iterable[str]) -> list[str]:
    return [f"- {escape_markdown(sentence)}" for sentence in sentences]


def _table(case: CaseResult) -> list[str]:
    return [
        f"#### {escape_markdown(case.name)}",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{' --- |' * len(COLUMNS)}",
        *(_row(result) for result in case.results),
        "",
    ]


def _row(result: Result) -> str:
    change = result.change
    shown = (
        result.metric.label,
        cells.value(result.metric, result.base),
        cells.value(result.metric, result.head),
        cells.signed(change) if change else "",
        cells.signed_ends(change) if change else "",
        cells.p_value(change),
        cells.samples(result),
    )
    verdict = f"**{result.verdict}**" if result.is_regression else result.verdict
    return f"| {' | '.join(map(escape_markdown, shown))} | {verdict} |"
