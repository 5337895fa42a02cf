"""Private cache directories: one per chain, inventoried, and always removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from coldwarm.errors import StoreError
from coldwarm.machine.writable import why_not_writable
from coldwarm.models.cache_location import VARIABLE
from coldwarm.run.sample import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "coldwarm-"
LOCK_SUFFIX = ".lock"


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
def work_directory(root: Path, prefix: str) -> Iterator[Path]:
    """Make a directory of this process below `root`, and remove it at the end.

    What a killed process left there under the same prefix is removed first.

    Raises:
        OSError: when `root` cannot be written.
    """
    sweep(root, prefix)
    own = root / f"{prefix}{secrets.token_hex(8)}"
    lock = _hold(_lock_of(own))
    try:
        own.mkdir(mode=0o700)
        yield own
    finally:
        _remove(own)
        lock.close()


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


def sweep(root: Path, prefix: str = PREFIX) -> None:
    """Remove the directories whose process is gone.

    Whoever uses a directory holds a lock on the file beside it. A process number would not do:
    another container or host that shares `root` has numbers of its own.
    """
    for lock in root.glob(f"{prefix}*{LOCK_SUFFIX}"):
        with contextlib.suppress(OSError), lock.open("rb") as file:
            _lock(file, wait=False)
            _remove(lock.with_suffix(""))


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
    """Remove a run's directory, then its lock: a directory without one would never be swept."""
    remove_tree(own)
    if not own.exists():
        _lock_of(own).unlink(missing_ok=True)


def _lock_of(own: Path) -> Path:
    return own.with_name(own.name + LOCK_SUFFIX)


def _hold(lock: Path) -> IO[bytes]:
    """Return the lock's open file; the system lets go of it when this process ends."""
    while True:
        file = lock.open("ab")
        with contextlib.suppress(OSError):  # where there are no locks, nobody sweeps either
            _lock(file, wait=True)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # another process's sweep came between open and lock, and removed it


def _lock(file: IO[bytes], *, wait: bool) -> None:
    """Take the lock of an open file.

    Raises:
        OSError: when another process has it and we do not wait, or there are no locks here.
    """
    try:
        import fcntl  # noqa: PLC0415
    except ImportError as err:
        raise OSError from err
    fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _cannot_keep(root: Path, reason: str) -> StoreError:
    return StoreError(
        f"cannot keep caches in {root}: {reason}. Set {VARIABLE}, or cache_root in the experiment, "
        "to a directory that can be written"
    )
