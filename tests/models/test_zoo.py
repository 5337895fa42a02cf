from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError, ModelError
from coldwarm.experiment import read_experiment
from coldwarm.models import known_models
from coldwarm.models.catalog import BUILTINS
from coldwarm.models.zoo import SUITES, find_real, real_models, real_names

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {"onnx": ".onnx", "tflite": ".tflite", "saved_model": "saved_model.pb", "ir": ".xml"}


def test_there_are_more_than_ten_over_many_tasks() -> None:
    real = [model for model in real_models() if model.suite == "real"]
    bases = {model.base for model in real}
    assert len(bases) >= 10
    assert len({model.task for model in real}) == len(bases)


def test_every_model_belongs_to_a_suite() -> None:
    assert {model.suite for model in real_models()} == set(SUITES)


def test_classic_graphs_are_there_as_onnx_and_as_ir() -> None:
    classic = [model for model in real_models() if model.suite == "classic"]
    bases = {model.base for model in classic}
    assert {"densenet121", "inception-v1", "squeezenet", "vgg19", "resnet50-v1"} <= bases
    assert {(m.base, m.format) for m in classic} == {(b, f) for b in bases for f in ("onnx", "ir")}
    assert find_real("densenet121") is find_real("densenet121@onnx")


def test_no_name_is_used_twice() -> None:
    names = [model.name for model in real_models()]
    assert len(set(names)) == len(names)
    assert not set(names) & {model.name for model in BUILTINS}


@pytest.mark.parametrize("model", real_models(), ids=lambda model: model.name)
def test_everything_about_a_file_is_pinned(model: object) -> None:
    found = find_real(model.name)  # type: ignore[attr-defined]
    assert found is model
    assert found.licence
    assert found.source
    assert found.files[0].name.endswith(FORMATS[found.format])
    for file in (*found.files, *found.taken):
        assert re.fullmatch("[0-9a-f]{64}", file.sha256 or "0" * 64)
        assert file.bytes > 0
        assert all(part.version and part.member for part in file.parts)
    for file in found.taken:
        assert file.sha256
        assert file.parts


def test_what_openvino_writes_differs_between_versions_and_is_recorded_instead() -> None:
    unpinned = {f.name for model in real_models() for f in model.files if f.sha256 is None}
    assert {name for name in unpinned if not name.startswith("openvino_")} == {
        f"{model.base}.xml" for model in real_models() if model.suite == "classic"
    }


def test_no_two_files_are_the_same() -> None:
    digests = [file.sha256 for model in real_models() for file in model.files if file.sha256]
    assert len(set(digests)) == len(digests)


def test_a_name_without_format_means_the_first() -> None:
    assert find_real("basic-pitch") is find_real("basic-pitch@onnx")
    assert {"basic-pitch", "basic-pitch@tflite", "magika"} <= set(real_names())
    assert "magika@onnx" not in real_names()


def test_the_directory_of_a_saved_model_is_what_openvino_is_given() -> None:
    model = find_real("basic-pitch@saved_model")
    assert model is not None
    assert model.main == "nmp"
    assert model.bytes == 1_084_140 + 219_309 + 4_794


def test_a_model_of_many_packages() -> None:
    model = find_real("kokoro-int8")
    assert model is not None
    assert len(model.packages) == 4
    assert model.main == "kokoro.onnx"


def test_a_format_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(ModelError, match=r'no format "xml"\. Allowed: onnx, tflite, saved_model'):
        find_real("basic-pitch@xml")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("magika:int8", 'the model "magika" has no choice of precision: leave out :int8'),
        ("magika@onnx", 'the model "magika" has no choice of format: leave out @onnx'),
        ("vgg19:f16@ir", 'the model "vgg19" has no choice of precision: leave out :f16'),
    ],
)
def test_experiments_and_commands_refuse_a_choice_in_the_same_words(
    name: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError) as raised:
        find_real(name)
    assert str(raised.value) == sentence
    file = tmp_path / "choice.yaml"
    file.write_text(f"name: choice\nmatrix: {{model: '{name}'}}\n")
    with pytest.raises(ConfigError, match=re.escape(sentence)):
        read_experiment(file, known_models=known_models())


def test_other_names_are_none_of_its_business() -> None:
    assert find_real("resnet50:f16") is None
    assert find_real("") is None


def test_experiments_know_the_names() -> None:
    assert set(real_names()) < set(known_models())
