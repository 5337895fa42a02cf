from __future__ import annotations

import re
from pathlib import Path

import pytest

from coldwarm.experiment.paths import (
    LocatedModel,
    Surroundings,
    check_directory,
    check_interpreter,
    check_model_file,
    check_runtime,
    locate_model,
    locate_named_model,
)


@pytest.fixture
def here(tmp_path: Path) -> Surroundings:
    (tmp_path / "models").mkdir()
    return Surroundings(
        tmp_path / "models",
        (
            *("resnet50", "resnet50:f32", "resnet50:f16", "mobilenet-v2", "mobilenet-v2:int8"),
            *("real:int8", "pitch", "pitch@onnx", "pitch@tflite"),
        ),
    )


def make(here: Surroundings, *names: str) -> None:
    for name in names:
        path = here.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize(
    "text",
    [
        "resnet50",
        "resnet50:f32",
        "resnet50:f16",
        "mobilenet-v2:int8",
        "real:int8",
        "pitch",
        "pitch@tflite",
    ],
)
def test_names_of_the_catalog(here: Surroundings, text: str) -> None:
    assert locate_model(text, here) == LocatedModel(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pitch@tflight", 'unknown format "tflight", did you mean "tflite"? Allowed: onnx, tflite'),
        ("resnet50@onnx", 'the model "resnet50" has no choice of format: leave out @onnx'),
        ("resnet50:int8", 'unknown precision "int8". Allowed: f32, f16'),
        ("pitch:f16", 'the model "pitch" has no choice of precision: leave out :f16'),
        ("pitch:f16@tflite", 'the model "pitch" has no choice of precision: leave out :f16'),
    ],
)
def test_a_choice_that_a_model_does_not_have(here: Surroundings, text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        locate_model(text, here)


def test_a_name_goes_before_a_file_of_that_name(here: Surroundings) -> None:
    make(here, "resnet50")
    assert locate_model("resnet50", here).path is None


@pytest.mark.parametrize(
    "name", ["net.onnx", "net.tflite", "net.pb", "net.pdmodel", "net.json", "NET.ONNX"]
)
def test_model_files_relative_to_the_experiment(here: Surroundings, name: str) -> None:
    make(here, name)
    assert locate_model(name, here) == LocatedModel(name, here.folder / name)


def test_an_ir_needs_its_weights(here: Surroundings) -> None:
    make(here, "net.xml")
    with pytest.raises(ValueError, match=r'"net.xml" are missing: expected "net.bin" beside it'):
        locate_model("net.xml", here)
    make(here, "net.bin")
    assert locate_model("net.xml", here).path == here.folder / "net.xml"


def test_a_saved_model_is_a_directory(here: Surroundings) -> None:
    make(here, "saved/saved_model.pb")
    assert locate_model("saved", here).path == here.folder / "saved"


def test_paths_may_leave_the_folder_or_be_absolute(here: Surroundings, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").touch()
    found = locate_model("../net.onnx", here).path
    assert found is not None
    assert found.is_absolute()
    assert found.samefile(tmp_path / "net.onnx")
    assert locate_model(str(tmp_path / "net.onnx"), here).path == tmp_path / "net.onnx"


def test_symbolic_links_are_left_alone(here: Surroundings) -> None:
    # Beside a link, not beside its target, lie the weights that OpenVINO looks for.
    make(here, "store/blob", "net.bin")
    (here.folder / "net.xml").symlink_to(here.folder / "store/blob")
    assert locate_model("net.xml", here).path == here.folder / "net.xml"


def test_the_users_home(here: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(here.folder))
    make(here, "net.onnx")
    assert locate_model("~/net.onnx", here).path == here.folder / "net.onnx"


@pytest.mark.parametrize("text", ["", ".", "x" * 5000, "x/" * 3000, "~nobody-of-that-name/x.onnx"])
def test_what_is_no_model_at_all(here: Surroundings, text: str) -> None:
    with pytest.raises(ValueError, match=r"model|SavedModel"):
        locate_model(text, here)


def test_a_missing_directory_has_no_suggestions(here: Surroundings) -> None:
    with pytest.raises(ValueError, match=r'^there is no model "no/net.onnx"\. Paths'):
        check_model_file("no/net.onnx", here.folder / "no" / "net.onnx")


def test_named_models(here: Surroundings) -> None:
    make(here, "net.onnx")
    path = here.folder / "net.onnx"
    assert locate_named_model("mine", "net.onnx", here) == LocatedModel("mine", path)
    assert locate_named_model(None, "net.onnx", here) == LocatedModel("net.onnx", path)
    assert locate_named_model("resnet50:f16", None, here) == LocatedModel("resnet50:f16")
    with pytest.raises(ValueError, match="stands for another model"):
        locate_named_model("resnet50:f16", "net.onnx", here)


@pytest.mark.parametrize(
    "text",
    [
        "installed",
        "openvino==2025.4.1",
        "openvino>=2025.4,<2026",
        "openvino == 2025.4.*",
        "openvino~=2026.0",
        "openvino-nightly==2026.5.0.dev20261101",
        "models",
        "./models",
    ],
)
def test_runtimes(here: Surroundings, text: str) -> None:
    make(here, "models/bin/python")
    check_runtime(text, here)


@pytest.mark.parametrize("text", ["openvino", "openvino=2025", "numpy==2", "2025.4.1", ""])
def test_what_is_no_runtime(here: Surroundings, text: str) -> None:
    with pytest.raises(ValueError, match="unknown runtime"):
        check_runtime(text, here)


@pytest.mark.parametrize("text", ["./gone", "gone/bin/python", "openvino-2026.whl"])
def test_runtimes_that_are_not_there(here: Surroundings, text: str) -> None:
    with pytest.raises(ValueError, match="there is no interpreter, environment or wheel"):
        check_runtime(text, here)


def test_a_bare_command_may_be_an_interpreter(here: Surroundings) -> None:
    check_interpreter("python3.12", here)
    with pytest.raises(ValueError, match="there is no interpreter"):
        check_interpreter("./python3.12", here)


def test_directories_must_exist(here: Surroundings) -> None:
    make(here, "file", "caches/x")
    assert check_directory("caches", here) == here.folder / "caches"
    for text in ("file", "gone", ""):
        with pytest.raises(ValueError, match="there is no directory"):
            check_directory(text, here)


@pytest.mark.parametrize(
    ("model", "may_be"),
    [
        (LocatedModel("net", Path("net.xml")), True),
        (LocatedModel("net", Path("net.XML")), True),
        (LocatedModel("net.xml", Path("net.onnx")), False),
        (LocatedModel("net", Path("saved_model")), False),
        (LocatedModel("resnet50:int8"), True),
        (LocatedModel("basic-pitch@ir"), True),
        (LocatedModel("basic-pitch@tflite"), False),
    ],
)
def test_a_name_or_path_tells_whether_a_model_may_be_an_ir(
    model: LocatedModel, *, may_be: bool
) -> None:
    assert model.may_be_ir is may_be


def test_a_dangling_link_is_told_with_its_target_and_suggests_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xml").symlink_to("gone.xml")
    with pytest.raises(ValueError, match=r"^\"a\.xml\" is a link to \"gone\.xml\", which does not"):
        locate_model("a.xml", Surroundings(tmp_path, ()))
