from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.machine.disk import Disk
from coldwarm.machine.processor_use import Activity, BusyProcess
from coldwarm.machine.state import State, read_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]

CPU = "sys/devices/system/cpu"
ACTIVITY = Activity((BusyProcess("make", 80.0),), 40.0, 1.5)


ASKED = (
    *("getloadavg", "virtual_memory", "swap_memory", "cpu_count"),
    *("cpu_freq", "sensors_temperatures", "sensors_battery"),
)


def answer(monkeypatch: pytest.MonkeyPatch, **answers: object) -> None:
    """Let psutil give these answers, and refuse all others that it is asked for."""

    def refuse() -> None:
        raise OSError

    for name in ASKED:
        told = (lambda name=name: answers[name]) if name in answers else refuse
        monkeypatch.setattr(psutil, name, told, raising=False)


def sensors(*celsius: float) -> list[SimpleNamespace]:
    return [SimpleNamespace(current=each) for each in celsius]


def test_everything_readable_is_read(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    answer(
        monkeypatch,
        getloadavg=(1.0, 2.0, 3.0),
        virtual_memory=SimpleNamespace(available=100),
        swap_memory=SimpleNamespace(used=7),
        cpu_freq=SimpleNamespace(current=800.0, max=4000.0),
        # Sensors that are not wired, and two of a processor.
        sensors_temperatures={"acpi": sensors(-273.0, 65261.85), "cpu": sensors(50.0, 0.0)},
        sensors_battery=SimpleNamespace(power_plugged=True),  # of the mouse
    )
    root = tree(
        {
            "proc/self/mountinfo": "1 0 8:1 / / rw - ext4 disk rw\n",
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/cpu.max": "200000 100000\n",
            "sys/fs/cgroup/memory.max": "4096\n",
            f"{CPU}/cpu0/topology/core_id": "0",
            f"{CPU}/cpu0/cpufreq/scaling_governor": "powersave",
            f"{CPU}/cpu0/cpufreq/scaling_driver": "intel_pstate",
            f"{CPU}/cpu0/thermal_throttle/core_throttle_count": "2",
            f"{CPU}/intel_pstate/no_turbo": "0",
            f"{CPU}/smt/active": "1",
            "sys/class/power_supply/BAT0/type": "Battery",
            "sys/class/power_supply/BAT0/status": "Discharging",
        }
    )
    state = read_state(tmp_path / "caches", root=root, watcher=lambda: ACTIVITY)
    disk = state.disks[0]
    assert state == State(
        load_average=(1.0, 2.0, 3.0),
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
        memory_available_bytes=100,
        swap_used_bytes=7,
        disks=(Disk("cache", "ext4", disk.free_bytes, disk.total_bytes),),
        busy_processes=ACTIVITY.busy,
        cpu_percent=40.0,
        steal_percent=1.5,
    )
    assert state.unknown == ()


def test_both_directories_are_looked_at(tree: Tree, tmp_path: Path) -> None:
    root = tree({"proc/meminfo": "", "proc/self/mountinfo": "1 0 8:1 / / rw - xfs disk rw\n"})
    state = read_state(tmp_path, tmp_path, root=root, watcher=Activity)
    assert [(disk.role, disk.file_system) for disk in state.disks] == [
        ("cache", "xfs"),
        ("results", "xfs"),
    ]


def test_what_is_not_told_is_unknown_and_named(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch)
    state = read_state(root=tree({}), watcher=Activity)
    assert state == State(usable_cores=state.usable_cores)
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


@pytest.mark.parametrize(
    ("battery", "power"),
    [
        (SimpleNamespace(power_plugged=False), "battery"),
        (SimpleNamespace(power_plugged=True), "mains"),
        (SimpleNamespace(power_plugged=None), None),
        (None, None),  # a desktop
    ],
)
def test_elsewhere_psutil_tells_of_the_power_and_of_all_cores(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, battery: object, power: str | None
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    answer(
        monkeypatch,
        cpu_count=8,
        sensors_battery=battery,
        cpu_freq=SimpleNamespace(current=3200.0, max=0.0),
    )
    assert read_state(root=tree({}), watcher=Activity) == State(
        usable_cores=8, power=power, frequency_mhz=3200.0
    )


def test_cores_that_psutil_does_not_tell_are_counted(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    answer(monkeypatch)
    assert read_state(root=tree({}), watcher=Activity) == State(usable_cores=4)


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
    state = read_state(tmp_path, watcher=Activity)
    assert state.memory_available_bytes
    assert state.disks[0].free_bytes
