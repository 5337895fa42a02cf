from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError, ModelError
from coldwarm.experiment import read_experiment
from coldwarm.models.catalog import (
    BUILT_IN,
    PRECISIONS,
    SUITES,
    all_models,
    find_model,
    known_models,
)
from coldwarm.models.recipes import DYNAMIC

if TYPE_CHECKING:
    from pathlib import Path

BUILT = [model for model in all_models() if model.is_built_in]
PACKAGED = [model for model in all_models() if not model.is_built_in]
FORMATS = {"onnx": ".onnx", "tflite": ".tflite", "saved_model": "saved_model.pb", "ir": ".xml"}


def weights(name: str) -> tuple[int, str | None]:
    file = find_model(name).files[1]
    return file.bytes, file.sha256


def test_every_built_in_model_in_three_precisions() -> None:
    assert known_models()[:4] == ("resnet50", "mobilenet-v2", "bert-base", "gpt2")
    bases = dict.fromkeys(model.base for model in BUILT)
    assert [(m.base, m.variant) for m in BUILT] == [(b, p) for b in bases for p in PRECISIONS]
    assert len(BUILT) == 33
    assert {model.suite for model in BUILT} == {BUILT_IN}


def test_no_two_built_in_models_have_the_same_weights() -> None:
    fixed = [model for model in BUILT if not model.base.endswith(DYNAMIC)]
    assert len({model.files[1].sha256 for model in fixed}) == len(fixed) == 18


def test_dynamic_pictures_have_the_weights_of_the_fixed_ones() -> None:
    for name in ("resnet50", "mobilenet-v2"):
        for precision in PRECISIONS:
            assert weights(f"{name}{DYNAMIC}:{precision}") == weights(f"{name}:{precision}")
            dynamic = find_model(f"{name}{DYNAMIC}:{precision}")
            assert dynamic.inputs["image"]["shape"] == [1, 3, 224, 224]


@pytest.mark.parametrize(("precision", "width"), [("f32", 4), ("f16", 2), ("int8", 1)])
def test_size_follows_from_parameters_and_precision(precision: str, width: int) -> None:
    for model in BUILT:
        if model.variant == precision:
            assert model.parameters is not None
            assert model.bytes / (model.parameters * width) == pytest.approx(1.0, abs=0.1)


def test_there_are_more_than_ten_real_ones_over_many_tasks() -> None:
    real = [model for model in PACKAGED if model.suite == "real"]
    bases = {model.base for model in real}
    assert len(bases) >= 10
    assert len({model.task for model in real}) == len(bases)
    assert {model.suite for model in PACKAGED} == set(SUITES)


def test_classic_graphs_are_there_as_onnx_and_as_ir() -> None:
    classic = [model for model in PACKAGED if model.suite == "classic"]
    bases = {model.base for model in classic}
    assert {"densenet121", "inception-v1", "squeezenet", "vgg19", "resnet50-v1"} <= bases
    assert {(m.base, m.format) for m in classic} == {(b, f) for b in bases for f in ("onnx", "ir")}


def test_no_name_is_used_twice() -> None:
    names = [model.name for model in all_models()]
    assert len(set(names)) == len(names)
    assert set(names) < set(known_models())
    assert len(set(known_models())) == len(known_models())


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.name)
def test_everything_about_a_file_is_pinned(model: object) -> None:
    found = find_model(model.name)  # type: ignore[attr-defined]
    assert found is model
    assert found.is_built_in or (found.licence and found.source)
    assert found.files[0].name.endswith(FORMATS[found.format])
    for file in (*found.files, *found.taken):
        assert re.fullmatch("[0-9a-f]{64}", file.sha256 or "0" * 64)
        assert all(part.version and part.member for part in file.parts)
    assert all(file.bytes > 0 for file in found.files[found.is_built_in :])
    assert all(file.sha256 and file.parts for file in found.taken)


def test_what_openvino_writes_differs_between_versions_and_is_recorded_instead() -> None:
    unpinned = {file.name for model in all_models() for file in model.files if not file.sha256}
    assert {name for name in unpinned if not name.startswith("openvino_")} == {
        *(f"{model.base}.xml" for model in PACKAGED if model.suite == "classic"),
        *(f"{model.base}-{model.variant}.xml" for model in BUILT),
    }


def test_no_two_files_of_packages_are_the_same() -> None:
    digests = [file.sha256 for model in PACKAGED for file in model.files if file.sha256]
    assert len(set(digests)) == len(digests)


def test_a_name_alone_means_the_first_variant() -> None:
    assert find_model("resnet50") is find_model("resnet50:f32")
    assert find_model("basic-pitch") is find_model("basic-pitch@onnx")
    assert find_model("densenet121") is find_model("densenet121@onnx")
    assert {"basic-pitch", "basic-pitch@tflite", "magika"} <= set(known_models())
    assert "magika@onnx" not in known_models()


def test_names_of_a_model() -> None:
    model = find_model("mobilenet-v2:int8")
    assert model.name == "mobilenet-v2:int8"
    assert model.main == "mobilenet-v2-int8.xml"
    assert model.folder_name == "mobilenet-v2-int8.1"


def test_the_directory_of_a_saved_model_is_what_openvino_is_given() -> None:
    model = find_model("basic-pitch@saved_model")
    assert model.main == "nmp"
    assert model.bytes == 1_084_140 + 219_309 + 4_794


def test_a_model_of_many_packages() -> None:
    model = find_model("kokoro-int8")
    assert len(model.packages) == 4
    assert model.main == "kokoro.onnx"


@pytest.mark.parametrize("name", ["resnet", "", "Resnet50", "resnet@onnx"])
def test_unknown_model_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ModelError) as raised:
        find_model(name)
    text = str(raised.value)
    assert text.startswith(f'there is no model "{name}". Known are resnet50, mobilenet-v2, ')
    assert text.endswith("vgg19; others are named by their path")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gpt2:int4", 'the built-in model gpt2 has no precision "int4". Allowed: f32, f16, int8'),
        ("gpt2:", 'the built-in model gpt2 has no precision "". Allowed: f32, f16, int8'),
        (
            "basic-pitch@xml",
            'the model basic-pitch has no format "xml". Allowed: onnx, tflite, saved_model',
        ),
    ],
)
def test_a_variant_that_is_not_there_lists_those_that_are(name: str, sentence: str) -> None:
    with pytest.raises(ModelError) as raised:
        find_model(name)
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("resnet50@onnx", 'the model "resnet50" has no choice of format: leave out @onnx'),
        ("magika:int8", 'the model "magika" has no choice of precision: leave out :int8'),
        ("magika@onnx", 'the model "magika" has no choice of format: leave out @onnx'),
        ("vgg19:f16@ir", 'the model "vgg19" has no choice of precision: leave out :f16'),
    ],
)
def test_experiments_and_commands_refuse_a_choice_in_the_same_words(
    name: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as raised:
        find_model(name)
    assert str(raised.value) == sentence
    file = tmp_path / "choice.yaml"
    file.write_text(f"name: choice\nmatrix: {{model: '{name}'}}\n")
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        read_experiment(file, known_models=known_models())
