"""Starts that were neighbours, side by side: one row per case and round, a column per metric.

Speedups, cold taxes and paired comparisons come from these rows, because only neighbours saw the
same speed of the machine. Starts of different sittings of a run never were neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    import pandas as pd

PLACE = ["sitting", "round", "block"]
"""What starts of one run have in common that were neighbours."""

BLOCK = ["run_id", *PLACE, "baseline_id"]

CASES = [*BLOCK, "case_id"]

NUMERIC = [*(metric.name for metric in m.MEASURED), m.SPEEDUP.name, m.COLD_TAX.name]
"""Names of the metrics that the rounds have a column of."""


def paired_rounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the metrics of each case's round, with those of its baseline.

    Args:
        frame: samples with `run_id`, `case_id`, `baseline_id`, `sitting`, `round`, `block`,
            `kind`, `status`, `verdict` and the columns of `metrics.MEASURED`.

    Returns:
        One row per case and round in the order in which they were measured; a round that an
        interruption divided has a row per sitting. `run_id`, `case_id`, `sitting`, `round`,
        `block`, `baseline_id` and `NUMERIC`, each NaN where nothing was measured. What is measured
        in warm starts is the median of the round's proven hits; a cold start that left no blob has
        no size of it; a time of zero makes no speedup.
    """
    columns = list(dict.fromkeys(metric.column for metric in m.MEASURED))
    good = frame.loc[frame["status"] == "ok", [*CASES, "kind", "verdict", *columns]]
    uncached = _medians(good[good["kind"] == "uncached"], BLOCK, "uncached")
    cold = _medians(good[good["kind"] == "cold"], CASES, "cold")
    hits = good[(good["kind"] == "warm") & good["verdict"].isin(PROVEN)]
    warm = _medians(hits, CASES, "warm")
    rows = cold.join(warm, how="outer").reset_index().join(uncached, on=BLOCK)
    load = rows[[m.UNCACHED_LOAD.name, m.WARM_LOAD.name]].where(lambda times: times > 0)
    rows[m.SPEEDUP.name] = load[m.UNCACHED_LOAD.name] / load[m.WARM_LOAD.name]
    rows[m.COLD_TAX.name] = rows[m.COLD_LOAD.name] - rows[m.UNCACHED_LOAD.name]
    rows[m.BLOB.name] = rows[m.BLOB.name].where(rows[m.BLOB.name] > 0)
    return rows.sort_values(["run_id", "case_id", *PLACE], ignore_index=True)[
        ["run_id", "case_id", *PLACE, "baseline_id", *NUMERIC]
    ]


def _medians(starts: pd.DataFrame, key: list[str], kind: str) -> pd.DataFrame:
    """Return the metrics of one kind of start, medians where a key has several."""
    names = {metric.column: metric.name for metric in m.MEASURED if metric.kind == kind}
    return starts.groupby(key)[list(names)].median().rename(columns=names)
