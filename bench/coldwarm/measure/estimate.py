"""How long an experiment will take, before anything was started."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coldwarm import models
from coldwarm.experiment.axes import LLM
from coldwarm.measure import plan
from coldwarm.measure.budget import Budget, Pace, enough_rounds, whole_blocks
from coldwarm.measure.references import STARTS
from coldwarm.text.numbers import counted, few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case
    from coldwarm.measure.plan import Block

SECONDS_PER_START = 0.6
SECONDS_PER_BYTE = 4.5e-9
"""A start with everything around it, on the two-core machine on which coldwarm was written: 0.7 to
1.1 s with the 102 MB of resnet50, and ten minutes for the five models of configs/docs.yaml."""

SECONDS_PER_PIPELINE = 2.5
"""A start of configs/llm.yaml, which also generates an answer, took 2.2 s on two idle cores."""


@dataclass(frozen=True)
class Estimate:
    """What an experiment comes to; of a pair the second is what it takes at most.

    Attributes:
        rounds: how many.
        per_round: starts of one round.
        references: starts for reference, before the first round.
        starts: of all rounds and for reference.
        seconds: about how long.
        room: rounds that the time budget has room for; None without one.
        dropped: ids of the cases that it has no room for.
    """

    rounds: tuple[int, int]
    per_round: int
    references: int
    starts: tuple[int, int]
    seconds: tuple[int, int]
    room: int | None = None
    dropped: tuple[str, ...] = ()


def estimate(experiment: Experiment, slowness: float = 1.0) -> Estimate:
    """Return how many starts an experiment takes, about how long, and what its budget allows.

    Args:
        experiment: the experiment.
        slowness: how many times as long as the machine of `SECONDS_PER_START` this one takes.
    """
    sampling = experiment.sampling
    rounds = sampling.min_rounds, sampling.max_rounds
    blocks = plan.blocks(experiment.cases, experiment.compare_along)
    each_round = plan.started_in(blocks, sampling.warm_starts)
    references = _references(blocks)
    budget = Budget(sampling.time_budget_s, Pace(start_s(experiment), slowness))
    fewest, most = (len(references) + len(each_round) * number for number in rounds)
    low_s, high_s = (
        round(budget.seconds(references) + budget.seconds(each_round) * number) for number in rounds
    )
    found = Estimate(rounds, len(each_round), len(references), (fewest, most), (low_s, high_s))
    if sampling.time_budget_s is None:
        return found

    def has_room(some: Sequence[Block], number: int = enough_rounds(sampling)) -> bool:
        started = plan.started_in(some, sampling.warm_starts)
        return budget.has_room(started, number, _references(some))

    kept, dropped = whole_blocks(blocks, has_room, lambda _: None)
    room = (number for number in range(sampling.max_rounds, 1, -1) if has_room(kept, number))
    ids = tuple(case.case_id for block in dropped for case in block.cases)
    return replace(found, room=next(room, 1), dropped=ids)


def _references(blocks: Sequence[Block]) -> list[Case]:
    return [*plan.unique(each for block in blocks for each in block.baselines)] * STARTS


def sentence(experiment: Experiment, slowness: float = 1.0) -> str:
    """Return the number of starts, an estimate of the time they take, and what fits into it."""
    found = estimate(experiment, slowness)
    cases, limit_s = experiment.cases, experiment.sampling.time_budget_s
    text = (
        f"{counted(len(cases), 'case')}, {_rounds(*found.rounds)} of {found.per_round} starts and "
        f"{found.references} for reference: {_range(*found.starts)} starts, "
        f"about {_duration(*found.seconds)} on this machine"
    )
    if limit_s is None or found.room is None:
        return text
    dropped = [case.name for case in cases if case.case_id in found.dropped]
    text += f"; the time budget of {limit_s:.0f} s has room for about {_rounds(found.room)}"
    if dropped:
        text += f" of {counted(len(cases) - len(dropped), 'case')}, without {few(dropped)}"
    return text


def start_s(experiment: Experiment) -> dict[str, float]:
    """Return baseline id to about the seconds of one of its starts, with all around it."""
    sizes = {
        name: models.size_of(name, experiment.model_paths)
        for name in {case.model for case in experiment.cases}
    }
    return {
        case.baseline_id: SECONDS_PER_PIPELINE
        if case.api == LLM
        else SECONDS_PER_START + SECONDS_PER_BYTE * sizes[case.model]
        for case in experiment.cases
    }


def _rounds(fewest: int, most: int | None = None) -> str:
    most = fewest if most is None else most
    return f"{_range(fewest, most)} {'round' if most == 1 else 'rounds'}"


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _duration(fewest: int, most: int) -> str:
    if most < 120:  # noqa: PLR2004 - two minutes are better said in seconds
        return f"{_range(fewest, most)} s"
    return f"{_range(max(1, round(fewest / 60)), round(most / 60))} min"
