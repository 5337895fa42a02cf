"""Where a study's run comes from, and what its report is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis.host_match import label_of
from coldwarm.report.evidence import text
from coldwarm.report.provenance import traced

if TYPE_CHECKING:
    from coldwarm.studies.table import Result


def provenance(result: Result) -> list[tuple[str, str]]:
    """Return label and value of everything that the run can be traced by."""
    header = result.run.header
    versions = {trace.version for cell in result.cells for trace, _ in cell.tries if trace.version}
    return traced(
        result.run,
        ("tries", str(len(result.run.traces))),
        ("host", label_of(header)),
        ("processor", text(header, "identity", "cpu_model")),
        ("OpenVINO", ", ".join(sorted(versions))),
    )
