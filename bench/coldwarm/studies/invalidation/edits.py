"""What the changes do to files between two starts: paths and the standard library alone.

The programs for bug reports contain the source of these functions, so a change is written once.
Those of a model take its directory and its main file, and return where that file is then; those
of a cache directory return what they put where. A model or cache that lacks what would be changed
raises ValueError, with the reason as text.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING, Any

from coldwarm.studies.ir_edits import change_graph, change_weights, pad

if TYPE_CHECKING:
    from pathlib import Path

LATER_S = 10
"""By so much a touched file is later: file systems may count in whole seconds."""

EXPORTED = "exported.blob"
"""The file in the cache directory that a start by the API `import` imports."""


def xml_content(folder: Path, model: Path, *, quietly: bool = False) -> Path:  # noqa: ARG001
    """Let one operation compute something else."""
    weights_of(model)
    if not change_graph(model, quietly=quietly):
        msg = "no operation of this graph has a stand-in that computes something else"
        raise ValueError(msg)
    return model


def quiet_content(folder: Path, model: Path) -> Path:
    """Let one operation compute something else; size and time of change stay."""
    return xml_content(folder, model, quietly=True)


def bin_content(folder: Path, model: Path) -> Path:  # noqa: ARG001
    """Put every constant into reverse order."""
    if not change_weights(weights_of(model)):
        msg = "the model has no weights"
        raise ValueError(msg)
    return model


def xml_touched(folder: Path, model: Path) -> Path:  # noqa: ARG001
    """Give the main file a later time of change."""
    later = model.stat().st_mtime + LATER_S
    os.utime(model, (later, later))
    return model


def bin_touched(folder: Path, model: Path) -> Path:
    """Give the weights a later time of change."""
    xml_touched(folder, weights_of(model))
    return model


def size(folder: Path, model: Path) -> Path:  # noqa: ARG001
    """Add empty lines to the graph; its time of change stays."""
    weights_of(model)
    pad(model)
    return model


def moved(folder: Path, model: Path) -> Path:
    """Move the model's directory."""
    place = folder.with_name(f"{folder.name}-moved")
    folder.rename(place)
    return place / model.relative_to(folder)


def copied(folder: Path, model: Path) -> Path:
    """Copy the model's directory."""
    place = folder.with_name(f"{folder.name}-copy")
    shutil.copytree(folder, place)
    return place / model.relative_to(folder)


def renamed(folder: Path, model: Path) -> Path:
    """Give the model's files other names."""
    if model.is_dir():
        return moved(folder, model)
    files = [file for file in folder.rglob("*") if file.is_file()]
    if {file.with_suffix("") for file in files} != {model.with_suffix("")}:
        msg = f"{model.name} names its other files itself: renamed, it would not load"
        raise ValueError(msg)
    for file in files:
        file.rename(file.with_name(f"renamed{file.suffix}"))
    return model.with_name(f"renamed{model.suffix}")


def namesake(folder: Path, model: Path) -> Path:
    """Make another model whose files have the same names, in another directory."""
    return xml_content(folder, copied(folder, model))


def truncated_after_load(folder: Path, model: Path) -> dict[str, str]:  # noqa: ARG001
    """Return what a start does to the weights once it has loaded: cut them to nothing."""
    return {"file": str(weights_of(model))}


def replaced_after_load(folder: Path, model: Path) -> dict[str, str]:
    """Return what a start does to the weights once it has loaded: write others in their place."""
    other = copied(folder, model)
    bin_content(other.parent, other)
    return {"file": str(weights_of(model)), "content": str(weights_of(other))}


def exported_blob(cache: Path) -> dict[str, Any]:
    """Put what export_model wrote into the place of the cache's own blob."""
    blob = own_blob(cache)
    return placed(cache / EXPORTED, blob)


def imported_cache_blob(cache: Path) -> dict[str, Any]:
    """Put the cache's own blob where a start by import_model looks for what was exported."""
    return placed(own_blob(cache), cache / EXPORTED)


def own_blob(cache: Path) -> Path:
    """Return the largest file that the cache wrote."""
    files = [each for each in cache.rglob("*") if each.is_file() and each.name != EXPORTED]
    if not files:
        msg = "the cold start left no blob"
        raise ValueError(msg)
    return max(files, key=lambda file: file.stat().st_size)


def placed(file: Path, place: Path) -> dict[str, Any]:
    """Move a file, and return its name there and the digest of its content."""
    if not file.is_file():
        msg = f"there is no {file.name}"
        raise ValueError(msg)
    file.replace(place)
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    return {"name": place.name, "bytes": place.stat().st_size, "digest": digest}


def weights_of(model: Path) -> Path:
    """Return the weights of an OpenVINO IR."""
    weights = model.with_suffix(".bin")
    if model.suffix != ".xml" or not weights.is_file():
        msg = f"{model.name} is no OpenVINO IR: graph and weights cannot be changed apart"
        raise ValueError(msg)
    return weights
