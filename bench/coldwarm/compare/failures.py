"""Starts that failed, in sentences: no number of a comparison shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.run.sample import FAILURES
from coldwarm.text.escaping import one_line
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

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
