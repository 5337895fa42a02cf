"""What the time budget of an experiment has room for. Pure but for the clock it is given.

A slow machine measures less, never everything too thinly: whole blocks are left out, so that the
others get the rounds that an interval needs. How long a start takes is estimated beforehand and
corrected by every start that was made, those for reference first.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.experiment.spec import Sampling
    from coldwarm.measure.plan import Block

ENOUGH_ROUNDS = 5
"""The range of five rounds holds the median with a confidence of 93.75 %; that of fewer rounds is
only what was seen."""

HALF = 0.5
"""A round that is needed begins when at least half of it fits: whoever ended a moment too early
would have measured the rounds before it in vain."""


def enough_rounds(sampling: Sampling) -> int:
    """Return how many rounds a block must get to be worth its time."""
    return min(sampling.max_rounds, max(sampling.min_rounds, ENOUGH_ROUNDS))


def whole_blocks(
    blocks: Iterable[Block],
    has_room: Callable[[Sequence[Block]], bool],
    begin: Callable[[Block], None],
) -> tuple[list[Block], list[Block]]:
    """Return the blocks that are measured and those that are not, in the order given.

    The first one is measured whatever it takes: a budget that is too small for anything must not
    end with nothing.

    Args:
        blocks: in the order of the experiment.
        has_room: tells whether there is time for all of these.
        begin: prepares a block that seems to fit; what it learns may show that it does not.
    """
    kept: list[Block] = []
    left_out: list[Block] = []
    for block in blocks:
        if kept and not has_room([*kept, block]):
            left_out.append(block)
            continue
        begin(block)
        kept.append(block)
        if len(kept) > 1 and not has_room(kept):
            left_out.append(kept.pop())
    return kept, left_out


class Pace:
    """How long a start takes, by baseline: as estimated, until it was seen.

    Args:
        expected_s: baseline id to the estimated seconds of a start with all around it.
        slowness: how many times as long this machine takes, as far as it is known beforehand.
    """

    def __init__(self, expected_s: Mapping[str, float], slowness: float = 1.0) -> None:
        self._expected_s = expected_s
        self._slowness = slowness
        self._seen: dict[str, tuple[float, int]] = {}

    def saw(self, baseline_id: str, seconds: float, starts: int = 1) -> None:
        """Take note of how long starts took together."""
        total, count = self._seen.get(baseline_id, (0.0, 0))
        self._seen[baseline_id] = total + seconds, count + starts

    def start_s(self, baseline_id: str) -> float:
        """Return the seconds that one start takes."""
        if baseline_id in self._seen:
            total, count = self._seen[baseline_id]
            return total / count
        return self._expected_s[baseline_id] * self._seen_slowness()

    def _seen_slowness(self) -> float:
        if not self._seen:
            return self._slowness
        expected_s = sum(self._expected_s[each] * count for each, (_, count) in self._seen.items())
        return sum(total_s for total_s, _ in self._seen.values()) / expected_s


class Budget:
    """The time that is left, and what fits into it.

    Args:
        limit_s: seconds from now on; None for as many as it takes.
        pace: how long starts take.
        clock: in seconds.
    """

    def __init__(
        self, limit_s: float | None, pace: Pace, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit_s = math.inf if limit_s is None else limit_s
        self._pace = pace
        self._clock = clock
        self._began = clock()

    @property
    def left_s(self) -> float:
        """Return the seconds that are left, less than none where they are overdrawn."""
        return self._limit_s - (self._clock() - self._began)

    @contextmanager
    def timed(self, case: Case, starts: int = 1) -> Iterator[None]:
        """Learn the pace from starts of a case that are made inside."""
        began = self._clock()
        yield
        self._pace.saw(case.baseline_id, self._clock() - began, starts)

    def seconds(self, started: Iterable[Case]) -> float:
        """Return how long it takes to start each of these once."""
        return sum(self._pace.start_s(case.baseline_id) for case in started)

    def allows(self, started: Iterable[Case], *, needed: bool) -> bool:
        """Return whether a round may begin: all of it fits, or half of one that is needed."""
        share = HALF if needed else 1.0
        return self._limit_s == math.inf or share * self.seconds(started) <= self.left_s

    def has_room(
        self, each_round: Collection[Case], rounds: int, before: Iterable[Case] = ()
    ) -> bool:
        """Return whether so many rounds fit, the last of them at least by half.

        Args:
            each_round: what a round starts.
            rounds: how many.
            before: what is started once, before the first of them.
        """
        if self._limit_s == math.inf:
            return True
        return self.seconds(before) + (rounds - HALF) * self.seconds(each_round) <= self.left_s
