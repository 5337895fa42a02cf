"""ModelFiles: which files belong to a model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError
from coldwarm.models.onnx_data import external_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class ModelFiles:
    """A model on this disk.

    Attributes:
        name: what cases call it.
        path: absolute path of its main file, or of the directory of a SavedModel.
        files: every file that belongs to it, the main file first.
        bin: the weights of an OpenVINO IR; None for other formats.
        bytes: size of all its files.
        inputs: input name to shape and dtype, where the catalog knows better than 1 for
            dynamic dimensions.
    """

    name: str
    path: Path
    files: tuple[Path, ...]
    bin: Path | None
    bytes: int
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def weights(self) -> Path:
        """Return the file that holds the weights; where no format says, it is the largest."""
        return self.bin or max(self.files, key=lambda file: file.stat().st_size)

    @property
    def folder(self) -> Path:
        """Return the directory to which the names of the files are relative."""
        return self.path if self.path in self.files[0].parents else self.path.parent


def find_files(name: str, path: Path) -> ModelFiles:
    """Return the files of the model at `path`. Symbolic links are left as they are.

    Raises:
        ModelError: when one of them is missing or cannot be read.
    """
    path = path.absolute()
    try:
        files = _belonging(name, path)
        size = sum(file.stat().st_size for file in files)
    except FileNotFoundError as err:
        raise ModelError(missing(name, err.filename)) from err
    except OSError as err:
        msg = f"the model {name} cannot be read: {err.filename}: {err.strerror}"
        raise ModelError(msg) from err
    weights = path.with_suffix(".bin")
    is_ir = path.suffix.lower() == ".xml" and weights in files
    return ModelFiles(name, path, files, weights if is_ir else None, size)


def missing(name: str, file: object) -> str:
    """Return the sentence for a file that is not there."""
    return f"the model {name} is incomplete: there is no file {file}"


def _belonging(name: str, path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        return _saved_model(name, path)
    if not path.exists():
        msg = f"there is no model {name}: {path} does not exist"
        raise ModelError(msg)
    find = _FORMATS.get(path.suffix.lower())
    if find is None:
        endings = ", ".join(_FORMATS)
        msg = (
            f"the model {name} has no format that coldwarm knows: {path} is neither a SavedModel "
            f"directory nor a file ending in {endings}"
        )
        raise ModelError(msg)
    return (path, *find(path))


def _saved_model(name: str, path: Path) -> tuple[Path, ...]:
    graph = path / "saved_model.pb"
    if not graph.is_file():
        msg = f"the model {name} is no TensorFlow SavedModel: {path} has no saved_model.pb"
        raise ModelError(msg)
    others = (file for file in sorted(path.rglob("*")) if file.is_file() and file != graph)
    return (graph, *others)


def _nothing_else(path: Path) -> tuple[Path, ...]:  # noqa: ARG001 (one of _FORMATS)
    return ()


def _ir_weights(path: Path) -> tuple[Path, ...]:
    weights = path.with_suffix(".bin")
    # A graph without constants is complete without the other file.
    if weights.exists() or b'type="Const"' in path.read_bytes():
        return (weights,)
    return ()


def _paddle_weights(path: Path) -> tuple[Path, ...]:
    weights = path.with_suffix(".pdiparams")
    return (weights,) if weights.exists() else ()


_FORMATS: dict[str, Callable[[Path], tuple[Path, ...]]] = {
    ".xml": _ir_weights,
    ".onnx": external_data,
    ".tflite": _nothing_else,
    ".pb": _nothing_else,
    ".pdmodel": _paddle_weights,
    ".json": _paddle_weights,
}
"""Suffix to what finds the files beside the main one: IR, ONNX, TFLite, TensorFlow, Paddle."""
