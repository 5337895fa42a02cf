from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from coldwarm.charts import style
from coldwarm.charts.sheet import Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


def figure_with(text: str) -> Figure:
    with style.applied():
        sheet = Sheet("t", "", 0, size=(200, 100))
        sheet.add(Rectangle((10, -10), 50, 20, gid="box"))
        sheet.write(10, 50, text, size=14)
        return sheet.figure


def test_png_and_svg_are_byte_for_byte_the_same_each_time(tmp_path: Path) -> None:
    first = style.save(figure_with("$x_1$"), tmp_path, "first")
    second = style.save(figure_with("$x_1$"), tmp_path, "second")
    assert [path.suffix for path in first] == [".png", ".svg"]
    assert [a.read_bytes() for a in first] == [b.read_bytes() for b in second]


def test_the_users_own_settings_change_nothing(tmp_path: Path) -> None:
    plain = style.save(figure_with("a"), tmp_path, "plain")
    with mpl.rc_context({"font.size": 33, "svg.hashsalt": "x", "axes.facecolor": "red"}):
        other = style.save(figure_with("a"), tmp_path, "other")
    assert [a.read_bytes() for a in plain] == [b.read_bytes() for b in other]


def test_the_style_does_not_stay(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    style.save(figure_with("a"), tmp_path, "a")
    assert dict(mpl.rcParams) == before


def test_the_figure_has_its_size_in_pixels_of_a_browser(tmp_path: Path) -> None:
    png, svg = style.save(figure_with("a"), tmp_path, "a")
    root = ET.fromstring(svg.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert (root.get("width"), root.get("height")) == ("150pt", "75pt")
    width, height = (int.from_bytes(png.read_bytes()[i : i + 4]) for i in (16, 20))
    assert (width, height) == (200 * style.PNG_SCALE, 100 * style.PNG_SCALE)


def test_no_file_names_a_date_or_a_version(tmp_path: Path) -> None:
    for path in style.save(figure_with("a"), tmp_path, "a"):
        data = path.read_bytes()
        assert b"<dc:date>" not in data
        assert mpl.__version__.encode() not in data


def test_drawing_needs_no_pyplot() -> None:
    code = (
        "import sys, coldwarm.charts.caching_enabled, coldwarm.charts.caching_times\n"
        "sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("parts", [("resnet50", "CPU"), ("bert-base", "GPU.0"), ("a_b",)])
def test_plain_names_stay_readable(parts: tuple[str, ...]) -> None:
    assert style.file_stem(*parts) == "__".join(parts)


@settings(deadline=None, derandomize=True)
@given(st.lists(st.text(max_size=100), min_size=1, max_size=3))
def test_any_name_becomes_a_safe_file_name(parts: list[str]) -> None:
    stem = style.file_stem(*parts)
    assert stem.isascii()
    assert 0 < len(stem) < 100
    assert not set(stem) & set('/\\:*?"<>| \n')
    assert not stem.startswith((".", "-"))


def test_names_that_differ_only_in_what_had_to_go_get_files_of_their_own() -> None:
    names = ["a b", "a/b", "a:b", "a-b", "日", "本", "x" * 99, "x" * 98, "", "../a", "a"]
    assert len({style.file_stem(name) for name in names}) == len(names)


def test_parts_are_told_apart() -> None:
    pairs = [("a/", "b"), ("a", "/b"), ("a-b", "c"), ("a", "b-c"), ("a_", "b"), ("a", "_b")]
    assert len({style.file_stem(*pair) for pair in pairs}) == len(pairs)
