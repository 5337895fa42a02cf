from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.machine import memory_and_disk_checks as checks
from coldwarm.machine.disk import Disk
from coldwarm.machine.identity import Identity
from coldwarm.machine.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coldwarm.machine.doctor_finding import DoctorFinding

    Check = Callable[[State, Identity], Iterator[DoctorFinding]]

HOST = Identity("desk", logical_cores=8)
GB = 10**9


def only(check: Check, state: State) -> DoctorFinding:
    (advice,) = check(state, HOST)
    assert bool(advice.effect) == bool(advice.remedy) == (advice.severity != "ok")
    return advice


@pytest.mark.parametrize("check", checks.CHECKS)
def test_nothing_is_said_of_what_is_unknown(check: Check) -> None:
    assert list(check(State(disks=(Disk("cache"),)), Identity("unknown"))) == []


@pytest.mark.parametrize(("free", "severity"), [(8 * GB, "ok"), (3 * GB, "warn"), (GB, "bad")])
def test_free_memory(free: int, severity: str) -> None:
    advice = only(checks.memory, State(memory_available_bytes=free))
    assert (advice.severity, bool(advice.remedy)) == (severity, severity != "ok")


@pytest.mark.parametrize(("used", "severity"), [(0, "ok"), (10**8, "ok"), (GB, "warn")])
def test_swap(used: int, severity: str) -> None:
    assert only(checks.swap, State(swap_used_bytes=used)).severity == severity


@pytest.mark.parametrize(("limit", "severity"), [(1.5, "warn"), (0.5, "bad")])
def test_a_share_of_processors_is_noise(limit: float, severity: str) -> None:
    advice = only(checks.container_limits, State(cpu_limit_cores=limit, usable_cores=4))
    assert (advice.severity, f"{limit:g} of 4" in advice.finding) == (severity, True)
    assert "--cpuset-cpus" in advice.remedy


def test_a_limit_that_does_not_bind_is_none() -> None:
    state = State(cpu_limit_cores=4.0, usable_cores=4)
    assert list(checks.container_limits(state, HOST)) == []


def test_a_limit_with_an_unknown_number_of_processors_is_still_said() -> None:
    (advice,) = checks.container_limits(State(cpu_limit_cores=2.0), Identity("unknown"))
    assert "2 hardware threads" in advice.finding


@pytest.mark.parametrize(("limit", "severity"), [(16 * GB, "ok"), (3 * GB, "warn"), (GB, "bad")])
def test_a_memory_limit(limit: int, severity: str) -> None:
    advice = only(checks.container_limits, State(memory_limit_bytes=limit))
    assert (advice.severity, bool(advice.remedy)) == (severity, severity != "ok")


@pytest.mark.parametrize(
    ("free", "severity"), [(50 * GB, "ok"), (3 * GB, "warn"), (GB // 2, "bad")]
)
def test_free_disk(free: int, severity: str) -> None:
    advice = only(checks.disks, State(disks=(Disk("results", "ext4", free, 100 * GB),)))
    assert (advice.severity, bool(advice.remedy)) == (severity, severity != "ok")
    assert "results" in advice.finding


@pytest.mark.parametrize(
    ("kind", "severity", "word"),
    [
        ("ext4", "ok", "ext4"),
        # fadvise reaches the real file below an overlay: checked with mincore.
        ("overlay", "ok", "overlay"),
        ("tmpfs", "warn", "evicted"),
        ("zfs", "warn", "cache of its own"),
        ("nfs4", "warn", "the network"),
        ("virtiofs", "warn", "the host"),
    ],
)
def test_the_file_system_of_the_caches(kind: str, severity: str, word: str) -> None:
    advice = only(checks.disks, State(disks=(Disk("cache", kind),)))
    assert (advice.severity, word in advice.finding) == (severity, True)
    assert ("cache_root" in advice.remedy) == (severity != "ok")


def test_the_results_may_lie_anywhere() -> None:
    assert list(checks.disks(State(disks=(Disk("results", "tmpfs"),)), HOST)) == []
