"""The part of an experiment file that says how often, how long and in what order."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, field_validator, model_validator

from coldwarm.experiment.fields import Count, Duration, Percentage, Seed
from coldwarm.experiment.spec import Sampling
from coldwarm.experiment.strict import Strict, refuse_at

FEWEST_SEQUENTIAL_ROUNDS = 12
ROUNDS_PER_STEP = 6
"""A rule that looks earlier or more often covers less than its 95 % (checked on real noise)."""

DEFAULT_SEQUENTIAL_ROUNDS = (12, 60)


class Rounds(Strict):
    """Bounds between which precision or time_budget decides."""

    min: Count = Field(description="Rounds that are measured where a time_budget allows it.")
    max: Count = Field(description="Rounds that are never exceeded.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Rounds:
        if self.min > self.max:
            msg = f"max must be at least min, which is {self.min}"
            raise refuse_at(msg, "max")
        return self


def _rounds(value: Any) -> Rounds:  # noqa: ANN401
    given = {"min": value, "max": value} if isinstance(value, str) else value
    return Rounds.model_validate(given)


class SamplingEntry(Strict):
    """How often, how long, in what order."""

    warm_starts: Count = Field(default=1, description="Warm starts after each cold one.")
    precision: Percentage | None = Field(
        default=None,
        description=(
            "Stop a case when the half-width of its speedup's 95 % interval is this small: 5%."
        ),
    )
    time_budget: Duration | None = Field(
        default=None,
        description=(
            "Time for references and rounds: 10m. Where min rounds do not fit, whole blocks of "
            "cases are dropped."
        ),
    )
    timeout: Duration | None = Field(
        default=None, description="Kill a start that takes longer: 2m."
    )
    rounds: (
        Annotated[Rounds, PlainValidator(_rounds, json_schema_input_type=Count | Rounds)] | None
    ) = Field(
        default=None,
        description=(
            "An exact number of rounds, or {min, max} with precision or time_budget. With "
            f"precision at least {FEWEST_SEQUENTIAL_ROUNDS}, in steps of {ROUNDS_PER_STEP}."
        ),
    )
    seed: Seed = Field(default=1, description="What the order of starts and inputs derives from.")

    @field_validator("rounds")
    @classmethod
    def _fit_the_rest(cls, rounds: Rounds | None, info: ValidationInfo) -> Rounds | None:
        # A sibling that is wrong itself is not among the data.
        if rounds is None or "precision" not in info.data:
            return rounds
        if info.data["precision"] is None:
            if rounds.min != rounds.max and info.data.get("time_budget", "wrong") is None:
                msg = (
                    "nothing says when to stop between min and max: add precision or "
                    "time_budget, or give one number of rounds"
                )
                raise ValueError(msg)
        elif rounds.min < FEWEST_SEQUENTIAL_ROUNDS:
            msg = (
                f"with precision, {FEWEST_SEQUENTIAL_ROUNDS} rounds are measured before the first "
                f"look: write rounds: {{min: {FEWEST_SEQUENTIAL_ROUNDS}, max: …}}"
            )
            raise refuse_at(msg, "min")
        elif beyond := (rounds.max - rounds.min) % ROUNDS_PER_STEP:
            lower = rounds.max - beyond
            msg = (
                f"with precision, rounds go on in steps of {ROUNDS_PER_STEP} after min: "
                f"max can be {lower} or {lower + ROUNDS_PER_STEP}"
            )
            raise refuse_at(msg, "max")
        return rounds

    def sampling(self) -> Sampling:
        """Return what was asked for, with the defaults where nothing was."""
        default = Sampling()
        if self.rounds is not None:
            fewest, most = self.rounds.min, self.rounds.max
        elif self.precision is not None:
            fewest, most = DEFAULT_SEQUENTIAL_ROUNDS
        else:
            fewest, most = default.min_rounds, default.max_rounds
        return Sampling(
            min_rounds=fewest,
            max_rounds=most,
            precision=self.precision,
            time_budget_s=self.time_budget,
            warm_starts=self.warm_starts,
            timeout_s=self.timeout if self.timeout is not None else default.timeout_s,
            seed=self.seed,
        )
