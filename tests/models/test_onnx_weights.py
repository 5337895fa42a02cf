from __future__ import annotations

import hashlib

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from toy_onnx import light, toy_graph

from coldwarm.models.catalog import find_model
from coldwarm.models.onnx_weights import RESIDUAL_GAIN, give_weights


def weighted(seed: str = "a seed") -> onnx.ModelProto:
    return give_weights(toy_graph(), seed)


def weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    return {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}


def test_the_result_is_a_sound_model_without_constants() -> None:
    model = weighted()
    onnx.checker.check_model(model, full_check=True)
    assert [node.op_type for node in model.graph.node] == [
        "Conv",
        "BatchNormalization",
        "Unsqueeze",
        "Mul",
        "Sum",
        "Reshape",
    ]
    assert [each.name for each in model.graph.input] == ["x"]
    assert [each.name for each in model.graph.output] == ["y"]


def test_shapes_that_the_graph_needs_stay_and_the_others_go() -> None:
    found = weights(weighted())
    assert set(found) == {"w", "b", "scale", "shift", "mean", "var", "factor", "flat"}
    np.testing.assert_array_equal(found["flat"], [1, -1])
    assert found["w"].shape == (8, 3, 3, 3)


def test_weights_have_the_statistics_of_trained_ones() -> None:
    found = weights(weighted())
    assert float(found["w"].std()) == pytest.approx((2 / 27) ** 0.5, rel=0.15)
    assert abs(found["b"]).max() <= 0.125
    assert found["var"].min() >= 0.75
    assert abs(found["factor"] - 1).max() <= 0.125


def test_the_last_normalisation_of_a_branch_is_small() -> None:
    assert abs(weights(weighted())["scale"] - RESIDUAL_GAIN).max() <= 0.125


def test_weights_depend_on_the_seed_and_nothing_else() -> None:
    first, again, other = weighted(), weighted(), weighted("another seed")
    assert first.SerializeToString() == again.SerializeToString()
    assert not np.array_equal(weights(first)["w"], weights(other)["w"])


def test_everything_else_is_copied() -> None:
    skeleton = toy_graph()
    skeleton.producer_name, skeleton.doc_string = "somebody", "something"
    model = give_weights(skeleton, "")
    assert (model.producer_name, model.doc_string) == ("somebody", "something")
    assert model.opset_import == skeleton.opset_import


@pytest.mark.parametrize("name", ["squeezenet", "densenet121", "resnet50-v1"])
def test_it_comes_out_as_recorded_with_whatever_numpy_is_installed(name: str) -> None:
    model = find_model(f"{name}@onnx")
    skeleton = onnx.load_from_string(light(model))
    dense = give_weights(skeleton, name).SerializeToString()
    assert hashlib.sha256(dense).hexdigest() == model.files[0].sha256
    assert len(dense) == model.files[0].bytes


def test_a_value_that_nothing_uses_is_left_out() -> None:
    skeleton = toy_graph()
    skeleton.graph.initializer.append(helper.make_tensor("queue", TensorProto.FLOAT, [2], [1, 2]))
    model = give_weights(skeleton, "")
    assert "queue" not in weights(model)
