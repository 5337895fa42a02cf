"""How long a study will take, before anything was started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm import plan
from coldwarm.measure.references import STARTS
from coldwarm.quantities import counted
from coldwarm.studies.kinds import study_of

if TYPE_CHECKING:
    from coldwarm.experiment import Experiment

SECONDS_PER_START = 0.8
"""A start of a small model with everything around it took 0.6 to 0.9 s on the two-core machine on
which coldwarm was written."""


def sentence(experiment: Experiment) -> str:
    """Return the number of tries and starts, and an estimate of the time they take."""
    planned = experiment.study
    assert planned is not None, "the caller looked"  # noqa: S101
    study = study_of(planned.kind)
    cases, tries = len(experiment.cases), planned.tries
    changes = len(planned.changes)
    baselines = plan.unique(plan.baseline_of(case) for case in experiment.cases)
    starts = cases * tries * sum(study.starts(change) for change in planned.changes)
    starts += STARTS * len(baselines)
    seconds = starts * SECONDS_PER_START
    # Two minutes are better said in seconds.
    long = seconds >= 120  # noqa: PLR2004
    about = f"{seconds / 60:.0f} min (more for large models)" if long else f"{seconds:.0f} s"
    return (
        f"{counted(cases, 'case')}, {counted(changes, 'change')}, each tried "
        f"{counted(tries, 'time')}: {counted(cases * changes * tries, 'try', 'tries')}, "
        f"about {starts} starts and {about}"
    )
