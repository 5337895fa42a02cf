from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coldwarm.machine.identity import GIB, UNKNOWN_HOST, Identity
from coldwarm.machine.label import label_of_hardware
from coldwarm.machine.sameness import other_hardware, other_system, same_machine, two_machines

DESK = Identity(
    "desk",
    machine="m1",
    boot="b1",
    cpu_model="Core i7",
    logical_cores=4,
    memory_bytes=16 * GIB,
    os="Ubuntu 24.04",
    kernel="6.8.0",
    architecture="x86_64",
    hypervisor="none",
    container="none",
)
OLD = replace(DESK, machine=None, boot=None)


@pytest.mark.parametrize(
    ("change", "same", "two"),
    [
        ({"label": "moved"}, True, False),
        ({"label": "moved", "boot": "b2"}, True, False),
        ({"label": "moved", "machine": None}, True, False),  # a container of the same boot
        ({"machine": "m2", "boot": "b2"}, False, True),
        ({"machine": None, "boot": "b2"}, False, False),
        ({"kernel": "6.9.0", "os": "Debian", "container": "docker"}, True, False),
        ({"memory_bytes": 32 * GIB}, False, True),
        ({"cpu_model": None}, True, False),
    ],
)
def test_marks_and_hardware_decide_never_the_name(
    change: dict[str, Any],
    same: bool,  # noqa: FBT001
    two: bool,  # noqa: FBT001
) -> None:
    other = replace(DESK, **change)
    assert (same_machine(DESK, other), two_machines(DESK, other)) == (same, two)
    assert (same_machine(other, DESK), two_machines(other, DESK)) == (same, two)


def test_runs_of_before_there_were_marks_are_known_by_their_name() -> None:
    assert same_machine(OLD, DESK)
    assert same_machine(OLD, OLD)
    moved = replace(OLD, label="moved")
    assert not same_machine(moved, DESK)
    assert not two_machines(moved, DESK)
    nowhere = replace(OLD, label=UNKNOWN_HOST)
    assert not same_machine(nowhere, nowhere)


def test_a_label_made_of_hardware_is_no_name() -> None:
    label = label_of_hardware(OLD.cpu_model, OLD.logical_cores, 16, OLD.architecture)
    hidden = replace(OLD, label=label)
    assert not hidden.has_name
    assert not same_machine(hidden, hidden)


def test_hardware_that_differs_is_named() -> None:
    other = replace(DESK, cpu_model="Core i9", logical_cores=8)
    assert other_hardware(DESK, other) == [
        "processor Core i7 and Core i9",
        "threads 4 and 8",
    ]
    assert other_hardware(Identity("x"), DESK) == []


def test_system_kernel_and_container_are_named() -> None:
    other = replace(DESK, os="Debian", kernel="6.9.0", container="docker")
    assert other_system(DESK, other) == [
        "system Ubuntu 24.04 and Debian",
        "kernel 6.8.0 and 6.9.0",
        "container none and docker",
    ]
    assert other_system(DESK, replace(DESK, memory_bytes=GIB)) == []
