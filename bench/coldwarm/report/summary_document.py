"""summary.md, for a pull request or wiki: the answer, the cases and how they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis.precision_reached import UNSETTLED
from coldwarm.report.case_table import case_table
from coldwarm.report.findings import findings
from coldwarm.report.machines import identity_rows
from coldwarm.report.provenance import provenance
from coldwarm.report.side_by_side import found_once, side_by_side, threshold_words
from coldwarm.text.document import (
    Bullets,
    Code,
    Column,
    Document,
    Group,
    Heading,
    Paragraph,
    Table,
    row,
    section,
    strong,
)
from coldwarm.text.numbers import counted, estimated_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.report.evidence import Evidence
    from coldwarm.report.side_by_side import SharedCase, Side
    from coldwarm.text.document import Block, Inline


def summary_document(evidence: Sequence[Evidence]) -> Document:
    """Return the summary of one run, or of several: what they share first, then each."""
    blocks: list[Block] = [*_side_by_side(evidence)] if len(evidence) > 1 else []
    for each in evidence:
        blocks.append(Heading(f"{each.run.run_id} on {each.host}", 1))
        blocks += [*_answer(each), Heading("Cases"), *case_table(each.summaries)]
        blocks += section("Findings", _findings(each), level=2)
        if each.unsettled:
            blocks += [Heading("Not settled"), Paragraph(UNSETTLED), Bullets(tuple(each.unsettled))]
        origin = (f"{label}: {value}" for label, value in provenance(each))
        blocks += section("How it was measured", origin, level=2)
    return Document(tuple(blocks))


def _side_by_side(evidence: Sequence[Evidence]) -> Iterator[Block]:
    labels = [each.label for each in evidence]
    yield Heading(f"{len(evidence)} runs side by side", 1)
    yield Heading("Machines")
    machines = (
        row(f"{label}{' (differs)' if len(set(values)) > 1 else ''}", *values)
        for label, values in identity_rows(evidence)
    )
    yield Table((Column(""), *map(Column, labels)), (Group("", tuple(machines)),))
    yield Heading("The same cases, run by run")
    shared = side_by_side(evidence)
    if not shared:
        yield Paragraph("The runs have no case in common.")
        return
    yield Paragraph(
        "Speedups with their 95 % intervals unless another is named, and how they compare with "
        f"{labels[0]}: a change counts when its whole interval lies beyond {threshold_words()}."
    )
    rows = tuple(row(case.name, *map(_side, case.sides)) for case in shared)
    yield Table((Column("case"), *map(Column, labels)), (Group("", rows),))
    differing = [case for case in shared if case.verdicts_differ]
    yield Paragraph(f"Verdicts differ in {len(differing)} of {counted(len(shared), 'case')}.")
    items: list[Inline | Bullets] = []
    for case in differing:
        items += [case.name, Bullets(tuple(_verdicts(case, labels)))]
    for each, cases in found_once(evidence):
        items += [f"Only in {each.label}: {case.name}" for case in cases]
    yield Bullets(tuple(items))


def _side(side: Side) -> str:
    if side.summary is None:
        return "not in this run"
    speedup = estimated_ratio(side.summary.speedup)
    against = f"; against the first {side.change}: {side.verdict}" if side.change else ""
    return f"{side.summary.verdict}, {speedup}{against}"


def _verdicts(case: SharedCase, labels: Sequence[str]) -> Iterator[Inline]:
    for label, side in zip(labels, case.sides, strict=True):
        if side.summary is not None:
            reason = f": {side.summary.reason}" if side.summary.reason else ""
            yield (f"{label}: ", strong(side.summary.verdict), reason)


def _answer(evidence: Evidence) -> Iterator[Block]:
    for advice in evidence.advice:
        runtime = "" if advice.runtime == "installed" else f", {advice.runtime}"
        yield Heading(f"{advice.model} on {advice.device}{runtime}")
        yield Paragraph(strong(advice.headline))
        yield Bullets(tuple(f"{each.topic}: {each.text}" for each in advice.statements))
        if advice.command:
            yield from (Paragraph("What to run:"), Code(advice.command, "sh"))


def _findings(evidence: Evidence) -> Iterator[Inline]:
    for finding in findings(evidence):
        remedy = f" Remedy: {finding.remedy}." if finding.remedy else ""
        yield (strong(finding.verdict), f" {finding.name}: {finding.reason}.{remedy}")
