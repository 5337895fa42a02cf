from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from coldwarm.errors import ModelError
from coldwarm.models.model_files import find_files

if TYPE_CHECKING:
    from pathlib import Path

WITH_WEIGHTS = '<net><layer type="Const"/></net>'


def write(folder: Path, *names: str) -> Path:
    """Write files of 10 bytes and return the first."""
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789")
    return paths[0]


def test_an_ir_is_graph_and_weights(tmp_path: Path) -> None:
    path = write(tmp_path, "net.xml", "net.bin", "other.bin")
    files = find_files("net", path)
    assert files.files == (path, tmp_path / "net.bin")
    assert files.bin == tmp_path / "net.bin"
    assert files.bytes == 20
    assert (files.name, files.path, files.folder) == ("net", path, tmp_path)


def test_the_weights_of_an_ir_are_in_its_bin(tmp_path: Path) -> None:
    path = write(tmp_path, "net.xml", "net.bin")
    path.write_bytes(bytes(99))
    assert find_files("net", path).weights == tmp_path / "net.bin"


def test_the_weights_of_other_formats_are_in_the_largest_file(tmp_path: Path) -> None:
    graph = write(tmp_path, "saved_model.pb", "variables/variables.index", "variables/data")
    (tmp_path / "variables/data").write_bytes(bytes(99))
    assert find_files("net", tmp_path).weights == tmp_path / "variables/data"
    graph.write_bytes(bytes(100))
    assert find_files("net", tmp_path).weights == graph


def test_an_ir_without_its_weights_is_incomplete(tmp_path: Path) -> None:
    path = tmp_path / "net.xml"
    path.write_text(WITH_WEIGHTS)
    with pytest.raises(ModelError) as raised:
        find_files("net", path)
    expected = f"the model net is incomplete: there is no file {tmp_path / 'net.bin'}"
    assert str(raised.value) == expected


def test_an_ir_without_constants_needs_no_weights(tmp_path: Path) -> None:
    path = tmp_path / "net.xml"
    path.write_text('<net><layer type="Relu"/></net>')
    files = find_files("net", path)
    assert files.files == (path,)
    assert files.bin is None


@pytest.mark.parametrize("name", ["net.tflite", "net.pb", "net.TFLite", "net.pdmodel", "net.json"])
def test_formats_of_one_file(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name)
    files = find_files("net", path)
    assert (files.files, files.bin, files.bytes) == ((path,), None, 10)


@pytest.mark.parametrize("name", ["net.pdmodel", "net.json"])
def test_a_paddle_model_has_its_parameters_beside_it(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name, "net.pdiparams")
    files = find_files("net", path)
    assert files.files == (path, tmp_path / "net.pdiparams")
    assert files.bin is None


def test_a_saved_model_is_everything_in_its_directory(tmp_path: Path) -> None:
    graph = write(tmp_path, "saved_model.pb", "variables/variables.index", "assets/vocabulary.txt")
    files = find_files("net", tmp_path)
    assert files.files == (
        graph,
        tmp_path / "assets/vocabulary.txt",
        tmp_path / "variables/variables.index",
    )
    assert (files.path, files.folder, files.bytes) == (tmp_path, tmp_path, 30)


def test_another_directory_is_no_model(tmp_path: Path) -> None:
    write(tmp_path, "net.xml")
    with pytest.raises(ModelError, match=r"no TensorFlow SavedModel.*has no saved_model\.pb"):
        find_files("net", tmp_path)


def test_an_onnx_model_has_its_external_data(tmp_path: Path) -> None:
    weights = numpy_helper.from_array(np.zeros(64, np.float32), "w")
    model = helper.make_model(helper.make_graph([], "g", [], [], initializer=[weights]))
    path = tmp_path / "net.onnx"
    onnx.save_model(model, path, save_as_external_data=True, location="w.data", size_threshold=0)
    files = find_files("net", path)
    assert files.files == (path, tmp_path / "w.data")
    assert files.bytes == path.stat().st_size + 256
    (tmp_path / "w.data").unlink()
    with pytest.raises(ModelError, match=r"incomplete: there is no file .*w\.data"):
        find_files("net", path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model mine: .*net\.onnx does not exist"):
        find_files("mine", tmp_path / "net.onnx")


def test_an_unknown_format_lists_the_known_ones(tmp_path: Path) -> None:
    path = write(tmp_path, "net.gguf")
    with pytest.raises(ModelError, match=r"ending in \.xml, \.onnx, \.tflite, \.pb, \.pdmodel"):
        find_files("net", path)


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "net.tflite")
    monkeypatch.chdir(tmp_path)
    assert find_files("net", path.relative_to(tmp_path)).path == path


def test_symbolic_links_stay_what_they_are(tmp_path: Path) -> None:
    write(tmp_path / "store", "1", "2")
    for name, target in (("net.xml", "1"), ("net.bin", "2")):
        (tmp_path / name).symlink_to(tmp_path / "store" / target)
    files = find_files("net", tmp_path / "net.xml")
    assert files.files == (tmp_path / "net.xml", tmp_path / "net.bin")
    assert files.bytes == 20
