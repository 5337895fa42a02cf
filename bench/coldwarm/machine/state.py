"""State: how the machine is at the moment. Who it is stands in `identity`."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from coldwarm.machine import cpu
from coldwarm.machine.container_limits import read_limits
from coldwarm.machine.disk import Disk, read_disk
from coldwarm.machine.processor_use import Activity, BusyProcess, watch
from coldwarm.machine.readings import told

if TYPE_CHECKING:
    from collections.abc import Callable

HOTTEST_CELSIUS = 150
"""Sensors that are not wired report zero, negative or absurd values."""


@dataclass(frozen=True)
class State:
    """How the machine is at the moment. None means that this system does not tell.

    Attributes:
        load_average: processes that run or wait, over 1, 5 and 15 minutes.
        usable_cores: hardware threads that this process may use.
        cpu_limit_cores: processor time that a container may use, in cores; None without limit.
        memory_limit_bytes: memory that a container may use; None without limit.
        governors: frequency governors in use.
        frequency_driver: the driver behind them.
        turbo: whether the processor may run above its base clock.
        frequency_mhz: mean present clock.
        frequency_max_mhz: the highest it is made for.
        smt: whether two hardware threads share a core.
        temperature_c: of the hottest sensor.
        throttle_events: how often heat slowed a core down since the machine started.
        power: ``mains`` or ``battery``.
        memory_available_bytes: what processes can still take without swapping.
        swap_used_bytes: memory that was moved to disk.
        disks: the file systems under the directories of the run.
        busy_processes: the busiest other processes.
        cpu_percent: share of all processors in use by anybody.
        steal_percent: share that a hypervisor gave to other machines.
    """

    load_average: tuple[float, float, float] | None = None
    usable_cores: int | None = None
    cpu_limit_cores: float | None = None
    memory_limit_bytes: int | None = None
    governors: tuple[str, ...] = ()
    frequency_driver: str | None = None
    turbo: bool | None = None
    frequency_mhz: float | None = None
    frequency_max_mhz: float | None = None
    smt: bool | None = None
    temperature_c: float | None = None
    throttle_events: int | None = None
    power: str | None = None
    memory_available_bytes: int | None = None
    swap_used_bytes: int | None = None
    disks: tuple[Disk, ...] = ()
    busy_processes: tuple[BusyProcess, ...] | None = None
    cpu_percent: float | None = None
    steal_percent: float | None = None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return what this system does not tell, in words; limits are absent, not unknown."""
        names = {
            "load_average": "load",
            "governors": "governor",
            "turbo": "boost",
            "frequency_mhz": "clock",
            "smt": "hyper-threads",
            "temperature_c": "temperature",
            "power": "power source",
            "memory_available_bytes": "free memory",
            "busy_processes": "other processes",
            "steal_percent": "stolen time",
        }
        unknown = [name for name in names if getattr(self, name) is None]
        if not self.governors:
            unknown.append("governors")
        return tuple(word for name, word in names.items() if name in unknown)

    def to_json(self) -> dict[str, Any]:
        """Return the state as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> State:
        """Rebuild a state; unknown keys are ignored, missing ones are unknown values."""
        values = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        for key in ("load_average", "governors"):
            if values.get(key) is not None:
                values[key] = tuple(values[key])
        if "disks" in values:
            values["disks"] = tuple(Disk(**disk) for disk in values["disks"])
        if values.get("busy_processes") is not None:
            values["busy_processes"] = tuple(BusyProcess(**p) for p in values["busy_processes"])
        return cls(**values)


def read_state(
    cache_root: Path | None = None,
    results: Path | None = None,
    *,
    root: Path = Path("/"),
    watcher: Callable[[], Activity] = watch,
) -> State:
    """Read how the machine is; takes about half a second, during which others are watched.

    Args:
        cache_root: directory of the starts' caches.
        results: directory of the results.
        root: where /proc and /sys are, for what psutil does not tell; another directory in tests.
        watcher: watches the other processes.
    """
    activity = watcher()
    roles = (("cache", cache_root), ("results", results))
    return State(
        **_from_psutil(),
        **_from_linux(root),
        power=_power(root),
        disks=tuple(read_disk(role, path, root) for role, path in roles if path is not None),
        busy_processes=activity.busy,
        cpu_percent=activity.cpu_percent,
        steal_percent=activity.steal_percent,
    )


def _from_psutil() -> dict[str, Any]:
    # What a system does not offer, psutil lacks or refuses; each on its own.
    memory, swap = told(psutil.virtual_memory), told(psutil.swap_memory)
    clock = told(lambda: psutil.cpu_freq())  # noqa: PLW0108 - it may be missing
    return {
        "load_average": told(psutil.getloadavg),
        "usable_cores": _usable_cores(),
        "frequency_mhz": clock and clock.current,
        "frequency_max_mhz": (clock and clock.max) or None,
        "temperature_c": _temperature_c(),
        "memory_available_bytes": memory and memory.available,
        "swap_used_bytes": swap and swap.used,
    }


def _usable_cores() -> int | None:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return told(psutil.cpu_count) or os.cpu_count()


def _temperature_c() -> float | None:
    sensors = told(lambda: psutil.sensors_temperatures()) or {}  # noqa: PLW0108
    readings = [sensor.current for group in sensors.values() for sensor in group]
    return max((t for t in readings if 0 < t < HOTTEST_CELSIUS), default=None)


def _power(root: Path) -> str | None:
    if (root / "sys/class/power_supply").is_dir():
        return cpu.power(root)
    battery = told(lambda: psutil.sensors_battery())  # noqa: PLW0108 - it may be missing
    if battery is None or battery.power_plugged is None:
        return None
    return "mains" if battery.power_plugged else "battery"


def _from_linux(root: Path) -> dict[str, Any]:
    limits = read_limits(root)
    return {
        "cpu_limit_cores": limits.cpu_cores,
        "memory_limit_bytes": limits.memory_bytes,
        "governors": cpu.governors(root),
        "frequency_driver": cpu.frequency_driver(root),
        "turbo": cpu.turbo(root),
        "smt": cpu.smt(root),
        "throttle_events": cpu.throttle_events(root),
    }
