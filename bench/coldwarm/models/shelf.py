"""The built-in models on disk: where they are and whether they are sound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coldwarm.models.catalog import GRAPH_REVISION
from coldwarm.models.digest_record import UNREADABLE, record_digests, recorded_digest, still_holds
from coldwarm.models.hashing import file_digest
from coldwarm.models.places import user_cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.models.catalog import Variant

BUILT, NOT_BUILT, DAMAGED = STATES = ("built", "not built", "damaged")


def models_dir() -> Path:
    """Return the directory of all built-in models."""
    return user_cache_dir() / "models"


def folder_of(variant: Variant) -> Path:
    """Return the directory of one model."""
    return models_dir() / f"{variant.stem}.{GRAPH_REVISION}"


def xml_in(folder: Path, variant: Variant) -> Path:
    """Return the main file of a model in its directory."""
    return folder / f"{variant.stem}.xml"


def bin_in(folder: Path, variant: Variant) -> Path:
    """Return the weights of a model in its directory."""
    return folder / f"{variant.stem}.bin"


def state_of(variant: Variant) -> str:
    """Return one of `STATES`. Only files that may have changed are read."""
    folder = folder_of(variant)
    if not os.path.lexists(folder):
        return NOT_BUILT
    try:
        return BUILT if _is_sound(variant, folder) else DAMAGED
    except UNREADABLE:
        return DAMAGED


def write_record(variant: Variant, folder: Path) -> None:
    """Record what the files in a directory are, after its weights were checked.

    The .xml holds the version of the OpenVINO that wrote it and has no digest known beforehand:
    it is what it was when it was built, so that every runtime is given the same graph.
    """
    weights, graph = bin_in(folder, variant), xml_in(folder, variant)
    found = {weights.name: variant.weights.sha256, graph.name: file_digest(graph)}
    record_digests(folder, found)


def _is_sound(variant: Variant, folder: Path) -> bool:
    weights, graph = bin_in(folder, variant), xml_in(folder, variant)
    recorded = recorded_digest(folder, graph.name)
    return still_holds(folder, {weights.name: variant.weights.sha256, graph.name: recorded})
