"""Text from other people's files, made safe to show: names of models, hosts, properties."""

from __future__ import annotations

import re

MARKDOWN = re.compile(r"([\\`*\[\]<>|&~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
"""Characters that Markdown, or HTML in it, would act on inside a line."""


def one_line(text: str) -> str:
    """Return text on one line and without control characters, which terminals would obey."""
    line = " ".join(text.split())
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def escape_markdown(text: str) -> str:
    """Return one line of Markdown that shows `text` as it is."""
    return MARKDOWN.sub(r"\\\1", " ".join(text.split()))
