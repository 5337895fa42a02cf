"""From what an experiment calls a model to its files, building what is built in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldwarm.errors import ModelError
from coldwarm.models.builder import build
from coldwarm.models.catalog import find_variant
from coldwarm.models.fetcher import FETCHED, damage_of_real, path_of_real, state_of_real
from coldwarm.models.model_files import find_files
from coldwarm.models.shelf import BUILT, DAMAGED, folder_of, state_of, xml_in
from coldwarm.models.zoo import find_real

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coldwarm.models.model_files import ModelFiles
    from coldwarm.models.zoo import RealModel


def _tell_nobody(text: str) -> None:
    """Show no progress."""


def resolve(
    name: str,
    model_paths: Mapping[str, Path],
    *,
    progress: Callable[[str], None] = _tell_nobody,
) -> ModelFiles:
    """Return the files of a model, a built-in one checked and built when necessary.

    A real model is not fetched: what reaches for the network is said by the user, by name.

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
    real = find_real(name)
    if real is not None:
        return _fetched(name, real)
    variant = find_variant(name)
    if state_of(variant) != BUILT:
        build(variant, progress)
    files = find_files(name, xml_in(folder_of(variant), variant))
    return replace(files, inputs=variant.model.inputs)


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
    return (find_real(name) or find_variant(name).weights).bytes


def _fetched(name: str, model: RealModel) -> ModelFiles:
    state = state_of_real(model)
    if state != FETCHED:
        damaged = state == DAMAGED
        why = f"is damaged: {damage_of_real(model)}" if damaged else "is not on this machine yet"
        msg = (
            f"the model {name} {why}. Fetch it ({model.bytes / 1e6:.1f} MB, licence "
            f"{model.licence}): coldwarm models fetch {name}, or all like it: "
            f"coldwarm models fetch --suite {model.suite}"
        )
        raise ModelError(msg)
    return replace(find_files(name, path_of_real(model)), inputs=model.inputs)
