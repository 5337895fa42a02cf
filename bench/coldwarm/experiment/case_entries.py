"""The part of an experiment file that says what is measured: the matrix and the rules about it."""

# ruff: noqa: TC001 (pydantic reads the annotations when the module is imported)

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, model_validator

from coldwarm.experiment.case import AXES, Case
from coldwarm.experiment.fields import (
    Api,
    CacheMode,
    Day,
    Device,
    Encryption,
    MatrixDevice,
    OneOrMany,
    Properties,
    Storage,
    Text,
    Verdict,
)
from coldwarm.experiment.references import Model, Runtime, RuntimeOfRule
from coldwarm.experiment.strict import Strict

AXIS_HELP = {
    "model": (
        "Built-in models (resnet50, resnet50:int8, name@format), paths of model files relative to "
        "this file (.xml with its .bin, .onnx, .tflite, .pb, .pdmodel, .json, SavedModel "
        "directories), or mappings {name, path, inputs}."
    ),
    "device": 'OpenVINO devices. Put names with a comma, such as "AUTO:GPU,CPU", in quotes.',
    "api": (
        "read_model: read_model, then compile_model. path: compile_model(path). import: "
        "export_model into a file, then import_model; has no cache directory, so cache_mode and "
        "encryption do not multiply its cases."
    ),
    "cache_mode": "Value of CACHE_MODE; default passes none.",
    "encryption": (
        "Encryption callbacks: none, identity (calls that change nothing), base64, aes-256-gcm, "
        "or two functions of yours as module:encrypt,decrypt (the module lies beside this file)."
    ),
    "runtime": (
        "Which OpenVINO: installed, a requirement such as openvino==2025.4.1, the path of an "
        "interpreter, virtual environment or wheel, or a mapping {python, env}."
    ),
    "properties": (
        "Properties for compile_model, a mapping or a list of them; {} is none. Without quotes, "
        "true and false are booleans and decimal numbers are numbers, everything else is text; "
        'in quotes it is text. "${model_bin}" and "${model_path}" stand for the model\'s files.'
    ),
    "storage": (
        "Before each start: hot (files are in the page cache), evicted (model and blob are not), "
        "boot (the runtime's own files are not either)."
    ),
}


def _axis(name: str, **options: Any) -> Any:  # noqa: ANN401 (as pydantic's own Field)
    return Field(description=AXIS_HELP[name], **options)


class Matrix(Strict):
    """Every combination of these values is a case."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"required": ["model"]})

    model: OneOrMany[Model] = _axis("model", default=())
    device: OneOrMany[MatrixDevice] = Field(
        default=(Case.device,),
        description=f"{AXIS_HELP['device']} all stands for every device of this host.",
    )
    api: OneOrMany[Api] = _axis("api", default=(Case.api,))
    cache_mode: OneOrMany[CacheMode] = _axis("cache_mode", default=(Case.cache_mode,))
    encryption: OneOrMany[Encryption] = _axis("encryption", default=(Case.encryption,))
    runtime: OneOrMany[Runtime] = _axis("runtime", default=(Case.runtime,))
    properties: OneOrMany[Properties] = _axis("properties", default=({},))
    storage: OneOrMany[Storage] = _axis("storage", default=(Case.storage,))

    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Return every axis with its values, models by name."""
        return {**dict(self), "model": tuple(model.name for model in self.model)}


class IncludedCase(Strict):
    """One more case, complete; an axis that is left out has its default."""

    key_noun = "axis"

    model: Model = _axis("model")
    device: Device = _axis("device", default=Case.device)
    api: Api = _axis("api", default=Case.api)
    cache_mode: CacheMode = _axis("cache_mode", default=Case.cache_mode)
    encryption: Encryption = _axis("encryption", default=Case.encryption)
    runtime: Runtime = _axis("runtime", default=Case.runtime)
    properties: Properties = _axis("properties", default={})
    storage: Storage = _axis("storage", default=Case.storage)

    def case(self) -> Case:
        """Return the case."""
        return Case(**{**dict(self), "model": self.model.name})


class Rule(Strict):
    """Axes and their values. A case matches when it has, on each, the value or one of them."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [a]} for a in AXES]})

    model: OneOrMany[Text] | None = Field(
        default=None, description="Models, by the name or path that the matrix gives them."
    )
    device: OneOrMany[Device] | None = _axis("device", default=None)
    api: OneOrMany[Api] | None = _axis("api", default=None)
    cache_mode: OneOrMany[CacheMode] | None = _axis("cache_mode", default=None)
    encryption: OneOrMany[Encryption] | None = _axis("encryption", default=None)
    runtime: OneOrMany[RuntimeOfRule] | None = _axis("runtime", default=None)
    properties: OneOrMany[Properties] | None = Field(
        default=None, description="Properties, complete: a case matches when it has exactly these."
    )
    storage: OneOrMany[Storage] | None = _axis("storage", default=None)

    @model_validator(mode="after")
    def _names_an_axis(self) -> Rule:
        if not self.pattern():
            msg = "name at least one axis, such as device: GPU"
            raise ValueError(msg)
        return self

    def pattern(self) -> dict[str, tuple[Any, ...]]:
        """Return axis to the values of which a matching case has one."""
        given = ((axis, getattr(self, axis)) for axis in Rule.model_fields)
        return {axis: values for axis, values in given if values is not None}


class ExpectedFinding(Rule):
    """A known finding: met, it does not fail a gate; no longer true, it is news."""

    verdict: Verdict = Field(description="The verdict of the matching cases' warm starts.")
    note: Text = Field(default="", description="Why, in your words.")
    until: Day | None = Field(
        default=None, description="A date such as 2026-12-31, after which it excuses nothing."
    )
