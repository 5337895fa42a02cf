"""summary.csv: one row per case, columns as `CaseSummary.flat` names them, and the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis.cases import summary_frame
from coldwarm.export import csv

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldwarm.report.evidence import Evidence


def write(evidence: Sequence[Evidence], path: Path) -> None:
    """Write the summaries of runs, safe to be opened in a spreadsheet."""
    frame = summary_frame([case for each in evidence for case in each.summaries])
    frame.insert(1, "host", [each.host for each in evidence for _ in each.summaries])
    with path.open("wb") as file:
        csv.write(frame, file)
