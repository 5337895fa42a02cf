"""Ask a process of its own: bounded output, a deadline, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from coldwarm.machine.process_tree import kill_tree, new_mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUTPUT_LIMIT_BYTES = 4 * 2**20
"""What a child prints beyond this is read and dropped."""

READ_SECONDS = 5.0
"""How long a process that escaped may hold the pipes of a child that is gone."""


@dataclass(frozen=True)
class Answer:
    """What a child said and how it ended.

    Attributes:
        stdout: the beginning of its standard output.
        stderr: the beginning of its error output.
        returncode: exit code, negative for a signal.
        timed_out: whether it was killed at the deadline.
    """

    stdout: bytes
    stderr: bytes
    returncode: int
    timed_out: bool

    @property
    def ending(self) -> str:
        """Return in words how the child ended."""
        if self.timed_out:
            return "did not answer in time and was killed"
        if self.returncode < 0:
            try:
                return f"was ended by {signal.Signals(-self.returncode).name}"
            except ValueError:
                return f"was ended by signal {-self.returncode}"
        return f"ended with exit code {self.returncode}"


def ask(command: Sequence[str], *, env: Mapping[str, str], timeout_s: float) -> Answer:
    """Run `command` and return what it said; none of its processes is left afterwards.

    Raises:
        OSError: when the program cannot be started.
    """
    mark = new_mark()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**env, **mark},
        start_new_session=True,
    )
    readers = [_Reader(pipe) for pipe in (process.stdout, process.stderr) if pipe is not None]
    timed_out = False
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        timed_out = True
    finally:
        kill_tree(process, mark)
    stdout, stderr = (reader.finish() for reader in readers)
    return Answer(stdout, stderr, process.returncode, timed_out)


class _Reader:
    """Reads a pipe to its end in a thread, so that a flood neither blocks nor fills memory."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._data = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while chunk := os.read(self._pipe.fileno(), 65536):
                self._data += chunk[: OUTPUT_LIMIT_BYTES - len(self._data)]

    def finish(self) -> bytes:
        """Return what was read, without waiting forever for a process that escaped."""
        self._thread.join(READ_SECONDS)
        if not self._thread.is_alive():
            self._pipe.close()
        return bytes(self._data)
