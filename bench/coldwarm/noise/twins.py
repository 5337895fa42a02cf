"""Tell the twins of an A/A run apart: `coldwarm.measure.plan.twice` planned every case twice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pandas as pd

from coldwarm.analysis.analysed_run import analyse_samples
from coldwarm.analysis.rounds import PLACE
from coldwarm.analysis.verdict import judged_frame
from coldwarm.compare.comparability import refuse_empty
from coldwarm.compare.matching import ComparisonError, Match

if TYPE_CHECKING:
    from coldwarm.run.store import Run


def twins(run: Run) -> list[Match]:
    """Return the two halves of each case of an A/A run.

    Which chain of a block is which twin is drawn by lot, round by round, because going first
    may make a difference.

    Raises:
        ComparisonError: when the run is empty or was not measured twice.
    """
    refuse_empty(run)
    frame = judged_frame([run])
    own = frame[frame["kind"] != "uncached"].sort_values(["sitting", "round", "position"])
    place = [*PLACE, "case_id"]
    chain = (own["kind"] == "cold").groupby([own[name] for name in place]).cumsum() - 1
    if chain.max() < 1:
        msg = f"{run.path} measured nothing twice: make such a run with `coldwarm noise CONFIG`"
        raise ComparisonError(msg)
    keys = list(zip(own["round"], own["case_id"], strict=True))
    lots = {key: _lot(*key) for key in dict.fromkeys(keys)}
    side = (chain + [lots[key] for key in keys]) % 2
    uncached = frame[frame["kind"] == "uncached"]
    base, head = (
        analyse_samples(run, pd.concat([uncached, own[side == label]]).sort_index()).measured
        for label in (0, 1)
    )
    return [
        Match(base[case_id].case.name, base[case_id], head[case_id])
        for case_id in base
        if case_id in head
    ]


def _lot(number: int, case_id: str) -> int:
    return random.Random(f"{number}:{case_id}").randrange(2)  # noqa: S311
