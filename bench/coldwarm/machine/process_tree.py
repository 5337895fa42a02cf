"""Kill a process and everything it started, however far that got away."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from coldwarm.machine.readings import read_text, told

if TYPE_CHECKING:
    from collections.abc import Iterator

PROC = Path("/proc")

MARK = "COLDWARM_PROCESS"
"""Environment variable that a process hands on to all it starts. It finds those that left both
the session (setsid) and the tree (their parent ended, so they belong to the system's first)."""

REAP_SECONDS = 10.0
"""How long a killed process may take to disappear before we stop waiting for it."""

POLL_SECONDS = 0.002
"""A killed process is usually gone within a few milliseconds."""


ENDINGS = {
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
}
"""What the command line ends at as at Ctrl-C. Windows has no SIGHUP."""


def new_mark() -> dict[str, str]:
    """Return the environment variable that marks one process and all it will start."""
    return {MARK: secrets.token_hex(8)}


def kill_tree(process: subprocess.Popen[bytes], mark: dict[str, str]) -> None:
    """Kill a process that leads its own session, and all it started; return when they are gone.

    Call it before the process is waited for: until then nobody else gets its number, not even
    when it has ended. Ctrl-C and its like have to wait, so that they leave nothing behind.

    Args:
        process: started with `start_new_session` and with `mark` in its environment.
        mark: from `new_mark`.
    """
    deadline = time.monotonic() + REAP_SECONDS
    with _endings_held():
        while True:
            # Looked for first: who loses its parent to the kill is not a descendant any more.
            living = descendants(process.pid) | _marked(mark)
            _kill_session(process)
            for pid in living:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if not living or time.monotonic() > deadline:
                break
            time.sleep(POLL_SECONDS)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    if not hasattr(os, "killpg"):
        process.kill()
        return
    # The session outlives its leader for as long as a child of it lives.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def descendants(pid: int) -> set[int]:
    """Return the living processes below one, as far as this user may see them."""
    parents = _parents() if PROC.joinpath("self").exists() else _parents_from_psutil()
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def _parents() -> dict[int, int]:
    """Return every living process and its parent.

    An orphan stays a zombie until the system's first process cares, in a container perhaps never:
    zombies must not be waited for.
    """
    parents = {}
    for directory in PROC.glob("[0-9]*"):
        # After the name, which may hold anything: state and parent, see proc_pid_stat(5).
        state, parent = (read_text(directory / "stat") or ") Z 0").rpartition(")")[2].split()[:2]
        if state not in ("Z", "X"):
            parents[int(directory.name)] = int(parent)
    return parents


def _parents_from_psutil() -> dict[int, int]:
    found = told(lambda: list(psutil.process_iter(("ppid", "status")))) or []
    return {
        process.pid: process.info["ppid"]
        for process in found
        if process.info["status"] != psutil.STATUS_ZOMBIE
    }


def _marked(mark: dict[str, str]) -> set[int]:
    """Return the living processes that bear the mark; none where there is no /proc."""
    needle = f"{MARK}={mark[MARK]}".encode()
    found = set()
    for directory in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            # Empty as soon as the process is dead, even while it is a zombie.
            if needle in (directory / "environ").read_bytes():
                found.add(int(directory.name))
    return found


@contextlib.contextmanager
def _endings_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
