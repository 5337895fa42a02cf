"""The inputs that a start makes, seen through models that hand them back as outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Starter

pytestmark = pytest.mark.real

Arrays = dict[str, Any]


def answers(starter: Starter, model: str, **job: Any) -> tuple[dict[str, Any], Arrays]:  # noqa: ANN401
    """Return what a start of the model reports, and its outputs themselves."""
    file = starter.directory / "outputs.npz"
    path = str(starter.models / f"{model}.xml")
    result = starter.result(model=path, outputs_file=str(file), **job)
    with np.load(file) as arrays:
        return result, {f"{key[0]}/{key.split('/', 2)[2]}": arrays[key] for key in arrays.files}


def first_half(array: Any) -> Any:  # noqa: ANN401
    """Return an input: the models answer with each of them twice."""
    return array[: len(array) // 2]


def test_every_type_of_input_gets_what_it_wants(starter: Starter) -> None:
    result, outputs = answers(starter, "types")
    (answer,) = result["outputs"]
    assert answer["names"] == [name.removeprefix("0/") for name in outputs]
    assert len(answer["digests"]) == len(answer["shapes"]) == len(outputs)
    assert answer["empty"] == [answer["names"].index("a_string")]

    for name in ("a_f32", "a_f16", "a_f64"):
        given = first_half(outputs[f"0/out_{name}"])
        assert given.dtype == np.dtype(f"float{name[-2:]}")
        assert given.shape == (2, 3)
        assert len(np.unique(given)) == 6, "floats differ"
        assert ((given >= 0) & (given <= 1)).all()
    bf16 = outputs["0/out_a_bf16"]
    assert ((bf16 >= 0) & (bf16 < 1)).all()
    assert len(np.unique(bf16)) > 3
    assert (bf16.view(np.uint32) & 0xFFFF == 0).all(), "these are what bf16 can hold"
    assert 0 <= outputs["0/out_a_scalar"] < 1

    for name in ("an_i8", "an_i32", "an_i64", "a_u8", "a_u16", "a_boolean"):
        assert not outputs[f"0/out_{name}"].any()
    assert outputs["0/out_a_boolean"].dtype == np.bool_
    assert outputs["0/out_an_i64"].dtype == np.int64
    assert outputs["0/a_string"].tolist() == [b"", b""]

    assert first_half(outputs["0/out_dynamic"]).shape == (1, 4, 3), "as small as may be"
    assert first_half(outputs["0/out_attention_mask"]).tolist() == [[1] * 5]
    assert outputs["0/out_mask_bf16"].tolist() == [1, 1]
    assert first_half(outputs["0/out_beam_idx"]).tolist() == [0]


def test_given_shapes_are_taken_and_seeds_change_floats_only(starter: Starter) -> None:
    shapes = {"dynamic": {"shape": [2, 5, 3]}, "beam_idx": {"shape": [4]}}
    starts = [answers(starter, "types", seed=seed, inputs=shapes) for seed in (1, 2)]
    (one, first), (two, second) = starts
    assert first_half(first["0/out_dynamic"]).shape == (2, 5, 3)
    assert first_half(first["0/out_beam_idx"]).tolist() == [0, 1, 2, 3]
    assert one["inputs_digest"] != two["inputs_digest"]
    for name, array in first.items():
        floats = array.dtype.kind == "f" and "mask" not in name
        assert (array.tobytes() != second[name].tobytes()) == floats, name


def test_a_stateful_model_is_reset_and_asked_twice(starter: Starter) -> None:
    result, outputs = answers(starter, "stateful")
    assert len(result["outputs"]) == 2
    assert outputs["0/sum"].all()
    np.testing.assert_allclose(outputs["1/sum"], 2 * outputs["0/sum"], rtol=1e-6)
    assert result["outputs"][0]["digests"] != result["outputs"][1]["digests"]


def test_a_model_without_state_is_asked_once(starter: Starter, models: Path) -> None:
    result, outputs = answers(starter, "chain")
    assert len(result["outputs"]) == 1
    assert list(outputs) == ["0/y"]
    (digest,) = result["outputs"][0]["digests"]
    assert len(digest) == 32


def test_an_input_that_the_model_does_not_have_is_refused(starter: Starter) -> None:
    error = starter.error(inputs={"z": {"shape": [1]}, "x": {"shape": [1, 640]}})
    assert (error["phase"], error["type"]) == ("inputs", "ValueError")
    assert error["message"] == "the model has no input z; it has x"


def test_a_shape_that_the_model_does_not_take_is_an_error_of_its_inputs(starter: Starter) -> None:
    error = starter.error(inputs={"x": {"shape": [1, 641]}})
    assert error["phase"] == "inputs"
    assert "641" in error["message"]
