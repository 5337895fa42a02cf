from __future__ import annotations

import itertools
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ColdwarmError
from coldwarm.machine import calibration
from coldwarm.machine.calibration import Calibration, Steadiness, calibrate

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeClock:
    """Time passes only while work is done."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def work(self, *durations_ns: int) -> Callable[[], None]:
        each = itertools.cycle(durations_ns)

        def work() -> None:
            self.now += next(each)

        return work


def test_equal_durations_are_perfectly_steady() -> None:
    assert Steadiness.of([5, 5, 5]) == Steadiness(3, 5, 0.0, 1.0)


def test_one_slow_repeat_shows_in_the_ratio_and_not_in_the_spread() -> None:
    steadiness = Steadiness.of([100] * 9 + [400])
    assert (steadiness.robust_cv, steadiness.slowest_to_fastest) == (0.0, 4.0)


def test_the_spread_is_that_of_a_normal_distribution() -> None:
    # Deviations 0, 10, 10, 20, 20 have the median 10.
    assert Steadiness.of([80, 90, 100, 110, 120]).robust_cv == pytest.approx(0.14826)


def test_the_two_works_are_repeated_in_turn_until_time_is_up() -> None:
    clock = FakeClock()
    found = calibrate(
        1.0, compute=clock.work(40_000_000), spawn=clock.work(60_000_000), clock=clock
    )
    assert found == Calibration(
        Steadiness(10, 40_000_000, 0.0, 1.0), Steadiness(10, 60_000_000, 0.0, 1.0)
    )


def test_slow_machines_get_a_few_repeats_all_the_same() -> None:
    clock = FakeClock()
    slow = clock.work(10**10)
    assert calibrate(1.0, compute=slow, spawn=slow, clock=clock).compute.repeats == 5


def test_the_first_repeat_warms_up_and_does_not_count() -> None:
    clock = FakeClock()
    first = iter([10**9])

    def warming() -> None:
        clock.now += next(first, 10**7)

    found = calibrate(0.1, compute=warming, spawn=clock.work(10**7), clock=clock)
    assert found.compute.slowest_to_fastest == 1.0


def test_a_clock_too_coarse_does_no_harm() -> None:
    ticks = itertools.count(step=10**9)
    found = calibrate(
        0.0, compute=lambda: None, spawn=lambda: None, clock=lambda: next(ticks) // 10**10
    )
    assert found.compute.repeats == 5


def test_an_interpreter_that_fails_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ColdwarmError, match=r"cannot start a bare interpreter.*/nowhere/python"):
        calibration.spawn()


def test_an_interpreter_that_hangs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: tuple[str, ...], *, timeout: float, **_: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(ColdwarmError, match="timed out"):
        calibration.spawn()


def test_a_real_calibration_survives_json() -> None:
    found = calibrate(0.0)
    assert found.spawn.median_ns > 0
    assert found.spawn.slowest_to_fastest >= 1.0
    assert Calibration.from_json(json.loads(json.dumps(found.to_json()))) == found
