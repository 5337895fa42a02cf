"""Studies: do something to a cache between two starts, and see what the next start makes of it.

Each kind is a package of its own with a `STUDY`; what they share stands beside them.
"""

from __future__ import annotations

from coldwarm.studies.kinds import study_of
from coldwarm.studies.session import measure
from coldwarm.studies.study import (
    Judgement,
    NotReproducibleError,
    Script,
    Study,
    Trial,
    Word,
    plan_trials,
)

__all__ = [
    "Judgement",
    "NotReproducibleError",
    "Script",
    "Study",
    "Trial",
    "Word",
    "measure",
    "plan_trials",
    "study_of",
]
