"""Names and paths in an experiment file: what they stand for, and whether it is there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping  # noqa: TC003 (pydantic looks at the types of LocatedModel)
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.problems import nearest, quote, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL_SUFFIXES = (".xml", ".onnx", ".tflite", ".pb", ".pdmodel", ".json")
"""Files that `Core.read_model` opens: IR, ONNX, TFLite, TensorFlow, Paddle."""

_CATALOG_NAME = re.compile(
    r"(?P<name>[\w.+-]+)(:(?P<precision>[\w-]+))?(@(?P<format>\w+))?", re.ASCII
)
_REQUIREMENT = re.compile(
    r"openvino(-nightly)?(\[[\w,-]+\])?\s*((==|>=|<=|~=|!=|<|>)\s*[\w.*+!-]+\s*,?\s*)+", re.ASCII
)


@dataclass(frozen=True)
class Surroundings:
    """What an experiment file refers to without saying it.

    Attributes:
        folder: where the file stands; paths in it are relative to this.
        known_models: names of the models that need no path, alone and with each precision or
            format that they can be had in.
        origin: what messages call the folder, or the file that stands in it.
    """

    folder: Path
    known_models: Sequence[str]
    origin: str = "the experiment file"

    def path(self, text: str) -> Path:
        """Return the absolute path that `text` means. Symbolic links are left as they are."""
        return (self.folder / os.path.expanduser(text)).absolute()  # noqa: PTH111 (never raises)


@dataclass(frozen=True)
class LocatedModel:
    """A model of the matrix.

    Attributes:
        name: what cases call it.
        path: where its file is; None for a model of the catalog.
        inputs: input name to shape and dtype, where the experiment gives them.
    """

    name: str
    path: Path | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def may_be_ir(self) -> bool:
        """Return whether it may be an OpenVINO IR, as far as its name tells."""
        if self.path is not None:
            return self.path.suffix.lower() == ".xml"
        return self.name.partition("@")[2] in ("", "ir")


def locate_model(text: str, here: Surroundings) -> LocatedModel:
    """Return the model that a name or path stands for.

    Raises:
        ValueError: with a sentence for the user.
    """
    if _is_catalog_name(text, here.known_models):
        _check_choice(text, "precision", ":", here.known_models)
        _check_choice(text, "format", "@", here.known_models)
        return LocatedModel(text)
    path = here.path(text)
    if _looks_like_path(text) or (text and _exists(path)):
        check_model_file(text, path)
        return LocatedModel(text, path)
    more = ", or the path of a model file"
    shown = [name for name in here.known_models if ":" not in name]
    raise ValueError(unknown("model", text, shown, more))


def locate_named_model(name: str | None, path: str | None, here: Surroundings) -> LocatedModel:
    """Return the model of an entry that gives a name, the path of a model file, or both.

    Raises:
        ValueError: with a sentence for the user.
    """
    if path is None:
        return locate_model(name or "", here)
    if name is not None and _is_catalog_name(name, here.known_models):
        msg = f"{quote(name)} is a name that stands for another model: give this file another name"
        raise ValueError(msg)
    return LocatedModel(name or path, here.path(path))


def check_model_file(text: str, path: Path) -> None:
    """See that a file or directory is a model that OpenVINO can read, as far as names tell.

    Raises:
        ValueError: with a sentence for the user, who wrote `text`.
    """
    if os.path.islink(path) and not _exists(path):  # noqa: PTH114 (never raises)
        target = os.readlink(path)  # noqa: PTH115 (the text of the link, as it is)
        msg = f"{quote(text)} is a link to {quote(target)}, which does not exist"
        raise ValueError(msg)
    if not _exists(path):
        # By stems, because a common ending makes all names alike.
        stems = {Path(name).stem: name for name in _models_in(path.parent)}
        near = nearest(path.stem, stems)
        hint = (
            f", did you mean {quote(text.removesuffix(path.name) + stems[near])}?" if near else "."
        )
        msg = f"there is no model {quote(text)}{hint} Paths are relative to the experiment file"
        raise ValueError(msg)
    if path.is_dir():
        if not _exists(path / "saved_model.pb"):
            msg = (
                f"the directory {quote(text)} is no TensorFlow SavedModel: it has no "
                "saved_model.pb. For other formats name the model file"
            )
            raise ValueError(msg)
    elif path.suffix.lower() not in MODEL_SUFFIXES:
        msg = (
            f"{quote(text)} is not a model that OpenVINO reads: expected a SavedModel directory "
            f"or a file ending in {', '.join(MODEL_SUFFIXES)}"
        )
        raise ValueError(msg)
    elif path.suffix.lower() == ".xml" and not _exists(path.with_suffix(".bin")):
        weights = quote(path.with_suffix(".bin").name)
        msg = f"the weights of {quote(text)} are missing: expected {weights} beside it"
        raise ValueError(msg)


def check_runtime(text: str, here: Surroundings) -> None:
    """See that `text` is a runtime: a requirement, an environment, an interpreter or a wheel.

    Raises:
        ValueError: with a sentence for the user.
    """
    if text == "installed" or _REQUIREMENT.fullmatch(text):
        return
    if text and _exists(here.path(text)):
        return
    if text.endswith(".whl") or _has_separator(text):
        msg = (
            f"there is no interpreter, environment or wheel {quote(text)}. "
            f"Paths are relative to {here.origin}"
        )
        raise ValueError(msg)
    more = ", a requirement such as openvino==2025.4.1, or the path of an interpreter, "
    more += "environment or wheel"
    raise ValueError(unknown("runtime", text, ("installed",), more))


def check_interpreter(text: str, here: Surroundings) -> None:
    """See that a path of an interpreter or environment exists; a bare command is looked up later.

    Raises:
        ValueError: with a sentence for the user.
    """
    if _has_separator(text) and not _exists(here.path(text)):
        msg = f"there is no interpreter {quote(text)}. Paths are relative to the experiment file"
        raise ValueError(msg)


def check_directory(text: str, here: Surroundings) -> Path:
    """Return the existing directory that `text` means.

    Raises:
        ValueError: with a sentence for the user.
    """
    path = here.path(text)
    if not text or not _exists(path) or not path.is_dir():
        msg = f"there is no directory {quote(text)}: create it, or mount it, first"
        raise ValueError(msg)
    return path


def _is_catalog_name(text: str, known: Sequence[str]) -> bool:
    """Return whether a text is a known model's name, perhaps with ``:precision`` or ``@format``."""
    parts = _CATALOG_NAME.fullmatch(text)
    return text in known or (parts is not None and parts["name"] in known)


def _check_choice(text: str, kind: str, sign: str, known: Sequence[str]) -> None:
    """See that a model can be had in the precision or format that its name asks for."""
    parts = _CATALOG_NAME.fullmatch(text)
    if text in known or parts is None or parts[kind] is None:
        return
    name, asked = parts["name"], parts[kind]
    choices = [other.partition(sign)[2] for other in known if other.startswith(f"{name}{sign}")]
    if not choices:
        msg = f"the model {quote(name)} has no choice of {kind}: leave out {sign}{asked}"
        raise ValueError(msg)
    if asked not in choices:
        raise ValueError(unknown(kind, asked, choices))


def _looks_like_path(text: str) -> bool:
    return _has_separator(text) or text.lower().endswith(MODEL_SUFFIXES)


def _has_separator(text: str) -> bool:
    return "/" in text or os.sep in text


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a directory that may not be entered
        return False


def _models_in(folder: Path) -> list[str]:
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return []
    return [name for name in names if name.lower().endswith(MODEL_SUFFIXES)]
