"""Which other files an ONNX model keeps weights in.

The onnx package is too much to ask of a user for this one question. An ONNX file is a protobuf
message; only its outline is read, whatever the size of the weights in it.
"""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Wire types of protobuf."""

_CHILDREN = {
    "Model": {7: "Graph", 20: "TrainingInfo", 25: "Function"},
    "TrainingInfo": {1: "Graph", 2: "Graph"},
    "Function": {7: "Node"},
    "Graph": {1: "Node", 5: "Tensor", 15: "SparseTensor"},
    "Node": {5: "Attribute"},
    "Attribute": {
        5: "Tensor",
        6: "Graph",
        10: "Tensor",
        11: "Graph",
        22: "SparseTensor",
        23: "SparseTensor",
    },
    "SparseTensor": {1: "Tensor", 2: "Tensor"},
    "Tensor": {13: "Entry"},
}
"""The fields of onnx.proto through which tensors are reached: message to field to message."""

_KEY, _VALUE = 1, 2
"""Fields of an entry of a tensor's external data."""


def external_data(path: Path) -> tuple[Path, ...]:
    """Return the files that hold weights of the ONNX model at `path`, each once.

    What cannot be understood refers to nothing: whether a file is an ONNX model is for OpenVINO
    to say.
    """
    if not path.stat().st_size:
        return ()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        entries = (_entry(data, *span) for span in _entries(data))
        places = dict.fromkeys(value for key, value in entries if key == b"location")
    return tuple(path.parent / place.decode(errors="surrogateescape") for place in places)


def _entries(data: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Yield where each entry of external data begins and ends."""
    pending = [("Model", 0, len(data))]
    while pending:
        message, start, end = pending.pop()
        if message == "Entry":
            yield start, end
            continue
        children = _CHILDREN[message]
        found = [
            (children[number], first, last)
            for number, first, last in _fields(data, start, end)
            if number in children
        ]
        pending += reversed(found)


def _entry(data: mmap.mmap, start: int, end: int) -> tuple[bytes, bytes]:
    parts = {number: data[first:last] for number, first, last in _fields(data, start, end)}
    return parts.get(_KEY, b""), parts.get(_VALUE, b"")


def _fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, begin and end of each field that holds bytes, until one makes no sense."""
    at = start
    while at < end:
        tag, at = _varint(data, at, end)
        wire_type = tag & 7
        if wire_type == _BYTES:
            size, at = _varint(data, at, end)
            if at + size > end:
                return
            yield tag >> 3, at, at + size
            at += size
        elif wire_type == _VARINT:
            _, at = _varint(data, at, end)
        elif wire_type == _FIXED64:
            at += 8
        elif wire_type == _FIXED32:
            at += 4
        else:
            return


def _varint(data: mmap.mmap, at: int, end: int) -> tuple[int, int]:
    """Return a number of variable length and where it ends."""
    value = shift = 0
    while at < end:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 (the continuation bit)
            break
        shift += 7
    return value, at
