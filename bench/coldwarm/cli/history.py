"""`coldwarm history`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from coldwarm.cli.show import print_document
from coldwarm.history import choose_group, group_hosts, read_history, runs_below
from coldwarm.history.history_document import history_document, to_json
from coldwarm.machine.identity import identify


@click.command("history")
@click.argument(
    "results",
    metavar="[RESULTS_DIR]",
    default="results",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option("--host", help="Label of the host whose runs are shown, where there are several.")
@click.option("--last", type=click.IntRange(min=1), help="Only so many runs, the newest.")
@click.option(
    "--charts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Draw a chart per case into this directory, as PNG and SVG.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def command(
    results: Path, *, host: str | None, last: int | None, charts: Path | None, form: str
) -> None:
    """Show the runs of one host over time, case by case.

    RESULTS_DIR is what `coldwarm run` wrote to, or the directory of one host in it. Runs of one
    machine are shown together, whatever its name was; where no id shows which machine it was,
    those of one kind of machine.
    """
    group = choose_group(group_hosts(runs_below(results)), host, identify())
    history = replace(
        read_history(group.paths, last), notes=tuple(group.notes), one_machine=group.is_machine
    )
    if form == "json":
        click.echo(json.dumps(to_json(history), indent=2))
    else:
        print_document(history_document(history), form)
    if charts is not None:
        from coldwarm.charts.history import write_charts  # noqa: PLC0415 - matplotlib takes a while

        for path in write_charts(history.runs, charts):
            click.echo(str(path), err=True)
