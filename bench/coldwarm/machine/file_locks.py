"""Locks between processes. The system lets go of them when the process that holds them ends."""

from __future__ import annotations

import contextlib
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO
    from pathlib import Path


def lock(file: IO[bytes] | FileIO, *, shared: bool = False, wait: bool = False) -> bool:
    """Take the lock of an open file until it is closed; False on a system that has no locks.

    Args:
        file: the open file.
        shared: together with others that share it.
        wait: wait for it when another process has it.

    Raises:
        BlockingIOError: when another process has it and there is no waiting.
        OSError: when this file system has no locks.
    """
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:  # Windows has no advisory locks
        return False
    fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    return True


@contextlib.contextmanager
def held(
    path: Path, *, shared: bool = False, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock of a file, which is made and never removed.

    Args:
        path: the file.
        shared: together with others that share it.
        on_wait: called once when another process has it, before waiting; None does not wait.

    Raises:
        BlockingIOError: when another process has it and there is no waiting.
        OSError: when the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            lock(file, shared=shared)
        except BlockingIOError:
            if on_wait is None:
                raise
            on_wait()
            lock(file, shared=shared, wait=True)
        yield
