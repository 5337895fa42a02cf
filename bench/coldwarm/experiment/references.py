"""Types of the values that refer to files: models, runtimes, directories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
)

from coldwarm.experiment import input_values, paths
from coldwarm.experiment.fields import Described, Dtype, Environment, Label, Text
from coldwarm.experiment.paths import LocatedModel, Surroundings
from coldwarm.experiment.strict import Strict, fault, refuse, refuse_at


class InputEntry(Strict):
    """What is fed into one input of a model."""

    shape: tuple[Annotated[int, Field(ge=0, le=2**31 - 1)], ...] | None = Field(
        default=None, description="The input's whole shape, for example [1, 128]."
    )
    dtype: Dtype | None = Field(
        default=None, description="OpenVINO's name of the element type, where the model has none."
    )

    values: Annotated[Any, Described({"type": ["array", "string", "number", "boolean"]})] = Field(
        default=None,
        description=(
            "The values themselves: a nested list, one number, or the path of an .npy or .npz "
            "file, relative to the experiment file; the shape follows from them."
        ),
    )

    def as_mapping(self, name: str, here: Surroundings) -> dict[str, Any]:
        """Return what was given to the input of this name, as plain data.

        Raises:
            ValueError: with a sentence for the user, when the values are none.
        """
        values, shape, kind = self.values, None, ""
        if isinstance(values, str) and values.lower().endswith(input_values.SUFFIXES):
            values, shape, kind = input_values.filed_values(values, here.path(values), name)
        elif values is not None:
            alone = isinstance(values, str)
            values, shape, kind = input_values.listed_values(values)
            if alone and kind == "text":
                msg = "values are a list, one number, or the path of an .npy or .npz file"
                raise ValueError(msg)
        if shape is not None and self.shape is not None and shape != list(self.shape):
            msg = f"the values have the shape {shape}, not {list(self.shape)}: remove shape"
            raise ValueError(msg)
        if values is not None and self.dtype is not None:
            listed = [] if isinstance(values, dict) else self.values
            input_values.check_dtype(self.dtype, kind, listed)
        if shape is None and self.shape is not None:
            shape = list(self.shape)
        given = {"shape": shape, "dtype": self.dtype, "values": values}
        return {key: value for key, value in given.items() if value is not None}


def _surroundings(info: ValidationInfo) -> Surroundings:
    if not isinstance(info.context, Surroundings):
        msg = "validate with context=Surroundings(...)"
        raise TypeError(msg)
    return info.context


def _model_file(text: str, info: ValidationInfo) -> str:
    paths.check_model_file(text, _surroundings(info).path(text))
    return text


def _interpreter(text: str, info: ValidationInfo) -> str:
    # A rule names a runtime of the matrix, which has been looked for there: no context.
    if info.context is not None:
        paths.check_interpreter(text, _surroundings(info))
    return text


class ModelEntry(Strict):
    """A model with a name of one's own, or with inputs."""

    name: Label | None = Field(
        default=None, description="What results call it; alone, a built-in model."
    )
    path: Annotated[Text, AfterValidator(_model_file)] | None = Field(
        default=None, description="The model file, relative to the experiment file."
    )
    inputs: dict[str, InputEntry] = Field(
        default={}, description="Input name to shape and dtype, or to values."
    )


class RuntimeEntry(Strict):
    """An interpreter with an environment of its own: a self-built OpenVINO, for example."""

    python: Annotated[Text, AfterValidator(_interpreter)] = Field(
        description="The interpreter or virtual environment."
    )
    env: Environment = Field(
        default={}, description="Variables such as PYTHONPATH and LD_LIBRARY_PATH."
    )


def _model(value: Any, info: ValidationInfo) -> LocatedModel:  # noqa: ANN401
    here = _surroundings(info)
    if isinstance(value, str):
        return paths.locate_model(str(value), here)
    if not isinstance(value, dict):
        msg = "a model is a name, a path, or a mapping with name, path and inputs"
        raise ValueError(msg)  # noqa: TRY004 (pydantic collects no TypeErrors)
    entry = ModelEntry.model_validate(value, context=here)
    if entry.path is None and entry.name is None:
        msg = "a model needs a name, a path or both"
        raise ValueError(msg)
    try:
        model = paths.locate_named_model(entry.name, entry.path, here)
    except ValueError as err:
        raise refuse_at(str(err), "name") from err
    inputs, faults = {}, []
    for name, given in entry.inputs.items():
        try:
            inputs[name] = given.as_mapping(name, here)
        except ValueError as err:
            faults.append(fault(str(err), "inputs", name, "values"))
    if faults:
        raise refuse(faults)
    return LocatedModel(model.name, model.path, inputs)


def _runtime(value: Any, info: ValidationInfo) -> str:  # noqa: ANN401
    here = _surroundings(info)
    if isinstance(value, str):
        paths.check_runtime(str(value), here)
    return _runtime_text(value, here)


def _runtime_of_rule(value: Any) -> str:  # noqa: ANN401
    return _runtime_text(value, None)


def _runtime_text(value: Any, here: Surroundings | None) -> str:  # noqa: ANN401
    if isinstance(value, str):
        return str(value)
    if not isinstance(value, dict):
        msg = "a runtime is installed, a requirement, a path, or a mapping with python and env"
        raise ValueError(msg)  # noqa: TRY004 (pydantic collects no TypeErrors)
    entry = RuntimeEntry.model_validate(value, context=here)
    return json.dumps(entry.model_dump(), sort_keys=True)


def _directory(value: Any, info: ValidationInfo) -> Path:  # noqa: ANN401
    if not isinstance(value, str):
        msg = "a directory is the text of a path"
        raise ValueError(msg)  # noqa: TRY004 (pydantic collects no TypeErrors)
    return paths.check_directory(value, _surroundings(info))


Model = Annotated[LocatedModel, PlainValidator(_model, json_schema_input_type=str | ModelEntry)]
Runtime = Annotated[str, PlainValidator(_runtime, json_schema_input_type=str | RuntimeEntry)]
RuntimeOfRule = Annotated[
    str, PlainValidator(_runtime_of_rule, json_schema_input_type=str | RuntimeEntry)
]
Directory = Annotated[Path, BeforeValidator(_directory), Described({"type": "string"})]
