"""The report of a study: page, chart, tables, and a program for each surprise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.errors import ColdwarmError, StoreError
from coldwarm.report.evidence import plain_name
from coldwarm.report.in_place import CHARTS, PAGE, put_in_place
from coldwarm.report.study import csv, scripts
from coldwarm.report.study.study_document import study_summary
from coldwarm.report.text_file import write_text
from coldwarm.studies.table import tabulate
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.run.store import Run
    from coldwarm.studies.table import Result


def write_study(run: Run, out: Path | None, *, reports: Path, charts: bool = True) -> Path:
    """Write the report of a study's run and return the path of its page.

    Args:
        run: the run.
        out: directory of the report; named after the run, inside `reports`, when None.
        reports: where reports are kept.
        charts: whether to draw.

    Raises:
        StoreError: when the run holds no tries, or what is none.
        ColdwarmError: when the report cannot be written.
    """
    if not run.traces:
        msg = f"{run.path} holds no tries yet: let `coldwarm run` make at least one"
        raise StoreError(msg)
    try:
        result = tabulate(run)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as err:
        msg = f"{run.path} holds a record that is not a try of this schema: {err!r}"
        raise StoreError(msg) from err
    directory = out or reports / plain_name(run.run_id)
    try:
        with put_in_place(directory) as aside:
            _write(result, aside, charts=charts)
    except OSError as err:
        msg = f"cannot write {err.filename or directory}: {err.strerror or err}"
        raise ColdwarmError(msg) from err
    return directory / PAGE


def _write(result: Result, directory: Path, *, charts: bool) -> None:
    from coldwarm.report.study import page  # noqa: PLC0415 (drawing takes a second to import)

    (directory / CHARTS).mkdir()
    csv.write(result, directory / "summary.csv")
    written = scripts.write(result, directory)
    write_text(directory / "summary.md", render_markdown(study_summary(result, written)))
    pictures = page.draw_all(result, directory / CHARTS) if charts else []
    write_text(directory / PAGE, page.render(result, pictures, written))
