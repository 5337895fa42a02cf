"""A graph such as the onnx package ships them, small; and those that it ships."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import TensorProto, helper

if TYPE_CHECKING:
    from coldwarm.models.catalog import Model

SHAPES = {"w": [8, 3, 3, 3], "scale": [8], "shift": [8], "mean": [8], "var": [8]}


def toy_graph() -> onnx.ModelProto:
    """Return a convolution whose normalised output is scaled and summed, without weights."""
    one = helper.make_tensor("", TensorProto.FLOAT, [1], [0.02])
    nodes = [
        helper.make_node("ConstantOfShape", [f"{name}__SHAPE"], [name], value=one)
        for name in SHAPES
    ]
    norm = ["scale", "shift", "mean", "var"]
    nodes += [
        helper.make_node("Conv", ["x", "w", "b"], ["c"]),
        helper.make_node("BatchNormalization", ["c", *norm], ["n"]),
        helper.make_node("Unsqueeze", ["factor"], ["wide"], axes=[1, 2]),
        helper.make_node("Mul", ["c", "wide"], ["m"]),
        helper.make_node("Sum", ["n", "m"], ["s"]),
        helper.make_node("Reshape", ["s", "flat"], ["y"]),
    ]
    tensors = [
        helper.make_tensor(f"{name}__SHAPE", TensorProto.INT64, [len(shape)], shape)
        for name, shape in SHAPES.items()
    ]
    tensors += [
        helper.make_tensor("flat", TensorProto.INT64, [2], [1, -1]),
        helper.make_tensor("b", TensorProto.FLOAT, [8], [9.0] * 8),
        helper.make_tensor("factor", TensorProto.FLOAT, [8], [9.0] * 8),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 9, 9])]
    inputs += [helper.make_tensor_value_info(t.name, t.data_type, t.dims) for t in tensors]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 392])]
    graph = helper.make_graph(nodes, "toy", inputs, outputs, tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=3)


def light(model: Model) -> bytes:
    """Return what a classic model is made of, from the onnx package of the tests."""
    (source,) = model.taken
    file = Path(onnx.__file__).parent / source.parts[0].member.removeprefix("onnx/")
    content = file.read_bytes() if file.exists() else b""
    if hashlib.sha256(content).hexdigest() != source.sha256:
        pytest.skip(f"onnx {onnx.__version__} has another {source.name}")
    return content
