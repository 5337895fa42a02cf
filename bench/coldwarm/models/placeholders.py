"""Properties and the files of the model: placeholders for them, and files that are not its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldwarm.models.model_files import ModelFiles

_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


def fill_placeholders(properties: Mapping[str, Any], files: ModelFiles) -> dict[str, Any]:
    """Return the properties with ``${model_path}`` and ``${model_bin}`` filled in, at any depth.

    Raises:
        ModelError: for a placeholder that is unknown or that this model cannot fill.
    """
    return {key: _filled(value, files) for key, value in properties.items()}


def foreign_files(properties: Mapping[str, Any], files: ModelFiles) -> dict[str, str]:
    """Return the properties, at any depth, that name a file which does not belong to the model.

    Args:
        properties: with their placeholders filled in.
        files: of the model.
    """
    own = {file.resolve() for file in (files.path, *files.files)}
    return {
        key: value
        for key, value in _texts(properties)
        if (key.upper().endswith("_PATH") or "/" in value or "\\" in value)
        and not (Path(value).is_absolute() and Path(value).resolve() in own)
    }


def _texts(properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in properties.items():
        if isinstance(value, dict):
            yield from _texts(value)
        elif isinstance(value, str):
            yield key, value


def _filled(value: Any, files: ModelFiles) -> Any:  # noqa: ANN401 (JSON-like data)
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda found: _value(found[1], files), value)
    if isinstance(value, dict):
        return {key: _filled(item, files) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(item, files) for item in value]
    return value


def _value(name: str, files: ModelFiles) -> str:
    if name == "model_path":
        return str(files.path)
    if name != "model_bin":
        msg = f"unknown placeholder ${{{name}}}: expected ${{model_bin}} or ${{model_path}}"
        raise ModelError(msg)
    if files.bin is None:
        msg = (
            f"${{model_bin}} is the weights file of an OpenVINO IR, which the model {files.name} "
            "is not: exclude it from the cases with this property"
        )
        raise ModelError(msg)
    return str(files.bin)
