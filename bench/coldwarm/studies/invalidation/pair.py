"""From a change to two starts: the cold one, what is done to the files, the warm one.

Pure but for the edits, which touch nothing but the private copy of the model.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.experiment.study import PROPERTIES
from coldwarm.machine.cpu import instruction_sets
from coldwarm.models.model_files import find_files
from coldwarm.studies import ir_edits
from coldwarm.studies.invalidation.changes import other_value
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.models import ModelFiles

    Edit = Callable[[ModelFiles], ModelFiles]

LATER_S = 10
"""By so much a touched file is later: file systems may count in whole seconds."""

CIPHER = "aes-256-gcm"
OTHER_API = {"read_model": "path", "path": "read_model"}
LOWER_SETS = {"amx": "AVX512_CORE", "avx512": "AVX2", "avx": "SSE41"}
"""Beginning of what a processor has, best first, and the limit that takes it from oneDNN."""

OTHER_MODE = {
    "default": "OPTIMIZE_SIZE",
    "OPTIMIZE_SPEED": "OPTIMIZE_SIZE",
    "OPTIMIZE_SIZE": "OPTIMIZE_SPEED",
}


def leave(files: ModelFiles) -> ModelFiles:
    """Change nothing."""
    return files


@dataclass(frozen=True)
class Pair:
    """Two starts and what happens between them.

    Attributes:
        cold: the case of the cold start.
        warm: the case of the warm start.
        edit: done to the copy of the model between them; returns where its files are then.
        same_key: whether both have the same key, where they need one.
        env: variables that only starts after the change have.
    """

    cold: Case
    warm: Case
    edit: Edit = field(default=leave)
    same_key: bool = True
    env: Mapping[str, str] = field(default_factory=dict)


def pair_of(change: str, case: Case, runtimes: Sequence[str] = ()) -> Pair:
    """Return the two starts of a change.

    Args:
        change: its name.
        case: the case.
        runtimes: the values of the runtime axis.

    Raises:
        NotTriedError: when the case does not have what would be changed.
    """
    if change in PROPERTIES:
        return Pair(case, replace(case, properties=other_value(change, case.properties)))
    if change in _EDITS:
        return Pair(case, case, _EDITS[change])
    return _PAIRS[change](case, runtimes)


def _other_api(case: Case, _: Sequence[str]) -> Pair:
    if case.api not in OTHER_API:
        msg = f"the API {case.api} reads a file of its own, which no other API knows"
        raise NotTriedError(msg)
    return Pair(case, replace(case, api=OTHER_API[case.api]))


def _other_mode(case: Case, _: Sequence[str]) -> Pair:
    return Pair(case, replace(case, cache_mode=OTHER_MODE[case.cache_mode]))


def _encrypted(case: Case) -> Case:
    return replace(case, encryption=CIPHER) if case.encryption == "none" else case


def _encryption_on(case: Case, _: Sequence[str]) -> Pair:
    return Pair(replace(case, encryption="none"), _encrypted(case))


def _encryption_off(case: Case, _: Sequence[str]) -> Pair:
    return Pair(_encrypted(case), replace(case, encryption="none"))


def _wrong_key(case: Case, _: Sequence[str]) -> Pair:
    encrypted = replace(case, encryption=CIPHER)
    return Pair(encrypted, encrypted, same_key=False)


def _other_runtime(case: Case, runtimes: Sequence[str]) -> Pair:
    others = [value for value in dict.fromkeys(runtimes) if value != case.runtime]
    if not others:
        msg = "the experiment has one runtime only: list two on the axis runtime"
        raise NotTriedError(msg)
    later = list(dict.fromkeys(runtimes))
    after = later[(later.index(case.runtime) + 1) % len(later)]
    return Pair(case, replace(case, runtime=after))


def _older_processor(case: Case, _: Sequence[str]) -> Pair:
    here = instruction_sets(Path("/")) or ()
    limits = (lower for best, lower in LOWER_SETS.items() if any(s.startswith(best) for s in here))
    limit = next(limits, None)
    if case.device != "CPU" or limit is None:
        msg = "only the CPU plugin on a processor with AVX can do with fewer instruction sets"
        raise NotTriedError(msg)
    return Pair(case, case, env={"ONEDNN_MAX_CPU_ISA": limit})


def _same_model(case: Case, _: Sequence[str]) -> Pair:
    return Pair(case, case)


_PAIRS: dict[str, Callable[[Case, Sequence[str]], Pair]] = {
    "nothing": _same_model,
    "api": _other_api,
    "cache_mode": _other_mode,
    "encryption_on": _encryption_on,
    "encryption_off": _encryption_off,
    "wrong_key": _wrong_key,
    "runtime": _other_runtime,
    "instruction_set": _older_processor,
    "precision": _same_model,  # its edit needs the other model's files
}


def _ir_only(files: ModelFiles) -> None:
    if files.bin is None:
        msg = f"{files.path.name} is no OpenVINO IR: graph and weights cannot be changed apart"
        raise NotTriedError(msg)


def _change_graph(files: ModelFiles, *, quietly: bool = False) -> ModelFiles:
    _ir_only(files)
    if not ir_edits.change_graph(files.path, quietly=quietly):
        msg = "no operation of this graph has a stand-in that computes something else"
        raise NotTriedError(msg)
    return files


def _change_quietly(files: ModelFiles) -> ModelFiles:
    return _change_graph(files, quietly=True)


def _change_weights(files: ModelFiles) -> ModelFiles:
    _ir_only(files)
    if files.bin is None or not ir_edits.change_weights(files.bin):
        msg = "the model has no weights"
        raise NotTriedError(msg)
    return files


def _pad(files: ModelFiles) -> ModelFiles:
    _ir_only(files)
    ir_edits.pad(files.path)
    return find_files(files.name, files.path)


def _touch(files: ModelFiles) -> ModelFiles:
    later = files.path.stat().st_mtime + LATER_S
    os.utime(files.path, (later, later))
    return files


def _touch_weights(files: ModelFiles) -> ModelFiles:
    _ir_only(files)
    if files.bin is not None:
        later = files.bin.stat().st_mtime + LATER_S
        os.utime(files.bin, (later, later))
    return files


def _move(files: ModelFiles) -> ModelFiles:
    place = files.folder.with_name(f"{files.folder.name}-moved")
    files.folder.rename(place)
    return _found_at(files, place)


def _copy(files: ModelFiles) -> ModelFiles:
    place = files.folder.with_name(f"{files.folder.name}-copy")
    shutil.copytree(files.folder, place)
    return _found_at(files, place)


def _namesake(files: ModelFiles) -> ModelFiles:
    return _change_graph(_copy(files))


def _rename(files: ModelFiles) -> ModelFiles:
    if files.path.is_dir():
        return _move(files)
    if files.bin is None and len(files.files) > 1:
        msg = f"{files.path.name} names its other files itself: renamed, it would not load"
        raise NotTriedError(msg)
    for file in files.files:
        file.rename(file.with_name(f"renamed{file.suffix}"))
    path = files.path.with_name(f"renamed{files.path.suffix}")
    return replace(find_files(files.name, path), inputs=files.inputs)


def _found_at(files: ModelFiles, folder: Path) -> ModelFiles:
    path = folder / files.path.relative_to(files.folder)
    return replace(find_files(files.name, path), inputs=files.inputs)


_EDITS: dict[str, Edit] = {
    "xml_content": _change_graph,
    "bin_content": _change_weights,
    "quiet_content": _change_quietly,
    "xml_touched": _touch,
    "bin_touched": _touch_weights,
    "size": _pad,
    "moved": _move,
    "renamed": _rename,
    "copied": _copy,
    "namesake": _namesake,
}
