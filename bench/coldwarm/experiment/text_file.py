"""The text of an experiment file, or why there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldwarm.errors import ConfigError
from coldwarm.experiment.problems import Problem, format_problems, split_lines, suggestion

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2**20
"""An experiment is written by hand: what is larger is something else."""

_MODELINE = re.compile(r"#\s*yaml-language-server:")


def read(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ConfigError: there is no such file, it cannot be read, or it is no text.
    """
    if path.is_dir():
        msg = f"{path}: this is a directory: name an experiment file"
        raise ConfigError(msg)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        near = suggestion(path.name, _siblings(path)) or "."
        msg = f"{path}: there is no such file{near}"
        raise ConfigError(msg) from None
    except OSError as err:
        msg = f"{path}: the file cannot be read: {err.strerror}"
        raise ConfigError(msg) from err
    if len(data) > MAX_BYTES:
        msg = f"{path}: this is no experiment file: it is larger than {MAX_BYTES // 2**20} MB"
        raise ConfigError(msg)
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as err:
        before = split_lines(data[: err.start].decode("utf-8"))
        message = "this is not UTF-8 text: save the file as UTF-8"
        problem = Problem(len(before) - 1, len(before[-1]), 1, message)
        shown = data.decode("utf-8", errors="replace")
        raise ConfigError(format_problems(path, shown, [problem])) from err


def leading_comment(text: str) -> str:
    r"""Return the first comment above any content, without its signs.

    A line for editors (``# yaml-language-server: …``) does not count.

    >>> leading_comment("# Is it fast?\n#\n# On CPU.\n\nname: quick\n")
    'Is it fast?\n\nOn CPU.'
    """
    comment: list[str] = []
    for line in split_lines(text):
        stripped = line.strip()
        if _MODELINE.match(stripped) or (not stripped and not comment):
            continue
        if not stripped.startswith("#"):
            break
        comment.append(stripped.removeprefix("#").strip())
    return "\n".join(comment).strip()


def _siblings(path: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return []
    return [name for name in names if name.endswith((".yaml", ".yml"))]
