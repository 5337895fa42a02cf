from __future__ import annotations

import pytest

from coldwarm.plain import escape_markdown, one_line, visible


def test_a_name_is_one_line_without_control_characters() -> None:
    assert one_line("a\nb\x1b[31m \t c") == "a b\N{REPLACEMENT CHARACTER}[31m c"


def test_what_cannot_be_seen_is_marked_and_lines_stay() -> None:
    marked = "a\N{REPLACEMENT CHARACTER}"

    assert visible("a\u202e\n\ta\x1b a\ud800") == f"{marked}\n\t{marked} {marked}"
    assert visible("caf\u00e9 1\u202f234 \u65e5\u672c") == "caf\u00e9 1\u202f234 \u65e5\u672c"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("resnet50 / CPU / read_model", "resnet50 / CPU / read_model"),
        ("a|b", r"a\|b"),
        ("<img>", r"\<img\>"),
        ("_x_ *y* `z`", r"\_x\_ \*y\* \`z\`"),
        ("two\nlines", "two lines"),
        ("gpj.\u202eexe", "gpj.\N{REPLACEMENT CHARACTER}exe"),
    ],
)
def test_markdown_shows_the_text_as_it_is(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped
