from __future__ import annotations

import pytest

from coldwarm.text.escaping import one_line, openvino_message, visible


def test_a_name_is_one_line_without_control_characters() -> None:
    assert one_line("a\nb\x1b[31m \t c") == "a b\N{REPLACEMENT CHARACTER}[31m c"


def test_what_cannot_be_seen_is_marked_and_lines_stay() -> None:
    marked = "a\N{REPLACEMENT CHARACTER}"

    assert visible("a\u202e\n\ta\x1b a\ud800") == f"{marked}\n\t{marked} {marked}"
    assert visible("caf\u00e9 1\u202f234 \u65e5\u672c") == "caf\u00e9 1\u202f234 \u65e5\u672c"


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("Exception from core.cpp:117:\nException from a.cpp:54:\nNo X\n\n\n", "No X"),
        (
            "Exception from a.cpp:1:\nfirst\nException from b.cpp:2:\nfirst\nsecond\n",
            "first second",
        ),
        ("Check 'x' failed at src/a.cpp:7:\n[CPU] no\n", "[CPU] no"),
        ("ValueError: bad\n\nAt:\n  /codec.py(1): enc\n", "ValueError: bad"),
        ("At: 3", "At: 3"),
        ("", ""),
    ],
)
def test_a_message_of_openvino_is_told_once_and_on_one_line(raised: str, told: str) -> None:
    assert openvino_message(raised) == told
