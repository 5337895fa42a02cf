"""Private cache directories: one per chain, inventoried, and always removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.errors import StoreError
from coldwarm.machine.durable_files import why_not_writable
from coldwarm.machine.work_directory import remove_tree, work_directory
from coldwarm.models.cache_location import VARIABLE
from coldwarm.run.sample import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "coldwarm-"


@dataclass(frozen=True)
class ChainDir:
    """The directory of one chain.

    Attributes:
        path: holds everything below.
        cache: what OpenVINO gets as CACHE_DIR.
        driver: where the drivers' own caches are redirected.
    """

    path: Path
    cache: Path
    driver: Path

    def blobs(self, *, digest: bool = False) -> tuple[Blob, ...]:
        """Return the inventory of the cache directory, sorted by name."""
        return inventory(self.cache, digest=digest)

    def driver_blobs(self) -> tuple[Blob, ...]:
        """Return the inventory of the drivers' caches."""
        return inventory(self.driver)


def inventory(directory: Path, *, digest: bool = False) -> tuple[Blob, ...]:
    """Return every regular file below a directory as it is now, sorted by name."""
    blobs = []
    for root, _, names in os.walk(directory):
        for name in names:
            file = Path(root, name)
            try:
                status = file.stat()
            except OSError:
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            blobs.append(
                Blob(
                    name=file.relative_to(directory).as_posix(),
                    bytes=status.st_size,
                    mtime_ns=status.st_mtime_ns,
                    inode=status.st_ino,
                    digest=_digest(file) if digest else None,
                )
            )
    return tuple(sorted(blobs, key=lambda blob: blob.name))


def _digest(file: Path) -> str | None:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def refuse_unwritable(root: Path) -> None:
    """See that caches can be kept below `root`, before anything is made.

    Raises:
        StoreError: when they cannot.
    """
    reason = why_not_writable(root)
    if reason:
        raise _cannot_keep(root, reason)


@contextlib.contextmanager
def cache_root(root: Path) -> Iterator[Path]:
    """Make this run's directory below `root`, and remove it at the end.

    What a killed coldwarm left there is removed first.

    Raises:
        StoreError: when `root` cannot be written.
    """
    with contextlib.ExitStack() as stack:
        try:
            root.mkdir(parents=True, exist_ok=True)
            own = stack.enter_context(work_directory(root, PREFIX))
        except OSError as err:
            raise _cannot_keep(root, err.strerror or str(err)) from err
        yield own


@contextlib.contextmanager
def chain_dir(parent: Path) -> Iterator[ChainDir]:
    """Make a new, empty cache directory for one chain, and remove it afterwards.

    Raises:
        StoreError: when `parent` cannot be written.
    """
    try:
        path = Path(tempfile.mkdtemp(prefix="chain-", dir=parent))
        chain = ChainDir(path, path / "cache", path / "driver")
        chain.cache.mkdir()
        chain.driver.mkdir()
    except OSError as err:
        raise _cannot_keep(parent, err.strerror or str(err)) from err
    try:
        yield chain
    finally:
        remove_tree(path)


def _cannot_keep(root: Path, reason: str) -> StoreError:
    return StoreError(
        f"cannot keep caches in {root}: {reason}. Set {VARIABLE}, or cache_root in the experiment, "
        "to a directory that can be written"
    )
