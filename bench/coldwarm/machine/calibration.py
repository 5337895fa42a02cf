"""A short calibration: how much the same small work varies on this machine right now."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ColdwarmError
from coldwarm.machine.environment import worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOOP = 50_000
"""Turns of the fixed computation, a few milliseconds."""

SPAWN_TIMEOUT_SECONDS = 30.0
REPEATS_AT_LEAST = 5

USUAL_SPAWN_NS = 16_400_000
"""The median start of a bare interpreter on the machine whose times coldwarm estimates with."""

MAD_TO_SD = 1.4826
"""Turns a median absolute deviation into the standard deviation of a normal distribution."""


@dataclass(frozen=True)
class Steadiness:
    """How much repeats of one work varied.

    Attributes:
        repeats: how many there were.
        median_ns: of one repeat.
        robust_cv: robust standard deviation over median (1.4826 times the median absolute
            deviation), which a few slow repeats do not change.
        slowest_to_fastest: ratio of the extremes, which they do.
    """

    repeats: int
    median_ns: int
    robust_cv: float
    slowest_to_fastest: float

    @classmethod
    def of(cls, durations_ns: Sequence[int]) -> Steadiness:
        """Summarise durations, at least one and all positive."""
        median = statistics.median(durations_ns)
        deviation = statistics.median(abs(duration - median) for duration in durations_ns)
        return cls(
            repeats=len(durations_ns),
            median_ns=round(median),
            robust_cv=MAD_TO_SD * deviation / median,
            slowest_to_fastest=max(durations_ns) / min(durations_ns),
        )


@dataclass(frozen=True)
class Calibration:
    """The steadiness of a fixed computation, and of starting a bare interpreter."""

    compute: Steadiness
    spawn: Steadiness

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Calibration:
        """Rebuild a calibration."""
        return cls(Steadiness(**data["compute"]), Steadiness(**data["spawn"]))

    @property
    def slowness(self) -> float:
        """Return how many times as long as usual a process takes to start."""
        return self.spawn.median_ns / USUAL_SPAWN_NS


def compute() -> None:
    """Do a fixed amount of computation on one core, without system calls."""
    total = 0
    for number in range(LOOP):
        total += number * number % 7


def spawn() -> None:
    """Start a bare interpreter and wait for its end: what every start pays, and nothing more.

    Raises:
        ColdwarmError: when it fails or hangs.
    """
    command = (sys.executable, "-S", "-E", "-c", "pass")
    try:
        subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            env=worker_environment(os.environ),
            check=True,
            timeout=SPAWN_TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError) as err:
        msg = f"cannot start a bare interpreter: {err}; check that {sys.executable} works"
        raise ColdwarmError(msg) from err


def calibrate(
    seconds: float = 2.0,
    *,
    compute: Callable[[], None] = compute,
    spawn: Callable[[], None] = spawn,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> Calibration:
    """Repeat the two works in turn for so many seconds, and see how steady they are.

    Args:
        seconds: how long; a few repeats are made however slow they are.
        compute: the computation.
        spawn: the start of a process.
        clock: in nanoseconds.
    """
    works = (compute, spawn)
    for work in works:
        work()
    durations: tuple[list[int], list[int]] = ([], [])
    end = clock() + round(seconds * 1e9)
    while clock() < end or len(durations[0]) < REPEATS_AT_LEAST:
        for work, into in zip(works, durations, strict=True):
            begin = clock()
            work()
            into.append(max(1, clock() - begin))
    return Calibration(*map(Steadiness.of, durations))
