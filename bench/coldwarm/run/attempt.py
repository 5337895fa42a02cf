"""Trace: the stored record of one try of a study. Evidence; the outcome is derived when read."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from coldwarm.run.inference import Answer  # noqa: TC001 (pydantic reads the types of records)
from coldwarm.run.sample import SCHEMA_VERSION, Sample


@dataclass(frozen=True)
class Trace:
    """One try: starts in one cache directory, with something done to it between them.

    Attributes:
        schema: version of this layout.
        run_id: name of the run.
        study: ``invalidation`` or ``faults``.
        case_id: the case.
        case: its axes.
        change: what was done, of what the study knows.
        number: which try, from 0.
        started_at: UTC, ISO 8601.
        skipped: why nothing was tried, where it was not.
        starts: the samples of its starts, in the order in which they were made; each sample's
            case is what that start was, which a study may make another than the try's.
        answers: what is right: name (``then``, ``now``) to the outputs of an uncached start, to
            none where two of them failed, to None where they did not agree.
        facts: what else was seen or done, such as at which byte a blob was cut.
    """

    run_id: str
    study: str
    case_id: str
    case: dict[str, Any]
    change: str
    number: int
    started_at: str
    skipped: str | None = None
    starts: tuple[Sample, ...] = ()
    answers: dict[str, Answer | None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA_VERSION

    @property
    def key(self) -> tuple[str, str, int]:
        """Identify the try within its run."""
        return self.case_id, self.change, self.number

    @property
    def version(self) -> str | None:
        """Return the OpenVINO version of its last start that could tell."""
        told = [start.openvino_version for start in self.starts if start.openvino_version]
        return told[-1] if told else None

    def to_json(self) -> dict[str, Any]:
        """Return the try as one JSON object."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values["starts"] = [start.to_json() for start in self.starts]
        return {key: value for key, value in values.items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Trace:
        """Rebuild a try from its JSON object; unknown keys are ignored.

        Raises:
            KeyError, TypeError: when `data` is not a try.
        """
        names = {each.name for each in fields(cls)}
        values = {key: value for key, value in data.items() if key in names}
        values["starts"] = tuple(Sample.from_json(start) for start in values.get("starts", ()))
        values["answers"] = {
            name: None if answer is None else tuple(answer)
            for name, answer in values.get("answers", {}).items()
        }
        return cls(**values)
