"""`coldwarm doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm import models
from coldwarm.machine import doctor, identity, state
from coldwarm.machine.calibration import calibrate
from coldwarm.text.escaping import escape_markdown, markdown_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.machine.advice import Advice

WIDTH = 80
TITLES = ("", "topic", "finding")
STYLES = {"bad": "bold red", "warn": "yellow", "ok": "green"}


@click.command("doctor")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    help="How long to measure how steady the machine is; 0 leaves it out.",
)
@click.option(
    "--results",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Where runs would be kept: its disk is looked at too.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def command(*, seconds: float, results: Path, form: str) -> None:
    """Say what makes numbers noisy on this machine, and what to do about it.

    Looks at governor, turbo, load, memory, disks, other processes, container limits,
    hyper-threads and virtual machine, and repeats a small fixed work to see how steady it is.
    """
    host = identity.identify()
    now = state.read_state(_caches(), results)
    calibration = calibrate(seconds) if seconds else None
    found = doctor.examine(now, host, calibration)
    if form == "json":
        click.echo(json.dumps(doctor.to_json(found, now, host, calibration), indent=2))
        return
    about = f"{host.label}: {host.summary}"
    unknown = f"This system does not tell: {', '.join(now.unknown)}" if now.unknown else ""
    if form == "markdown":
        table = markdown_table(TITLES, map(_markdown_cells, found), "lll")
        click.echo(
            "\n".join([escape_markdown(about), "", *table, "", escape_markdown(unknown)]).rstrip()
        )
        return
    console = Console(width=WIDTH)
    console.print(Text(about))
    console.print(_table(found))
    if unknown:
        console.print(Text(unknown))


def _caches() -> Path | None:
    """Return where caches would be kept; whoever has no such place learns it here."""
    try:
        return models.user_cache_dir()
    except models.NoCacheDirError as err:
        click.echo(str(err), err=True)
        return None


def _markdown_cells(advice: Advice) -> tuple[str, ...]:
    told = f"{advice.warning} {advice.remedy}".strip()
    severity = advice.severity if advice.severity == "ok" else f"**{advice.severity}**"
    return severity, escape_markdown(advice.topic), escape_markdown(told)


def _table(found: Sequence[Advice]) -> Table:
    table = Table(box=None, pad_edge=False, width=WIDTH, show_header=False)
    table.add_column("severity", no_wrap=True)
    table.add_column("topic", no_wrap=True)
    table.add_column("finding", ratio=1)
    for advice in found:
        told = Text(advice.warning)
        if advice.remedy:
            told.append(f"\n{advice.remedy}", style="italic")
        table.add_row(Text(advice.severity, style=STYLES[advice.severity]), advice.topic, told)
    return table
