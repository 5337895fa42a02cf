from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil

from coldwarm.machine.activity import Activity, BusyProcess
from coldwarm.machine.disk import Disk
from coldwarm.machine.state import State, read_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Tree = Callable[[dict[str, str]], Path]

CPU = "sys/devices/system/cpu"
ACTIVITY = Activity((BusyProcess("make", 80.0),), 40.0, 1.5)


def test_everything_readable_is_read(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    root = tree(
        {
            "proc/loadavg": "0.50 0.25 0.10 2/91 6367\n",
            "proc/meminfo": "MemAvailable: 1000 kB\nSwapTotal: 500 kB\nSwapFree: 200 kB\n",
            "proc/self/mountinfo": "1 0 8:1 / / rw - ext4 disk rw\n",
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/cpu.max": "200000 100000\n",
            "sys/fs/cgroup/memory.max": "4096\n",
            f"{CPU}/cpu0/topology/core_id": "0",
            f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave",
            f"{CPU}/cpu0/cpufreq/scaling_driver": "intel_pstate",
            f"{CPU}/cpu0/cpufreq/scaling_cur_freq": "800000",
            f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": "4000000",
            f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "2",
            f"{CPU}/intel_pstate/no_turbo": "0",
            f"{CPU}/smt/active": "1",
            "sys/class/thermal/thermal_zone0/temp": "50000",
            "sys/class/power_supply/BAT0/type": "Battery",
            "sys/class/power_supply/BAT0/status": "Discharging",
        }
    )
    state = read_state(tmp_path / "caches", root=root, watcher=lambda _: ACTIVITY)
    disk = state.disks[0]
    assert state == State(
        load_average=(0.5, 0.25, 0.1),
        usable_cores=3,
        cpu_limit_cores=2.0,
        memory_limit_bytes=4096,
        governors=("powersave",),
        frequency_driver="intel_pstate",
        turbo=True,
        frequency_mhz=800.0,
        frequency_max_mhz=4000.0,
        smt=True,
        temperature_c=50.0,
        throttle_events=2,
        power="battery",
        memory_available_bytes=1_024_000,
        swap_used_bytes=307_200,
        disks=(Disk("cache", "ext4", disk.free_bytes, disk.total_bytes),),
        busy_processes=ACTIVITY.busy,
        cpu_percent=40.0,
        steal_percent=1.5,
    )
    assert state.unknown == ()


def test_both_directories_are_looked_at(tree: Tree, tmp_path: Path) -> None:
    root = tree({"proc/meminfo": "", "proc/self/mountinfo": "1 0 8:1 / / rw - xfs disk rw\n"})
    state = read_state(tmp_path, tmp_path, root=root, watcher=lambda _: Activity())
    assert [(disk.role, disk.file_system) for disk in state.disks] == [
        ("cache", "xfs"),
        ("results", "xfs"),
    ]


def test_what_is_not_told_is_unknown_and_named(tree: Tree) -> None:
    root = tree({"proc/meminfo": "nonsense\n", "proc/loadavg": "many\n"})
    state = read_state(root=root, watcher=lambda _: Activity())
    assert state.load_average is None
    assert state.memory_available_bytes is None
    assert state.swap_used_bytes is None
    assert state.unknown == (
        "load",
        "governor",
        "boost",
        "clock",
        "hyper-threads",
        "temperature",
        "power source",
        "free memory",
        "other processes",
        "stolen time",
    )


def test_no_busy_process_is_knowledge() -> None:
    assert "other processes" not in State(busy_processes=()).unknown


def test_elsewhere_psutil_is_asked(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "getloadavg", lambda: (1.0, 2.0, 3.0))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=100))
    monkeypatch.setattr(psutil, "swap_memory", lambda: SimpleNamespace(used=7))
    battery = SimpleNamespace(power_plugged=False)
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    clock = SimpleNamespace(current=3200.0, max=0.0)
    monkeypatch.setattr(psutil, "cpu_freq", lambda: clock, raising=False)
    monkeypatch.setattr(psutil, "cpu_count", lambda: 8)
    assert read_state(root=tree({}), watcher=lambda _: Activity(())) == State(
        load_average=(1.0, 2.0, 3.0),
        usable_cores=8,
        memory_available_bytes=100,
        swap_used_bytes=7,
        power="battery",
        frequency_mhz=3200.0,
        busy_processes=(),
    )


def test_what_psutil_refuses_is_unknown(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError

    for name in ("getloadavg", "virtual_memory", "swap_memory", "sensors_battery", "cpu_freq"):
        monkeypatch.setattr(psutil, name, refuse, raising=False)
    monkeypatch.setattr(psutil, "cpu_count", refuse)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert read_state(root=tree({}), watcher=lambda _: Activity()) == State(usable_cores=4)


def test_a_desktop_has_no_battery_and_that_is_unknown(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert read_state(root=tree({}), watcher=lambda _: Activity()).power is None


def test_a_state_survives_json_also_with_keys_of_a_later_version() -> None:
    state = State(
        load_average=(0.5, 0.25, 0.1),
        governors=("performance",),
        disks=(Disk("cache", "ext4", 1, 2),),
        busy_processes=(BusyProcess("make", 80.0),),
    )
    data = json.loads(json.dumps({**state.to_json(), "novelty": 1}))
    assert State.from_json(data) == state
    assert State.from_json(json.loads(json.dumps(State().to_json()))) == State()
    assert State.from_json({}) == State()


def test_this_machine_can_be_read(tmp_path: Path) -> None:
    state = read_state(tmp_path, watcher=lambda _: Activity())
    assert state.memory_available_bytes
    assert state.disks[0].free_bytes
