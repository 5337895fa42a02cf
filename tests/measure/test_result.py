from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.measure.result import PLACE_CHARS, RESULT_LIMIT_BYTES, read_result
from coldwarm.run.sample import EncryptionRecord

GOOD: dict[str, Any] = {
    "phases_ns": {"interpreter": 1, "import": 2},
    "harness_ns": 3,
    "first_inference_total_ns": 6,
    "loaded_from_cache": None,
    "export_import": True,
    "peak_rss_bytes": {"import": 100},
    "rss_anon_bytes": {"load": 1},
    "rss_file_bytes": {"load": 2},
    "memory_method": "vmhwm-reset",
    "cpu_ns": 5,
    "page_faults": {"minor": 1, "major": 0},
    "disk_read_bytes": None,
    "openvino_version": "2026.4.1",
    "bytecode": True,
    "telemetry": False,
    "outputs": [{"digests": ["ab", "cd"], "names": ["y", "y"], "shapes": [[1, 2]], "empty": [0]}],
    "encryption": {
        "encrypt_calls": 1,
        "decrypt_calls": 0,
        "bytes_in": 9,
        "bytes_out": 12,
        "encrypted_bytes": 12,
        "ns": 7,
        "error": None,
    },
}


def read(value: object) -> tuple[dict[str, Any], str | None]:
    return read_result(json.dumps(value).encode())


def test_a_good_result_is_taken_as_it_is() -> None:
    assert read(GOOD) == (GOOD, None)


def test_what_was_not_reported_is_not_made_up() -> None:
    assert read({"phases_ns": {}}) == ({"phases_ns": {}}, None)


def test_an_error_is_taken_as_it_is() -> None:
    error = {"phase": "import", "type": "ImportError", "message": "none", "unavailable": True}
    assert read({"phases_ns": {}, "error": error})[0]["error"] == error


def test_unknown_keys_are_left_out() -> None:
    assert read({**GOOD, "more": [1]}) == (GOOD, None)
    encryption = {**GOOD["encryption"], "more": 1}
    result, _ = read({**GOOD, "encryption": encryption})
    assert EncryptionRecord(**result["encryption"]).bytes_out == 12


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("phases_ns", []),
        ("phases_ns", None),
        ("phases_ns", {"import": True}),
        ("phases_ns", {"import": 1.5}),
        ("phases_ns", {"import": "1"}),
        ("phases_ns", {"import": -1}),
        ("phases_ns", {"import": 2**63}),
        ("phases_ns", {"import": None}),
        ("phases_ns", {"import": float("nan")}),
        ("harness_ns", None),
        ("first_inference_total_ns", float("inf")),
        ("loaded_from_cache", 1),
        ("loaded_from_cache", "true"),
        ("peak_rss_bytes", {"import": {}}),
        ("outputs", {}),
        ("outputs", [1]),
        ("outputs", [{"y": 1}]),
        ("encryption", []),
        ("encryption", {"encrypt_calls": 1}),
        ("encryption", {**GOOD["encryption"], "ns": "1"}),
        ("error", "RuntimeError"),
        ("error", {"phase": "import"}),
        ("error", {"phase": 1, "type": "", "message": ""}),
        ("openvino_version", 2026),
    ],
)
def test_what_has_the_wrong_shape_is_named(key: str, value: object) -> None:
    result, wrong = read({**GOOD, key: value})
    assert result == {}
    assert wrong is not None
    assert wrong.startswith(f"reported nonsense: {key}")


def test_a_name_without_end_is_not_printed() -> None:
    _, wrong = read({"phases_ns": {"x" * 10**6: "1"}})
    assert wrong is not None
    assert len(wrong) < PLACE_CHARS + 100


@pytest.mark.parametrize(
    "data",
    [b"x", b"null", b"[]", b"3", b"\xff", b"[" * 10**6, b'{"phases_ns": {}} {}', b'{"phases_ns":'],
)
def test_garbage_is_called_garbage(data: bytes) -> None:
    assert read_result(data) == ({}, "printed garbage instead of a result")


def test_nothing_and_too_much_have_words_of_their_own() -> None:
    assert read_result(b"") == ({}, "reported no result")
    _, wrong = read_result(b" " * (RESULT_LIMIT_BYTES + 1))
    assert wrong == "printed more than 16 MB instead of a result"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from([*GOOD, "error"]), ANY_JSON))
def test_no_lie_raises(lies: dict[str, object]) -> None:
    result, wrong = read({**GOOD, **lies})
    assert bool(result) != bool(wrong)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.binary())
def test_no_garbage_raises(data: bytes) -> None:
    result, wrong = read_result(data)
    assert (result, bool(wrong)) == ({}, True)
