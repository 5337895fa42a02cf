"""Cases that were dropped for lack of time: a slow machine must not pass by measuring less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.experiment.case import Case
from coldwarm.run.sample import OUT_OF_TIME
from coldwarm.text.escaping import one_line

if TYPE_CHECKING:
    from coldwarm.run.store import Run


def dropped_cases(run: Run) -> dict[str, str]:
    """Return case id to name of the cases of a run that its time budget had no room for."""
    return {
        record["case_id"]: one_line(Case(**record["case"]).name)
        for record in run.records
        if record["status"] == "dropped" and record.get("reason") == OUT_OF_TIME
    }


def dropped_in(base: Run, head: Run) -> dict[str, str]:
    """Return case id to a sentence for each case that one of two runs had no time for."""
    sides = dropped_cases(base), dropped_cases(head)
    return {
        case_id: f"{name}: dropped in the {_where(case_id, *sides)}, its time budget had no room"
        for case_id, name in {**sides[0], **sides[1]}.items()
    }


def _where(case_id: str, base: dict[str, str], head: dict[str, str]) -> str:
    if case_id in base and case_id in head:
        return "base and in the head"
    return "base" if case_id in base else "head"
