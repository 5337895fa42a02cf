"""Readings of the system, None where it does not tell: small files below /proc and /sys, psutil."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Told = TypeVar("Told")

REFUSALS = (psutil.Error, OSError, RuntimeError, AttributeError, LookupError, ValueError, TypeError)
"""Where /proc is missing or partly hidden, psutil fails in many ways, an IndexError among them."""


def read_text(path: Path) -> str | None:
    """Return the stripped text of a file, or None when it cannot be read or is empty.

    Reading below /sys may fail in many ways (no permission, no such device): all mean the same.
    """
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return None
    return text.strip("\0 \t\r\n") or None


def read_int(path: Path) -> int | None:
    """Return the integer that a file holds, or None."""
    text = read_text(path)
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def read_keys(path: Path, separator: str = ":") -> dict[str, str]:
    """Return the ``key: value`` lines of a file; of a repeated key the first one counts."""
    values: dict[str, str] = {}
    for line in (read_text(path) or "").splitlines():
        key, found, value = line.partition(separator)
        if found:
            values.setdefault(key.strip(), value.strip())
    return values


def read_kilobytes(path: Path, key: str) -> int | None:
    """Return the bytes that a line such as ``MemTotal:  16384 kB`` of `path` stands for."""
    number = read_keys(path).get(key, "").removesuffix("kB").strip()
    return int(number) * 1024 if number.isdigit() else None


def cpu_directories(root: Path) -> list[Path]:
    """Return the directories of the processors that are online, below `root`."""
    found = (root / "sys/devices/system/cpu").glob("cpu[0-9]*")
    return sorted(path for path in found if (path / "topology").is_dir())


def told(ask: Callable[[], Told]) -> Told | None:
    """Return what psutil answers, or None when this system does not tell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it cannot tell beside what it does
            return ask()
    except REFUSALS:
        return None
