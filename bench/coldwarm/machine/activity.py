"""Who else uses the processor, watched for a moment."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from coldwarm.machine.sysfs import read_text
from coldwarm.machine.told import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

WATCH_SECONDS = 0.5
BUSY_PERCENT = 10.0
"""Share of one core from which on a process is worth naming."""

NAMED_AT_MOST = 5
STAT_FIELDS = 8
"""user, nice, system, idle, iowait, irq, softirq, steal."""


@dataclass(frozen=True)
class BusyProcess:
    """Another process that computes.

    Attributes:
        name: of its program.
        cpu_percent: of one core.
    """

    name: str
    cpu_percent: float


@dataclass(frozen=True)
class Activity:
    """What the machine did while it was watched.

    Attributes:
        busy: the busiest other processes, busiest first; None where they cannot be seen.
        cpu_percent: share of all processors in use, by processes seen or unseen.
        steal_percent: share that a hypervisor gave to other machines.
    """

    busy: tuple[BusyProcess, ...] | None = None
    cpu_percent: float | None = None
    steal_percent: float | None = None


def watch(
    root: Path,
    *,
    processes: Callable[[], Iterable[psutil.Process]] = psutil.process_iter,
    pause: Callable[[], None] = lambda: time.sleep(WATCH_SECONDS),
) -> Activity:
    """Watch the machine for a moment.

    Args:
        root: where /proc stands.
        processes: the processes to look at.
        pause: lets time pass between the two readings.
    """
    listed = told(lambda: list(processes())) or []
    watched = [process for process in listed if _cpu_percent(process) is not None]
    before = _times(root)
    pause()
    after = _times(root)
    busy = [
        BusyProcess(_name(process), round(percent, 1))
        for process in watched
        if process.pid != os.getpid()
        and (percent := _cpu_percent(process)) is not None
        and percent >= BUSY_PERCENT
    ]
    busy.sort(key=lambda process: -process.cpu_percent)
    named = tuple(busy[:NAMED_AT_MOST]) if busy or _all_seen(watched) else None
    return Activity(named, *_shares(before, after))


def _all_seen(watched: list[psutil.Process]) -> bool:
    """Return whether other users' processes can be seen: who sees the first one sees all."""
    return os.name != "posix" or any(process.pid == 1 for process in watched)


def _cpu_percent(process: psutil.Process) -> float | None:
    return told(lambda: process.cpu_percent(None))


def _name(process: psutil.Process) -> str:
    return told(process.name) or f"process {process.pid}"


def _times(root: Path) -> tuple[float, ...] | None:
    """Return the processor times since boot, in the order of /proc/stat."""
    text = read_text(root / "proc/stat")
    if text is None:
        return None
    fields = text.partition("\n")[0].split()[1 : STAT_FIELDS + 1]
    complete = len(fields) == STAT_FIELDS and all(field.isdigit() for field in fields)
    return tuple(float(field) for field in fields) if complete else None


def _shares(
    before: tuple[float, ...] | None, after: tuple[float, ...] | None
) -> tuple[float | None, float | None]:
    if before is None or after is None:
        return None, None
    used = [end - start for start, end in zip(before, after, strict=True)]
    total = sum(used)
    if total <= 0:
        return None, None
    idle, iowait, steal = used[3], used[4], used[7]
    busy = total - idle - iowait - steal
    return round(100 * busy / total, 1), round(100 * steal / total, 1)
