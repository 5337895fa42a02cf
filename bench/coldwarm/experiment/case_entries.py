"""The part of an experiment file that says what is measured: the matrix and the rules about it.

Every model here has a field for each axis of `Case`, made from what is declared there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ConfigDict, Field, create_model, model_validator

from coldwarm.experiment.case import AXES, AXIS_OF, DEFAULTS, Case
from coldwarm.experiment.checks import ALL_DEVICES
from coldwarm.experiment.fields import (
    Day,
    MatrixDevice,
    OneOrMany,
    Properties,
    Text,
    Verdict,
    of_axis,
)
from coldwarm.experiment.references import Model, Runtime, RuntimeOfRule
from coldwarm.experiment.strict import Strict

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E", bound=Strict)

_LOOKED_FOR = {"model": Model, "runtime": Runtime, "properties": Properties}
"""Axes whose values refer to something or are no text, to their types; the others' are made."""

VALUE = {axis: _LOOKED_FOR.get(axis) or of_axis(axis) for axis in AXES}
IN_MATRIX = {**VALUE, "device": MatrixDevice}
IN_RULE = {**VALUE, "model": Text, "runtime": RuntimeOfRule}

HELP = {axis: known.help for axis, known in AXIS_OF.items()}
HELP_IN_MATRIX = {
    **HELP,
    "device": f"{HELP['device']} {ALL_DEVICES} stands for every device of this host.",
}
HELP_IN_RULE = {
    **HELP,
    "model": "Models, by the name or path that the matrix gives them.",
    "properties": "Properties, complete: a case matches when it has exactly these.",
}


def _with_axes(field_of: Callable[[str], tuple[Any, Any]]) -> Callable[[type[E]], type[E]]:
    """Return what gives a model a field for each axis: its type and its `Field`."""

    def extended(model: type[E]) -> type[E]:
        fields: dict[str, Any] = {axis: field_of(axis) for axis in AXES}
        return create_model(
            model.__name__,
            __base__=model,
            __doc__=model.__doc__,
            __module__=model.__module__,
            **fields,
        )

    return extended


def _one_or_many(value: Any) -> Any:  # noqa: ANN401 (types that pydantic reads)
    return OneOrMany[value]


def _of_matrix(axis: str) -> tuple[Any, Any]:
    default = (DEFAULTS[axis],) if axis in DEFAULTS else ()
    return _one_or_many(IN_MATRIX[axis]), Field(default=default, description=HELP_IN_MATRIX[axis])


def _of_case(axis: str) -> tuple[Any, Any]:
    return VALUE[axis], Field(default=DEFAULTS.get(axis, ...), description=HELP[axis])


def _of_rule(axis: str) -> tuple[Any, Any]:
    return _one_or_many(IN_RULE[axis]) | None, Field(default=None, description=HELP_IN_RULE[axis])


@_with_axes(_of_matrix)
class Matrix(Strict):
    """Every combination of these values is a case."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"required": ["model"]})

    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Return every axis with its values, models by name."""
        values = {axis: self.values(axis) for axis in AXES}
        return {**values, "model": tuple(model.name for model in values["model"])}

    def values(self, axis: str) -> tuple[Any, ...]:
        """Return the values of one axis."""
        found: tuple[Any, ...] = getattr(self, axis)
        return found


@_with_axes(_of_case)
class IncludedCase(Strict):
    """One more case, complete; an axis that is left out has its default."""

    key_noun = "axis"

    model: Model

    def case(self) -> Case:
        """Return the case."""
        values = {axis: getattr(self, axis) for axis in AXES}
        return Case(**{**values, "model": self.model.name})


@_with_axes(_of_rule)
class Rule(Strict):
    """Axes and their values. A case matches when it has, on each, the value or one of them."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [a]} for a in AXES]})

    @model_validator(mode="after")
    def _names_an_axis(self) -> Rule:
        if not self.pattern():
            msg = "name at least one axis, such as device: GPU"
            raise ValueError(msg)
        return self

    def pattern(self) -> dict[str, tuple[Any, ...]]:
        """Return axis to the values of which a matching case has one."""
        given = ((axis, getattr(self, axis)) for axis in AXES)
        return {axis: values for axis, values in given if values is not None}


class ExpectedFinding(Rule):
    """A known finding: met, it does not fail a gate; no longer true, it is news."""

    verdict: Verdict = Field(description="The verdict of the matching cases' warm starts.")
    note: Text = Field(default="", description="Why, in your words.")
    until: Day | None = Field(
        default=None, description="A date such as 2026-12-31, after which it excuses nothing."
    )
