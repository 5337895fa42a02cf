"""`coldwarm doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coldwarm import models
from coldwarm.cli.show import print_document
from coldwarm.machine import doctor, identity, state
from coldwarm.machine.calibration import calibrate
from coldwarm.text.document import (
    Column,
    Document,
    Group,
    Paragraph,
    Span,
    Table,
    row,
    with_code,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.machine.doctor_finding import DoctorFinding
    from coldwarm.text.document import Style

TITLES = ("", "topic", "finding")
STYLES: dict[str, Style] = {"bad": "bad", "warn": "warn", "ok": "good"}


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
    more = (Paragraph(unknown),) if unknown else ()
    print_document(Document((Paragraph(about), _table(found), *more)), form)


def _caches() -> Path | None:
    """Return where caches would be kept; whoever has no such place learns it here."""
    try:
        return models.user_cache_dir()
    except models.NoCacheDirError as err:
        click.echo(str(err), err=True)
        return None


def _table(found: Sequence[DoctorFinding]) -> Table:
    rows = (
        row(
            Span(each.severity, STYLES[each.severity]),
            each.topic,
            with_code(f"{each.warning} {each.remedy}".strip()),
        )
        for each in found
    )
    return Table(tuple(map(Column, TITLES)), (Group("", tuple(rows)),))
