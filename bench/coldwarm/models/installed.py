"""The models of the catalog on this disk: where each is, and whether it is sound.

Next to a model is a record: the digests of its files, each with the file's stamp at the time. With
it, half a gigabyte is not read whenever the tool starts, but any change is noticed.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from coldwarm.machine.durable_files import replace_file
from coldwarm.models.cache_location import user_cache_dir
from coldwarm.models.hashing import Stamp, file_digest, remember, remembered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.models.catalog import Model

READY, ABSENT, DAMAGED = "ready", "absent", "damaged"

RECORD = "digests.json"

UNREADABLE = (OSError, ValueError, LookupError, TypeError)
"""What reading a file of a model, or a record that someone damaged, can raise."""


def models_dir() -> Path:
    """Return the directory of all models of the catalog."""
    return user_cache_dir() / "models"


def folder_of(model: Model) -> Path:
    """Return the directory of one model."""
    return models_dir() / model.folder_name


def path_of(model: Model) -> Path:
    """Return what OpenVINO is given."""
    return folder_of(model) / model.main


def state_of(model: Model) -> str:
    """Return `READY`, `ABSENT` or `DAMAGED`. Only files that may have changed are read."""
    folder = folder_of(model)
    if not os.path.lexists(folder):
        return ABSENT
    try:
        return READY if _still_holds(folder, _expected(model)) else DAMAGED
    except UNREADABLE:
        return DAMAGED


def damage_of(model: Model) -> str:
    """Say in what a damaged model is not what it should be."""
    folder = folder_of(model)
    file = folder / RECORD
    try:
        for name, expected in _expected(model).items():
            file = folder / name
            found = file_digest(file)
            if found != expected:
                return f"{file} has sha256 {found}, expected {expected}"
    except UNREADABLE as err:
        return f"{file} cannot be read: {err}"
    return f"{folder / RECORD} does not hold its digests"


def _expected(model: Model) -> dict[str, str]:
    """Return what each file must be: what was pinned, or what was recorded when it was made."""
    folder = folder_of(model)
    return {file.name: file.sha256 or _recorded_digest(folder, file.name) for file in model.files}


def record_digests(folder: Path, digests: Mapping[str, str]) -> None:
    """Record what the files of a folder are: name relative to the folder to SHA-256."""
    record = {name: _entry(folder / name, digest) for name, digest in digests.items()}
    (folder / RECORD).write_text(json.dumps(record, indent=2), encoding="utf-8")


def _recorded_digest(folder: Path, name: str) -> str:
    """Return what was recorded of one file.

    Raises:
        OSError, ValueError, LookupError, TypeError: when there is no readable record of it.
    """
    digest: str = _read(folder)[name]["sha256"]
    return digest


def _still_holds(folder: Path, expected: Mapping[str, str]) -> bool:
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
    with contextlib.suppress(OSError):
        replace_file(folder / RECORD, json.dumps(record, indent=2).encode())
