"""What the page shows, as plain values: the template only lays out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.report.columns import NUMBERS, VERDICT, axes_shown, axis_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.advice import Advice
    from coldwarm.report.columns import Cell, Column
    from coldwarm.report.evidence import Evidence
    from coldwarm.report.pictures import Picture
    from coldwarm.report.samples import Anchors
    from coldwarm.summary import CaseSummary

TOPICS_IN_VIEW = ("fastest", "pays back", "not advised")
"""What a reader needs to trust the answer; the other statements stand one click away."""


@dataclass(frozen=True)
class Group:
    """One model on one device with one runtime: its advice and its charts.

    Attributes:
        anchor: name of the place of its charts.
        title: model, device and whatever else tells it from the others.
        advice: what to do.
        in_view: statements that are shown at once.
        folded: the others.
        pictures: its charts.
    """

    anchor: str
    title: str
    advice: Advice
    in_view: list[Any]
    folded: list[Any]
    pictures: list[Picture]


@dataclass(frozen=True)
class Row:
    """One case in the table.

    Attributes:
        anchor: where its samples stand.
        cells: column and what it shows, in order.
    """

    anchor: str
    cells: list[tuple[Column, Cell]]


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


def groups(evidence: Sequence[Evidence], pictures: Sequence[Picture]) -> list[Group]:
    """Return advice and charts that belong together, in the order of the runs."""
    several_runs = len(evidence) > 1
    found: list[Group] = []
    for each in evidence:
        for advice in each.advice:
            key = advice.run_id, advice.model, advice.device, advice.runtime
            title = f"{advice.model} on {advice.device}"
            title += "" if advice.runtime == "installed" else f", {advice.runtime}"
            title += f", {each.label}" if several_runs else ""
            view = [s for s in advice.statements if s.topic in TOPICS_IN_VIEW]
            found.append(
                Group(
                    f"charts-{len(found) + 1}",
                    title,
                    advice,
                    view,
                    [s for s in advice.statements if s not in view],
                    [picture for picture in pictures if picture.group == key],
                )
            )
    return found


def columns(evidence: Sequence[Evidence]) -> list[Column]:
    """Return the columns of the table of cases."""
    summaries = [case for each in evidence for case in each.summaries]
    return [*map(axis_column, axes_shown(summaries)), VERDICT, *NUMBERS]


def rows(
    evidence: Sequence[Evidence], shown: Sequence[Column], places: Anchors
) -> list[tuple[str, Row]]:
    """Return the label of the run and the row of each case."""
    return [
        (each.label, Row(places.of_case(each.run_id, case.case_id), _cells(case, shown)))
        for each in evidence
        for case in each.summaries
    ]


def _cells(case: CaseSummary, shown: Sequence[Column]) -> list[tuple[Column, Cell]]:
    return [(column, column.cell(case)) for column in shown]


def filters(found: Sequence[tuple[str, Row]], *, several_runs: bool) -> list[Filter]:
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
