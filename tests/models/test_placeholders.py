from __future__ import annotations

from pathlib import Path

import pytest

from coldwarm.errors import ModelError
from coldwarm.models import ModelFiles, fill_placeholders, foreign_files

XML, BIN, ONNX = Path("/models/net.xml"), Path("/models/net.bin"), Path("/models/net.onnx")
IR = ModelFiles("net", XML, (XML, BIN), BIN, 10)
OTHER = ModelFiles("net.onnx", ONNX, (ONNX,), None, 10)


def test_paths_of_the_model_are_filled_in() -> None:
    properties = {"WEIGHTS_PATH": "${model_bin}", "NOTE": "<${model_path}>"}
    assert fill_placeholders(properties, IR) == {
        "WEIGHTS_PATH": "/models/net.bin",
        "NOTE": "</models/net.xml>",
    }


def test_nested_values_are_filled_in_and_others_left_alone() -> None:
    properties = {
        "DEVICE_PROPERTIES": {"CPU": {"WEIGHTS_PATH": "${model_bin}", "NUM_STREAMS": 2}},
        "LIST": ["${model_path}", 1.5, True, None],
        "DOLLARS": "$5 and $model_bin {model_bin}",
    }
    assert fill_placeholders(properties, IR) == {
        "DEVICE_PROPERTIES": {"CPU": {"WEIGHTS_PATH": "/models/net.bin", "NUM_STREAMS": 2}},
        "LIST": ["/models/net.xml", 1.5, True, None],
        "DOLLARS": "$5 and $model_bin {model_bin}",
    }


def test_the_properties_themselves_are_not_changed() -> None:
    properties = {"A": {"B": "${model_path}"}}
    fill_placeholders(properties, IR)
    assert properties == {"A": {"B": "${model_path}"}}


def test_a_path_that_looks_like_a_placeholder_is_not_filled_in_again() -> None:
    path = Path("/models/${model_bin}.onnx")
    files = ModelFiles("odd", path, (path,), None, 1)
    assert fill_placeholders({"P": "${model_path}"}, files) == {"P": str(path)}


@pytest.mark.parametrize("name", ["model_dir", "", "MODEL_BIN"])
def test_unknown_placeholder_lists_the_known_ones(name: str) -> None:
    with pytest.raises(ModelError) as raised:
        fill_placeholders({"P": f"${{{name}}}"}, IR)
    assert str(raised.value) == (
        f"unknown placeholder ${{{name}}}: expected ${{model_bin}} or ${{model_path}}"
    )


def test_weights_of_a_model_without_bin_are_refused() -> None:
    with pytest.raises(ModelError, match=r"\$\{model_bin\} is the weights file .* net\.onnx"):
        fill_placeholders({"P": "${model_bin}"}, OTHER)


@pytest.mark.parametrize(
    ("properties", "foreign"),
    [
        ({"WEIGHTS_PATH": "/models/other.bin"}, {"WEIGHTS_PATH": "/models/other.bin"}),
        ({"SOME_FILE": "there/x.json"}, {"SOME_FILE": "there/x.json"}),
        ({"WEIGHTS_PATH": "net.bin"}, {"WEIGHTS_PATH": "net.bin"}),
        ({"DEVICE_PROPERTIES": {"CPU": {"WEIGHTS_PATH": "/o.bin"}}}, {"WEIGHTS_PATH": "/o.bin"}),
        ({"WEIGHTS_PATH": "/models/net.bin"}, {}),
        ({"CACHE_MODEL_PATH": "/models/../models/net.xml"}, {}),
        ({"NUM_STREAMS": 2, "PERFORMANCE_HINT": "LATENCY", "LIST": [1]}, {}),
    ],
)
def test_files_that_are_not_the_models_are_found(
    properties: dict[str, object], foreign: dict[str, str]
) -> None:
    assert foreign_files(properties, IR) == foreign


def test_a_link_to_a_file_of_the_model_is_its_own(tmp_path: Path) -> None:
    weights = tmp_path / "net.bin"
    weights.touch()
    (tmp_path / "link.bin").symlink_to(weights)
    model = ModelFiles("net", tmp_path / "net.xml", (weights,), weights, 1)
    assert foreign_files({"WEIGHTS_PATH": str(tmp_path / "link.bin")}, model) == {}
