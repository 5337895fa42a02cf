"""`coldwarm export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from coldwarm.export import FORMATS, export
from coldwarm.report.evidence import gather


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; standard output when not given.",
)
def command(run: Path, *, form: str, output: Path | None) -> None:
    """Write a RUN as one row per start: its axes, its evidence, its verdict."""
    (evidence,) = gather([run])
    export(evidence.frame, form, sys.stdout.buffer if output is None else output)
