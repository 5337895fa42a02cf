"""What has no number in a comparison: starts that failed, cases dropped for lack of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.experiment.case import Case
from coldwarm.run.sample import FAILURES, OUT_OF_TIME
from coldwarm.text.escaping import one_line
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from coldwarm.run.store import Run

MOST = 10
"""Sentences; a broken machine would fill pages."""


def without_known(frame: pd.DataFrame, known: Collection[str]) -> pd.DataFrame:
    """Return the starts without those of cases that are known to fail.

    An uncached start serves all cases of its baseline: it goes when all of them do.

    Args:
        frame: judged samples.
        known: ids of the cases.
    """
    gone = frame["case_id"].isin(known)
    others = frame.loc[~gone & (frame["kind"] != "uncached"), "baseline_id"]
    served = frame["baseline_id"].isin(frame.loc[gone, "baseline_id"])
    return frame[~gone & (~served | frame["baseline_id"].isin(others))]


def failures(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return one sentence for each case and kind of start that failed, with the usual reason.

    Args:
        frame: judged samples.
    """
    failed = frame[frame["status"].isin(FAILURES)]
    told = []
    for (name, kind), group in failed.groupby(["name", "kind"], sort=False):
        reasons = group["reason"].fillna(group["status"]).value_counts()
        started = int(((frame["name"] == name) & (frame["kind"] == kind)).sum())
        starts = counted(started, f"{kind} start")
        told.append(one_line(f"{name}: {len(group)} of {starts} failed: {reasons.index[0]}"))
    if len(told) > MOST:
        told[MOST:] = [f"and {len(told) - MOST} more such lines, which the report has"]
    return tuple(told)


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
