"""Put the files of a start into the state that the storage axis asks for, and record the proof."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.measure import pagecache
from coldwarm.sample import StorageRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIND_RUNTIME = """
import importlib.util, json, sys, sysconfig
names = ("openvino", "numpy", "numpy.libs")
specs = [importlib.util.find_spec(name) for name in names[:2]]
print(json.dumps([place for spec in specs if spec for place in spec.submodule_search_locations]
                 + [sysconfig.get_path("stdlib")]))
"""
RUNTIME_SUFFIXES = (".so", ".py", ".pyc", ".dll", ".dylib", ".pyd", ".xml", ".json")


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
        pagecache.load(files)
        return _judge(files, want_resident=True)
    pagecache.evict(files)
    if storage == "evicted":
        return _judge(files, want_resident=False)
    pagecache.evict(runtime_files)
    record = _judge(files, want_resident=False)
    runtime = pagecache.resident_bytes(runtime_files)
    if runtime is None:
        return record
    kept = f"{runtime[0]} of {runtime[1]} bytes of the runtime stayed in the page cache"
    return StorageRecord(
        resident_bytes=record.resident_bytes,
        total_bytes=record.total_bytes,
        runtime_resident_bytes=runtime[0],
        runtime_total_bytes=runtime[1],
        proven=record.proven and runtime[0] == 0,
        note="; ".join(filter(None, (record.note, kept if runtime[0] else None))) or None,
    )


def runtime_files(python: str, env: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the libraries and Python files that a start of this interpreter reads.

    Returns nothing when the interpreter cannot tell; `prepare` then proves nothing either.
    """
    try:
        answer = subprocess.run(
            [python, "-c", FIND_RUNTIME],
            env=dict(env),
            capture_output=True,
            check=True,
            timeout=60,
        )
        places = [Path(place) for place in json.loads(answer.stdout)]
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()
    return tuple(
        sorted(
            file
            for place in places
            for file in place.rglob("*")
            if (file.suffix in RUNTIME_SUFFIXES or ".so." in file.name) and file.is_file()
        )
    )


def _judge(files: Sequence[Path], *, want_resident: bool) -> StorageRecord:
    counted = pagecache.resident_bytes(files)
    if counted is None:
        return StorageRecord(note="this system does not tell what is in the page cache")
    resident, total = counted
    proven = resident == (total if want_resident else 0)
    state = "were not in" if want_resident else "stayed in"
    missing = total - resident if want_resident else resident
    note = None if proven else f"{missing} of {total} bytes {state} the page cache"
    return StorageRecord(resident_bytes=resident, total_bytes=total, proven=proven, note=note)
