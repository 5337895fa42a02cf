"""What `coldwarm models` shows: every built-in model, its size and its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.models.catalog import variants
from coldwarm.models.shelf import folder_of, state_of, xml_in

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.models.catalog import Variant


@dataclass(frozen=True)
class ModelInfo:
    """A built-in model in one precision.

    Attributes:
        name: its full name, such as ``resnet50:f32``.
        description: what it is, in a few words.
        parameters: how many weights it has, approximately.
        bytes: size of its .bin, built or not.
        state: ``built``, ``not built`` or ``damaged``.
        path: where its main file is, or would be.
    """

    name: str
    description: str
    parameters: int
    bytes: int
    state: str
    path: Path


def list_models() -> list[ModelInfo]:
    """Return every built-in model in every precision. Nothing is built."""
    return [_info(variant) for variant in variants()]


def _info(variant: Variant) -> ModelInfo:
    return ModelInfo(
        variant.name,
        variant.model.description,
        variant.model.parameters,
        variant.weights.bytes,
        state_of(variant),
        xml_in(folder_of(variant), variant),
    )
