"""Who else uses the processor, watched for a moment."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from coldwarm.machine.readings import told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WATCH_SECONDS = 0.5
BUSY_PERCENT = 10.0
"""Share of one core from which on a process is worth naming."""

NAMED_AT_MOST = 5
COUNTED_TWICE = ("guest", "guest_nice")
"""Linux counts the time of guests as that of users, too."""


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
    *,
    processes: Callable[[], Iterable[psutil.Process]] = psutil.process_iter,
    times: Callable[[], object] = psutil.cpu_times,
    pause: Callable[[], None] = lambda: time.sleep(WATCH_SECONDS),
) -> Activity:
    """Watch the machine for a moment.

    Args:
        processes: the processes to look at.
        times: what all processors together have spent on what, as psutil tells it.
        pause: lets time pass between the two readings.
    """
    listed = told(lambda: list(processes())) or []
    watched = [process for process in listed if _cpu_percent(process) is not None]
    before = told(times)
    pause()
    after = told(times)
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


def _shares(before: Any, after: Any) -> tuple[float | None, float | None]:  # noqa: ANN401
    """Return the shares in use and stolen between two answers of `psutil.cpu_times`."""
    if before is None or after is None:
        return None, None
    used = {
        name: end - getattr(before, name)
        for name, end in after._asdict().items()
        if name not in COUNTED_TWICE
    }
    total = sum(used.values())
    if total <= 0:
        return None, None
    idle, steal = used["idle"] + used.get("iowait", 0.0), used.get("steal")
    busy = total - idle - (steal or 0.0)
    return round(100 * busy / total, 1), None if steal is None else round(100 * steal / total, 1)
