"""How long an experiment will take, before anything was started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm import models, plan
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


def sentence(experiment: Experiment) -> str:
    """Return the number of starts and an estimate of the time they take."""
    starts = [start for unit in plan.plan_round(experiment, 0) for start in unit.starts]
    baselines = plan.unique(plan.baseline_of(case) for case in experiment.cases)
    references = STARTS * len(baselines)
    sampling = experiment.sampling
    bounds = (sampling.min_rounds, sampling.max_rounds)
    totals = [references + len(starts) * rounds for rounds in bounds]
    round_s = _seconds(experiment, (start.case for start in starts))
    seconds = [STARTS * _seconds(experiment, baselines) + round_s * rounds for rounds in bounds]
    text = (
        f"{counted(len(experiment.cases), 'case')}, {_range(*bounds)} "
        f"{'round' if sampling.max_rounds == 1 else 'rounds'} of {len(starts)} starts and "
        f"{references} for reference: {_range(*totals)} starts, about {_duration(*seconds)}, "
        "more on a slow machine"
    )
    if sampling.time_budget_s is not None:
        text += f"; no new round after {sampling.time_budget_s:.0f} s"
    return text


def _seconds(experiment: Experiment, cases: Iterable[Case]) -> float:
    sizes = {
        name: models.size_of(name, experiment.model_paths)
        for name in {case.model for case in experiment.cases}
    }
    return sum(SECONDS_PER_START + SECONDS_PER_BYTE * sizes[case.model] for case in cases)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _duration(fewest: float, most: float) -> str:
    if most < 120:  # noqa: PLR2004 - two minutes are better said in seconds
        return f"{_range(round(fewest), round(most))} s"
    return f"{_range(max(1, round(fewest / 60)), round(most / 60))} min"
