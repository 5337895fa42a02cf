"""Did the machine change speed during the run? Run order against load time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from coldwarm.charts import style
from coldwarm.charts.lettering import points
from coldwarm.charts.sheet import INNER, LABEL_SIZE, MARGIN, Key, Sheet, bare
from coldwarm.charts.style import INK, KIND_COLOURS, KIND_MARKERS, MUTED
from coldwarm.stats.trend import spearman_drift
from coldwarm.text.numbers import number, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart

TITLE = "Load time in run order, against each start's own median"

HEIGHT, TOP, AXIS_WIDTH = 300, 34, 48
FEWEST_ROUNDS = 2
ROUND = ["sitting", "round"]
VECTOR_LIMIT = 1500
"""From so many dots on they are one picture in the SVG, which would be too large a file."""

TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
CLEAR_P = 0.05
FEWEST_FOR_TREND = 5
"""Of four rounds, two orders in 24 are as clear as can be: p is 0.083 at best."""

FOOT = (
    "Each dot is one start that worked, divided by the median of its case and kind; the line joins "
    "the medians of the rounds. Speedups come from neighbouring starts, which saw the same speed: "
    "they survive a drift, medians of single kinds do not."
)


def draw(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
    """Return the chart, or None when the run has fewer than two rounds.

    Args:
        frame: judged samples of one run.
        summaries: not used: every start is shown.
    """
    del summaries
    starts = _starts(frame)
    if starts.groupby(ROUND).ngroups < FEWEST_ROUNDS:
        return None
    with style.applied():
        sheet = Sheet(TITLE, finding(starts), TOP + HEIGHT + 42, FOOT)
        keys = [Key(kind, KIND_COLOURS[kind], KIND_MARKERS[kind]) for kind in KIND_COLOURS]
        sheet.legend(MARGIN, 0, [*keys, Key("median of the round", INK, "_")])
        axes = sheet.add_plot(MARGIN + AXIS_WIDTH, TOP, INNER - AXIS_WIDTH, HEIGHT)
        axes.set_yscale("log")
        for kind, group in starts.groupby("kind"):
            axes.plot(
                group["order"],
                group["relative"],
                marker=KIND_MARKERS[str(kind)],
                color=KIND_COLOURS[str(kind)],
                markersize=3.2,
                markeredgewidth=0,
                alpha=0.55,
                linestyle="none",
                rasterized=len(starts) > VECTOR_LIMIT,
            )
        rounds = starts.groupby(ROUND)[["order", "relative"]].median()
        axes.plot(rounds["order"], rounds["relative"], color=INK, linewidth=2)
        axes.axhline(1, color=MUTED, linewidth=1)
        bare(axes, grid="y")
        axes.set_xlim(0.5, max(len(frame), 2) + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        low, high = axes.get_ylim()
        axes.set_yticks([value for value in TICKS if low <= value <= high])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("start, in the order of the run", fontsize=points(LABEL_SIZE))
        return sheet.chart()


def finding(starts: pd.DataFrame) -> str:
    """Return what the chart says."""
    rounds = starts.groupby(ROUND)["relative"].median()
    if len(rounds) < FEWEST_ROUNDS:
        return ""
    span = float(rounds.max() / rounds.min())
    between = f"The slowest round took {ratio(span)} times as long as the fastest."
    if len(rounds) < FEWEST_FOR_TREND:
        return f"{between} {len(rounds)} rounds are too few to show a trend."
    drift = spearman_drift(rounds)
    if drift.p > CLEAR_P:
        return f"{between} No trend over the run."
    way = "slower" if drift.rho > 0 else "faster"
    return (
        f"{between} The machine became {way} during the run (rank correlation {ratio(drift.rho)})."
    )


def _starts(frame: pd.DataFrame) -> pd.DataFrame:
    columns = [
        "case_id",
        "baseline_id",
        "kind",
        "verdict",
        *ROUND,
        "position",
        "load_ms",
        "status",
    ]
    rows = frame[columns].sort_values([*ROUND, "position"], kind="stable", ignore_index=True)
    rows["order"] = np.arange(1, len(rows) + 1)
    rows = rows[(rows["status"] == "ok") & (rows["load_ms"] > 0)]
    # A missed warm start is another thing than a hit: each verdict has a median of its own.
    own = [rows["case_id"].fillna(rows["baseline_id"]), rows["kind"], rows["verdict"].fillna("")]
    return rows.assign(relative=rows["load_ms"] / rows.groupby(own)["load_ms"].transform("median"))
