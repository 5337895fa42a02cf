"""Files of text that people read: what cannot be seen in other people's names is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.text.escaping import visible

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: Path, content: str) -> None:
    """Write a page or a table; a name in it can neither hide nor turn the text around it."""
    path.write_bytes(visible(content).encode("utf-8"))
