from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from coldwarm.models.onnx_data import external_data

if TYPE_CHECKING:
    from pathlib import Path


def tensor(name: str, place: str | None = None) -> TensorProto:
    made = numpy_helper.from_array(np.arange(64, dtype=np.float32), name)
    if place is not None:
        made.ClearField("raw_data")
        made.data_location = TensorProto.EXTERNAL
        for key, value in (("offset", "0"), ("location", place), ("length", "256")):
            made.external_data.add(key=key, value=value)
    return made


def save(folder: Path, graph: onnx.GraphProto, **more: object) -> Path:
    path = folder / "net.onnx"
    model = helper.make_model(graph, producer_name="location", **more)
    path.write_bytes(model.SerializeToString())
    return path


def graph(*tensors: TensorProto, nodes: list[onnx.NodeProto] | None = None) -> onnx.GraphProto:
    return helper.make_graph(nodes or [], "g", [], [], initializer=list(tensors))


def names(path: Path) -> list[str]:
    return [str(file.relative_to(path.parent)) for file in external_data(path)]


def test_a_model_that_holds_its_weights_refers_to_nothing(tmp_path: Path) -> None:
    assert names(save(tmp_path, graph(tensor("w")))) == []


def test_each_file_is_named_once_in_order(tmp_path: Path) -> None:
    parts = [tensor("a", "b.data"), tensor("b"), tensor("c", "a.data"), tensor("d", "b.data")]
    assert names(save(tmp_path, graph(*parts))) == ["b.data", "a.data"]


def test_files_in_folders_and_with_other_letters(tmp_path: Path) -> None:
    path = save(tmp_path, graph(tensor("a", "weights/größe 1.bin")))
    assert names(path) == ["weights/größe 1.bin"]


def test_weights_of_subgraphs_attributes_and_functions_are_found(tmp_path: Path) -> None:
    inner = helper.make_node("Constant", [], ["x"], value=tensor("v", "attribute.data"))
    branch = graph(tensor("s", "subgraph.data"), nodes=[inner])
    numbers = numpy_helper.from_array(np.arange(64), "indices")
    sparse, attribute = (
        helper.make_sparse_tensor(tensor(place, place), numbers, [64])
        for place in ("sparse.data", "sparse_attribute.data")
    )
    nodes = [
        helper.make_node("Constant", [], ["w"], sparse_value=attribute),
        helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=graph()),
        helper.make_node("Own", [], ["z"], domain="own", many=[tensor("m", "list.data")]),
    ]
    function = helper.make_function(
        "own",
        "F",
        [],
        ["o"],
        [helper.make_node("Constant", [], ["o"], value=tensor("f", "function.data"))],
        [helper.make_opsetid("", 17)],
    )
    top = graph(nodes=nodes)
    top.sparse_initializer.append(sparse)
    path = save(tmp_path, top, functions=[function])
    assert set(names(path)) == {
        "attribute.data",
        "subgraph.data",
        "list.data",
        "function.data",
        "sparse.data",
        "sparse_attribute.data",
    }


def test_text_that_reads_like_a_reference_is_none(tmp_path: Path) -> None:
    entry = onnx.StringStringEntryProto(key="location", value="fake.data").SerializeToString()
    named = helper.make_tensor("t", TensorProto.STRING, [1], [b"\x6a" + entry])
    assert names(save(tmp_path, graph(named))) == []


def test_what_the_onnx_package_saves(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    model = helper.make_model(graph(tensor("a"), tensor("b")))
    onnx.save_model(model, path, save_as_external_data=True, location="all.data", size_threshold=0)
    assert external_data(path) == (tmp_path / "all.data",)


@pytest.mark.parametrize("content", [b"", b"\x00", b"not a model at all", b"\x3a\xff\xff\xff\x0f"])
def test_what_is_no_onnx_model_refers_to_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    assert names(path) == []


@settings(derandomize=True)
@given(st.binary(min_size=1, max_size=200), st.integers(0, 200))
def test_no_damage_makes_it_raise_or_hang(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    path = save(tmp_path_factory.getbasetemp(), graph(tensor("a", "a.data")))
    content = path.read_bytes()
    path.write_bytes(content[:at] + noise + content[at + len(noise) :])
    external_data(path)
