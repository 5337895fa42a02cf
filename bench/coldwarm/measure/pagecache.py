"""Bring files into the page cache or out of it, and prove it with mincore. Needs no root.

posix_fadvise drops only clean pages that nobody has mapped, hence the fsync before, and hence
the proof after: what stayed is said, not assumed.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

READ_BYTES = 2**20

_SPAN_BYTES = 2**30
"""mincore is asked about this much at a time, so that its vector stays small."""


def load(files: Iterable[Path]) -> None:
    """Read files into the page cache."""
    for file in files:
        with suppress(OSError), file.open("rb", buffering=0) as stream:
            while stream.read(READ_BYTES):
                pass


def evict(files: Iterable[Path]) -> None:
    """Ask the system to drop files from the page cache; `resident_bytes` tells whether it did."""
    if not hasattr(os, "posix_fadvise"):
        return
    for file in files:
        with suppress(OSError):
            descriptor = os.open(file, os.O_RDONLY)
            try:
                os.fsync(descriptor)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def resident_bytes(files: Iterable[Path]) -> tuple[int, int] | None:
    """Return (bytes in the page cache, bytes in all), or None where it cannot be told.

    The kernel tells the truth about a file only to its owner and to those who may write to it
    (mincore(2)); to all others it says that everything is there.
    """
    mincore = _mincore()
    if mincore is None:
        return None
    resident = total = 0
    for file in files:
        try:
            size = file.stat().st_size
            counted = _resident(file, size, mincore) if _may_ask(file) else None
        except OSError:
            return None
        if counted is None:
            return None
        resident += counted
        total += size
    return resident, total


def _may_ask(file: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    owned = file.stat().st_uid == os.geteuid()
    return owned or os.access(file, os.W_OK, effective_ids=effective)


def _mincore() -> ctypes._FuncPointer | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).mincore
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p)
    return function


def _resident(file: Path, size: int, mincore: ctypes._FuncPointer) -> int | None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        pages = 0
        for offset in range(0, size, _SPAN_BYTES):
            span = min(_SPAN_BYTES, size - offset)
            # A private mapping may be written to, which is what from_buffer asks for.
            with mmap.mmap(descriptor, span, access=mmap.ACCESS_COPY, offset=offset) as mapped:
                anchor = ctypes.c_char.from_buffer(mapped)
                vector = ctypes.create_string_buffer(-(-span // mmap.PAGESIZE))
                failed = mincore(ctypes.addressof(anchor), span, vector)
                del anchor
            if failed:
                return None
            pages += sum(byte & 1 for byte in vector.raw[: -(-span // mmap.PAGESIZE)])
        return min(size, pages * mmap.PAGESIZE)
    finally:
        os.close(descriptor)
