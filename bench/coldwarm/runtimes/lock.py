"""Locks between processes, for directories that several coldwarms share."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class BusyError(Exception):
    """Another process holds the lock."""


@contextlib.contextmanager
def held(
    file: Path, *, shared: bool = False, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock of a file, which is made and never removed; the system lets go of it.

    Args:
        file: the lock.
        shared: together with others that share it.
        on_wait: called once when somebody else has it, before waiting; None does not wait.

    Raises:
        BusyError: when another process has it and there is no waiting.
        OSError: when the file cannot be made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as stream:
        try:
            import fcntl  # noqa: PLC0415
        except ImportError:  # Windows has no advisory locks
            yield
            return
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(stream, kind | fcntl.LOCK_NB)
        except BlockingIOError as err:
            if on_wait is None:
                raise BusyError from err
            on_wait()
            fcntl.flock(stream, kind)
        yield
