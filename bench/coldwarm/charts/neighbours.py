"""Differences and ratios of two series of rounds: in pairs where the starts were neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.rounds import PLACE
from coldwarm.stats.shift import paired_ratio, paired_shift, unpaired_ratio, unpaired_shift

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.stats.shift import Estimate

BLOCK = ["run_id", *PLACE]

LOAD = {metric.name: metric.kind for metric in (m.UNCACHED_LOAD, m.COLD_LOAD, m.WARM_LOAD)}

CaseKey = tuple[str, str]
"""Run and case."""


def rounds_by_case(cases: Iterable[CaseSummary]) -> dict[CaseKey, pd.DataFrame]:
    """Return the load times of each case's rounds: `uncached`, `cold` and `warm` side by side."""
    return {
        (case.run_id, case.case_id): case.by_round[list(LOAD)]
        .rename(columns=LOAD)
        .reset_index()
        .assign(run_id=case.run_id)
        for case in cases
    }


def savings(rounds: dict[CaseKey, pd.DataFrame]) -> dict[CaseKey, Estimate]:
    """Return uncached - warm of each case, from each round's own difference."""
    found = {}
    for key, rows in rounds.items():
        known = rows.dropna(subset=["uncached", "warm"])
        if len(known):
            found[key] = paired_shift(known["uncached"] - known["warm"]).estimate()
    return found


def difference(base: pd.DataFrame, head: pd.DataFrame, column: str) -> Estimate | None:
    """Return head - base, from the medians of blocks."""
    a, b = _of_blocks(base, column), _of_blocks(head, column)
    if a.empty or b.empty:
        return None
    pairs = a.to_frame("a").join(b.rename("b"), how="inner")
    if len(pairs) == min(len(a), len(b)):
        return paired_shift(pairs["b"] - pairs["a"]).estimate()
    return unpaired_shift(a, b).estimate()


def quotient(base: pd.DataFrame, head: pd.DataFrame, column: str) -> Estimate | None:
    """Return head / base, from the medians of blocks."""
    a, b = _of_blocks(base, column), _of_blocks(head, column)
    a, b = a[a > 0], b[b > 0]
    if a.empty or b.empty:
        return None
    pairs = a.to_frame("a").join(b.rename("b"), how="inner")
    if len(pairs) == min(len(a), len(b)):
        return paired_ratio(pairs["b"], pairs["a"])
    return unpaired_ratio(a, b)


def _of_blocks(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    medians: pd.Series[float] = rows.groupby(BLOCK)[column].median().dropna()
    return medians
