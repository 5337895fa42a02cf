"""From a change to two starts: the cold one, what is done to the files, the warm one.

Pure but for the edits, which touch nothing but the private copy of the model and the private cache.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.study import PROPERTIES
from coldwarm.machine.cpu import instruction_sets
from coldwarm.studies.invalidation import edits
from coldwarm.studies.invalidation.changes import other_value
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coldwarm.experiment.case import Case

CIPHER = "aes-256-gcm"
OTHER_API = {"read_model": "path", "path": "read_model"}
LOWER_SETS = {"amx": "AVX512_CORE", "avx512": "AVX2", "avx": "SSE41"}
"""Beginning of what a processor has, best first, and the limit that takes it from oneDNN."""

OTHER_MODE = {
    "default": "OPTIMIZE_SIZE",
    "OPTIMIZE_SPEED": "OPTIMIZE_SIZE",
    "OPTIMIZE_SIZE": "OPTIMIZE_SPEED",
}


@dataclass(frozen=True)
class Pair:
    """Two starts and what happens between them.

    Attributes:
        cold: the case of the cold start.
        warm: the case of the warm start.
        also: the case of another cold start in the same directory, after the first.
        edit: done to the copy of the model between them, see `edits`.
        edit_cache: done to the cache directory between them.
        after_load: given the copy of the model, returns what the warm start does to a file
            between load and first inference.
        same_key: whether both have the same key, where they need one.
        env: variables that only starts after the change have.
        job_fields: fields of `Job` that only starts after the change have.
    """

    cold: Case
    warm: Case
    also: Case | None = None
    edit: Callable[[Path, Path], Path] | None = None
    edit_cache: Callable[[Path], dict[str, Any]] | None = None
    after_load: Callable[[Path, Path], dict[str, str]] | None = None
    same_key: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    job_fields: Mapping[str, Any] = field(default_factory=dict)


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
        return Pair(case, case, edit=_EDITS[change])
    if change in _AFTER_LOAD:
        return Pair(case, case, after_load=_AFTER_LOAD[change])
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


def _on_device(case: Case, _: Sequence[str]) -> Pair:
    _with_own_cache(case)
    return Pair(case, case, job_fields={"cache_dir_on": "device"})


def _in_call(case: Case, _: Sequence[str]) -> Pair:
    _with_own_cache(case)
    return Pair(case, case, job_fields={"cache_dir_on": "call"})


def _exported_blob(case: Case, _: Sequence[str]) -> Pair:
    _with_own_cache(case)
    exports = replace(case, api="import", encryption="none")
    return Pair(case, case, also=exports, edit_cache=edits.exported_blob)


def _imported_cache_blob(case: Case, _: Sequence[str]) -> Pair:
    _with_own_cache(case)
    return Pair(case, replace(case, api="import"), edit_cache=edits.imported_cache_blob)


def _with_own_cache(case: Case) -> None:
    if case.api not in OTHER_API:
        msg = f"the API {case.api} has no cache directory of its own to be set otherwise"
        raise NotTriedError(msg)


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
    "device_cache_dir": _on_device,
    "call_cache_dir": _in_call,
    "exported_blob": _exported_blob,
    "imported_cache_blob": _imported_cache_blob,
    "precision": _same_model,  # its edit needs the other model's files
}
_EDITS = {
    "xml_content": edits.xml_content,
    "bin_content": edits.bin_content,
    "quiet_content": edits.quiet_content,
    "xml_touched": edits.xml_touched,
    "bin_touched": edits.bin_touched,
    "size": edits.size,
    "moved": edits.moved,
    "renamed": edits.renamed,
    "copied": edits.copied,
    "namesake": edits.namesake,
}
_AFTER_LOAD = {
    "truncated_after_load": edits.truncated_after_load,
    "replaced_after_load": edits.replaced_after_load,
}
