"""Edits of an OpenVINO IR that change what the model answers, and nothing about its shapes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ITEM_BYTES = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2, "i8": 1, "u8": 1}
"""Element type of weights to the size of an element."""

CONSTANT = re.compile(r'<data element_type="(\w+)" shape="[^"]*" offset="(\d+)" size="(\d+)"')

OTHER_MEANING = (
    ('type="ReLU"', 'type="Tanh"'),
    ('max="6"', 'max="3"'),
    ('approximation_mode="ERF"', 'approximation_mode="TANH"'),
    ('type="Sigmoid"', 'type="Tanh"'),
    ('type="Add"', 'type="Subtract"'),
)
"""What stands in a graph, and what can stand there instead: operations of the same inputs."""

SPARE = re.compile(r"\n[\t ]+")
"""Indentation, which means nothing to a parser and makes room."""


def change_weights(weights: Path) -> bool:
    """Put the elements of every constant into reverse order; False when there is none.

    All of them, as after another training: a blob may hold some and take the rest from the file.
    Each value stays one that the constant had, so whatever the type, nothing overflows. Constants
    of other types are shapes and indices. Size and names stay; the time of change becomes now.
    """
    constants = CONSTANT.findall(weights.with_suffix(".xml").read_text(encoding="utf-8"))
    data = bytearray(weights.read_bytes())
    before = bytes(data)
    for kind, offset, size in constants:
        item = ITEM_BYTES.get(kind)
        if item is not None:
            begin, end = int(offset), int(offset) + int(size)
            places = range(end - item, begin - 1, -item)
            data[begin:end] = b"".join(before[place : place + item] for place in places)
    weights.write_bytes(data)
    return data != before


def change_graph(xml: Path, *, quietly: bool = False) -> bool:
    """Let one operation compute something else; False when none of those we know is there.

    Args:
        xml: the graph.
        quietly: leave its size and its time of change as they were.
    """
    text = xml.read_text(encoding="utf-8")
    before = xml.stat()
    for old, new in OTHER_MEANING:
        # The last one: early ones may belong to a computation of shapes.
        head, found, tail = text.rpartition(old)
        if found:
            changed = head + new + tail
            xml.write_text(
                fit(changed, len(text.encode())) if quietly else changed, encoding="utf-8"
            )
            if quietly:
                os.utime(xml, ns=(before.st_atime_ns, before.st_mtime_ns))
            return True
    return False


def pad(xml: Path) -> None:
    """Add empty lines, which mean nothing, and leave the time of change as it was."""
    before = xml.stat()
    xml.write_bytes(xml.read_bytes() + b"\n" * 16)
    os.utime(xml, ns=(before.st_atime_ns, before.st_mtime_ns))


def fit(text: str, size: int) -> str:
    """Return the text with so much indentation less, or empty lines more, that it has a size."""
    surplus = len(text.encode()) - size
    while surplus > 0:
        found = SPARE.search(text)
        if found is None:
            break
        cut = min(surplus, len(found.group()) - 1)
        text = text[: found.end() - cut] + text[found.end() :]
        surplus -= cut
    return text + "\n" * max(0, -surplus)
