"""What Linux tells of processor and power beyond what psutil does: governor, boost, throttling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldwarm.machine.readings import cpu_directories, read_int, read_keys, read_text

if TYPE_CHECKING:
    from pathlib import Path

CPU = "sys/devices/system/cpu"

INSTRUCTION_SETS = re.compile(r"sse4_[12]|avx.*|amx_.*|fma|f16c|asimd.*|sve.*|bf16|i8mm")
"""Flags of a processor by which libraries choose code that rounds differently."""


def instruction_sets(root: Path) -> tuple[str, ...] | None:
    """Return the vector instructions that the processor offers, which a hypervisor may hide.

    None where the system does not tell.
    """
    info = read_keys(root / "proc/cpuinfo")
    flags = (info.get("flags") or info.get("Features") or "").split()
    return tuple(sorted(filter(INSTRUCTION_SETS.fullmatch, flags))) or None


def governors(root: Path) -> tuple[str, ...]:
    """Return the frequency governors in use, sorted; empty where there are none, as in most VMs."""
    found = {read_text(cpu / "cpufreq/scaling_governor") for cpu in cpu_directories(root)}
    return tuple(sorted(name for name in found if name))


def frequency_driver(root: Path) -> str | None:
    """Return the driver behind the governor, such as ``intel_pstate``."""
    return read_text(root / CPU / "cpu0/cpufreq/scaling_driver")


def turbo(root: Path) -> bool | None:
    """Return whether the processor may run above its base clock."""
    no_turbo = read_int(root / CPU / "intel_pstate/no_turbo")
    if no_turbo is not None:
        return no_turbo == 0
    boost = read_int(root / CPU / "cpufreq/boost")
    if boost is None:
        boost = read_int(root / CPU / "cpu0/cpufreq/boost")
    return None if boost is None else boost != 0


def smt(root: Path) -> bool | None:
    """Return whether two hardware threads share a core here."""
    active = read_int(root / CPU / "smt/active")
    if active is not None:
        return active != 0
    siblings = [read_text(cpu / "topology/thread_siblings_list") for cpu in cpu_directories(root)]
    if not siblings or None in siblings:
        return None
    return any("," in text or "-" in text for text in siblings if text)


def throttle_events(root: Path) -> int | None:
    """Return how often heat slowed a core down since the machine started."""
    counts = [
        read_int(cpu / "thermal_throttle/core_throttle_count") for cpu in cpu_directories(root)
    ]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def power(root: Path) -> str | None:
    """Return ``battery`` or ``mains``, or None for a machine that knows only one of them.

    psutil takes the battery of a mouse for that of the machine.
    """
    supplies = sorted((root / "sys/class/power_supply").glob("*"))
    # The battery of a mouse or headset has the scope Device and says nothing about this machine.
    own = [path for path in supplies if read_text(path / "scope") != "Device"]
    if any(read_int(path / "online") == 1 for path in own if _kind(path) != "Battery"):
        return "mains"
    states = [read_text(path / "status") for path in own if _kind(path) == "Battery"]
    if "Discharging" in states:
        return "battery"
    return "mains" if states else None


def _kind(supply: Path) -> str | None:
    return read_text(supply / "type")
