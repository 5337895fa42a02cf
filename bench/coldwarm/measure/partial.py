"""What is known of a start while it goes on, in a file that outlives a worker that is killed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import TYPE_CHECKING, Any

from coldwarm.measure.result import RESULT_LIMIT_BYTES, read_result

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def partial_file() -> Iterator[int | None]:
    """Give the descriptor of a file that a worker writes and its death leaves readable.

    None where there is no such file. It is in memory where the system has that: no disk is
    written, and nobody is woken while something is timed.
    """
    descriptor = _file_in_memory() or _temporary_file()
    if descriptor is None:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _file_in_memory() -> int | None:
    try:
        return os.memfd_create("coldwarm-partial")
    except (AttributeError, OSError):
        return None


def _temporary_file() -> int | None:
    if os.name != "posix":  # descriptors cannot be handed over
        return None
    try:
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())
    except OSError:
        return None


def left_behind(partial_fd: int | None) -> dict[str, Any]:
    """Return the last report of a worker that came to no other, empty where there is none."""
    if partial_fd is None:
        return {}
    size = min(os.fstat(partial_fd).st_size, RESULT_LIMIT_BYTES)
    written = os.pread(partial_fd, size, 0)
    # A longer report may lie below a shorter one.
    return read_result(written.partition(b"\n")[0])[0]
