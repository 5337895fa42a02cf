"""Blobs are made up here as the CPU plugin lays them out."""

from __future__ import annotations

import struct

from coldwarm.studies.faults.layout import find_layout

CORE = b'<?xml version="1.0"?><compiled_blob ie_version="2026.4.1-1-abc" file_info="1"/>\n'
PLUGIN = b"RR_UPCVO\x01\x00\x00\x00meta=1.0"


def blob(weights: int = 100, topology: int = 30, *, before: bytes = CORE + PLUGIN) -> bytes:
    custom = b"<cnndata/>"
    consts = 48 + len(custom)
    sections = struct.pack("<6Q", 48, len(custom), consts, weights, consts + weights, topology)
    return before + sections + custom + b"w" * weights + b"t" * topology


def test_finds_each_part() -> None:
    data = blob()
    layout = find_layout(data)
    assert layout is not None
    assert data[: layout.header.stop] == CORE + PLUGIN
    assert data[layout.weights.start : layout.weights.stop] == b"w" * 100
    assert data[layout.topology.start : layout.topology.stop] == b"t" * 30


def test_a_header_of_any_length_will_do() -> None:
    # What export_model writes has none of Core's.
    for before in (CORE + PLUGIN + b"more of it" * 20, PLUGIN):
        layout = find_layout(blob(before=before))
        assert layout is not None
        assert len(layout.header) == len(before)


def test_what_is_laid_out_otherwise_is_not_guessed() -> None:
    assert find_layout(b"") is None
    assert find_layout(b"another format" * 100) is None
    assert find_layout(blob()[:-1]) is None, "the last section ends with the blob"
