"""Run one worker: a process of its own, a deadline, and a clear word on how it ended."""

from __future__ import annotations

import collections
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

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STDERR_TAIL_CHARS = 4000
RESULT_LIMIT_BYTES = 16 * 2**20
"""More than this on the result pipe is garbage, not a result."""

CHUNK_BYTES = 65536
REAP_SECONDS = 10.0
"""How long a killed process may take to disappear before we stop waiting for it."""


@dataclass(frozen=True)
class Ending:
    """How one worker ended.

    Attributes:
        status: ``ok``, ``failed``, ``crashed``, ``oom`` or ``timeout``.
        reason: why it is not ``ok``, in words.
        result: what the worker reported, empty if nothing readable came.
        stderr_tail: the end of what it printed.
    """

    status: str
    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    stderr_tail: str = ""


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
        env: the whole environment of the worker.
        timeout_s: seconds until the worker and its children are killed.
        cwd: working directory of the worker.
    """
    oom_before = _oom_kills()
    spawned_ns = time.perf_counter_ns()
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    except OSError as err:
        return Ending("failed", f"cannot start {command[0]}: {err.strerror}")
    pipes = _Pipes(process)
    try:
        pipes.send({**job, "spawned_ns": spawned_ns})
        in_time = pipes.collect(timeout_s)
    finally:
        kill_tree(process)
        pipes.close()
    return _judge(process.returncode, pipes, in_time=in_time, timeout_s=timeout_s, oom=oom_before)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, its session and all its descendants, and wait until they are gone."""
    victims: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        victims = psutil.Process(process.pid).children(recursive=True)
    if hasattr(os, "killpg"):
        # The session outlives its leader as long as a child of it lives.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for victim in victims:
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    if process.poll() is None:
        process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(REAP_SECONDS)
    psutil.wait_procs(victims, timeout=REAP_SECONDS)


class _Pipes:
    """The three pipes of a worker, read until it ends."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.result = bytearray()
        self._tail: collections.deque[bytes] = collections.deque(maxlen=8)

    def send(self, job: Mapping[str, Any]) -> None:
        """Hand the job over; a worker that is already dead shows in how it ended."""
        stdin = _pipe(self._process.stdin)
        with contextlib.suppress(BrokenPipeError):
            stdin.write(json.dumps(job).encode())
            stdin.flush()
        with contextlib.suppress(BrokenPipeError):
            stdin.close()

    def collect(self, timeout_s: float) -> bool:
        """Read until the process is gone; False when the deadline came first.

        The end of the process decides, not the end of its pipes: a grandchild may hold them open.
        """
        deadline = time.monotonic() + timeout_s
        stdout, stderr = _pipe(self._process.stdout), _pipe(self._process.stderr)
        with selectors.DefaultSelector() as selector:
            for pipe in (stdout, stderr):
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ)
            ended = _end_signal(self._process.pid)
            if ended is not None:
                selector.register(ended, selectors.EVENT_READ)
            try:
                while selector.get_map():
                    remaining = deadline - time.monotonic()
                    if remaining <= 0:
                        return False
                    for key, _ in selector.select(remaining):
                        if key.fd == ended:
                            self._drain(stdout)
                            self._drain(stderr)
                            self._process.wait()
                            return True
                        if not self._drain(key.fileobj):  # type: ignore[arg-type]
                            selector.unregister(key.fileobj)
            finally:
                if ended is not None:
                    os.close(ended)
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _drain(self, pipe: IO[bytes]) -> bool:
        """Take what is there; False at the end of the pipe."""
        while True:
            try:
                chunk = os.read(pipe.fileno(), CHUNK_BYTES)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            if pipe is self._process.stderr:
                self._tail.append(chunk)
            elif len(self.result) <= RESULT_LIMIT_BYTES:
                self.result += chunk

    @property
    def stderr_tail(self) -> str:
        text = b"".join(self._tail).decode("utf-8", errors="replace")
        return text[-STDERR_TAIL_CHARS:]

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "every pipe of a worker is opened"  # noqa: S101
    return pipe


def _end_signal(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the process ends, where there is one."""
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _judge(
    returncode: int | None, pipes: _Pipes, *, in_time: bool, timeout_s: float, oom: int | None
) -> Ending:
    tail = pipes.stderr_tail
    result = _read_result(bytes(pipes.result))
    if not in_time:
        return Ending("timeout", f"no result after {timeout_s:g} s: killed", {}, tail)
    if returncode is not None and returncode < 0:
        name = _signal_name(-returncode)
        oom_now = _oom_kills()
        if -returncode == signal.SIGKILL and oom is not None and (oom_now or 0) > oom:
            return Ending("oom", "killed because memory ran out", result or {}, tail)
        after = " after it had reported" if result else ""
        return Ending("crashed", f"ended by {name}{after}", result or {}, tail)
    if result is None:
        what = "printed garbage instead of a result" if pipes.result else "reported no result"
        return Ending("failed", f"{what} (exit code {returncode})", {}, tail)
    error = result.get("error")
    if error:
        reason = f"{error['phase']}: {error['type']}: {error['message']}"
        return Ending("failed", reason, result, tail)
    if returncode:
        return Ending("failed", f"exit code {returncode} after it had reported", result, tail)
    return Ending("ok", None, result, tail)


def _read_result(data: bytes) -> dict[str, Any] | None:
    if len(data) > RESULT_LIMIT_BYTES:
        return None
    try:
        result = json.loads(data)
    except ValueError:
        return None
    return result if isinstance(result, dict) and "phases_ns" in result else None


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
