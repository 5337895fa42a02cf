"""Run a process: talk with it, end it at its deadline, leave nothing of it behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from coldwarm.machine.process_tree import kill_tree, new_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

STDOUT_LIMIT_BYTES = 16 * 2**20
"""What a process prints beyond this is read and dropped."""

STDERR_LIMIT_BYTES = 2**16
"""Of what a process complains the end is kept, which says most."""

CHUNK_BYTES = 65536
LARGEST_PIPE_BYTES = 2**20
"""What a pipe can hold at most without privileges (pipe(7), pipe-max-size)."""


@dataclass(frozen=True)
class Finished:
    """What a process said and how it ended.

    Attributes:
        stdout: the beginning of its standard output; one byte more than the limit shows that
            there was more.
        stderr: the end of its error output.
        returncode: exit code, negative for a signal; None where the system will not let it go.
        timed_out: whether it was killed at the deadline.
    """

    stdout: bytes
    stderr: bytes
    returncode: int | None
    timed_out: bool

    @property
    def is_ok(self) -> bool:
        """Return whether it ended by itself, with exit code 0."""
        return self.returncode == 0 and not self.timed_out

    @property
    def ending(self) -> str:
        """Return in words how it ended."""
        if self.timed_out:
            return "did not answer in time and was killed"
        if self.returncode is not None and self.returncode < 0:
            return f"was ended by {signal_name(-self.returncode)}"
        return f"ended with exit code {self.returncode}"

    @property
    def complaint(self) -> str:
        """Return the end of its error output as text."""
        return self.stderr.decode(errors="replace").strip()


def run_process(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    timeout_s: float | None,
    stdin: bytes | Callable[[int], bytes] = b"",
    cwd: Path | None = None,
    pass_fds: tuple[int, ...] = (),
) -> Finished:
    """Run a process to its end; whatever way it ends, none of its processes is left afterwards.

    The caller blocks without polling: a parent that polls slows the start that it measures. The
    end of the process decides, not the end of its pipes: a grandchild may hold them open.

    Args:
        command: the program and its arguments.
        env: its whole environment, but for a mark by which its children are found.
        timeout_s: seconds until it and its children are killed; None waits forever.
        stdin: what it reads; or what makes that of the clock (`time.perf_counter_ns`) just
            before the process began, and is called after it has.
        cwd: its working directory.
        pass_fds: descriptors that it inherits.

    Raises:
        OSError, ValueError: when the program cannot be started.
    """
    mark = new_mark()
    reads = subprocess.DEVNULL if stdin == b"" else subprocess.PIPE
    spawned_ns = time.perf_counter_ns()
    process = subprocess.Popen(
        command,
        stdin=reads,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**env, **mark},
        cwd=cwd,
        start_new_session=True,
        pass_fds=pass_fds,
    )
    talk = _Talk(process)
    try:
        given = stdin if isinstance(stdin, bytes) else stdin(spawned_ns)
        in_time = talk.hold(given, timeout_s)
    finally:
        kill_tree(process, mark)
        talk.end()
    return Finished(bytes(talk.stdout), bytes(talk.stderr), process.returncode, not in_time)


def signal_name(number: int) -> str:
    """Return the name of a signal, or its number where it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class _Talk:
    """What goes through the pipes of a process until it ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._stdin = process.stdin
        self._stdout, self._stderr = map(_pipe, (process.stdout, process.stderr))
        self._unsent = memoryview(b"")
        self.stdout = bytearray()
        self.stderr = bytearray()

    def hold(self, given: bytes, timeout_s: float | None) -> bool:
        """Hand over what is given and read until the process ends; False at the deadline."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._unsent = memoryview(given)
        with selectors.DefaultSelector() as selector, _end_of(self._process.pid) as ended:
            if ended is not None:
                selector.register(ended, selectors.EVENT_READ)
            for pipe in self._pipes():
                os.set_blocking(pipe.fileno(), False)
                writes = pipe is self._stdin
                selector.register(
                    pipe,
                    selectors.EVENT_WRITE if writes else selectors.EVENT_READ,
                    self._send if writes else self._receive,
                )
            while selector.get_map():
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    return False
                for key, _ in selector.select(remaining):
                    if key.data is None:
                        return True
                    if not key.data(key.fileobj):
                        selector.unregister(key.fileobj)
                        _close(key.fileobj)  # type: ignore[arg-type]
        # Only where the system does not tell the end of a process.
        try:
            self._process.wait(None if deadline is None else max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Take what the dead left in the pipes, and close them."""
        for pipe in (self._stdout, self._stderr):
            for _ in range(LARGEST_PIPE_BYTES // CHUNK_BYTES):
                if pipe.closed or not self._receive(pipe):
                    break
        for pipe in self._pipes():
            _close(pipe)

    def _pipes(self) -> list[IO[bytes]]:
        return [pipe for pipe in (self._stdin, self._stdout, self._stderr) if pipe is not None]

    def _send(self, pipe: IO[bytes]) -> bool:
        """Write what the pipe takes; False when all is written, or nobody will read it."""
        with contextlib.suppress(BlockingIOError):
            try:
                self._unsent = self._unsent[os.write(pipe.fileno(), self._unsent[:CHUNK_BYTES]) :]
            except BrokenPipeError:
                return False
        return bool(self._unsent)

    def _receive(self, pipe: IO[bytes]) -> bool:
        """Take a piece of what is there; False at the end of the pipe."""
        try:
            chunk = os.read(pipe.fileno(), CHUNK_BYTES)
        except BlockingIOError:
            return True
        if pipe is self._stderr:
            self.stderr += chunk
            del self.stderr[:-STDERR_LIMIT_BYTES]
        else:
            self.stdout += chunk[: STDOUT_LIMIT_BYTES + 1 - len(self.stdout)]
        return bool(chunk)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "what a process prints is always read"  # noqa: S101
    return pipe


@contextlib.contextmanager
def _end_of(pid: int) -> Iterator[int | None]:
    """Give a descriptor that becomes readable when the process ends, or None without one."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)
