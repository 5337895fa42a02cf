"""index.html of a study: one file that needs nothing else, and no script at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from coldwarm.charts import study_map
from coldwarm.report.page import content_policy, package_file
from coldwarm.report.pictures import Picture, embedded, save
from coldwarm.report.study.facts import provenance
from coldwarm.studies.findings import findings, version_line
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from coldwarm.report.study.scripts import Programs
    from coldwarm.studies.table import Result

STYLES = ("templates/page.css", "templates/study.css")


def draw_all(result: Result, directory: Path) -> list[Picture]:
    """Draw one chart per table, as PNG and SVG files in an existing directory."""
    drawn = ((table, study_map.draw(table, result)) for table in result.tables)
    return [
        save(replace(chart, title=version_line(table)), directory, [result.study.kind, table.title])
        for table, chart in drawn
        if chart is not None
    ]


def render(result: Result, pictures: Sequence[Picture], scripts: Mapping[str, Programs]) -> str:
    """Return the page.

    Args:
        result: what the run says.
        pictures: its charts.
        scripts: sentence of a finding to its programs.
    """
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("coldwarm.report"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    styles = [package_file(name) for name in STYLES]
    seen = {word for cell in result.cells for word in cell.counts}
    study = result.study
    return environment.get_template("study.html.j2").render(
        policy=content_policy([], styles),
        styles=styles,
        result=result,
        study=study,
        headline=_headline(result),
        tables=[(version_line(table), table) for table in result.tables],
        findings=findings(result),
        scripts=scripts,
        pictures=list(zip(pictures, embedded(pictures), strict=True)),
        words=[(word, about) for word, about in study.words.items() if word in seen],
        changes=result.run.header["experiment"]["study"]["changes"],
        provenance=provenance(result),
    )


def _headline(result: Result) -> str:
    cells = counted(len(result.cells), "cell")
    surprising = len(result.surprising)
    if not surprising:
        return f"Nothing surprising in {cells}."
    return f"{surprising} of {cells} are not as they should be."
