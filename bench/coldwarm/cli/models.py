"""`coldwarm models`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm.models import list_models

MB = 1e6


@click.command("models")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(form: str) -> None:
    """List the built-in models, which are made when an experiment first needs them."""
    found = list_models()
    if form == "json":
        click.echo(json.dumps([asdict(info) for info in found], indent=2, default=str))
        return
    table = Table(box=None, pad_edge=False, width=80)
    table.add_column("name", no_wrap=True)
    table.add_column("MB", justify="right")
    table.add_column("state", no_wrap=True)
    table.add_column("what it is", ratio=1)
    for info in found:
        table.add_row(info.name, f"{info.bytes / MB:.0f}", info.state, Text(info.description))
    Console().print(table)
