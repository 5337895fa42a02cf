"""Directories of one process, removed when it ends, or by the next one if it was killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING

from coldwarm.machine.file_locks import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK_SUFFIX = ".lock"


@contextlib.contextmanager
def work_directory(root: Path, prefix: str) -> Iterator[Path]:
    """Make a directory of this process below `root`, and remove it at the end.

    What a killed process left there under the same prefix is removed first.

    Raises:
        OSError: when `root` cannot be written.
    """
    sweep(root, prefix)
    own = root / f"{prefix}{secrets.token_hex(8)}"
    holder = _hold(_lock_of(own))
    try:
        own.mkdir(mode=0o700)
        yield own
    finally:
        _remove(own)
        holder.close()


def sweep(root: Path, prefix: str) -> None:
    """Remove the directories whose process is gone.

    Whoever uses a directory holds a lock on the file beside it. A process number would not do:
    another container or host that shares `root` has numbers of its own.
    """
    for path in root.glob(f"{prefix}*{LOCK_SUFFIX}"):
        with contextlib.suppress(OSError), path.open("rb") as file:
            if lock(file):
                _remove(path.with_suffix(""))


def remove_tree(path: Path) -> None:
    """Remove a directory and all in it, whatever modes its directories have."""
    shutil.rmtree(path, ignore_errors=True)
    if path.exists():
        _make_accessible(path)
        shutil.rmtree(path, ignore_errors=True)


def _make_accessible(directory: Path) -> None:
    with contextlib.suppress(OSError):
        directory.chmod(0o700)
        for entry in os.scandir(directory):
            if entry.is_dir(follow_symlinks=False):
                _make_accessible(Path(entry))


def _remove(own: Path) -> None:
    """Remove a directory, then its lock: a directory without one would never be swept."""
    remove_tree(own)
    if not own.exists():
        _lock_of(own).unlink(missing_ok=True)


def _lock_of(own: Path) -> Path:
    return own.with_name(own.name + LOCK_SUFFIX)


def _hold(path: Path) -> IO[bytes]:
    """Return the lock's open file."""
    while True:
        file = path.open("ab")
        with contextlib.suppress(OSError):  # where there are no locks, nobody sweeps either
            lock(file, wait=True)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # another process's sweep came between open and lock, and removed it
