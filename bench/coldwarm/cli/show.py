"""Documents on standard output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console

from coldwarm.text.markdown import render_markdown
from coldwarm.text.terminal import styled_lines

if TYPE_CHECKING:
    from coldwarm.text.document import Document


def print_document(document: Document, form: str = "text") -> None:
    """Print a document.

    Args:
        document: what is shown.
        form: ``text`` or ``markdown``.
    """
    if form == "markdown":
        click.echo(render_markdown(document), nl=False)
    else:
        show(document)


def show(document: Document, console: Console | None = None) -> None:
    """Show a document on a terminal, in colours where it has them.

    Args:
        document: what is shown.
        console: where; standard output when None.
    """
    console = console or Console()
    for line in styled_lines(document):
        console.print(line, soft_wrap=True)
