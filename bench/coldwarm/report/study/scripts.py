"""reproductions/: each surprise as a program of its own, for a bug report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.experiment.case import short_digest
from coldwarm.report.in_place import PROGRAMS
from coldwarm.studies import NotReproducibleError
from coldwarm.studies.findings import findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from coldwarm.studies import Script
    from coldwarm.studies.findings import Finding
    from coldwarm.studies.table import Result


@dataclass(frozen=True)
class Programs:
    """What shows a finding.

    Attributes:
        files: the programs, relative to the directory of the report.
        lacking: why there are none for some cells.
    """

    files: tuple[str, ...]
    lacking: tuple[str, ...]


def write(result: Result, directory: Path) -> dict[str, Programs]:
    """Write the programs.

    Args:
        result: what the run says.
        directory: of the report; its folder for programs is made when there is one to write.

    Returns:
        sentence of a finding to its programs. Cells that come to the same program share it.
    """
    made = {finding.sentence: _scripts(finding, result) for finding in findings(result)}
    names = _file_names(script for scripts, _ in made.values() for script in scripts)
    folder = directory / PROGRAMS
    for script, name in names.items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(script.text, encoding="utf-8")
    return {
        sentence: Programs(
            tuple(f"{PROGRAMS}/{names[script]}" for script in scripts), tuple(lacking)
        )
        for sentence, (scripts, lacking) in made.items()
    }


def _scripts(finding: Finding, result: Result) -> tuple[dict[Script, None], dict[str, None]]:
    """Return the different programs of a finding, and the different reasons to have none."""
    scripts: dict[Script, None] = {}
    lacking: dict[str, None] = {}
    for cell in finding.cells:
        trace, judgement = cell.example(finding.surprise)
        try:
            scripts[result.study.reproduce(trace, finding.surprise, judgement.reason)] = None
        except NotReproducibleError as err:
            lacking[str(err)] = None
    return scripts, lacking


def _file_names(scripts: Iterable[Script]) -> dict[Script, str]:
    """Return a file name per program: with a digest of its text where a name stands for two."""
    by_name: dict[str, dict[Script, None]] = {}
    for script in scripts:
        by_name.setdefault(script.name, {})[script] = None
    return {
        script: f"{name}_{short_digest(script.text)}.py" if len(alike) > 1 else f"{name}.py"
        for name, alike in by_name.items()
        for script in alike
    }
