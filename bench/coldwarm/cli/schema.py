"""`coldwarm schema`."""

from __future__ import annotations

import json

import click

from coldwarm.experiment import json_schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of experiment files, for editors that complete and check YAML."""
    click.echo(json.dumps(json_schema(), indent=2))
