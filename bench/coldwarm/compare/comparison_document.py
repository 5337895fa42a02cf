"""A comparison as a document: the verdict first, then what was found, then the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.compare import phrasing
from coldwarm.compare.explanations import EXPLAINED
from coldwarm.compare.result import INCONCLUSIVE
from coldwarm.text.document import (
    MARKDOWN,
    TERMINAL,
    Bullets,
    Cell,
    Column,
    Document,
    Folded,
    Group,
    Only,
    Paragraph,
    Row,
    Span,
    Table,
    row,
    section,
    strong,
    with_code,
)
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.compare.result import CaseResult, Comparison, MetricResult
    from coldwarm.text.document import Block, Medium

SECTIONS = {
    "worse": "Worse",
    "excused": "Worse, but no regression",
    "better": "Better",
    "changed": "Changed, neither better nor worse",
    "open": "Inconclusive",
    "told": "Informational",
}

COLUMNS = (
    Column("metric"),
    Column("base", numeric=True),
    Column("head", numeric=True),
    Column("change", numeric=True),
    Column("95 % interval"),
    Column("p", numeric=True),
    Column("n", numeric=True),
    Column("verdict"),
)

INFORMATIONAL = (
    "These numbers never fail a comparison: they scatter too much, or depend on the machine or the "
    "compiler rather than on the cache."
)


def comparison_document(comparison: Comparison) -> Document:
    """Return everything that a comparison found.

    A comment on a change shows metrics that do not decide folded and of every case, a terminal
    among the others and only of cases in which something is not the same.
    """
    return Document(
        (
            Paragraph(strong(phrasing.headline(comparison))),
            Bullets(tuple(phrasing.setting(comparison))),
            *_sections(comparison),
            *section("Next steps", map(with_code, next_steps(comparison))),
            *section("What decides", phrasing.closing(comparison)),
        ),
        tuple(_details(comparison)),
    )


def _sections(comparison: Comparison) -> Iterator[Block]:
    """Yield everything that must be told."""
    if comparison.failed_starts:
        yield from section(phrasing.failed_starts(comparison), comparison.failures)
    yield from section("Warnings", comparison.warnings)
    for kind, title in SECTIONS.items():
        yield from section(title, phrasing.sentences(comparison, kind))
    yield from section("Expectations", comparison.news)
    yield from section("Dropped for lack of time", comparison.dropped)
    yield from section("Only in the base", comparison.only_base)
    yield from section("Only in the head", comparison.only_head)


def _details(comparison: Comparison) -> Iterator[Block]:
    """Yield the numbers: of what decides, of what is unchanged, of all that is informational."""
    quiet = [case for case in comparison.cases if phrasing.is_quiet(case)]
    loud = [case for case in comparison.cases if case not in quiet]
    if loud:
        yield Table(COLUMNS, tuple(map(_loud, loud)))
    if quiet:
        unchanged = Bullets(tuple(map(phrasing.same_line, quiet)))
        yield Folded(f"Unchanged: {counted(len(quiet), 'case')}", (unchanged,))
    groups = tuple(group for group in map(_informational, comparison.cases) if group.rows)
    if groups:
        about = Paragraph(INFORMATIONAL)
        table = Table(COLUMNS, groups)
        yield Only(MARKDOWN, (Folded("All other metrics (informational)", (about, table)),))


def _loud(case: CaseResult) -> Group:
    rows = (_row(each, None if each.decides else TERMINAL) for each in case.results)
    return Group(case.name, tuple(rows))


def _informational(case: CaseResult) -> Group:
    return Group(case.name, tuple(_row(each) for each in case.results if not each.decides))


def _row(result: MetricResult, only: Medium | None = None) -> Row:
    metric = result.metric
    verdict = phrasing.verdict(result)
    told = Span(verdict, "bad") if result.is_regression else verdict
    if metric.unit == "word":
        words = Cell(phrasing.both(result), span=5)
        return row(metric.label, words, phrasing.samples(result), told, only=only)
    return row(
        metric.label,
        phrasing.value(metric, result.base),
        phrasing.value(metric, result.head),
        phrasing.signed(result.change) if result.change else "",
        phrasing.signed_ends(result.change).removesuffix(" %") if result.change else "",
        phrasing.p_value(result.change),
        phrasing.samples(result),
        told,
        only=only,
    )


def next_steps(comparison: Comparison) -> list[str]:
    """Return what a reader can do now, the most urgent first; commands are in backticks."""
    return list(_steps(comparison)) or ["Nothing to do"]


def _steps(comparison: Comparison) -> Iterator[str]:
    worse = [each for case in comparison.cases for each in case.results if each.is_regression]
    if comparison.failed_starts:
        yield "Make the starts that failed work first: every number here leaves them out"
    yield from _about_worse(comparison, worse)
    if comparison.news:
        yield "Bring `expect:` of the experiment up to date, as said above"
    if comparison.dropped:
        yield (
            "Give the cases that were dropped more time: raise `time_budget`, or measure fewer "
            "cases with `--only`"
        )
    if comparison.only_base:
        yield "See whether the cases that are gone were left out on purpose"
    open_results = [
        each for case in comparison.cases for each in case.results if each.verdict == INCONCLUSIVE
    ]
    explained = [each for each in open_results if each.reason.endswith(EXPLAINED)]
    if explained:
        yield "Measure base and head under the same conditions: the first lines say what differs"
    if len(open_results) > len(explained):
        yield (
            "Where results are inconclusive, measure more rounds (`--rounds`): `coldwarm noise` "
            "says how many this machine needs"
        )


def _about_worse(comparison: Comparison, worse: list[MetricResult]) -> Iterator[str]:
    found = {result.metric for result in worse}
    if found & {m.VERDICT, m.ANSWER}:
        yield (
            "Where the cache no longer serves: apply the remedy, or, if that is known and "
            "accepted, say so under `expect:` in the experiment"
        )
    if found & {m.SPEEDUP, *m.TIMES}:
        yield "Where starts got slower: the report (`coldwarm report`) shows in which phase"
        if comparison.axis is None:
            yield (
                "To be sure of a time, measure base and head within one run (`coldwarm run "
                "CONFIG --base-runtime RUNTIME`): that is several times sharper than two runs"
            )
    if found & {m.BLOB, m.WARM_PEAK, m.COLD_PEAK, m.ENCRYPTED_SHARE}:
        yield "Bytes and memory hardly scatter: measuring again will not make them smaller"
