"""Run one worker: a process of its own, a deadline, and a clear word on how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from coldwarm.machine.process_tree import kill_tree, new_mark
from coldwarm.measure.partial import left_behind, partial_file
from coldwarm.measure.result import RESULT_LIMIT_BYTES, read_result
from coldwarm.text.escaping import openvino_message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STDERR_TAIL_CHARS = 4000
UTF8_BYTES = 4
"""Most bytes of one character."""

CHUNK_BYTES = 65536
LARGEST_PIPE_BYTES = 2**20
"""What a pipe can hold at most without privileges (pipe(7), pipe-max-size)."""


@dataclass(frozen=True)
class Ending:
    """How one worker ended.

    Attributes:
        status: ``ok``, ``failed``, ``crashed``, ``oom`` or ``timeout``.
        reason: why it is not ``ok``, in words.
        result: what the worker reported, or left behind where it came to no report.
        stderr_tail: the end of what it printed.
        ended_in: the phase or step in which it ended, where it is not ``ok``.
    """

    status: str
    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    stderr_tail: str = ""
    ended_in: str | None = None


def run_worker(
    command: Sequence[str],
    job: Mapping[str, Any],
    *,
    env: Mapping[str, str],
    timeout_s: float,
    cwd: Path | None = None,
) -> Ending:
    """Start `command`, give it `job` on standard input, and wait for its one line of JSON.

    The parent blocks without polling: a parent that polls slows the start it measures. Whatever
    way the worker ends, none of its processes is left when this returns.

    Args:
        command: the program and its arguments.
        job: the job; `spawned_ns` is added, the parent's clock just before the process begins.
        env: the whole environment of the worker, but for a mark by which its children are found.
        timeout_s: seconds until the worker and its children are killed.
        cwd: working directory of the worker.
    """
    mark = new_mark()
    oom_before = _oom_kills()
    with partial_file() as partial_fd:
        spawned_ns = time.perf_counter_ns()
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**env, **mark},
                cwd=cwd,
                start_new_session=True,
                pass_fds=() if partial_fd is None else (partial_fd,),
            )
        except (OSError, ValueError) as err:
            return Ending("failed", f"cannot start {command[0]}: {err}")
        talk = _Talk(process)
        try:
            given = {**job, "spawned_ns": spawned_ns, "partial_fd": partial_fd}
            in_time = talk.hold(given, timeout_s)
        finally:
            kill_tree(process, mark)
            talk.end()
        partial = left_behind(partial_fd)
    return _judge(
        process.returncode, talk, partial, in_time=in_time, timeout_s=timeout_s, oom=oom_before
    )


class _Talk:
    """What goes through the three pipes of a worker until it ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._stdin, self._stdout, self._stderr = map(
            _pipe, (process.stdin, process.stdout, process.stderr)
        )
        self._unsent = memoryview(b"")
        self.result = bytearray()
        self._tail = bytearray()

    def hold(self, job: Mapping[str, Any], timeout_s: float) -> bool:
        """Hand the job over and read until the process ends; False when the deadline came first.

        The end of the process decides, not the end of its pipes: a grandchild may hold them open.
        """
        deadline = time.monotonic() + timeout_s
        self._unsent = memoryview(json.dumps(job).encode())
        with selectors.DefaultSelector() as selector, _end_of(self._process.pid) as ended:
            if ended is not None:
                selector.register(ended, selectors.EVENT_READ)
            for pipe in (self._stdin, self._stdout, self._stderr):
                os.set_blocking(pipe.fileno(), False)
                writes = pipe is self._stdin
                selector.register(
                    pipe,
                    selectors.EVENT_WRITE if writes else selectors.EVENT_READ,
                    self._send if writes else self._receive,
                )
            while selector.get_map():
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    return False
                for key, _ in selector.select(remaining):
                    if key.data is None:
                        return True
                    if not key.data(key.fileobj):
                        selector.unregister(key.fileobj)
                        _close(key.fileobj)  # type: ignore[arg-type]
        # Only where the system does not tell the end of a process.
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self) -> None:
        """Take what the dead left in the pipes, and close them."""
        for pipe in (self._stdout, self._stderr):
            for _ in range(LARGEST_PIPE_BYTES // CHUNK_BYTES):
                if pipe.closed or not self._receive(pipe):
                    break
        for pipe in (self._stdin, self._stdout, self._stderr):
            _close(pipe)

    @property
    def stderr_tail(self) -> str:
        """Return the end of what the worker printed."""
        return self._tail.decode("utf-8", errors="replace")[-STDERR_TAIL_CHARS:]

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
            self._tail += chunk
            del self._tail[: -STDERR_TAIL_CHARS * UTF8_BYTES]
        elif len(self.result) <= RESULT_LIMIT_BYTES:
            self.result += chunk
        return bool(chunk)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        pipe.close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "every pipe of a worker is opened"  # noqa: S101
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


def _judge(
    returncode: int | None,
    talk: _Talk,
    partial: dict[str, Any],
    *,
    in_time: bool,
    timeout_s: float,
    oom: int | None,
) -> Ending:
    tail = talk.stderr_tail
    reported, wrong = read_result(bytes(talk.result))
    step = "exit" if reported else partial.pop("step", "interpreter")
    result = reported or partial

    def ending(status: str, reason: str, ended_in: str = step) -> Ending:
        return Ending(status, reason, result, tail, ended_in)

    if not in_time:
        if reported:
            reason = f"did not end, though it had reported, after {timeout_s:g} s: killed"
        else:
            reason = f"no result after {timeout_s:g} s: killed in {step}"
        return ending("timeout", reason)
    if returncode is not None and returncode < 0:
        when = "after it had reported" if reported else f"in {step}"
        oom_now = _oom_kills()
        if -returncode == signal.SIGKILL and oom is not None and (oom_now or 0) > oom:
            return ending("oom", f"killed {when} because memory ran out")
        return ending("crashed", f"ended by {_signal_name(-returncode)} {when}")
    if wrong:
        return ending("failed", f"{wrong}, ended in {step} (exit code {returncode})")
    error = reported.get("error")
    if error:
        reason = f"{error['phase']}: {error['type']}: {openvino_message(error['message'])}"
        return ending("failed", reason, error["phase"])
    if returncode:
        return ending("failed", f"exit code {returncode} after it had reported")
    if "first_inference_total_ns" not in reported:
        return ending("failed", "reported neither a first inference nor an error")
    return Ending("ok", None, reported, tail)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _oom_kills() -> int | None:
    """Return how many processes the kernel has killed for memory so far, or None."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)
