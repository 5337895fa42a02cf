"""What the page shows, as plain values: the template only lays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice import setting
from coldwarm.report.columns import page_columns
from coldwarm.text.numbers import estimated_ms, megabytes, ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.advice import Advice, Statement
    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.columns import CaseCell, CaseColumn
    from coldwarm.report.evidence import Evidence
    from coldwarm.report.pictures import Picture
    from coldwarm.report.samples import Anchors

TOPICS_IN_VIEW = ("answers", "confidence", "fastest", "encryption", "not advised")
"""What a reader needs to trust the answer; the other statements stand one click away."""

FEW_CARDS = 3
"""More cards than these say only what to set and what that brings, so that all are in view."""


@dataclass(frozen=True)
class ModelView:
    """One model on one device with one runtime: its advice and its charts.

    Attributes:
        anchor: name of the place of its charts.
        title: model, device and whatever else tells it from the others.
        advice: what to do.
        setting: what to set, in words; empty where nothing is advised.
        facts: label and value of what it brings and costs.
        in_view: statements that are shown at once.
        folded: the others.
        pictures: its charts.
    """

    anchor: str
    title: str
    advice: Advice
    setting: str
    facts: list[tuple[str, str]]
    in_view: list[Statement]
    folded: list[Statement]
    pictures: list[Picture]


@dataclass(frozen=True)
class CaseView:
    """One case in the table.

    Attributes:
        name: of the case.
        anchor: where its samples stand.
        cells: column and what it shows, in order.
    """

    name: str
    anchor: str
    cells: list[tuple[CaseColumn, CaseCell]]


@dataclass(frozen=True)
class Filter:
    """A choice among the values of one column.

    Attributes:
        label: name of the column.
        column: its place in the table, from 0.
        values: what can be chosen.
    """

    label: str
    column: int
    values: list[str]


def groups(evidence: Sequence[Evidence], pictures: Sequence[Picture]) -> list[ModelView]:
    """Return advice and charts that belong together, in the order of the runs."""
    several_runs = len(evidence) > 1
    topics = TOPICS_IN_VIEW if sum(len(each.advice) for each in evidence) <= FEW_CARDS else ()
    found: list[ModelView] = []
    for each in evidence:
        for advice in each.advice:
            key = advice.run_id, advice.model, advice.device, advice.runtime
            title = f"{advice.model} on {advice.device}"
            title += "" if advice.runtime == "installed" else f", {advice.runtime}"
            title += f", {each.label}" if several_runs else ""
            view = _in_view(advice.statements, topics)
            found.append(
                ModelView(
                    f"charts-{len(found) + 1}",
                    title,
                    advice,
                    setting(advice.case) if advice.case else "",
                    _facts(advice.case) if advice.case else [],
                    view,
                    [s for s in advice.statements if s not in view],
                    [picture for picture in pictures if picture.group == key],
                )
            )
    return found


def _in_view(statements: Sequence[Statement], topics: Sequence[str]) -> list[Statement]:
    """Return what is shown at once; of several codecs the last that the experiment names."""
    folded = [statement for statement in statements if statement.topic == "encryption"][:-1]
    return [each for each in statements if each.topic in topics and each not in folded]


def _facts(case: CaseSummary) -> list[tuple[str, str]]:
    first, load = case.first_inference_ms, case.load_ms
    return [
        ("loading", f"{ms(load.uncached)} \u2192 {ms(load.warm)}"),
        ("process start to first result", f"{ms(first.uncached)} \u2192 {ms(first.warm)}"),
        ("extra at the first start", estimated_ms(case.cold_tax_ms)),
        ("cache on disk", f"{megabytes(case.blob_bytes)}, model {megabytes(case.model_bytes)}"),
    ]


def columns(evidence: Sequence[Evidence]) -> list[CaseColumn]:
    """Return the columns of the table of cases."""
    summaries = [case for each in evidence for case in each.summaries]
    return page_columns(summaries)


def rows(
    evidence: Sequence[Evidence], shown: Sequence[CaseColumn], places: Anchors
) -> list[tuple[str, CaseView]]:
    """Return the label of the run and the row of each case."""
    return [
        (
            each.label,
            CaseView(case.name, places.of_case(each.run_id, case.case_id), _cells(case, shown)),
        )
        for each in evidence
        for case in each.summaries
    ]


def _cells(case: CaseSummary, shown: Sequence[CaseColumn]) -> list[tuple[CaseColumn, CaseCell]]:
    return [(column, column.cell(case)) for column in shown]


def filters(found: Sequence[tuple[str, CaseView]], *, several_runs: bool) -> list[Filter]:
    """Return a filter for each column of text that has more than one value."""
    choices = []
    offset = int(several_runs)
    if several_runs:
        choices.append(Filter("run", 0, list(dict.fromkeys(label for label, _ in found))))
    for place in range(len(found[0][1].cells)):
        column = found[0][1].cells[place][0]
        values = list(dict.fromkeys(row.cells[place][1].text for _, row in found))
        if not column.numeric and len(values) > 1:
            choices.append(Filter(column.heading, place + offset, values))
    return choices
