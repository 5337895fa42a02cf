"""Files and directories that are whole, and on the disk, before anybody relies on them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROBE_BYTES = 65536
"""More than what a full file system still finds room for beside its metadata."""

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""Of Linux's renameat2."""


def why_not_writable(folder: Path) -> str | None:
    """Return why files cannot be written below a folder, or None; nothing is left behind.

    Args:
        folder: need not exist: what counts is the directory in which it would be made.
    """
    place = folder.absolute()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place, prefix=".coldwarm-") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as err:
        return err.strerror or str(err)
    return None


def replace_file(path: Path, content: bytes) -> None:
    """Write a file aside and put it in place, on the disk: whoever looks finds the old or the new.

    The mode of a file that is there is kept, and a link leads to the new content.

    Raises:
        OSError: when that is impossible; the file is then what it was.
    """
    place = path.resolve()
    aside = place.with_name(f".coldwarm-{os.getpid()}.partial")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, aside)
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    flush_directory(place.parent)


def exchange_directories(new: Path, place: Path) -> bool:
    """Put one directory into the place of another at once; return whether that can be done here.

    Args:
        new: the directory; afterwards what was in the place, where there was something.
        place: on the same file system.
    """
    if not place.exists():
        new.rename(place)
        return True
    if sys.platform != "linux":
        return False
    shutil.copymode(place, new)
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    sides = (AT_FDCWD, os.fsencode(new), AT_FDCWD, os.fsencode(place))
    return bool(exchange(*sides, RENAME_EXCHANGE) == 0)


def flush_tree(folder: Path) -> None:
    """Bring a directory and everything below it to the disk."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb+") as stream:
                os.fsync(stream)
        else:
            flush_directory(file)
    flush_directory(folder)


def flush_directory(folder: Path) -> None:
    """Bring a directory's entries to the disk: fsync of a file does not promise its name."""
    # Not every system can open a directory; there the rename alone must do.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
