"""Where the parts of a blob lie: header, weights, topology. Read from the blob itself."""

from __future__ import annotations

import struct
from dataclasses import dataclass

SECTIONS = struct.Struct("<6Q")
"""Offset and size of custom data, of constants, of the model: what the CPU plugin's serializer
(``StreamSerialize``) writes first, counted from its own first byte."""

SEARCHED_BYTES = 4096
"""Before the sections stand Core's header and the plugin's, a few hundred bytes."""


@dataclass(frozen=True)
class Layout:
    """The parts of a blob, each as the range of its bytes.

    Attributes:
        header: Core's header, and what the plugin wrote before its sections.
        weights: the constants.
        topology: the graph.
    """

    header: range
    weights: range
    topology: range


def find_layout(blob: bytes) -> Layout | None:
    """Return where the parts of a blob lie, or None when it is not laid out as we know it.

    The sections are found by what must hold of them, wherever they begin: each starts where the
    one before ends, and the last ends with the blob.
    """
    for begin in range(min(SEARCHED_BYTES, len(blob) - SECTIONS.size)):
        custom, custom_size, consts, consts_size, model, model_size = SECTIONS.unpack_from(
            blob, begin
        )
        if (
            custom == SECTIONS.size
            and custom + custom_size == consts
            and consts + consts_size == model
            and begin + model + model_size == len(blob)
        ):
            weights = range(begin + consts, begin + model)
            topology = range(begin + model, len(blob))
            return Layout(range(begin), weights, topology)
    return None
