"""From what an experiment or a user calls a model to its files, its size and its state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError
from coldwarm.models.catalog import all_models, find_model
from coldwarm.models.installed import ABSENT, DAMAGED, READY, damage_of, path_of, state_of
from coldwarm.models.making import build
from coldwarm.models.model_files import find_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coldwarm.models.catalog import Model
    from coldwarm.models.model_files import ModelFiles

STATES = {
    True: {READY: "built", ABSENT: "not built", DAMAGED: "damaged"},
    False: {READY: "fetched", ABSENT: "not fetched", DAMAGED: "damaged"},
}
"""Whether a model is built in, to how its state is called."""


@dataclass(frozen=True)
class ModelInfo:
    """A model of the catalog in one variant, as `coldwarm models` shows it.

    Attributes:
        name: its full name, such as ``resnet50:f32`` or ``basic-pitch@tflite``.
        kind: ``built-in``, or the suite: ``real``, ``classic`` or ``llm``.
        format: ``ir``, ``onnx``, ``tflite`` or ``saved_model``.
        description: what it is, in a few words.
        bytes: size of its weights if it is built in, of its files if it is not.
        state: ``built``, ``not built``, ``fetched``, ``not fetched`` or ``damaged``.
        path: where OpenVINO finds it, or would.
        parameters: how many weights a built-in model has, approximately.
        licence: of the model.
        source: where it comes from.
        packages: what it is taken out of.
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
    """Return every model in every variant, in the order of the catalog. Nothing is made."""
    return [_info(model) for model in all_models()]


def model_info(name: str) -> ModelInfo:
    """Return what is known of one model.

    Raises:
        ModelError: when there is none of that name.
    """
    return _info(find_model(name))


def _info(model: Model) -> ModelInfo:
    return ModelInfo(
        name=model.name,
        kind=model.suite,
        format=model.format,
        description=model.task,
        bytes=model.bytes,
        state=STATES[model.is_built_in][state_of(model)],
        path=path_of(model),
        parameters=model.parameters,
        licence=model.licence,
        source=model.source,
        packages=model.packages,
        sha256=model.pins,
        inputs=model.inputs,
    )


def _tell_nobody(text: str) -> None:
    """Show no progress."""


def resolve(
    name: str,
    model_paths: Mapping[str, Path],
    *,
    progress: Callable[[str], None] = _tell_nobody,
) -> ModelFiles:
    """Return the files of a model, a built-in one checked and built when necessary.

    No other model is fetched: what reaches for the network is said by the user, by name.

    Args:
        name: what cases call the model.
        model_paths: name to path of the models that are local files; these come first.
        progress: is told, in a sentence, when something takes a while.

    Raises:
        ModelError: when there is no such model, a file of it is missing, or it cannot be built, or
            was not fetched.
    """
    if name in model_paths:
        return find_files(name, model_paths[name])
    model = find_model(name)
    state = state_of(model)
    if state != READY and not model.is_built_in:
        raise _not_fetched(name, model, state)
    if state != READY:
        build(model, progress)
    return replace(find_files(name, path_of(model)), inputs=model.inputs)


def size_of(name: str, model_paths: Mapping[str, Path]) -> int:
    """Return the bytes of a model, whether it is on this machine already or not.

    Args:
        name: what cases call the model.
        model_paths: name to path of the models that are local files.

    Raises:
        ModelError: when there is no such model, or a file of it is missing.
    """
    if name in model_paths:
        return find_files(name, model_paths[name]).bytes
    return find_model(name).bytes


def _not_fetched(name: str, model: Model, state: str) -> ModelError:
    damaged = state == DAMAGED
    why = f"is damaged: {damage_of(model)}" if damaged else "is not on this machine yet"
    return ModelError(
        f"the model {name} {why}. Fetch it ({model.bytes / 1e6:.1f} MB, licence "
        f"{model.licence}): coldwarm models fetch {name}, or all like it: "
        f"coldwarm models fetch --suite {model.suite}"
    )
