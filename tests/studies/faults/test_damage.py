from __future__ import annotations

import random
import struct

import pytest

from coldwarm.studies.faults.catalog import DAMAGED, FAULTS
from coldwarm.studies.faults.damage import DAMAGES, ZEROED_BYTES, CannotDamageError
from coldwarm.studies.faults.layout import find_layout

HEADER = b'<?xml?><compiled_blob ie_version="2026.4.1-1" info="OV:2026.4.1"/>\nCPU ov=2026.4.1;'
WEIGHTS, TOPOLOGY = b"w" * 100_000, b"t" * 500
SECTIONS = struct.pack("<6Q", 48, 0, 48, len(WEIGHTS), 48 + len(WEIGHTS), len(TOPOLOGY))
BLOB = HEADER + SECTIONS + WEIGHTS + TOPOLOGY


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def damaged(name: str, seed: int = 1) -> bytes:
    return DAMAGES[name](BLOB, chance(seed))[0]


def differing(data: bytes) -> list[int]:
    assert len(data) == len(BLOB)
    return [at for at, pair in enumerate(zip(BLOB, data, strict=True)) if pair[0] != pair[1]]


def test_every_fault_that_damages_has_a_damage() -> None:
    assert set(DAMAGES) == {name for name, fault in FAULTS.items() if fault.family == DAMAGED}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_same_seed_damages_the_same_and_always_something(name: str) -> None:
    assert damaged(name) == damaged(name) != BLOB


@pytest.mark.parametrize("name", ["truncated", "garbage", "flipped_weights", "zeroed_weights"])
def test_another_seed_damages_otherwise(name: str) -> None:
    assert damaged(name, 1) != damaged(name, 2)


@pytest.mark.parametrize("part", ["header", "topology", "weights"])
@pytest.mark.parametrize("seed", range(5))
def test_one_byte_of_the_part_is_flipped(part: str, seed: int) -> None:
    layout = find_layout(BLOB)
    (at,) = differing(damaged(f"flipped_{part}", seed))
    assert at in getattr(layout, part)


def test_zeros_stay_within_the_weights() -> None:
    places = differing(damaged("zeroed_weights"))
    layout = find_layout(BLOB)
    assert layout is not None
    assert len(places) == ZEROED_BYTES
    assert set(places) <= set(layout.weights)


def test_truncated_keeps_the_beginning() -> None:
    data, done = DAMAGES["truncated"](BLOB, chance(3))
    assert BLOB.startswith(data)
    assert 0 < len(data) == done["kept_bytes"] < len(BLOB) == done["of_bytes"]


def test_another_version_changes_every_place_that_names_it() -> None:
    data = damaged("other_version")
    assert data.count(b"3137.5.2") == 3
    assert b"2026.4.1" not in data
    assert data.endswith(BLOB[len(HEADER) :])


@pytest.mark.parametrize("name", ["flipped_header", "zeroed_weights", "other_version"])
def test_says_what_it_does_not_find(name: str) -> None:
    with pytest.raises(CannotDamageError, match=r"in this blob is not known|names no OpenVINO"):
        DAMAGES[name](b"another format" * 100, chance(1))


def test_what_export_model_writes_names_the_version_elsewhere() -> None:
    data = BLOB[BLOB.index(b"CPU") :]
    changed, done = DAMAGES["other_version"](data, chance(1))
    assert b"ov=3137.5.2" in changed
    assert done == {"version": "3137.5.2"}
