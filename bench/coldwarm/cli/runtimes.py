"""`coldwarm runtimes`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm import runtimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.runtimes import Listed

MB = 1e6
WIDTH = 80

FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group("runtimes", invoke_without_command=True)
@FORMAT
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """List the environments that were made for the runtime axis.

    They are made when an experiment first needs them, and shared by all runs.
    """
    if ctx.invoked_subcommand is not None:
        return
    found = runtimes.list_environments()
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=2, default=str))
    elif found:
        Console(width=WIDTH).print(_table(found))
    else:
        click.echo("no environments: an experiment with other runtimes makes them")


@command.command("prune")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--unused-days",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="DAYS",
    help="Keep those that a run used in the last DAYS days.",
)
@FORMAT
def prune(names: tuple[str, ...], unused_days: float, form: str) -> None:
    """Remove environments: all that no run is using, or only those of the given NAMEs.

    What an experiment needs again is made again.
    """
    known = {each.name for each in runtimes.list_environments()}
    for name in names:
        if name not in known:
            msg = f"there is no environment {name}; `coldwarm runtimes` lists them"
            raise click.UsageError(msg)
    pruned = runtimes.prune(names, unused_days=unused_days)
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in pruned], indent=2))
        return
    for each in pruned:
        click.echo(f"removed {each.name}" if each.removed else f"kept {each.name}: {each.reason}")
    freed = sum(each.bytes for each in pruned if each.removed)
    click.echo(f"{freed / MB:.0f} MB freed")


def _table(found: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False, width=WIDTH)
    table.add_column("environment, made for", ratio=1, overflow="fold")
    table.add_column("Python", no_wrap=True)
    table.add_column("MB", justify="right")
    table.add_column("unused\ndays", justify="right")
    table.add_column("state", no_wrap=True)
    for each in found:
        stamp = each.stamp
        asked = "" if stamp is None else "".join(f"\n{each}" for each in stamp.asked)
        table.add_row(
            Text(f"{each.name}{asked}"),
            "-" if stamp is None else stamp.python_version,
            f"{each.bytes / MB:.0f}",
            "-" if each.unused_days is None else f"{each.unused_days:.0f}",
            each.state,
        )
    return table
