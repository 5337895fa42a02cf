"""A run on disk: run.json says what was measured where, samples.jsonl holds one start per line."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from coldwarm.errors import StoreError
from coldwarm.sample import SCHEMA_VERSION, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN_FILE = "run.json"
SAMPLES_FILE = "samples.jsonl"
REFERENCES_FILE = "references.jsonl"


@dataclass(frozen=True)
class Run:
    """A run as read from disk.

    Attributes:
        path: the run's directory.
        header: content of run.json.
        records: stored samples as JSON objects, in the order in which they were measured.
        references: stored references: baseline, model digests, and one answer per start.
        damage: one sentence per line that could not be read.
    """

    path: Path
    header: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    @property
    def run_id(self) -> str:
        """Return the run's name, unique on its host."""
        return str(self.header["run_id"])

    def samples(self) -> list[Sample]:
        """Return the records as samples."""
        return [Sample.from_json(record) for record in self.records]


class RunWriter:
    """Appends to a run; every line is on the disk before `append` returns."""

    def __init__(self, path: Path, samples: IO[bytes], references: IO[bytes]) -> None:
        self.path = path
        self._samples = samples
        self._references = references

    def append(self, sample: Sample) -> None:
        """Add one sample."""
        _append_line(self._samples, sample.to_json())

    def append_reference(self, reference: dict[str, Any]) -> None:
        """Add one reference."""
        _append_line(self._references, reference)

    def update_header(self, **changes: Any) -> None:  # noqa: ANN401
        """Change entries of run.json."""
        _write_header(self.path, {**read_header(self.path), **changes})


def create_run(path: Path, header: dict[str, Any]) -> None:
    """Make the directory of a new run.

    Raises:
        StoreError: when it exists already or cannot be written.
    """
    try:
        path.mkdir(parents=True)
    except FileExistsError as err:
        msg = f"{path} exists already: name another directory with --out, or use --resume"
        raise StoreError(msg) from err
    except OSError as err:
        msg = f"cannot create {path}: {err.strerror}"
        raise StoreError(msg) from err
    _write_header(path, {"schema": SCHEMA_VERSION, **header})


@contextmanager
def open_run(path: Path) -> Iterator[RunWriter]:
    """Open a run for appending, alone, and cut off a line that a crash left half-written.

    Raises:
        StoreError: when the run cannot be opened, or another process is writing it.
    """
    try:
        with (
            (path / SAMPLES_FILE).open("ab+") as samples,
            (path / REFERENCES_FILE).open("ab+") as references,
        ):
            _lock(samples, path)
            for file in (samples, references):
                _cut_damaged_tail(file)
            yield RunWriter(path, samples, references)
    except OSError as err:
        msg = f"cannot write {path}: {err.strerror or err}"
        raise StoreError(msg) from err


def read_run(path: Path) -> Run:
    """Read a run, complete or not.

    Raises:
        StoreError: when `path` is not a run, or was written by a newer coldwarm.
    """
    header = read_header(path)
    damage: list[str] = []
    records = _read_lines(path / SAMPLES_FILE, damage)
    references = _read_lines(path / REFERENCES_FILE, damage)
    return Run(path, header, records, references, damage)


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
    except (OSError, ValueError) as err:
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
    temporary = path / f"{RUN_FILE}.tmp"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(header, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path / RUN_FILE)


def _read_lines(file: Path, damage: list[str]) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    records = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            records.append(record)
        else:
            damage.append(f"{file.name}:{number}: not a record, left out")
    return records


def _append_line(file: IO[bytes], record: dict[str, Any]) -> None:
    file.write(json.dumps(record, separators=(",", ":")).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())


def _cut_damaged_tail(file: IO[bytes]) -> None:
    file.seek(0)
    data = file.read()
    if data and not data.endswith(b"\n"):
        file.truncate(data.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)


def _lock(file: IO[bytes], path: Path) -> None:
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:  # Windows has no advisory locks
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as err:
        msg = f"{path} is being written by another coldwarm"
        raise StoreError(msg) from err
