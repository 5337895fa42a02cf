"""Samples as a tidy pandas frame: one row per start, plain columns, evidence only.

Durations become milliseconds. Measured numbers are floats, with NaN for "not measured"; flags are
nullable booleans; what every sample has (sitting, round, position, block, chain) is a whole number.
The column ``verdict`` is added later, by `coldwarm.analysis.verdict`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import chain, islice
from operator import methodcaller
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from coldwarm.experiment.case import AXES, CACHE_ONLY_AXES, Case, short_digest
from coldwarm.run.inference import at_first_shape, digests
from coldwarm.run.sample import LOAD_PHASES, PHASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Record = Mapping[str, Any]

NS_PER_MS = 1e6

CHUNK = 500
"""Records taken apart at a time: few enough to stay in the processor's cache."""

TEXT, FLAG, COUNT, WHOLE, SHARE, MS, MOMENT = range(7)
"""What a column holds. A COUNT is never missing; a WHOLE number may be, and is then NaN."""

NUMBERS: dict[int, type[np.generic]] = {
    COUNT: np.int64,
    WHOLE: np.float64,
    SHARE: np.float64,
    MS: np.float64,
}

TEXT_DTYPE = pd.Series(["", None]).dtype
"""``str`` from pandas 3 on, ``object`` before: whatever pandas itself makes of text with gaps."""

PLAIN_AXES = tuple(axis for axis in AXES if axis != "properties")

NOTHING: Mapping[str, Any] = {}


class Column(NamedTuple):
    """One column and where it comes from.

    Attributes:
        name: of the column.
        holds: what kind of value.
        source: a key of the stored record, ``outer/inner`` for a nested one, or a function of it.
    """

    name: str
    holds: int
    source: str | Callable[[Record], Any]


def phase_column(phase: str) -> str:
    """Return the column of a phase: ``first_inference_ms`` already means spawn to first result."""
    return "first_inference_phase_ms" if phase == "first_inference" else f"{phase}_ms"


def peak_column(phase: str) -> str:
    """Return the column of a phase's peak memory."""
    return f"peak_{phase}_bytes"


def _name(record: Record) -> str:
    case = record["case"]
    hidden = CACHE_ONLY_AXES if record["kind"] == "uncached" else ()
    values = tuple(None if axis in hidden else case.get(axis) for axis in PLAIN_AXES)
    return _name_of(values, _properties(record))


@lru_cache(maxsize=4096)
def _name_of(values: tuple[Any, ...], properties: str) -> str:
    given = zip(PLAIN_AXES, values, strict=True)
    case = {axis: value for axis, value in given if value is not None}
    return Case(**case, properties=json.loads(properties)).name


def _properties(record: Record) -> str:
    properties = record["case"].get("properties")
    return json.dumps(properties, sort_keys=True, ensure_ascii=False) if properties else "{}"


def _sitting(record: Record) -> int:
    """Runs of before there were sittings have one."""
    return int(record.get("sitting", 0))


def _sum_of_blobs(key: str) -> Callable[[Record], int | None]:
    def total(record: Record) -> int | None:
        blobs = record.get(key)
        return None if blobs is None else sum(blob["bytes"] for blob in blobs)

    return total


def _number_of_blobs(key: str) -> Callable[[Record], int | None]:
    def number(record: Record) -> int | None:
        blobs = record.get(key)
        return None if blobs is None else len(blobs)

    return number


def _blobs_untouched(record: Record) -> bool | None:
    before, after = record.get("blobs_before"), record.get("blobs_after")
    return None if before is None or after is None else list(before) == list(after)


def _execution_devices(record: Record) -> str | None:
    devices = record.get("execution_devices")
    return None if devices is None else ",".join(devices)


def _peak_load(record: Record) -> int | None:
    peaks = record.get("peak_rss_bytes") or NOTHING
    return max((peaks[phase] for phase in LOAD_PHASES if phase in peaks), default=None)


def _peak(record: Record) -> int | None:
    return max((record.get("peak_rss_bytes") or NOTHING).values(), default=None)


@lru_cache(maxsize=4096)
def _files_digest(files: tuple[tuple[str, str], ...]) -> str:
    return short_digest([dict(files)])


@lru_cache(maxsize=4096)
def _answer_digest(outputs: tuple[tuple[str, ...], ...]) -> str:
    return short_digest([list(each) for each in outputs])


def _outputs_digest(record: Record) -> str | None:
    answer = at_first_shape(record.get("outputs") or ())
    return _answer_digest(tuple(tuple(digests(each)) for each in answer)) if answer else None


def _model_digest(record: Record) -> str | None:
    files = record.get("model_digests")
    return _files_digest(tuple(sorted(files.items()))) if files else None


COLUMNS: tuple[Column, ...] = (
    Column("run_id", TEXT, "run_id"),
    Column("case_id", TEXT, "case_id"),
    Column("baseline_id", TEXT, "baseline_id"),
    Column("name", TEXT, _name),
    *(Column(axis, TEXT, _properties if axis == "properties" else f"case/{axis}") for axis in AXES),
    Column("kind", TEXT, "kind"),
    Column("round", COUNT, "round"),
    Column("position", COUNT, "position"),
    Column("block", COUNT, "block"),
    Column("chain", COUNT, "chain"),
    Column("started_at", MOMENT, "started_at"),
    Column("status", TEXT, "status"),
    Column("reason", TEXT, "reason"),
    Column("load_ms", MS, "load_ns"),
    Column("first_inference_ms", MS, "first_inference_total_ns"),
    Column("harness_ms", MS, "harness_ns"),
    *(Column(phase_column(phase), MS, f"phases_ns/{phase}") for phase in PHASES),
    Column("loaded_from_cache", FLAG, "loaded_from_cache"),
    Column("export_import", FLAG, "export_import"),
    Column("blob_bytes", WHOLE, _sum_of_blobs("blobs_after")),
    Column("blob_files", WHOLE, _number_of_blobs("blobs_after")),
    Column("model_bytes", WHOLE, "model_bytes"),
    Column("peak_load_bytes", WHOLE, _peak_load),
    Column("peak_bytes", WHOLE, _peak),
    *(Column(peak_column(phase), WHOLE, f"peak_rss_bytes/{phase}") for phase in PHASES),
    Column("rss_anon_load_bytes", WHOLE, "rss_anon_bytes/load"),
    Column("rss_file_load_bytes", WHOLE, "rss_file_bytes/load"),
    Column("rss_anon_first_inference_bytes", WHOLE, "rss_anon_bytes/first_inference"),
    Column("rss_file_first_inference_bytes", WHOLE, "rss_file_bytes/first_inference"),
    Column("memory_method", TEXT, "memory_method"),
    Column("cpu_ms", MS, "cpu_ns"),
    Column("minor_faults", WHOLE, "page_faults/minor"),
    Column("major_faults", WHOLE, "page_faults/major"),
    Column("disk_read_bytes", WHOLE, "disk_read_bytes"),
    Column("encrypt_calls", WHOLE, "encryption/encrypt_calls"),
    Column("decrypt_calls", WHOLE, "encryption/decrypt_calls"),
    Column("encryption_bytes_in", WHOLE, "encryption/bytes_in"),
    Column("encryption_bytes_out", WHOLE, "encryption/bytes_out"),
    Column("encrypted_bytes", WHOLE, "encryption/encrypted_bytes"),
    Column("encryption_ms", MS, "encryption/ns"),
    Column("encrypted_share", SHARE, "encryption/encrypted_share"),
    Column("clear_windows", WHOLE, "encryption/clear_windows"),
    Column("windows", WHOLE, "encryption/windows"),
    Column("resident_bytes", WHOLE, "storage/resident_bytes"),
    Column("storage_total_bytes", WHOLE, "storage/total_bytes"),
    Column("storage_proven", FLAG, "storage/proven"),
    Column("inputs_digest", TEXT, "inputs_digest"),
    Column("outputs_digest", TEXT, _outputs_digest),
    Column("openvino_version", TEXT, "openvino_version"),
    Column("bytecode", FLAG, "bytecode"),
    Column("telemetry", FLAG, "telemetry"),
    Column("model_digest", TEXT, _model_digest),
    Column("blob_files_before", WHOLE, _number_of_blobs("blobs_before")),
    Column("blobs_untouched", FLAG, _blobs_untouched),
    Column("driver_blob_bytes", WHOLE, _sum_of_blobs("driver_blobs_after")),
    Column("driver_blob_files", WHOLE, _number_of_blobs("driver_blobs_after")),
    Column("encryption_error", TEXT, "encryption/error"),
    Column("runtime_resident_bytes", WHOLE, "storage/runtime_resident_bytes"),
    Column("runtime_total_bytes", WHOLE, "storage/runtime_total_bytes"),
    Column("storage_note", TEXT, "storage/note"),
    Column("sitting", COUNT, _sitting),
    Column("execution_devices", TEXT, _execution_devices),
    Column("runtime_requirements", TEXT, "runtime_requirements"),
    Column("compatibility_check", TEXT, "compatibility_check"),
)
"""Every column, in order."""


def frame_from_records(records: Iterable[Record]) -> pd.DataFrame:
    """Return one row per stored JSON object, without building a `Sample` for each."""
    parts: dict[str, list[Any]] = {column.name: [] for column in COLUMNS}
    for chunk in _chunks(records):
        outers: dict[str, list[Record]] = {"": chunk}
        for column in COLUMNS:
            if callable(column.source):
                values = map(column.source, chunk)
            else:
                outer, _, key = column.source.rpartition("/")
                if outer not in outers:
                    outers[outer] = [record.get(outer) or NOTHING for record in chunk]
                values = map(methodcaller("get", key), outers[outer])
            dtype = NUMBERS.get(column.holds)
            # Numbers become an array while they are still in the processor's cache.
            part = list(values)
            parts[column.name].append(np.array(part, dtype=dtype) if dtype else part)
    return pd.DataFrame(
        {column.name: _series(column, parts.pop(column.name)) for column in COLUMNS}
    )


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _series(column: Column, parts: list[Any]) -> pd.Series[Any]:
    dtype = NUMBERS.get(column.holds)
    if dtype:
        numbers = np.concatenate([np.empty(0, dtype), *parts])
        return pd.Series(numbers / NS_PER_MS if column.holds == MS else numbers)
    values = list(chain.from_iterable(parts))
    if column.holds == FLAG:
        return pd.Series(values, dtype="boolean")
    if column.holds == MOMENT:
        text = pd.Series(values, dtype=object)
        moments = pd.to_datetime(text, utc=True, format="ISO8601", errors="coerce")
        return moments.astype("datetime64[us, UTC]")
    return text_series(values)


def text_series(values: list[str | None]) -> pd.Series[Any]:
    """Return a column of text. Lone surrogates, as in file names, are spelt out for Arrow."""
    try:
        "".join(filter(None, values)).encode()
    except UnicodeEncodeError:
        values = [value and value.encode(errors="backslashreplace").decode() for value in values]
    return pd.Series(values, dtype=TEXT_DTYPE)
