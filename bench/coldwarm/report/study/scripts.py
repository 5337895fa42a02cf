"""reproductions/: each surprise as a program of its own, for a bug report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.studies.findings import findings

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.studies.findings import Finding
    from coldwarm.studies.table import Result

FOLDER = "reproductions"


def write(result: Result, directory: Path) -> dict[str, list[str]]:
    """Write the programs.

    Args:
        result: what the run says.
        directory: of the report; its folder for programs is made when there is one to write.

    Returns:
        sentence of a finding to the names of its programs, relative to the directory. Cells of
        one finding that come to the same program share it.
    """
    written: dict[str, list[str]] = {}
    folder = directory / FOLDER
    for finding in findings(result):
        for name, text in _programs(finding, result).items():
            folder.mkdir(exist_ok=True)
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
            written.setdefault(finding.sentence, []).append(f"{FOLDER}/{name}.py")
    return written


def _programs(finding: Finding, result: Result) -> dict[str, str]:
    programs = {}
    for cell in finding.cells:
        trace, judgement = cell.example(finding.surprise)
        script = result.study.reproduce(trace, finding.surprise, judgement.reason)
        if script is not None:
            programs[script.name] = script.text
    return programs
