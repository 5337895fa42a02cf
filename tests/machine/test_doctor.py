from __future__ import annotations

import json

import pytest

from coldwarm.machine.calibration import Calibration, Steadiness
from coldwarm.machine.disk import Disk
from coldwarm.machine.doctor import examine, to_json, worst_line
from coldwarm.machine.doctor_finding import SEVERITIES, DoctorFinding
from coldwarm.machine.identity import Identity
from coldwarm.machine.state import State

QUIET = State(
    load_average=(0.0, 0.0, 0.0),
    usable_cores=4,
    governors=("performance",),
    turbo=False,
    smt=False,
    temperature_c=40.0,
    throttle_events=0,
    power="mains",
    memory_available_bytes=16 * 10**9,
    swap_used_bytes=0,
    disks=(Disk("cache", "ext4", 10**11, 10**12),),
    busy_processes=(),
    cpu_percent=1.0,
    steal_percent=0.0,
)
DESK = Identity("desk", physical_cores=4, logical_cores=4, hypervisor="none")
STEADY = Steadiness(100, 4_000_000, 0.01, 1.3)


def steadiness(cv: float, ratio: float) -> Calibration:
    return Calibration(Steadiness(100, 4_000_000, cv, ratio), STEADY)


def test_a_quiet_machine_is_all_right() -> None:
    found = examine(QUIET, DESK, Calibration(STEADY, STEADY))
    assert {advice.severity for advice in found} == {"ok"}
    assert worst_line(found) == "nothing noisy found on this machine"


def test_of_an_unknown_machine_nothing_is_said() -> None:
    assert examine(State(), Identity("unknown")) == []
    assert worst_line([]) == "nothing noisy found on this machine"


def test_the_worst_comes_first() -> None:
    state = State(power="battery", turbo=True, swap_used_bytes=0, steal_percent=9.0)
    found = examine(state, Identity("vm", hypervisor="kvm"), steadiness(0.05, 1.2))
    ranks = [SEVERITIES.index(advice.severity) for advice in found]
    assert ranks == sorted(ranks)
    assert {advice.topic for advice in found if advice.severity == "bad"} == {
        "power source",
        "stolen time",
    }


@pytest.mark.parametrize(
    ("cv", "ratio", "severity", "word"),
    [
        (0.01, 1.3, "ok", "steady"),
        (0.05, 1.3, "warn", "uneven"),
        (0.20, 1.3, "bad", "unsteady"),
        (0.01, 2.5, "warn", "uneven"),
        (0.01, 6.0, "bad", "unsteady"),
        (0.20, 2.5, "bad", "unsteady"),
    ],
)
def test_spread_and_extremes_both_count(cv: float, ratio: float, severity: str, word: str) -> None:
    (advice,) = (
        advice
        for advice in examine(State(), Identity("unknown"), steadiness(cv, ratio))
        if advice.finding.startswith("A fixed computation")
    )
    assert advice == DoctorFinding(
        severity,
        "steadiness",
        f"A fixed computation is {word} here: repeats vary by {100 * cv:.1f} %, the slowest of "
        f"100 took {ratio:.1f} times as long as the fastest.",
        advice.remedy,
        advice.effect,
    )
    assert bool(advice.remedy) == bool(advice.effect) == (severity != "ok")


def test_the_worst_line_is_one_line_and_counts_the_rest() -> None:
    fine = DoctorFinding("ok", "load", "Low.")
    warn = DoctorFinding("warn", "boost", "Boost is on.", "Off.")
    bad = DoctorFinding("bad", "power source", "On battery.", "Plug in.", "Starts are slow.")
    assert worst_line([fine, warn]) == "warn: Boost is on"
    assert (
        worst_line([warn, bad, fine])
        == "bad: On battery. Starts are slow (and 1 more: coldwarm doctor)"
    )


def test_everything_seen_and_said_is_one_json_object() -> None:
    calibration = Calibration(STEADY, STEADY)
    found = examine(QUIET, DESK, calibration)
    data = json.loads(json.dumps(to_json(found, QUIET, DESK, calibration)))
    assert data["worst"] == worst_line(found)
    assert len(data["advice"]) == len(found)
    assert data["unknown"] == ["clock"]
    assert State.from_json(data["state"]) == QUIET
    assert Identity.from_json(data["identity"]) == DESK
    assert Calibration.from_json(data["calibration"]) == calibration
    assert to_json([], State(), DESK)["calibration"] is None
