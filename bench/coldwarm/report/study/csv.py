"""summary.csv: one row per cell and outcome, safe to be opened in a spreadsheet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd

from coldwarm.experiment.case import AXES
from coldwarm.export import csv

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.studies.table import Cell, Result


def write(result: Result, path: Path) -> None:
    """Write what came of each change with each case, and how often."""
    rows = [_row(cell, outcome, result) for cell in result.cells for outcome in cell.counts]
    with path.open("wb") as file:
        csv.write(pd.DataFrame(rows), file)


def _row(cell: Cell, outcome: str, result: Result) -> dict[str, object]:
    tries = [pair for pair in cell.tries if pair[1].outcome == outcome]
    trace, judgement = tries[0]
    surprises = dict.fromkeys(surprise for _, judged in tries for surprise in judged.surprises)
    axes = cell.case.axes()
    return {
        "study": result.study.kind,
        "case_id": cell.case.case_id,
        **{axis: axes[axis] for axis in AXES if axis != "properties"},
        "properties": json.dumps(axes["properties"], sort_keys=True),
        "openvino_version": trace.version,
        "change": cell.change,
        "outcome": outcome,
        "tries": len(tries),
        "of_tries": len(cell.tries),
        "median_ms": cell.took_ms,
        "surprise": "; ".join(surprises),
        "reason": judgement.reason,
    }
