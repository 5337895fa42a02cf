"""Mappings with known keys only, and errors that say where inside a value they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from coldwarm.experiment.problems import nearest, unknown
from coldwarm.experiment.yaml_nodes import KEY

if TYPE_CHECKING:
    from pydantic import ModelWrapValidatorHandler


class Strict(BaseModel):
    """A mapping with known keys only.

    Attributes:
        key_noun: what its keys are called.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    key_noun: ClassVar[str] = "key"

    @model_validator(mode="wrap")
    @classmethod
    def _has_known_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401
        # Not left to pydantic, whose error does not tell which keys there are.
        if not isinstance(data, dict):
            return handler(data)
        names = tuple(cls.model_fields)
        strangers = [key for key in data if key not in names]
        faults = [fault(unknown(cls.key_noun, key, names), key, KEY) for key in strangers]
        misspelt = {nearest(key, names) for key in strangers}
        try:
            model = handler({key: data[key] for key in data if key in names})
        except ValidationError as err:
            faults += [
                InitErrorDetails(
                    type=inner["type"],
                    loc=inner["loc"],
                    input=inner["input"],
                    ctx=inner.get("ctx", {}),
                )
                for inner in err.errors()
                if not (inner["type"] == "missing" and inner["loc"][-1] in misspelt)
            ]
        if faults:
            raise refuse(faults)
        return model


def refuse_at(message: str, *loc: str | int) -> ValidationError:
    """Return the error that puts a sentence at a place inside the value being validated."""
    return refuse([fault(message, *loc)])


def refuse(faults: list[InitErrorDetails]) -> ValidationError:
    """Return the error that holds several faults."""
    return ValidationError.from_exception_data("experiment", faults)


def fault(message: str, *loc: str | int) -> InitErrorDetails:
    """Return a sentence and its place inside the value being validated."""
    error = ValueError(message)
    return InitErrorDetails(type="value_error", loc=loc, input=None, ctx={"error": error})
