from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.machine import processor_checks as checks
from coldwarm.machine.identity import Identity
from coldwarm.machine.processor_use import BusyProcess
from coldwarm.machine.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coldwarm.machine.doctor_finding import DoctorFinding

    Check = Callable[[State, Identity], Iterator[DoctorFinding]]

BARE = Identity("desk", physical_cores=2, logical_cores=4, hypervisor="none")
GUEST = Identity("vm", logical_cores=4, hypervisor="kvm")


def only(check: Check, state: State, identity: Identity = BARE) -> DoctorFinding:
    (advice,) = check(state, identity)
    return advice


@pytest.mark.parametrize("check", checks.CHECKS)
def test_nothing_is_said_of_what_is_unknown(check: Check) -> None:
    assert list(check(State(), Identity("unknown"))) == []


@pytest.mark.parametrize("check", checks.CHECKS)
@pytest.mark.parametrize("identity", [BARE, GUEST])
def test_what_is_not_ok_says_what_it_does_and_what_helps(check: Check, identity: Identity) -> None:
    for state in (
        State(load_average=(9.0, 9.0, 9.0), busy_processes=(BusyProcess("make", 90.0),)),
        State(load_average=(0.0, 0.0, 0.0), busy_processes=(), cpu_percent=50.0),
        State(governors=("powersave",), turbo=True, smt=True, power="battery", steal_percent=9.0),
        State(governors=("performance",), turbo=False, smt=False, power="mains"),
        State(temperature_c=99.0, throttle_events=3),
        State(temperature_c=40.0, throttle_events=0),
    ):
        for advice in check(state, identity):
            assert bool(advice.remedy) == (advice.severity != "ok"), advice
            assert bool(advice.effect) == (advice.severity != "ok"), advice
            assert advice.finding.endswith(".")


@pytest.mark.parametrize(("load", "severity"), [(0.4, "ok"), (0.6, "warn"), (2.0, "bad")])
def test_load_is_judged_by_the_processors_that_may_be_used(load: float, severity: str) -> None:
    advice = only(checks.load, State(load_average=(load, 0.0, 0.0), usable_cores=4))
    assert advice.severity == severity
    assert f"{load:.2f} on 4" in advice.finding


def test_load_falls_back_on_all_processors() -> None:
    assert only(checks.load, State(load_average=(2.0, 0.0, 0.0))).severity == "bad"


@pytest.mark.parametrize(("percent", "severity"), [(12.0, "warn"), (180.0, "bad")])
def test_busy_processes_are_named(percent: float, severity: str) -> None:
    advice = only(checks.other_processes, State(busy_processes=(BusyProcess("make", percent),)))
    assert advice.severity == severity
    assert f"make ({percent:.0f} %)" in advice.finding


def test_use_that_visible_processes_explain_is_not_said_twice() -> None:
    # One process at 180 % of a core is 45 % of four.
    state = State(busy_processes=(BusyProcess("train", 180.0),), cpu_percent=50.0)
    assert only(checks.other_processes, state).severity == "bad"


def test_use_by_unseen_processes_is_said() -> None:
    state = State(busy_processes=(), cpu_percent=30.0)
    advice = only(checks.other_processes, state)
    assert (advice.severity, "30 %" in advice.finding) == ("warn", True)


def test_a_quiet_machine_is_quiet() -> None:
    state = State(busy_processes=(), cpu_percent=3.0)
    assert only(checks.other_processes, state).severity == "ok"


@pytest.mark.parametrize(("steal", "severity"), [(0.0, "ok"), (2.0, "warn"), (7.5, "bad")])
def test_stolen_time_of_a_guest(steal: float, severity: str) -> None:
    assert only(checks.stolen_time, State(steal_percent=steal), GUEST).severity == severity


def test_bare_metal_cannot_be_stolen_from() -> None:
    assert list(checks.stolen_time(State(steal_percent=0.0), BARE)) == []


def test_virtual_machines_are_told_to_compare_within_a_run() -> None:
    advice = only(checks.virtual_machine, State(), GUEST)
    assert (advice.severity, "(kvm)" in advice.finding) == ("warn", True)
    assert "coldwarm compare RUN --along" in advice.remedy
    unnamed = only(checks.virtual_machine, State(), Identity("vm", hypervisor="unnamed"))
    assert "unnamed" not in unnamed.finding
    assert only(checks.virtual_machine, State(), BARE).severity == "ok"


@pytest.mark.parametrize(
    ("governors", "severity"),
    [
        (("performance",), "ok"),
        (("powersave",), "warn"),
        (("performance", "schedutil"), "warn"),
    ],
)
def test_one_processor_with_another_governor_is_enough(
    governors: tuple[str, ...], severity: str
) -> None:
    state = State(governors=governors, frequency_driver="intel_pstate")
    advice = only(checks.governor, state)
    assert advice.severity == severity
    assert "intel_pstate" in advice.finding


@pytest.mark.parametrize(
    ("driver", "file"),
    [("intel_pstate", "no_turbo"), ("intel_cpufreq", "no_turbo"), ("amd-pstate", "boost")],
)
def test_each_driver_has_its_own_switch_for_boost(driver: str, file: str) -> None:
    advice = only(checks.boost, State(turbo=True, frequency_driver=driver))
    assert (advice.severity, advice.remedy.endswith(file)) == ("warn", True)
    assert only(checks.boost, State(turbo=False)).severity == "ok"


def test_hyper_threads_are_counted() -> None:
    advice = only(checks.hyper_threads, State(smt=True))
    assert (advice.severity, "4 threads on 2 cores" in advice.finding) == ("warn", True)


def test_a_guest_cannot_rule_out_hyper_threads() -> None:
    assert "as far as can be seen" in only(checks.hyper_threads, State(smt=False), GUEST).finding
    assert "as far as can be seen" not in only(checks.hyper_threads, State(smt=False)).finding


@pytest.mark.parametrize(("celsius", "severity"), [(60.0, "ok"), (85.0, "warn"), (99.0, "bad")])
def test_temperature(celsius: float, severity: str) -> None:
    assert only(checks.heat, State(temperature_c=celsius)).severity == severity


def test_throttling_is_said_only_where_it_happened() -> None:
    assert only(checks.heat, State(throttle_events=3)).severity == "warn"
    assert list(checks.heat(State(throttle_events=0), BARE)) == []


def test_battery_is_bad_and_mains_is_fine() -> None:
    assert only(checks.power_source, State(power="battery")).severity == "bad"
    assert only(checks.power_source, State(power="mains")).severity == "ok"
