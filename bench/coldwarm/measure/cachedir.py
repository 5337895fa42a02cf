"""Private cache directories: one per chain, inventoried, and always removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from coldwarm.errors import StoreError
from coldwarm.sample import Blob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX = "coldwarm-"
START_TIME_TOLERANCE_S = 5.0
"""Start times are derived from the clock, which may have been set since."""


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
    """Return every file below a directory as it is now, sorted by name."""
    blobs = []
    for root, _, names in os.walk(directory):
        for name in names:
            file = Path(root, name)
            try:
                status = file.stat()
            except FileNotFoundError:
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


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def cache_root(root: Path) -> Iterator[Path]:
    """Make this run's directory below `root`, and remove it at the end.

    Its name tells which process it belongs to. What a killed coldwarm left there is removed first.

    Raises:
        StoreError: when `root` cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        sweep(root)
        own = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{_own_mark()}-", dir=root))
    except OSError as err:
        msg = f"cannot keep caches in {root}: {err.strerror}. Set cache_root in the experiment"
        raise StoreError(msg) from err
    try:
        yield own
    finally:
        remove_tree(own)


@contextlib.contextmanager
def chain_dir(parent: Path) -> Iterator[ChainDir]:
    """Make a new, empty cache directory for one chain, and remove it afterwards."""
    path = Path(tempfile.mkdtemp(prefix="chain-", dir=parent))
    chain = ChainDir(path, path / "cache", path / "driver")
    chain.cache.mkdir()
    chain.driver.mkdir()
    try:
        yield chain
    finally:
        remove_tree(path)


def sweep(root: Path) -> None:
    """Remove the directories of processes that are gone."""
    for path in root.glob(f"{PREFIX}*-*-*"):
        pid, _, rest = path.name.removeprefix(PREFIX).partition("-")
        began = rest.partition("-")[0]
        if pid.isdecimal() and began.isdecimal() and not _is_alive(int(pid), int(began)):
            remove_tree(path)


def remove_tree(path: Path) -> None:
    """Remove a directory and all in it, whatever modes its files have."""

    def make_writable(function: Callable[..., object], name: str, _: object) -> None:
        with contextlib.suppress(OSError):
            Path(name).parent.chmod(0o700)
            Path(name).chmod(0o700)
            function(name)

    shutil.rmtree(path, onerror=make_writable)


def _own_mark() -> str:
    return f"{os.getpid()}-{int(psutil.Process().create_time())}"


def _is_alive(pid: int, began: int) -> bool:
    """Return whether the process that began then still runs: ids are used again, pairs are not."""
    try:
        return abs(psutil.Process(pid).create_time() - began) <= START_TIME_TOLERANCE_S
    except psutil.NoSuchProcess:
        return False
