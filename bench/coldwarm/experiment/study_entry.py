"""The part of an experiment file that asks for a study."""

from __future__ import annotations

import itertools
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from coldwarm.experiment.fields import Checked, Count, OneOrMany
from coldwarm.experiment.problems import unknown
from coldwarm.experiment.strict import Strict, fault, refuse
from coldwarm.experiment.study import STUDIES, TRIES, Study


def _kind(text: str) -> str:
    if text not in STUDIES:
        raise ValueError(unknown("study", text, tuple(STUDIES)))
    return text


Kind = Annotated[str, Checked({"enum": list(STUDIES)}, _kind)]
ALL_CHANGES = list(dict.fromkeys(itertools.chain.from_iterable(STUDIES.values())))
Change = Annotated[str, Checked({"enum": ALL_CHANGES}, str)]


class StudyOptions(Strict):
    """What is done between two starts, and how often."""

    kind: Kind = Field(
        description=(
            "invalidation: change one thing between cold and warm, does it still hit? faults: "
            "damage the cache, does the next start survive it?"
        )
    )
    changes: OneOrMany[Change] | None = Field(
        default=None, description="What is done, one at a time; by default all that the kind knows."
    )
    tries: Count | None = Field(
        default=None,
        description=f"How often each is tried; by default {TRIES['invalidation']} for "
        f"invalidation, {TRIES['faults']} for faults.",
    )

    @field_validator("changes")
    @classmethod
    def _are_known(
        cls, changes: tuple[str, ...] | None, info: ValidationInfo
    ) -> tuple[str, ...] | None:
        kind = str(info.data.get("kind"))  # not there when it is wrong itself
        known = STUDIES.get(kind, changes or ())
        faults = [
            fault(unknown(f"change of the study {kind}", change, known), index)
            for index, change in enumerate(changes or ())
            if change not in known
        ]
        if faults:
            raise refuse(faults)
        return changes

    def study(self) -> Study:
        """Return the study, with the defaults where nothing was asked for."""
        changes = STUDIES[self.kind] if self.changes is None else tuple(dict.fromkeys(self.changes))
        return Study(self.kind, changes, self.tries or TRIES[self.kind])


def _options(value: Any) -> StudyOptions:  # noqa: ANN401
    given = {"kind": value} if isinstance(value, str) else value
    return StudyOptions.model_validate(given)


StudyEntry = Annotated[
    StudyOptions, PlainValidator(_options, json_schema_input_type=Kind | StudyOptions)
]
