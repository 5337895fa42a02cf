"""Standard output and standard error of the program: what they cannot take, and whether they can.

A character that a stream's encoding lacks becomes a question mark. A stream that is closed, full or
read by nobody raises `OutputError`, whoever writes to it. Needs the standard library only.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import select
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

READER_GONE = 141
"""Exit code when the reader of our output went away, as `head` does: 128 + SIGPIPE. Not 0, which
would hide what a gate had to say after it, and not 1, which means a regression."""

FITTING = "coldwarm.fitting"
"""Name of the codec error handler."""

NAMES = {"stdout": "standard output", "stderr": "standard error"}


class OutputError(Exception):
    """A standard stream takes nothing. No `OSError`: who expects those means files.

    Attributes:
        exit_code: what the program ends with.
    """

    def __init__(self, name: str, err: OSError | None) -> None:
        if err is None:
            super().__init__(f"{NAMES[name]} is closed: send it to a file or to {os.devnull}")
        else:
            super().__init__(f"cannot write to {NAMES[name]}: {err.strerror or err}")
        self.exit_code = READER_GONE if err is not None and err.errno == errno.EPIPE else 2


class _Descriptor(io.FileIO):
    """What is below a standard stream, buffers and all."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(number, "wb", closefd=False)
        self._name = name

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            # Nothing is written when the reader is slow and the descriptor does not block.
            while (written := super().write(data)) is None:
                select.select([], [self], [])
        except OSError as err:
            raise OutputError(self._name, err) from err
        return written


class _Ascii(io.TextIOWrapper):
    """Click writes UTF-8 to every stream whose encoding is called ASCII."""

    encoding = "ascii, nothing else"


def guard() -> None:
    """Put both streams in order.

    Raises:
        OutputError: when one of them takes nothing.
    """
    codecs.register_error(FITTING, _fitting)
    for name in NAMES:
        stream = getattr(sys, name)
        if stream is None:
            raise OutputError(name, None)
        if os.name != "posix":  # consoles of Windows are no descriptors
            stream.reconfigure(errors=FITTING)
            continue
        try:
            stream.flush()
            os.write(stream.fileno(), b"")  # fails where nothing can be written at all
        except OSError as err:
            raise OutputError(name, err) from err
        setattr(sys, name, _guarded(stream, name))


def flush() -> None:
    """Write what is still in the buffers.

    Raises:
        OutputError: when a stream does not take it.
    """
    for name in NAMES:
        getattr(sys, name).flush()


def say(text: str) -> None:
    """Say something on standard error; on standard output where that is impossible."""
    for name in ("stderr", "stdout"):
        stream = getattr(sys, name)
        if stream is not None:
            with contextlib.suppress(OutputError, OSError):
                print(text, file=stream, flush=True)
                return


def give_up() -> None:
    """Throw away what no stream took; Python would try again while it ends, and exit with 120."""
    for name in NAMES:
        stream = getattr(sys, name)
        try:
            if stream is not None:
                stream.flush()
        except (OutputError, OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _guarded(stream: io.TextIOWrapper, name: str) -> io.TextIOWrapper:
    is_ascii = codecs.lookup(stream.encoding).name == "ascii"
    return (_Ascii if is_ascii else io.TextIOWrapper)(
        io.BufferedWriter(_Descriptor(stream.fileno(), name)),
        encoding="ascii" if is_ascii else stream.encoding,
        errors=FITTING,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _fitting(err: UnicodeError) -> tuple[bytes, int]:
    """Return question marks, but the bytes of file names that are no text as they are."""
    if not isinstance(err, UnicodeEncodeError):
        raise err
    there = err.object[err.start : err.end]
    fits = (
        character.encode("ascii", "surrogateescape") if "\udc80" <= character <= "\udcff" else b"?"
        for character in there
    )
    return b"".join(fits), err.end
