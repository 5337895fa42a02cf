"""Put the files of a start into the state that the storage axis asks for, and record the proof."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.machine.processes import run_process
from coldwarm.measure import pagecache
from coldwarm.run.sample import StorageRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

FIND_RUNTIME = """
import importlib.util, json, os, sys, sysconfig
places = [sysconfig.get_path("stdlib")]
files = [sys.executable, os.path.join(*map(str, sysconfig.get_config_vars("LIBDIR", "INSTSONAME")))]
for spec in filter(None, map(importlib.util.find_spec, sys.argv[1:])):
    for place in spec.submodule_search_locations or ():
        places += [place, place + ".libs"]
    if spec.has_location and not spec.submodule_search_locations:
        files.append(spec.origin)
for place in filter(os.path.isdir, os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)):
    files += [os.path.join(place, name) for name in os.listdir(place) if ".so" in name]
print(json.dumps([places, [os.path.realpath(file) for file in files]]))
"""
"""Wheels keep the libraries of a package in a directory beside it (``numpy.libs``); an OpenVINO
that somebody built has them where LD_LIBRARY_PATH says."""

PACKAGES = (
    *("openvino", "numpy"),
    *("openvino_genai", "openvino_tokenizers"),
    *("cryptography", "_cffi_backend"),
)
"""What a start may import: every start, one of a language model, one with AES-256-GCM."""

RUNTIME_SUFFIXES = (".so", ".py", ".pyc", ".dll", ".dylib", ".pyd", ".xml", ".json")
NOT_RUNTIME = {"site-packages", "dist-packages", "test"}
"""Directories inside the standard library's that no start reads."""

MB = 1e6


def prepare(
    storage: str, files: Sequence[Path], runtime_files: Sequence[Path]
) -> StorageRecord | None:
    """Bring `files` (model and blobs) into the wanted state and tell what was reached.

    Args:
        storage: ``hot``, ``evicted`` or ``boot``.
        files: what the start will read.
        runtime_files: the runtime's own files, evicted for ``boot``.
    """
    if storage == "hot":
        return _bring(pagecache.load, files, want_resident=True)
    record = _bring(pagecache.evict, files, want_resident=False)
    if storage == "evicted":
        return record
    pagecache.evict(runtime_files)
    return _with_runtime(record, runtime_files)


def runtime_files(python: str, env: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the libraries and Python files that a start of this interpreter reads.

    Returns nothing when the interpreter cannot tell; `prepare` then proves nothing either.
    """
    try:
        answer = run_process((python, "-c", FIND_RUNTIME, *PACKAGES), env=env, timeout_s=60)
        places, files = json.loads(answer.stdout)
    except (OSError, ValueError):
        return ()
    found = {file for place in places for file in _files_of(Path(place))}
    return tuple(sorted(found | {Path(file) for file in files if Path(file).is_file()}))


def _files_of(place: Path) -> Iterator[Path]:
    for root, directories, names in os.walk(place):
        directories[:] = [name for name in directories if name not in NOT_RUNTIME]
        for name in names:
            file = Path(root, name)
            if (file.suffix in RUNTIME_SUFFIXES or ".so." in name) and file.is_file():
                yield file


def _with_runtime(record: StorageRecord, files: Sequence[Path]) -> StorageRecord:
    """Return the record of model and blobs, completed by that of the runtime's own files."""
    counted = pagecache.resident_bytes(files) if files else None
    if counted is None:
        unknown = "it cannot be told whether the runtime's own files were in the page cache"
        return replace(record, proven=record.proven and None, note=_both(record.note, unknown))
    resident, total = counted
    kept = f"{_megabytes(resident, total)} of the runtime stayed in memory"
    return replace(
        record,
        runtime_resident_bytes=resident,
        runtime_total_bytes=total,
        proven=record.proven and resident == 0,
        note=_both(record.note, kept if resident else None),
    )


def _megabytes(part: int, total: int) -> str:
    """Return how much of something, in three digits: the least of it is not nothing."""
    return f"{part / MB:.3g} of {total / MB:.3g} MB"


def _both(*notes: str | None) -> str | None:
    return "; ".join(filter(None, notes)) or None


def _bring(
    move: Callable[[Iterable[Path]], None], files: Sequence[Path], *, want_resident: bool
) -> StorageRecord:
    """Move files, once more where some pages did not follow at first, and tell what was reached."""
    move(files)
    record = _judge(files, want_resident=want_resident)
    if record.proven is False:
        move(files)
        record = _judge(files, want_resident=want_resident)
    return record


def _judge(files: Sequence[Path], *, want_resident: bool) -> StorageRecord:
    counted = pagecache.resident_bytes(files)
    if counted is None:
        return StorageRecord(note="it cannot be told what was in the page cache")
    resident, total = counted
    proven = resident == (total if want_resident else 0)
    state = "were not in" if want_resident else "stayed in"
    other = total - resident if want_resident else resident
    note = None if proven else f"{_megabytes(other, total)} of model and cache {state} memory"
    return StorageRecord(resident_bytes=resident, total_bytes=total, proven=proven, note=note)
