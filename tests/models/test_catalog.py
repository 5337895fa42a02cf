from __future__ import annotations

import pytest

from coldwarm.errors import ModelError
from coldwarm.models.catalog import (
    BUILTINS,
    DYNAMIC,
    PRECISIONS,
    find_variant,
    known_models,
    variants,
)


def test_every_model_in_three_precisions() -> None:
    assert known_models()[:4] == ("resnet50", "mobilenet-v2", "bert-base", "gpt2")
    assert len(variants()) == 3 * len(BUILTINS) == 33
    assert all(tuple(model.weights) == PRECISIONS for model in BUILTINS)


def test_no_two_models_have_the_same_weights() -> None:
    fixed = [v for v in variants() if not v.model.name.endswith(DYNAMIC)]
    assert len({variant.weights.sha256 for variant in fixed}) == len(fixed) == 18


def test_dynamic_pictures_have_the_weights_of_the_fixed_ones() -> None:
    for name in ("resnet50", "mobilenet-v2"):
        for precision in PRECISIONS:
            dynamic = find_variant(f"{name}{DYNAMIC}:{precision}")
            assert dynamic.weights == find_variant(f"{name}:{precision}").weights
            assert dynamic.model.inputs["image"]["shape"] == [1, 3, 224, 224]
    assert all(len(variant.weights.sha256) == 64 for variant in variants())


@pytest.mark.parametrize(("precision", "width"), [("f32", 4), ("f16", 2), ("int8", 1)])
def test_size_follows_from_parameters_and_precision(precision: str, width: int) -> None:
    for model in BUILTINS:
        ratio = model.weights[precision].bytes / (model.parameters * width)
        assert ratio == pytest.approx(1.0, abs=0.1)


def test_without_precision_f32_is_meant() -> None:
    assert find_variant("resnet50") == find_variant("resnet50:f32")


def test_names_of_a_variant() -> None:
    variant = find_variant("mobilenet-v2:int8")
    assert variant.name == "mobilenet-v2:int8"
    assert variant.stem == "mobilenet-v2-int8"


@pytest.mark.parametrize("name", ["resnet", "", "resnet50@onnx", "Resnet50"])
def test_unknown_model_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ModelError) as raised:
        find_variant(name)
    text = str(raised.value)
    assert text.startswith(f'there is no model "{name}". Known are resnet50, mobilenet-v2, ')
    assert text.endswith("vgg19@ir; others are named by their path")


@pytest.mark.parametrize("precision", ["int4", "", "F16"])
def test_unknown_precision_lists_the_known_ones(precision: str) -> None:
    with pytest.raises(ModelError) as raised:
        find_variant(f"gpt2:{precision}")
    assert str(raised.value) == (
        f'the built-in model gpt2 has no precision "{precision}". Allowed: f32, f16, int8'
    )
