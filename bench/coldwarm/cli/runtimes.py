"""`coldwarm runtimes`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from coldwarm import runtimes
from coldwarm.cli.show import show
from coldwarm.text.document import Column, Document, Group, Table, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.runtimes import Listed
    from coldwarm.text.document import Row

MB = 1e6

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
        show(Document((_table(found),)))
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
    columns = (
        Column("environment, made for"),
        Column("Python"),
        Column("MB", numeric=True),
        Column("unused", "days", numeric=True),
        Column("state"),
    )
    return Table(columns, (Group("", tuple(line for each in found for line in _rows(each))),))


def _rows(each: Listed) -> Iterator[Row]:
    """Yield what is known of an environment, and below it what it was made for."""
    stamp = each.stamp
    yield row(
        each.name,
        "-" if stamp is None else stamp.python_version,
        f"{each.bytes / MB:.0f}",
        "-" if each.unused_days is None else f"{each.unused_days:.0f}",
        each.state,
    )
    for asked in () if stamp is None else stamp.asked:
        yield row(str(asked), "", "", "", "")
