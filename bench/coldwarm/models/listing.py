"""What `coldwarm models` shows: every model with a name, its size and its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.models.catalog import find_variant, variants
from coldwarm.models.fetcher import path_of_real, state_of_real
from coldwarm.models.shelf import folder_of, state_of, xml_in
from coldwarm.models.zoo import find_real, real_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.models.catalog import Variant
    from coldwarm.models.zoo import RealModel


@dataclass(frozen=True)
class ModelInfo:
    """A built-in model in one precision, or a real one in one format.

    Attributes:
        name: its full name, such as ``resnet50:f32`` or ``basic-pitch@tflite``.
        kind: ``built-in``, or the suite: ``real``, ``classic`` or ``llm``.
        format: ``ir``, ``onnx``, ``tflite`` or ``saved_model``.
        description: what it is, in a few words.
        bytes: size of its weights if it is built in, of its files if it is real.
        state: ``built``, ``not built``, ``fetched``, ``not fetched`` or ``damaged``.
        path: where OpenVINO finds it, or would.
        parameters: how many weights a built-in model has, approximately.
        licence: of a real model.
        source: where a real model comes from.
        packages: what a real model is taken out of.
        sha256: name of each pinned file to its digest.
        inputs: input name to the shape that is fed where dimensions are dynamic.
    """

    name: str
    kind: str
    format: str
    description: str
    bytes: int
    state: str
    path: Path
    parameters: int | None = None
    licence: str | None = None
    source: str | None = None
    packages: tuple[str, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def list_models() -> list[ModelInfo]:
    """Return every built-in model in every precision, then the real ones. Nothing is made."""
    return [*map(_built_in, variants()), *map(_real, real_models())]


def model_info(name: str) -> ModelInfo:
    """Return what is known of one model.

    Raises:
        ModelError: when there is none of that name.
    """
    real = find_real(name)
    return _built_in(find_variant(name)) if real is None else _real(real)


def _built_in(variant: Variant) -> ModelInfo:
    weights = variant.weights
    path = xml_in(folder_of(variant), variant)
    return ModelInfo(
        name=variant.name,
        kind="built-in",
        format="ir",
        description=variant.model.description,
        bytes=weights.bytes,
        state=state_of(variant),
        path=path,
        parameters=variant.model.parameters,
        sha256={path.with_suffix(".bin").name: weights.sha256},
        inputs=variant.model.inputs,
    )


def _real(model: RealModel) -> ModelInfo:
    return ModelInfo(
        name=model.name,
        kind=model.suite,
        format=model.format,
        description=model.task,
        bytes=model.bytes,
        state=state_of_real(model),
        path=path_of_real(model),
        licence=model.licence,
        source=model.source,
        packages=model.packages,
        sha256={f.name: f.sha256 for f in (*model.taken, *model.files) if f.sha256},
        inputs=model.inputs,
    )
