"""What a stored line must be before anybody relies on it.

Results are files: copied, merged, edited, cut off by a full disk. Whoever works with records may
then take their shape for granted, and a line without it is left out with a sentence, not with a
traceback.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from coldwarm.experiment.case import AXES, CACHE_ONLY_AXES, DEFAULTS, MAPPINGS, Case
from coldwarm.run.attempt import Trace
from coldwarm.run.inference import Inference  # noqa: TC001 (pydantic reads the types of records)
from coldwarm.run.sample import KINDS, SCHEMA_VERSION, STATUSES, Sample

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_INT = 2**63 - 1
"""No counter goes beyond it, and no frame holds more."""


class RecordError(ValueError):
    """A line that is not the record it should be; the text says why."""


@dataclass(frozen=True)
class _Reference:
    baseline_id: str
    model_digests: dict[str, str]
    answers: list[list[Inference] | None]
    inputs_digest: str | None = None
    larger_refused: str | None = None


_SAMPLE = TypeAdapter(Sample)
_REFERENCE = TypeAdapter(_Reference)
_TRACE = TypeAdapter(Trace)


def read_sample(line: bytes) -> dict[str, Any]:
    """Return the stored sample of one line.

    Raises:
        RecordError: when it is none.
    """
    record = _read(line, _SAMPLE)
    _check_schema(record)
    _check_sample(record)
    return record


def read_trace(line: bytes) -> dict[str, Any]:
    """Return the stored try of one line.

    Raises:
        RecordError: when it is none.
    """
    record = _read(line, _TRACE)
    _check_schema(record)
    _check_case({**record, "kind": "cold"})
    for start in record.get("starts", ()):
        _check_sample(start)
    return record


def read_reference(line: bytes) -> dict[str, Any]:
    """Return the stored reference of one line.

    Raises:
        RecordError: when it is none.
    """
    record = _read(line, _REFERENCE)
    if not record["answers"]:
        msg = "answers: empty"
        raise RecordError(msg)
    return record


def give_current_ids(
    samples: Iterable[dict[str, Any]],
    references: Iterable[dict[str, Any]],
    traces: Iterable[dict[str, Any]],
) -> None:
    """Give the lines of a run of schema 1 the ids that their cases have today."""
    known: dict[tuple[str | None, str], tuple[str, str]] = {}
    traces = list(traces)
    for record in chain(samples, (start for trace in traces for start in trace.get("starts", ()))):
        stored = record.get("case_id"), record["baseline_id"]
        if stored not in known:
            given = {axis: value for axis, value in record["case"].items() if value is not None}
            case = Case.from_axes(given)
            known[stored] = case.case_id, case.baseline_id
        case_id, record["baseline_id"] = known[stored]
        if stored[0] is not None:
            record["case_id"] = case_id
    for trace in traces:
        trace["case_id"] = Case.from_axes(trace["case"]).case_id
    baselines = {stored: now for (_, stored), (_, now) in known.items()}
    for reference in references:
        stored_id = reference["baseline_id"]
        reference["baseline_id"] = baselines.get(stored_id, stored_id)


def _read(line: bytes, shape: TypeAdapter[Any]) -> dict[str, Any]:
    try:
        record = from_json(line)  # takes half as long as the standard library's
    except ValueError as err:
        msg = "not a record"
        raise RecordError(msg) from err
    if not isinstance(record, dict):
        msg = "not a record"
        raise RecordError(msg)
    try:
        shape.validate_json(line, strict=True)
    except ValidationError as err:
        first = err.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "not a record"
        msg = f"{place}: {first['msg']}"
        raise RecordError(msg) from err
    return record


def _check_schema(record: dict[str, Any]) -> None:
    schema = record.get("schema", SCHEMA_VERSION)
    if schema > SCHEMA_VERSION:
        msg = f"schema {schema} was written by a newer coldwarm"
        raise RecordError(msg)


def _check_sample(record: dict[str, Any]) -> None:
    _check_word("kind", record["kind"], KINDS)
    _check_word("status", record["status"], STATUSES)
    _check_case(record)
    _check_numbers(value for key, value in record.items() if key != "case")


def _check_word(key: str, word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        msg = f"{key}: {json.dumps(word)} is none of {', '.join(words)}"
        raise RecordError(msg)


def _check_case(record: dict[str, Any]) -> None:
    """See that a case has values of the right type; what it lacks, it has by default."""
    case, uncached = record["case"], record["kind"] == "uncached"
    lacking = {}
    for axis in AXES:
        value = case.get(axis)
        if value is None and axis not in DEFAULTS:
            msg = f"case: no {axis}"
            raise RecordError(msg)
        if value is None:
            if not (uncached and axis in CACHE_ONLY_AXES):
                lacking[axis] = DEFAULTS[axis]
        elif not isinstance(value, dict if axis in MAPPINGS else str):
            msg = f"case.{axis}: of the wrong type"
            raise RecordError(msg)
    if lacking:
        record["case"] = {**case, **lacking}
    if not uncached and record.get("case_id") is None:
        msg = f"case_id: none, though the start is {record['kind']}"
        raise RecordError(msg)


def _check_numbers(values: Iterable[object]) -> None:
    # Asked of every value of every line: one call per container, not one per value.
    for value in values:
        if isinstance(value, str):
            continue
        if isinstance(value, (int, float)):
            if not -LARGEST_INT <= value <= LARGEST_INT:
                msg = f"a number that nothing measures: {value:.3g}"
                raise RecordError(msg)
        elif isinstance(value, dict):
            _check_numbers(value.values())
        elif isinstance(value, list):
            _check_numbers(value)
