from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.machine import cpu

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]

CPU = "sys/devices/system/cpu"


def two_cpus(name: str, first: str, second: str) -> dict[str, str]:
    return {
        f"{CPU}/cpu0/topology/core_id": "0",
        f"{CPU}/cpu1/topology/core_id": "1",
        f"{CPU}/cpu0/{name}": first,
        f"{CPU}/cpu1/{name}": second,
    }


def test_an_empty_system_tells_nothing(tree: Tree) -> None:
    root = tree({})
    assert cpu.governors(root) == ()
    for read in (
        cpu.frequency_driver,
        cpu.turbo,
        cpu.smt,
        cpu.throttle_events,
        cpu.power,
    ):
        assert read(root) is None, read.__name__


def test_governors_of_all_processors_are_named_once(tree: Tree) -> None:
    root = tree(two_cpus("cpufreq/scaling_governor", "powersave\n", "performance\n"))
    assert cpu.governors(root) == ("performance", "powersave")


@pytest.mark.parametrize(
    ("files", "turbo"),
    [
        ({f"{CPU}/intel_pstate/no_turbo": "0"}, True),
        ({f"{CPU}/intel_pstate/no_turbo": "1"}, False),
        ({f"{CPU}/cpufreq/boost": "1"}, True),
        ({f"{CPU}/cpufreq/boost": "0"}, False),
        ({f"{CPU}/cpu0/cpufreq/boost": "1"}, True),
        ({f"{CPU}/intel_pstate/no_turbo": "1", f"{CPU}/cpufreq/boost": "1"}, False),
    ],
)
def test_boost(tree: Tree, files: dict[str, str], *, turbo: bool) -> None:
    assert cpu.turbo(tree(files)) is turbo


def test_hyper_threads_by_the_kernels_word_or_by_siblings(tree: Tree) -> None:
    assert cpu.smt(tree({f"{CPU}/smt/active": "1"})) is True
    assert cpu.smt(tree({f"{CPU}/smt/active": "0"})) is False


@pytest.mark.parametrize(("siblings", "smt"), [("0-1", True), ("0,1", True), ("0", False)])
def test_hyper_threads_of_older_kernels(tree: Tree, siblings: str, *, smt: bool) -> None:
    assert cpu.smt(tree(two_cpus("topology/thread_siblings_list", siblings, siblings))) is smt


def test_throttling_is_summed_over_cores(tree: Tree) -> None:
    assert (
        cpu.throttle_events(tree(two_cpus("thermal_throttle/core_throttle_count", "3", "4"))) == 7
    )
    assert (
        cpu.throttle_events(tree(two_cpus("thermal_throttle/core_throttle_count", "0", "0"))) == 0
    )


def supply(name: str, kind: str, **values: str) -> dict[str, str]:
    files = {"type": kind, **values}
    return {f"sys/class/power_supply/{name}/{key}": value for key, value in files.items()}


@pytest.mark.parametrize(
    ("files", "power"),
    [
        (
            {
                **supply("AC", "Mains", online="1"),
                **supply("BAT0", "Battery", status="Charging"),
            },
            "mains",
        ),
        (
            {
                **supply("AC", "Mains", online="0"),
                **supply("BAT0", "Battery", status="Discharging"),
            },
            "battery",
        ),
        (supply("BAT0", "Battery", status="Full"), "mains"),
        (supply("mouse", "Battery", status="Discharging", scope="Device"), None),
        (supply("AC", "Mains", online="0"), None),
    ],
)
def test_power(tree: Tree, files: dict[str, str], power: str | None) -> None:
    assert cpu.power(tree(files)) == power
