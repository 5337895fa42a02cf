"""Types of the values in an experiment file: how each is checked, and what the schema says."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, Field
from pydantic_core import core_schema

from coldwarm.experiment import checks, scalars
from coldwarm.experiment.cache_options import RESERVED, RESERVED_VARIABLE_PATTERN, reserved_in
from coldwarm.experiment.case import AXES, AXIS_OF
from coldwarm.experiment.spec import VERDICTS
from coldwarm.experiment.strict import fault, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

DTYPES = (
    *("boolean", "bf16", "f16", "f32", "f64", "string"),
    *("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"),
)
"""OpenVINO's names of the element types that an input can have."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Described:
    """How the schema describes a value, whatever its type."""

    schema: dict[str, Any]

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the value."""
        return copy.deepcopy(self.schema)  # pydantic adds defaults and descriptions to it


@dataclass(frozen=True, eq=False)
class Checked(Described):
    """Text that a function checks or converts, and how the schema describes it."""

    check: Callable[[str], Any]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Take text, then check it."""
        return core_schema.no_info_after_validator_function(self.check, core_schema.str_schema())


class ScalarOrList:
    """Lets a single value stand for a list of one."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Make a list of what is none, before the list is checked."""
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe both forms."""
        listed = {**handler(schema), "minItems": 1}
        return {"anyOf": [listed["items"], listed]}


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401
    if value == []:
        msg = "this list is empty: give at least one value"
        raise ValueError(msg)
    return value if isinstance(value, list) else [value]


def choice(noun: str, options: Sequence[str]) -> Checked:
    """Return what checks a word of a closed list."""
    return Checked({"enum": list(options)}, partial(checks.one_of, noun, options))


def _pattern(check: Callable[[str], Any], pattern: str, **more: object) -> Checked:
    return Checked({"type": "string", "pattern": f"^({pattern})$", **more}, check)


def _properties(properties: dict[str, Any]) -> dict[str, Any]:
    typed, faults = {}, []
    faults += [fault(message, *loc) for loc, message in reserved_in(properties)]
    for key, value in properties.items():
        try:
            typed[key] = scalars.property_value(value)
        except ValueError as err:
            faults.append(fault(str(err), key))
    if faults:
        raise refuse(faults)
    return typed


OneOrMany = Annotated[tuple[T, ...], ScalarOrList()]

Text = Annotated[str, Checked({"type": "string"}, str)]
Label = Annotated[str, _pattern(checks.label, checks.LABEL_PATTERN)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Switch = Annotated[bool, Described({"enum": ["on", "off", True, False]})]
RunName = Annotated[str, _pattern(checks.run_name, checks.RUN_NAME_PATTERN)]
Duration = Annotated[float, _pattern(scalars.seconds, scalars.DURATION_PATTERN)]
Percentage = Annotated[float, _pattern(scalars.fraction, scalars.PERCENTAGE_PATTERN)]
Day = Annotated[str, Checked({"type": "string", "format": "date"}, checks.day)]
Environment = Annotated[
    dict[Annotated[str, _pattern(checks.variable, checks.VARIABLE_PATTERN)], Text],
    Described(
        {
            "type": "object",
            "propertyNames": {
                "pattern": f"^{checks.VARIABLE_PATTERN}$",
                "not": {"pattern": RESERVED_VARIABLE_PATTERN},
            },
            "additionalProperties": {"type": ["string", "number", "boolean"]},
        }
    ),
]
AxisName = Annotated[str, choice("axis", AXES)]
Verdict = Annotated[str, choice("verdict", VERDICTS)]
Dtype = Annotated[str, choice("dtype", DTYPES)]

MatrixDevice = Annotated[
    str,
    _pattern(
        checks.matrix_device,
        f"{checks.ALL_DEVICES}|{checks.DEVICE_PATTERN}",
        examples=[checks.ALL_DEVICES, *checks.DEVICE_EXAMPLES],
    ),
]
Properties = Annotated[
    dict[str, Any],
    AfterValidator(_properties),
    Described(
        {
            "type": "object",
            "propertyNames": {"not": {"enum": list(RESERVED)}},
            "additionalProperties": {"type": ["string", "number", "boolean", "array", "object"]},
        }
    ),
]


def of_axis(name: str) -> Any:  # noqa: ANN401 (a type that pydantic reads)
    """Return the type of a value of an axis whose values are text that refers to nothing."""
    axis = AXIS_OF[name]
    if axis.check is None:
        return Annotated[str, choice(name, axis.values)]
    return Annotated[str, Checked(axis.schema or {"enum": list(axis.values)}, axis.check)]
