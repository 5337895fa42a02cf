"""Reports of runs: page, charts, tables; written into one directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis.analysed_run import FINISH
from coldwarm.errors import ColdwarmError, StoreError
from coldwarm.report import csv
from coldwarm.report.evidence import directory_name, gather
from coldwarm.report.in_place import CHARTS, PAGE, put_in_place
from coldwarm.report.summary_document import summary_document
from coldwarm.report.text_file import write_text
from coldwarm.run.store import read_header, read_run, study_of
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from coldwarm.report.evidence import Evidence
    from coldwarm.report.pictures import Picture


def write_report(
    runs: Sequence[Path],
    out: Path | None = None,
    *,
    reports: Path,
    charts: bool = True,
    tell: Callable[[Sequence[Evidence]], None] | None = None,
) -> Path:
    """Write the report of one or more runs and return the path of its page.

    Args:
        runs: directories of runs.
        out: directory of the report; named after the run, inside `reports`, when None.
        reports: where reports are kept.
        charts: whether to draw; without, page and tables take a second.
        tell: is told what the report rests on as soon as the report is there; not for a study.

    Raises:
        StoreError: when one of them is not a run with starts of a case, or is there twice.
        ColdwarmError: when the report cannot be written.
    """
    studies = [path for path in runs if study_of(read_header(path))]
    if studies:
        if len(runs) > 1:
            msg = f"{studies[0]} is a study: name it alone, it has a report of its own"
            raise StoreError(msg)
        from coldwarm.report.study import write_study  # noqa: PLC0415 (most runs are none)

        return write_study(read_run(runs[0]), out, reports=reports, charts=charts)
    evidence = gather(runs)
    for each in evidence:
        if not each.summaries:
            msg = f"{each.run.path} holds no start with a cache yet: {FINISH}"
            raise StoreError(msg)
    directory = out or reports / directory_name(evidence)
    try:
        with put_in_place(directory) as aside:
            _write(evidence, aside, charts=charts)
    except OSError as err:
        msg = f"cannot write {err.filename or directory}: {err.strerror or err}"
        raise ColdwarmError(msg) from err
    if tell is not None:
        tell(evidence)
    return directory / PAGE


def _write(evidence: Sequence[Evidence], directory: Path, *, charts: bool) -> None:
    # Drawing and templates take a second to import, which whoever reads a study does not need.
    from coldwarm.report import page  # noqa: PLC0415

    csv.write(evidence, directory / "summary.csv")
    write_text(directory / "summary.md", render_markdown(summary_document(evidence)))
    drawn: list[Picture] = []
    images: list[str] = []
    if charts:
        from coldwarm.report import pictures  # noqa: PLC0415

        (directory / CHARTS).mkdir()
        drawn = pictures.draw_all(evidence, directory / CHARTS)
        images = pictures.embedded(drawn)
    write_text(directory / PAGE, page.render(evidence, drawn, images))
