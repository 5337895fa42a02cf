"""Starts that were neighbours, side by side: one row per case and round.

Speedups, cold taxes and paired comparisons come from these rows, because only neighbours saw the
same speed of the machine. Starts of different sittings of a run never were neighbours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    import pandas as pd

PLACE = ["sitting", "round", "block"]
"""What starts of one run have in common that were neighbours."""

BLOCK = ["run_id", *PLACE, "baseline_id"]


def paired_rounds(frame: pd.DataFrame, metric: str = "load_ms") -> pd.DataFrame:
    """Return the metric of each case's round beside that of its baseline.

    Args:
        frame: samples with their `verdict`.
        metric: a numeric column of `frame`.

    Returns:
        One row per case and round in the order in which they were measured; a round that an
        interruption divided has a row per sitting. `run_id`, `case_id`, `sitting`, `round`,
        `block`, `baseline_id` and three columns of the metric, each NaN where nothing was measured:
        `uncached`, `cold`, and `warm`, the median of the round's proven hits.
    """
    cases = [*BLOCK, "case_id"]
    good = frame.loc[frame["status"] == "ok", [*cases, "kind", "verdict", metric]]
    uncached = good[good["kind"] == "uncached"].groupby(BLOCK)[metric].median()
    cold = good[good["kind"] == "cold"].groupby(cases)[metric].median()
    hits = good[(good["kind"] == "warm") & good["verdict"].isin(PROVEN)]
    warm = hits.groupby(cases)[metric].median()
    rows = cold.rename("cold").to_frame().join(warm.rename("warm"), how="outer").reset_index()
    rows = rows.join(uncached.rename("uncached"), on=BLOCK)
    return rows.sort_values(["run_id", "case_id", *PLACE], ignore_index=True)[
        ["run_id", "case_id", *PLACE, "baseline_id", "uncached", "cold", "warm"]
    ]
