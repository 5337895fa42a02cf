from __future__ import annotations

import pytest

from coldwarm.plain import escape_markdown, one_line


def test_a_name_is_one_line_without_control_characters() -> None:
    assert one_line("a\nb\x1b[31m \t c") == "a b\N{REPLACEMENT CHARACTER}[31m c"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("resnet50 / CPU / read_model", "resnet50 / CPU / read_model"),
        ("a|b", r"a\|b"),
        ("<img>", r"\<img\>"),
        ("_x_ *y* `z`", r"\_x\_ \*y\* \`z\`"),
        ("two\nlines", "two lines"),
    ],
)
def test_markdown_shows_the_text_as_it_is(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped
