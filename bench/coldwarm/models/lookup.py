"""From what an experiment calls a model to its files, building what is built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.models.builder import build
from coldwarm.models.catalog import find_variant
from coldwarm.models.model_files import find_files
from coldwarm.models.shelf import BUILT, folder_of, state_of, xml_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coldwarm.models.model_files import ModelFiles


def _tell_nobody(text: str) -> None:
    """Show no progress."""


def resolve(
    name: str,
    model_paths: Mapping[str, Path],
    *,
    progress: Callable[[str], None] = _tell_nobody,
) -> ModelFiles:
    """Return the files of a model, a built-in one checked and built when necessary.

    Args:
        name: what cases call the model.
        model_paths: name to path of the models that are local files; these come first.
        progress: is told, in a sentence, when something takes a while.

    Raises:
        ModelError: when there is no such model, a file of it is missing, or it cannot be built.
    """
    if name in model_paths:
        return find_files(name, model_paths[name])
    variant = find_variant(name)
    if state_of(variant) != BUILT:
        build(variant, progress)
    return find_files(name, xml_in(folder_of(variant), variant))
