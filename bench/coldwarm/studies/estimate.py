"""How long a study will take, before anything was started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.measure import plan
from coldwarm.measure.references import STARTS
from coldwarm.studies.kinds import study_of
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from coldwarm.experiment import Experiment

SECONDS_PER_START = 0.8
"""A start of a small model with everything around it took 0.6 to 0.9 s on the two-core machine on
which coldwarm was written."""


@dataclass(frozen=True)
class Estimate:
    """What a study comes to.

    Attributes:
        tries: how many, of all changes and cases.
        starts: of all tries and for reference.
        seconds: about how long.
    """

    tries: int
    starts: int
    seconds: int


def estimate(experiment: Experiment, slowness: float = 1.0) -> Estimate:
    """Return how many tries and starts a study takes, and about how long.

    Args:
        experiment: a study.
        slowness: how many times as long as the machine of `SECONDS_PER_START` this one takes.
    """
    planned = experiment.study
    assert planned is not None, "the caller looked"  # noqa: S101
    study = study_of(planned.kind)
    each = len(experiment.cases) * planned.tries
    references = STARTS * len(plan.unique(map(plan.baseline_of, experiment.cases)))
    starts = references + each * sum(map(study.starts, planned.changes))
    turns = references + each * sum(map(study.turns, planned.changes))
    return Estimate(
        each * len(planned.changes), starts, round(turns * SECONDS_PER_START * slowness)
    )


def sentence(experiment: Experiment, slowness: float = 1.0) -> str:
    """Return the number of tries and starts, and an estimate of the time they take."""
    planned = experiment.study
    assert planned is not None, "the caller looked"  # noqa: S101
    found = estimate(experiment, slowness)
    # Two minutes are better said in seconds.
    long = found.seconds >= 120  # noqa: PLR2004
    minutes = f"{found.seconds / 60:.0f} min (more for large models)"
    return (
        f"{counted(len(experiment.cases), 'case')}, {counted(len(planned.changes), 'change')}, "
        f"each tried {counted(planned.tries, 'time')}: {counted(found.tries, 'try', 'tries')}, "
        f"about {found.starts} starts and {minutes if long else f'{found.seconds} s'}"
    )
