"""The built-in models on disk: where they are and whether they are sound.

Beside its two files each model has a record of their digests, each with the file's stamp at the
time, so that half a gigabyte is not read whenever the tool starts, but any change is noticed.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from coldwarm.models.catalog import GRAPH_REVISION
from coldwarm.models.hashing import Stamp, file_digest, remember, remembered
from coldwarm.models.places import user_cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.models.catalog import Variant

BUILT, NOT_BUILT, DAMAGED = STATES = ("built", "not built", "damaged")

RECORD = "digests.json"


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
    except (OSError, ValueError, LookupError, TypeError):
        return DAMAGED


def write_record(variant: Variant, folder: Path) -> None:
    """Record what the files in a directory are, after its weights were checked.

    The .xml holds the version of the OpenVINO that wrote it and has no digest known beforehand:
    it is what it was when it was built, so that every runtime is given the same graph.
    """
    weights, graph = bin_in(folder, variant), xml_in(folder, variant)
    found = {weights: variant.weights.sha256, graph: file_digest(graph)}
    record = {file.name: _entry(file, digest) for file, digest in found.items()}
    (folder / RECORD).write_text(json.dumps(record, indent=2), encoding="utf-8")


def _is_sound(variant: Variant, folder: Path) -> bool:
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    weights, graph = bin_in(folder, variant), xml_in(folder, variant)
    expected = {weights: variant.weights.sha256, graph: record[graph.name]["sha256"]}
    for file, digest in expected.items():
        entry = record[file.name]
        if entry["stamp"] is not None and remembered(file) is None:
            remember(file, Stamp(*entry["stamp"]), entry["sha256"])
        if file_digest(file) != digest:
            return False
    seen = {file.name: _entry(file, digest) for file, digest in expected.items()}
    if seen != record:
        _replace_record(folder, seen)
    return True


def _entry(file: Path, digest: str) -> dict[str, Any]:
    stamp = remembered(file)
    return {"sha256": digest, "stamp": None if stamp is None else list(stamp)}


def _replace_record(folder: Path, record: dict[str, Any]) -> None:
    """Write a record with new stamps, if this user may: it saves time and means nothing else."""
    new = folder / f"{RECORD}.{os.getpid()}"
    with contextlib.suppress(OSError):
        new.write_text(json.dumps(record, indent=2), encoding="utf-8")
        new.replace(folder / RECORD)
