"""SHA-256 of files, remembered as long as a file is sure to be the same."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, NamedTuple

from coldwarm.errors import ModelError
from coldwarm.models.model_files import missing

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.models.model_files import ModelFiles

SETTLED_NS = 2_000_000_000
"""A digest is remembered only of a file that had rested this long when it was read: within one
tick of the file system's clock (up to 2 s, on FAT) a second change leaves no trace in its stamp."""


class Stamp(NamedTuple):
    """What changes, as far as `stat` tells, whenever the content of a file does."""

    bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


_remembered: dict[Path, tuple[Stamp, str]] = {}


def stamp_of(file: Path) -> Stamp:
    """Return the stamp of a file."""
    status = file.stat()
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def file_digest(file: Path) -> str:
    """Return the SHA-256 of a file, read again only if it may have changed."""
    before = stamp_of(file)
    stamp, digest = _remembered.get(file, (None, ""))
    if stamp == before:
        return digest
    began_ns = time.time_ns()
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if began_ns - max(before.mtime_ns, before.ctime_ns) >= SETTLED_NS:
        # If it changed meanwhile, its stamp did too, and this one is never seen again.
        remember(file, before, digest)
    return digest


def remember(file: Path, stamp: Stamp, digest: str) -> None:
    """Take a digest for known, as long as the file has this stamp."""
    _remembered[file] = (stamp, digest)


def remembered(file: Path) -> Stamp | None:
    """Return with which stamp a file's digest is known, if it is."""
    stamp, _ = _remembered.get(file, (None, ""))
    return stamp


def digests(files: ModelFiles) -> dict[str, str]:
    """Return the SHA-256 of each file of a model, by its name relative to the model.

    Raises:
        ModelError: when a file is gone or cannot be read.
    """
    return {_relative(file, files.folder): _digest(file, files.name) for file in files.files}


def _digest(file: Path, model: str) -> str:
    try:
        return file_digest(file)
    except FileNotFoundError as err:
        raise ModelError(missing(model, file)) from err
    except OSError as err:
        msg = f"the model {model} cannot be read: {file}: {err.strerror}"
        raise ModelError(msg) from err


def _relative(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
