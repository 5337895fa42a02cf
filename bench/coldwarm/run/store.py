"""A run on disk: run.json says what was measured where, samples.jsonl holds one start per line.

The run of a study holds one try per line instead, in traces.jsonl.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.errors import StoreError
from coldwarm.machine.durable_files import flush_directory, replace_file, why_not_writable
from coldwarm.machine.file_locks import lock
from coldwarm.run.attempt import Trace
from coldwarm.run.records import (
    RecordError,
    give_current_ids,
    read_reference,
    read_sample,
    read_trace,
)
from coldwarm.run.sample import SCHEMA_VERSION, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO
    from pathlib import Path

RUN_FILE = "run.json"
SAMPLES_FILE = "samples.jsonl"
REFERENCES_FILE = "references.jsonl"
TRACES_FILE = "traces.jsonl"

FIRST_WITH_CURRENT_IDS = 2
"""Version of the layout since which an id digests only what departs from the defaults."""


@dataclass(frozen=True)
class Run:
    """A run as read from disk.

    Attributes:
        path: the run's directory.
        header: content of run.json.
        records: stored samples as JSON objects, in the order in which they were measured.
        references: stored references: baseline, model digests, and one answer per start.
        damage: one sentence per line that was left out, because it is not what it should be.
        traces: stored tries of a study as JSON objects, in the order in which they were made.
    """

    path: Path
    header: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    traces: list[dict[str, Any]] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        """Return the run's name, unique on its host."""
        return str(self.header["run_id"])

    def samples(self) -> list[Sample]:
        """Return the records as samples."""
        return [Sample.from_json(record) for record in self.records]

    def tries(self) -> list[Trace]:
        """Return the tries of a study."""
        return [Trace.from_json(trace) for trace in self.traces]


def study_of(header: dict[str, Any]) -> str | None:
    """Return which study a run is, or None for one that measured starts."""
    experiment = header.get("experiment")
    study = experiment.get("study") if isinstance(experiment, dict) else None
    return str(study["kind"]) if isinstance(study, dict) and "kind" in study else None


def refuse_study(run: Run, wanted: str) -> None:
    """Refuse the run of a study where samples are needed.

    Args:
        run: the run.
        wanted: what cannot be done with it, such as ``compare``.

    Raises:
        StoreError: when it is one.
    """
    kind = study_of(run.header)
    if kind is not None:
        msg = (
            f"{run.path} is a study ({kind}): there is nothing in it to {wanted}. "
            f"See it with: coldwarm report {run.path}"
        )
        raise StoreError(msg)


class RunWriter:
    """Appends to a run; every line is on the disk before `append` returns."""

    def __init__(
        self, path: Path, samples: FileIO, references: FileIO, traces: FileIO | None = None
    ) -> None:
        self.path = path
        self._samples = samples
        self._references = references
        self._traces = traces

    def append(self, sample: Sample) -> None:
        """Add one sample.

        Raises:
            StoreError: when the disk does not take it.
        """
        self._append(self._samples, sample.to_json())

    def append_reference(self, reference: dict[str, Any]) -> None:
        """Add one reference.

        Raises:
            StoreError: when the disk does not take it.
        """
        self._append(self._references, reference)

    def append_trace(self, trace: Trace) -> None:
        """Add one try of a study.

        Raises:
            StoreError: when the disk does not take it, or the run is no study.
        """
        if self._traces is None:
            msg = f"{self.path} is not the run of a study"
            raise StoreError(msg)
        self._append(self._traces, trace.to_json())

    def update_header(self, **changes: Any) -> None:  # noqa: ANN401
        """Change entries of run.json."""
        _write_header(self.path, {**read_header(self.path), **changes})

    def _append(self, file: FileIO, record: dict[str, Any]) -> None:
        text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        # File names may hold lone surrogates, which UTF-8 cannot.
        unwritten = memoryview(text.encode(errors="replace") + b"\n")
        size = os.fstat(file.fileno()).st_size
        try:
            while unwritten:
                unwritten = unwritten[file.write(unwritten) :]
            os.fsync(file.fileno())
        except OSError as err:
            with suppress(OSError):
                file.truncate(size)
            raise _cannot_write(self.path, err) from err


def refuse_place(path: Path) -> None:
    """See that a run can be made at `path`, before anything is measured.

    Raises:
        StoreError: when there is something, or the file system does not let us.
    """
    if os.path.lexists(path):
        raise _exists(path)
    reason = why_not_writable(path)
    if reason:
        raise _cannot_create(path, reason)


def create_run(path: Path, header: dict[str, Any]) -> None:
    """Make the directory of a new run.

    Raises:
        StoreError: when it exists already or cannot be written.
    """
    try:
        path.mkdir(parents=True)
    except FileExistsError as err:
        raise _exists(path) from err
    except OSError as err:
        raise _cannot_create(path, err.strerror or str(err)) from err
    _write_header(path, {"schema": SCHEMA_VERSION, **header})


@contextmanager
def open_run(path: Path) -> Iterator[RunWriter]:
    """Open a run for appending, alone, and cut off a line that a crash left half-written.

    Raises:
        StoreError: when the run cannot be opened, or another process is writing it.
    """
    is_study = study_of(read_header(path)) is not None
    names = (SAMPLES_FILE, REFERENCES_FILE, *((TRACES_FILE,) if is_study else ()))
    with ExitStack() as stack:
        try:
            files = [stack.enter_context((path / name).open("ab+", buffering=0)) for name in names]
            lock(files[0])
            for file in files:
                _cut_damaged_tail(file)
            flush_directory(path)
        except BlockingIOError as err:
            msg = f"{path} is being written by another coldwarm"
            raise StoreError(msg) from err
        except OSError as err:
            raise _cannot_write(path, err) from err
        yield RunWriter(path, *files)


def read_run(path: Path) -> Run:
    """Read a run, complete or not.

    Raises:
        StoreError: when `path` is not a run, or was written by a newer coldwarm.
    """
    header = read_header(path)
    damage: list[str] = []
    records = _read_lines(path / SAMPLES_FILE, read_sample, damage)
    references = _read_lines(path / REFERENCES_FILE, read_reference, damage)
    traces = _read_lines(path / TRACES_FILE, read_trace, damage)
    if header["schema"] < FIRST_WITH_CURRENT_IDS:
        give_current_ids(records, references, traces)
    return Run(path, header, records, references, damage, traces)


def read_header(path: Path) -> dict[str, Any]:
    """Read what run.json says about a run, without its samples.

    Raises:
        StoreError: when `path` is not a run, or was written by a newer coldwarm.
    """
    file = path / RUN_FILE
    try:
        header = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as err:
        msg = f"{path} is not a run: it has no {RUN_FILE}"
        raise StoreError(msg) from err
    except (OSError, ValueError, RecursionError) as err:
        msg = f"{file} cannot be read: {err}"
        raise StoreError(msg) from err
    if not isinstance(header, dict) or not {"schema", "run_id"} <= header.keys():
        msg = f"{file} is not the description of a run"
        raise StoreError(msg)
    schema = header["schema"]
    if not isinstance(schema, int) or schema > SCHEMA_VERSION:
        msg = (
            f"{file} has schema {schema}, this coldwarm reads up to {SCHEMA_VERSION}: "
            "update coldwarm"
        )
        raise StoreError(msg)
    return header


def _write_header(path: Path, header: dict[str, Any]) -> None:
    text = json.dumps(header, indent=2)
    try:
        replace_file(path / RUN_FILE, f"{text}\n".encode())
    except OSError as err:
        raise _cannot_write(path, err) from err


def _read_lines(
    file: Path, read: Callable[[bytes], dict[str, Any]], damage: list[str]
) -> list[dict[str, Any]]:
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as err:
        msg = f"{file} cannot be read: {err.strerror}"
        raise StoreError(msg) from err
    records = []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(read(line))
        except RecordError as err:
            damage.append(f"{file.name}:{number}: left out: {err}")
    return records


def _cut_damaged_tail(file: FileIO) -> None:
    """Cut off what was half-written; a whole record gets back the line end that an editor took."""
    file.seek(0)
    data = file.readall()
    if not data or data.endswith(b"\n"):
        return
    end = data.rfind(b"\n") + 1
    try:
        json.loads(data[end:])
    except (ValueError, RecursionError):
        file.truncate(end)
    else:
        file.write(b"\n")


def _exists(path: Path) -> StoreError:
    return StoreError(f"{path} exists already: name another directory with --out, or use --resume")


def _cannot_create(path: Path, reason: str) -> StoreError:
    return StoreError(
        f"cannot create {path}: {reason}. Name another directory with --out or --results"
    )


def _cannot_write(path: Path, err: OSError) -> StoreError:
    return StoreError(
        f"cannot write {path}: {err.strerror or err}. What was measured is kept; when that is put "
        f"right: coldwarm run --resume {path}"
    )
