"""summary.csv: one row per case, columns as `CaseSummary.flat` names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.export import csv
from coldwarm.summary import summary_frame

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.summary import CaseSummary


def write(summaries: list[CaseSummary], path: Path) -> None:
    """Write the summaries, safe to be opened in a spreadsheet."""
    with path.open("wb") as file:
        csv.write(summary_frame(summaries), file)
