from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldwarm.models import wire

NUMBERS = st.integers(0, 2**64 - 1)
FIELDS = st.one_of(
    st.tuples(st.just(wire.VARINT), NUMBERS),
    st.tuples(st.just(wire.BYTES), st.binary()),
    st.tuples(st.just(wire.FIXED32), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(wire.FIXED64), st.binary(min_size=8, max_size=8)),
)


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1), FIELDS)))
def test_what_is_written_is_read(fields: list[tuple[int, tuple[int, wire.Value]]]) -> None:
    written = [(number, kind, value) for number, (kind, value) in fields]
    message = b"".join(wire.write_field(*each) for each in written)
    assert list(wire.read_fields(message)) == written


@given(st.lists(NUMBERS))
def test_packed_numbers(numbers: list[int]) -> None:
    assert list(wire.read_packed(b"".join(map(wire.varint, numbers)))) == numbers


def test_the_example_of_the_specification() -> None:
    assert wire.write_field(1, wire.VARINT, 150) == b"\x08\x96\x01"
    assert wire.write_field(2, wire.BYTES, b"testing") == b"\x12\x07testing"
    assert wire.write_head(2, 7) + b"testing" == b"\x12\x07testing"


@pytest.mark.parametrize("message", [b"\x08", b"\x12\x07test", b"\x0b", b"\x0d\x00"])
def test_what_is_no_message_is_an_error(message: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        list(wire.read_fields(message))
