"""summary.md: the answer, the table of cases and how it was measured, for a pull request or wiki.

Names are other people's text: what Markdown or HTML would act on is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldwarm.analysis.precision_reached import UNSETTLED
from coldwarm.report.columns import NUMBERS, VERDICT, axes_shown, axis_column, common_axes
from coldwarm.report.findings import findings
from coldwarm.report.machines import identity_rows
from coldwarm.report.provenance import provenance
from coldwarm.report.side_by_side import found_once, side_by_side, threshold_words
from coldwarm.text.escaping import escape_markdown as escape
from coldwarm.text.escaping import markdown_table
from coldwarm.text.numbers import counted, estimated_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.report.columns import Cell
    from coldwarm.report.evidence import Evidence
    from coldwarm.report.side_by_side import Side


def render(evidence: Sequence[Evidence]) -> str:
    """Return the whole file."""
    lines = [*_side_by_side(evidence)] if len(evidence) > 1 else []
    for each in evidence:
        lines += [f"# {escape(each.run.run_id)} on {escape(each.host)}", ""]
        lines += [*_answer(each), *_table(each), *_findings(each), *_unsettled(each)]
        lines += _provenance(each)
    return "\n".join(lines)


def _side_by_side(evidence: Sequence[Evidence]) -> Iterator[str]:
    labels = [escape(each.label) for each in evidence]
    yield from (f"# {len(evidence)} runs side by side", "", "## Machines", "")
    machines = [
        [f"{escape(label)}{' (differs)' if len(set(values)) > 1 else ''}", *map(escape, values)]
        for label, values in identity_rows(evidence)
    ]
    text_only = "l" * (len(evidence) + 1)
    yield from markdown_table(["", *labels], machines, text_only)
    yield from ("", "## The same cases, run by run", "")
    shared = side_by_side(evidence)
    if not shared:
        yield from ("The runs have no case in common.", "")
        return
    yield escape(
        "Speedups with their 95 % intervals unless another is named, and how they compare with "
        f"{evidence[0].label}: a change counts when its whole interval lies beyond "
        f"{threshold_words()}."
    )
    rows = [[escape(case.name), *map(_side, case.sides)] for case in shared]
    yield from ("", *markdown_table(["case", *labels], rows, text_only))
    differing = [case for case in shared if case.verdicts_differ]
    yield from ("", f"Verdicts differ in {len(differing)} of {counted(len(shared), 'case')}.", "")
    for case in differing:
        yield f"- {escape(case.name)}"
        for label, side in zip(labels, case.sides, strict=True):
            if side.summary is not None:
                reason = f": {escape(side.summary.reason)}" if side.summary.reason else ""
                yield f"  - {label}: **{side.summary.verdict}**{reason}"
    for each, cases in found_once(evidence):
        yield from (f"- Only in {escape(each.label)}: {escape(case.name)}" for case in cases)
    yield ""


def _side(side: Side) -> str:
    if side.summary is None:
        return "not in this run"
    speedup = estimated_ratio(side.summary.speedup)
    against = f"; against the first {side.change}: {side.verdict}" if side.change else ""
    return f"{side.summary.verdict}, {speedup}{against}"


def _answer(evidence: Evidence) -> Iterator[str]:
    for advice in evidence.advice:
        runtime = "" if advice.runtime == "installed" else f", {advice.runtime}"
        yield f"## {escape(f'{advice.model} on {advice.device}{runtime}')}"
        yield ""
        yield f"**{escape(advice.headline)}**"
        yield ""
        for statement in advice.statements:
            yield f"- {escape(statement.topic)}: {escape(statement.text)}"
        yield ""
        if advice.command:
            yield from ("What to run:", "", *_code(advice.command, "sh"), "")


def _table(evidence: Evidence) -> Iterator[str]:
    columns = [axis_column(axis) for axis in axes_shown(evidence.summaries)]
    columns += [VERDICT, *NUMBERS]
    yield from ("## Cases", "")
    common = common_axes(evidence.summaries)
    if common:
        yield from (escape(f"All cases: {common}."), "")
    titles = [
        f"{column.heading} ({column.unit})" if column.unit else column.heading for column in columns
    ]
    rows = [[_cell(column.cell(case)) for column in columns] for case in evidence.summaries]
    aligned = "".join("r" if column.numeric else "l" for column in columns)
    yield from (*markdown_table(titles, rows, aligned), "")
    yield from (f"- {column.heading}: {column.help}" for column in (VERDICT, *NUMBERS))
    yield ""


def _findings(evidence: Evidence) -> Iterator[str]:
    found = findings(evidence)
    if not found:
        return
    yield from ("## Findings", "")
    for finding in found:
        remedy = f" Remedy: {escape(finding.remedy)}." if finding.remedy else ""
        yield f"- **{finding.verdict}** {escape(finding.name)}: {escape(finding.reason)}.{remedy}"
    yield ""


def _unsettled(evidence: Evidence) -> Iterator[str]:
    if evidence.unsettled:
        yield from ("## Not settled", "", UNSETTLED, "")
        yield from (f"- {escape(sentence)}" for sentence in evidence.unsettled)
        yield ""


def _provenance(evidence: Evidence) -> Iterator[str]:
    yield from ("## How it was measured", "")
    for label, value in provenance(evidence):
        yield f"- {escape(label)}: {escape(value)}"
    yield ""


def _cell(cell: Cell) -> str:
    return f"{escape(cell.text)} ({escape(cell.note)})" if cell.note else escape(cell.text)


def _code(text: str, language: str) -> Iterator[str]:
    """Yield a fenced block whose fence is longer than any in the text."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from (f"{fence}{language}", text, fence)
