"""Which starts a run makes, and in what order. Pure: the same experiment gives the same plan.

Neighbouring starts correlate and distant ones do not, so what will be compared stands close
together: a round visits blocks in seeded shuffled order, a block holds the uncached baselines and
the chains (a cold start and its warm ones) that are compared with them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldwarm.experiment.axes import baseline_api
from coldwarm.experiment.case import CACHE_ONLY_AXES, Case, short_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.experiment.spec import Experiment

MAX_CHAINS_PER_BLOCK = 4
"""A block of a baseline and four chains takes about ten seconds with a model that loads in half
a second; further apart, starts of a shared machine no longer correlate."""


@dataclass(frozen=True)
class Start:
    """One planned start.

    Attributes:
        case: the case; for an uncached start the case that stands for the baseline.
        kind: ``uncached``, ``cold`` or ``warm``.
        round: from 0.
        position: place in the round, from 0.
        block: place of the block in the round, from 0.
        chain: which warm start of its chain, from 0; 0 for the other kinds.
    """

    case: Case
    kind: str
    round: int
    position: int
    block: int
    chain: int = 0

    @property
    def key(self) -> tuple[int, int]:
        """Identify the start within its run."""
        return self.round, self.position


@dataclass(frozen=True)
class Unit:
    """Starts that stay together: one uncached start, or a chain sharing a cache directory."""

    starts: tuple[Start, ...]

    @property
    def case(self) -> Case:
        """Return the case all starts of the unit belong to."""
        return self.starts[0].case


@dataclass(frozen=True)
class Block:
    """Cases that are compared with each other, with the baselines that serve them."""

    cases: tuple[Case, ...]

    @property
    def baselines(self) -> tuple[Case, ...]:
        """Return one uncached stand-in per baseline of the block, in order of appearance."""
        return unique(baseline_of(case) for case in self.cases)

    @property
    def case_ids(self) -> frozenset[str]:
        """Return the ids of the cases."""
        return frozenset(case.case_id for case in self.cases)


def baseline_of(case: Case) -> Case:
    """Return the case that stands for the uncached start of `case`."""
    return replace(case, api=baseline_api(case.api), cache_mode="default", encryption="none")


def unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return the cases without repetition, in order of appearance."""
    return tuple({case.case_id: case for case in cases}.values())


def blocks(cases: Sequence[Case], compare_along: str | None = None) -> tuple[Block, ...]:
    """Group cases into blocks.

    Cases share a block when they share a baseline, or differ only along the compared axis and in
    what an uncached start does not see. A large group is split, but never between two values of
    the compared axis.
    """
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(_group_key(case, compare_along), []).append(case)
    return tuple(Block(part) for group in groups.values() for part in _split(group, compare_along))


def _group_key(case: Case, along: str | None) -> str:
    axes = {**baseline_of(case).axes(), along or "": None}
    return short_digest([axes[axis] for axis in sorted(axes)])


def _split(group: list[Case], along: str | None) -> Iterator[tuple[Case, ...]]:
    units: dict[str, list[Case]] = {}
    for case in group:
        axes = case.axes()
        if along:
            del axes[along]
        units.setdefault(short_digest(axes), []).append(case)
    part: list[Case] = []
    for unit in units.values():
        if part and len(part) + len(unit) > MAX_CHAINS_PER_BLOCK:
            yield tuple(part)
            part = []
        part += unit
    yield tuple(part)


def twice(experiment: Experiment) -> Experiment:
    """Return the experiment with every case planned twice, for `coldwarm noise`.

    The twins have one id and stand in the same block, each with a chain of its own in the
    shuffled order: neighbours that nothing but noise sets apart.
    """
    cases = tuple(case for case in experiment.cases for _ in range(2))
    return replace(experiment, name=f"{experiment.name}-noise", cases=cases, study=None)


def plan_round(experiment: Experiment, number: int) -> tuple[Unit, ...]:
    """Return the units of one round in the order in which they run.

    The order derives from the seed and the round alone, so that a round can be replayed or
    continued without knowing the others.
    """
    # String seeds are hashed with SHA-512 by the standard library: stable across versions.
    shuffle = random.Random(f"{experiment.sampling.seed}:{number}").shuffle  # noqa: S311
    order = list(blocks(experiment.cases, experiment.compare_along))
    shuffle(order)
    units: list[Unit] = []
    position = 0
    for index, block in enumerate(order):
        kinds = [("uncached", case) for case in block.baselines]
        kinds += [("chain", case) for case in block.cases]
        shuffle(kinds)
        for kind, case in kinds:
            unit = _unit(kind, case, number, position, index, experiment.sampling.warm_starts)
            position += len(unit.starts)
            units.append(unit)
    return tuple(units)


def _unit(kind: str, case: Case, number: int, position: int, block: int, warm: int) -> Unit:
    if kind == "uncached":
        return Unit((Start(case, "uncached", number, position, block),))
    cold = Start(case, "cold", number, position, block)
    warms = (
        Start(case, "warm", number, position + 1 + index, block, chain=index)
        for index in range(warm)
    )
    return Unit((cold, *warms))


def started_in(parts: Iterable[Block], warm_starts: int) -> list[Case]:
    """Return the case of each start that one round makes of some blocks, in no order."""
    chain_length = 1 + warm_starts
    return [case for part in parts for case in (*part.baselines, *(part.cases * chain_length))]


def starts_per_round(experiment: Experiment) -> int:
    """Return how many starts one round has."""
    parts = blocks(experiment.cases, experiment.compare_along)
    return len(started_in(parts, experiment.sampling.warm_starts))


def uncached_axes(case: Case) -> dict[str, object]:
    """Return the axes of an uncached sample: without what only a cache sees."""
    axes = baseline_of(case).axes()
    return {axis: value for axis, value in axes.items() if axis not in CACHE_ONLY_AXES}
