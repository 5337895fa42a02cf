"""`coldwarm export`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from coldwarm.analysis.analysed_run import analyse
from coldwarm.export import BENCHMARKS, FORMATS, TABLES, export
from coldwarm.export.timings import left_out


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
    """Write a RUN for other programs.

    As csv and parquet one row per start: its axes, its evidence, its verdict. As
    pytest-benchmark, github-action-benchmark and junit one entry per case and kind of start.
    """
    analysed = analyse(run)
    for sentence in analysed.run.damage:
        click.echo(sentence, err=True)
    if form not in TABLES and not analysed.cases:
        click.echo(f"{run} holds no start with a cache yet: nothing is in the file", err=True)
    if form in BENCHMARKS:
        for sentence in left_out(analysed):
            click.echo(sentence, err=True)
    destination = sys.stdout.buffer if output is None else output
    export(analysed, form, destination)
