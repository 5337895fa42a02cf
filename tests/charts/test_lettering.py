from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.charts.lettering import ELLIPSIS, printable, width_px, wrapped


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("resnet50", "resnet50"),
        ("$x_1$", "$x_1$"),
        ("a\n b\t c ", "a b c"),
        ("日本", r"\u65e5\u672c"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\u202eb", r"a\u202eb"),
        ("\udcff", r"\udcff"),
        ("é ü ß", "é ü ß"),
    ],
)
def test_names_become_printable(name: str, shown: str) -> None:
    assert printable(name) == shown


@settings(deadline=None, derandomize=True)
@given(st.text(st.characters(codec=None), max_size=80), st.integers(1, 3))
def test_whatever_the_name_it_fits(name: str, lines: int) -> None:
    rows = wrapped(printable(name), 12, 150, lines=lines).split("\n")
    assert len(rows) <= lines
    assert all(width_px(row, 12) <= 150 for row in rows)


def test_width_grows_with_the_font_and_with_bold() -> None:
    assert width_px("abc", 20) == pytest.approx(2 * width_px("abc", 10))
    assert width_px("abc", 10, bold=True) > width_px("abc", 10)


def test_a_text_that_fits_is_left_alone() -> None:
    assert wrapped("resnet50 on CPU", 12, 500) == "resnet50 on CPU"


def test_lines_break_at_spaces_and_not_inside_words() -> None:
    assert wrapped("core.compile_model import", 12, 140) == "core.compile_model\nimport"


def test_a_long_path_keeps_its_beginning_and_its_end() -> None:
    path = "models/" + "directory/" * 30 + "model.onnx"
    text = wrapped(path, 12, 300, lines=1)
    assert ELLIPSIS in text
    assert text.startswith("models/")
    assert text.endswith("model.onnx")
