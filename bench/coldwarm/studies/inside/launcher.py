"""Starts a program in the circumstances of a fault: run by path, with the program's interpreter.

    python launcher.py OPTIONS_AS_JSON PROGRAM ARGUMENTS...

Options, each may be absent: ``starter`` (the process without which nothing begins), ``at_ns``
(begin when the monotonic clock says so), ``bind_modes`` (file modes hold for root, too),
``file_limit_bytes`` (no file may grow larger), ``small_disk`` (``path`` and ``bytes``: a file
system of that size over that directory), ``kill_at`` (``path`` and ``bytes``: SIGKILL as soon as a
file below that directory is so large).

Nothing of it outlives the process: the file system is mounted in a mount namespace of its own, and
the program dies with its starter. Needs the standard library of Python 3.10, nothing of coldwarm.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

CLONE_NEWNS = 0x00020000
MS_REC_PRIVATE = 0x4000 | 0x40000
PR_SET_PDEATHSIG = 1
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
"""From linux/sched.h, linux/mount.h, linux/prctl.h and linux/capability.h."""

NOT_TO_BE_HAD = 97
"""Exit code: the circumstances cannot be made here."""


def main(options: dict[str, Any], command: list[str]) -> NoReturn:
    """Make the circumstances and become, or wait for, the program."""
    _die_with(options.get("starter", os.getppid()))
    watched = options.get("kill_at")
    disk = options.get("small_disk")
    below = Path()
    if disk:
        below = Path(f"/proc/self/fd/{os.open(disk['path'], os.O_RDONLY)}")
        _mount(Path(disk["path"]), disk["bytes"], below)
    if options.get("bind_modes") and os.geteuid() == 0:
        # Out of the bounding set, root does not get them back by exec (capabilities(7)).
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            _call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    limit = options.get("file_limit_bytes")
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if "at_ns" in options:
        time.sleep(max(0, options["at_ns"] - time.monotonic_ns()) / 1e9)
    if not watched and not disk:
        os.execv(command[0], command)  # noqa: S606 (no shell is the point)
    launcher = os.getpid()
    child = os.fork()
    if not child:
        _die_with(launcher)
        os.execv(command[0], command)  # noqa: S606 (no shell is the point)
    status = (
        _watch(child, Path(watched["path"]), watched["bytes"])
        if watched
        else os.waitpid(child, 0)[1]
    )
    if disk:
        _copy_files(Path(disk["path"]), below)
    _end_like(status)


def _die_with(starter: int) -> None:
    """Die when the starter does, also when it did before the kernel was asked for that."""
    _call("prctl", PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != starter:
        os.kill(os.getpid(), signal.SIGKILL)


def _mount(path: Path, size: int, below: Path) -> None:
    """Put a small file system over a directory, visible to this process and its children only."""
    _call("unshare", CLONE_NEWNS)
    _call("mount", b"none", b"/", None, MS_REC_PRIVATE, None)
    _call("mount", b"none", os.fsencode(path), b"tmpfs", 0, f"size={size}".encode())
    _copy_files(below, path)


def _copy_files(source: Path, target: Path) -> None:
    """Copy what lies in one directory to another, as far as it fits."""
    for file in source.iterdir():
        try:
            (target / file.name).unlink(missing_ok=True)
            shutil.copy2(file, target)
        except OSError as err:
            sys.stderr.write(f"{file.name} was not kept: {err}\n")


def _watch(child: int, folder: Path, size: int) -> int:
    """Kill the child as soon as a file is so large; return its wait status.

    Polls without a pause: the whole write takes a few milliseconds.
    """
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                if entry.stat().st_size >= size:
                    os.kill(child, signal.SIGKILL)
                    return os.waitpid(child, 0)[1]


def _end_like(status: int) -> NoReturn:
    """End the way the program ended."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def _call(name: str, *arguments: object) -> None:
    """Call the C library, and give up where it refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        sys.stderr.write(f"{name}: {os.strerror(ctypes.get_errno())}\n")
        sys.exit(NOT_TO_BE_HAD)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), [sys.executable, *sys.argv[2:]])
