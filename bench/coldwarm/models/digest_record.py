"""The record beside a model: the digests of its files, each with the file's stamp at the time.

With it, half a gigabyte is not read whenever the tool starts, but any change is noticed.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from coldwarm.models.hashing import Stamp, file_digest, remember, remembered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD = "digests.json"

UNREADABLE = (OSError, ValueError, LookupError, TypeError)
"""What reading a file of a model, or a record that someone damaged, can raise."""


def record_digests(folder: Path, digests: Mapping[str, str]) -> None:
    """Record what the files of a folder are: name relative to the folder to SHA-256."""
    record = {name: _entry(folder / name, digest) for name, digest in digests.items()}
    (folder / RECORD).write_text(json.dumps(record, indent=2), encoding="utf-8")


def recorded_digest(folder: Path, name: str) -> str:
    """Return what was recorded of one file.

    Raises:
        OSError, ValueError, LookupError, TypeError: when there is no readable record of it.
    """
    digest: str = _read(folder)[name]["sha256"]
    return digest


def still_holds(folder: Path, expected: Mapping[str, str]) -> bool:
    """Return whether the files are what they should be. Only those that may have changed are read.

    Raises:
        OSError, ValueError, LookupError, TypeError: when a file or the record cannot be read.
    """
    record = _read(folder)
    for name, digest in expected.items():
        file, entry = folder / name, record[name]
        if entry["stamp"] is not None and remembered(file) is None:
            remember(file, Stamp(*entry["stamp"]), entry["sha256"])
        if file_digest(file) != digest:
            return False
    seen = {name: _entry(folder / name, digest) for name, digest in expected.items()}
    if seen != record:
        _replace(folder, seen)
    return True


def _read(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return record


def _entry(file: Path, digest: str) -> dict[str, Any]:
    stamp = remembered(file)
    return {"sha256": digest, "stamp": None if stamp is None else list(stamp)}


def _replace(folder: Path, record: dict[str, Any]) -> None:
    """Write a record with new stamps, if this user may: it saves time and means nothing else."""
    new = folder / f"{RECORD}.{os.getpid()}"
    with contextlib.suppress(OSError):
        new.write_text(json.dumps(record, indent=2), encoding="utf-8")
        new.replace(folder / RECORD)
