from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from coldwarm.studies import ir_edits

if TYPE_CHECKING:
    from pathlib import Path

XML = """\
<net>
\t<layers>
\t\t<layer id="0" type="Const"><data element_type="f32" shape="3" offset="0" size="12" /></layer>
\t\t<layer id="1" type="Const"><data element_type="i64" shape="2" offset="16" size="16" /></layer>
\t\t<layer id="2" type="ReLU" />
\t\t<layer id="3" type="ReLU" />
\t</layers>
</net>
"""


@pytest.fixture
def xml(tmp_path: Path) -> Path:
    path = tmp_path / "model.xml"
    path.write_text(XML)
    weights = np.array([1, 2, 3], np.float32).tobytes() + b"pad." + np.array([7, 8]).tobytes()
    path.with_suffix(".bin").write_bytes(weights)
    os.utime(path, (1000, 1000))
    return path


def test_weights_change_and_shapes_do_not(xml: Path) -> None:
    assert ir_edits.change_weights(xml.with_suffix(".bin"))
    data = xml.with_suffix(".bin").read_bytes()
    assert np.frombuffer(data[:12], np.float32).tolist() == [3, 2, 1]
    assert data[12:16] == b"pad."
    assert np.frombuffer(data[16:], np.int64).tolist() == [7, 8]


def test_a_model_without_weights_is_told(xml: Path) -> None:
    xml.write_text("<net/>")
    assert not ir_edits.change_weights(xml.with_suffix(".bin"))


def test_the_last_operation_computes_something_else(xml: Path) -> None:
    assert ir_edits.change_graph(xml)
    assert xml.read_text().count('type="ReLU"') == 1
    assert 'id="3" type="Tanh"' in xml.read_text()
    assert xml.stat().st_mtime > 1000


@pytest.mark.parametrize(
    ("old", "new"), [('type="ReLU"', 'type="Tanh"'), ('type="Add"', 'type="Subtract"')]
)
def test_a_quiet_change_leaves_size_and_time(xml: Path, old: str, new: str) -> None:
    xml.write_text(XML.replace('type="ReLU"', old))
    os.utime(xml, (1000, 1000))
    size = xml.stat().st_size
    assert ir_edits.change_graph(xml, quietly=True)
    assert new in xml.read_text()
    assert (xml.stat().st_size, xml.stat().st_mtime) == (size, 1000)


def test_a_graph_without_a_stand_in_is_told_and_left_alone(xml: Path) -> None:
    xml.write_text("<net/>")
    assert not ir_edits.change_graph(xml)
    assert xml.read_text() == "<net/>"


def test_padding_changes_the_size_alone(xml: Path) -> None:
    ir_edits.pad(xml)
    assert xml.read_text().rstrip() == XML.rstrip()
    assert xml.stat().st_size > len(XML)
    assert xml.stat().st_mtime == 1000


@pytest.mark.parametrize("size", [10, 12, 15, 20])
def test_fits_a_text_by_what_means_nothing(size: int) -> None:
    fitted = ir_edits.fit("<a>\n\t\t\t\t<b/>", size)
    assert fitted.split() == ["<a>", "<b/>"]
    assert len(fitted) == size
