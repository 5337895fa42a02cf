"""What can happen to the bytes of a blob. Pure: the same seed damages the same bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coldwarm.studies.faults.layout import SEARCHED_BYTES, find_layout

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping

    Damaged = tuple[bytes, dict[str, Any]]
    """The blob as it is then, and what was done to it."""

    Damage = Callable[[bytes, random.Random], Damaged]

ZEROED_BYTES = 64 * 1024
"""What a file system may lose: a run of blocks that was never written reads as zeros."""

VERSION = re.compile(rb'(?:ie_version="|ov=)(\d+\.\d+\.\d+)')
NEXT_DIGIT = bytes.maketrans(b"0123456789", b"1234567890")
"""Keeps the length, so that nothing else in the header moves."""


class CannotDamageError(Exception):
    """The blob lacks what was to be damaged; the text says what."""


def truncated(blob: bytes, chance: random.Random) -> Damaged:
    """Cut the blob somewhere, at least one byte before its end."""
    kept = chance.randrange(1, len(blob))
    return blob[:kept], {"kept_bytes": kept, "of_bytes": len(blob)}


def empty(blob: bytes, _: random.Random) -> Damaged:
    """Leave nothing."""
    return b"", {"kept_bytes": 0, "of_bytes": len(blob)}


def garbage(blob: bytes, chance: random.Random) -> Damaged:
    """Replace all of it by chance bytes."""
    return chance.randbytes(len(blob)), {"bytes": len(blob)}


def other_version(blob: bytes, _: random.Random) -> Damaged:
    """Make it the blob of an OpenVINO that never was, wherever its header names the version."""
    layout = find_layout(blob)
    header = blob[: layout.header.stop if layout else SEARCHED_BYTES]
    found = VERSION.search(header)
    if found is None:
        msg = "this blob names no OpenVINO version"
        raise CannotDamageError(msg)
    other = found[1].translate(NEXT_DIGIT)
    changed = header.replace(found[1], other)
    return changed + blob[len(header) :], {"version": other.decode()}


def flipped_header(blob: bytes, chance: random.Random) -> Damaged:
    """Flip one byte of the header."""
    return _flip(blob, _part(blob, "header"), chance)


def flipped_topology(blob: bytes, chance: random.Random) -> Damaged:
    """Flip one byte of the graph."""
    return _flip(blob, _part(blob, "topology"), chance)


def flipped_weights(blob: bytes, chance: random.Random) -> Damaged:
    """Flip one byte of the weights."""
    return _flip(blob, _part(blob, "weights"), chance)


def zeroed_weights(blob: bytes, chance: random.Random) -> Damaged:
    """Replace a run of blocks of the weights by zeros."""
    part = _part(blob, "weights")
    size = min(ZEROED_BYTES, len(part))
    begin = chance.randrange(part.start, part.stop - size + 1)
    return _put(blob, begin, bytes(size)), {"at_byte": begin, "bytes": size}


def _part(blob: bytes, name: str) -> range:
    layout = find_layout(blob)
    part: range = getattr(layout, name) if layout else range(0)
    if not part:
        msg = f"where its {name} lies in this blob is not known" if layout is None else ""
        raise CannotDamageError(msg or f"this blob holds no {name}")
    return part


def _flip(blob: bytes, part: range, chance: random.Random) -> Damaged:
    """Invert all bits of one byte: whatever it meant, it means it no more."""
    at = chance.choice(part)
    return _put(blob, at, bytes([blob[at] ^ 0xFF])), {"at_byte": at, "of_bytes": len(blob)}


def _put(blob: bytes, at: int, new: bytes) -> bytes:
    return blob[:at] + new + blob[at + len(new) :]


DAMAGES: Mapping[str, Damage] = {
    each.__name__: each
    for each in (
        truncated,
        empty,
        garbage,
        other_version,
        flipped_header,
        flipped_topology,
        flipped_weights,
        zeroed_weights,
    )
}
