"""How long an experiment will take, before anything was started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm import models, plan
from coldwarm.experiment.axes import LLM
from coldwarm.measure.references import STARTS
from coldwarm.quantities import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case

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
    """

    rounds: tuple[int, int]
    per_round: int
    references: int
    starts: tuple[int, int]
    seconds: tuple[int, int]


def estimate(experiment: Experiment) -> Estimate:
    """Return how many starts an experiment takes, and about how long."""
    sampling = experiment.sampling
    rounds = sampling.min_rounds, sampling.max_rounds
    round_starts = [start.case for unit in plan.plan_round(experiment, 0) for start in unit.starts]
    baselines = plan.unique(plan.baseline_of(case) for case in experiment.cases)
    references = STARTS * len(baselines)
    round_s = _seconds(experiment, round_starts)
    references_s = STARTS * _seconds(experiment, baselines)
    fewest, most = (references + len(round_starts) * number for number in rounds)
    low_s, high_s = (round(references_s + round_s * number) for number in rounds)
    return Estimate(rounds, len(round_starts), references, (fewest, most), (low_s, high_s))


def sentence(experiment: Experiment) -> str:
    """Return the number of starts and an estimate of the time they take."""
    found = estimate(experiment)
    text = (
        f"{counted(len(experiment.cases), 'case')}, {_range(*found.rounds)} "
        f"{'round' if found.rounds[1] == 1 else 'rounds'} of {found.per_round} starts and "
        f"{found.references} for reference: {_range(*found.starts)} starts, "
        f"about {_duration(*found.seconds)}, more on a slow machine"
    )
    budget = experiment.sampling.time_budget_s
    if budget is not None:
        text += f"; no new round after {budget:.0f} s"
    return text


def _seconds(experiment: Experiment, cases: Iterable[Case]) -> float:
    sizes = {
        name: models.size_of(name, experiment.model_paths)
        for name in {case.model for case in experiment.cases}
    }
    return sum(
        SECONDS_PER_PIPELINE
        if case.api == LLM
        else SECONDS_PER_START + SECONDS_PER_BYTE * sizes[case.model]
        for case in cases
    )


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _duration(fewest: int, most: int) -> str:
    if most < 120:  # noqa: PLR2004 - two minutes are better said in seconds
        return f"{_range(fewest, most)} s"
    return f"{_range(max(1, round(fewest / 60)), round(most / 60))} min"
