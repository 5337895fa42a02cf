"""`coldwarm report`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from rich.console import Console

from coldwarm.cli.tables import print_answer
from coldwarm.report import write_report


@click.command("report")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Directory of the report.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where reports are kept, a directory per run.",
)
@click.option("--no-charts", is_flag=True, help="Write page and tables only, in a second or two.")
def command(runs: tuple[Path, ...], *, out: Path | None, reports: Path, no_charts: bool) -> None:
    """Write the report of a RUN, or of several side by side.

    A page that needs no other file (index.html), every chart as SVG and PNG, summary.md and
    summary.csv. The answer in words goes to the terminal (standard error); the last line printed
    is the path of the page.
    """
    tell = partial(print_answer, Console(stderr=True))
    page = write_report(runs, out, reports=reports, charts=not no_charts, tell=tell)
    click.echo(str(page))
