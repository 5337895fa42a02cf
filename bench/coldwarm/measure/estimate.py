"""How long an experiment will take, before anything was started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm import plan
from coldwarm.measure.references import STARTS

if TYPE_CHECKING:
    from coldwarm.experiment import Experiment

SECONDS_PER_START = 0.9
"""A start of resnet50 with everything around it took 0.7 to 1.1 s on the two-core machine on
which coldwarm was written; large models take several times as long."""


def sentence(experiment: Experiment) -> str:
    """Return the number of starts and an estimate of the time they take."""
    per_round = plan.starts_per_round(experiment)
    baselines = plan.unique(plan.baseline_of(case) for case in experiment.cases)
    references = STARTS * len(baselines)
    sampling = experiment.sampling
    fewest = references + per_round * sampling.min_rounds
    most = references + per_round * sampling.max_rounds
    rounds = _range(sampling.min_rounds, sampling.max_rounds)
    text = (
        f"{len(experiment.cases)} cases, {rounds} rounds of {per_round} starts and {references} "
        f"for reference: {_range(fewest, most)} starts, about {_duration(fewest, most)}"
    )
    if sampling.time_budget_s is not None:
        text += f", no new round after {sampling.time_budget_s:.0f} s"
    return text


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _duration(fewest: int, most: int) -> str:
    low, high = (round(starts * SECONDS_PER_START) for starts in (fewest, most))
    if high < 120:  # noqa: PLR2004 - two minutes are better said in seconds
        return f"{_range(low, high)} s"
    return f"{_range(max(1, round(low / 60)), round(high / 60))} min (more for large models)"
