"""The wire format of protobuf: the fields of a message, read and written one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

_SIZES = {FIXED64: 8, FIXED32: 4}
_MORE = 0x80
"""The continuation bit of a number of variable length."""

Value = int | bytes
"""A number, or the content of a text, of bytes, of packed numbers or of an inner message."""


def read_fields(data: bytes) -> Iterator[tuple[int, int, Value]]:
    """Yield number, wire type and value of each field of a message.

    Raises:
        ValueError, IndexError: when this is no message.
    """
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == VARINT:
            value, at = _read_varint(data, at)
            yield number, wire_type, value
            continue
        if wire_type == BYTES:
            size, at = _read_varint(data, at)
        elif wire_type in _SIZES:
            size = _SIZES[wire_type]
        else:
            msg = f"wire type {wire_type}"
            raise ValueError(msg)
        if at + size > len(data):
            msg = "the message ends early"
            raise ValueError(msg)
        yield number, wire_type, data[at : at + size]
        at += size


def read_packed(data: bytes) -> Iterator[int]:
    """Yield packed numbers.

    Raises:
        IndexError: when the last one has no end.
    """
    at = 0
    while at < len(data):
        value, at = _read_varint(data, at)
        yield value


def write_field(number: int, wire_type: int, value: Value) -> bytes:
    """Return one field."""
    head = varint(number << 3 | wire_type)
    if isinstance(value, int):
        return head + varint(value)
    return head + (varint(len(value)) if wire_type == BYTES else b"") + value


def write_head(number: int, size: int) -> bytes:
    """Return what stands before `size` bytes of a field."""
    return varint(number << 3 | BYTES) + varint(size)


def varint(value: int) -> bytes:
    """Return a number of variable length."""
    out = bytearray()
    while value >= _MORE:
        out.append(value & 0x7F | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < _MORE:
            return value, at
        shift += 7
