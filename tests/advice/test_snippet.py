"""The code to paste: valid Python whatever the names are, and it works."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.advice.snippet import snippet
from coldwarm.experiment.axes import APIS, CACHE_MODES, ENCRYPTIONS

if TYPE_CHECKING:
    from pathlib import Path

WITH_WEIGHTS = {"WEIGHTS_PATH": "${model_bin}"}


def axes(**changes: Any) -> dict[str, str]:  # noqa: ANN401
    properties = json.dumps(changes.pop("properties", {}))
    return {
        "model": "model.xml",
        "device": "CPU",
        "api": "path",
        "cache_mode": "default",
        "encryption": "none",
        "runtime": "installed",
        "properties": properties,
        "storage": "hot",
        **changes,
    }


def names_used(source: str) -> set[str]:
    """Return the names that the source uses and neither defines nor finds built in."""
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    known = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            known |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        if isinstance(node, ast.FunctionDef):
            known |= {node.name, *(argument.arg for argument in node.args.args)}
        if isinstance(node, ast.Lambda):
            known |= {argument.arg for argument in node.args.args}
    return used - known - set(dir(__builtins__)) - {"str", "print", "bytes"}


@pytest.mark.parametrize(
    ("api", "mode", "encryption", "cached"),
    list(product(APIS, CACHE_MODES, [*ENCRYPTIONS, "my.codec:hide,show"], [True, False])),
)
def test_every_setting_is_valid_python(api: str, mode: str, encryption: str, cached: bool) -> None:  # noqa: FBT001
    source = snippet(
        axes(api=api, cache_mode=mode, encryption=encryption, properties=WITH_WEIGHTS),
        cached=cached,
    )

    assert names_used(source) == set()
    assert ("CACHE_DIR" in source) == (cached and api != "import")
    assert not any(len(line) > 120 for line in source.splitlines())


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.integers() | st.booleans()))
def test_no_name_leaves_its_quotes(model: str, device: str, properties: dict[str, Any]) -> None:
    source = snippet(axes(model=f"{model}.onnx", device=device, properties=properties))

    tree = ast.parse(source)
    values = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    assert source.isascii()
    assert values["DEVICE"] == device
    calls = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call)
             and isinstance(node.func, ast.Attribute)}  # fmt: skip
    assert calls <= {"Core", "set_property", "compile_model", "get_property", "with_suffix"}


def test_a_built_in_model_stands_for_the_users_own() -> None:
    assert 'MODEL = "model.xml"' in snippet(axes(model="resnet50:f16"))
    assert 'MODEL = "nets/own.onnx"' in snippet(axes(model="nets/own.onnx"))


def test_placeholders_become_paths() -> None:
    source = snippet(axes(properties={**WITH_WEIGHTS, "CACHE_MODEL_PATH": "${model_path}"}))

    assert '"WEIGHTS_PATH": str(Path(MODEL).with_suffix(".bin"))' in source
    assert '"CACHE_MODEL_PATH": MODEL' in source


def test_a_codec_that_is_no_name_is_not_called() -> None:
    source = snippet(axes(encryption="os;evil:a()b,c"))

    assert "evil" not in source


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("model")
    source = (
        "import numpy as np, openvino as ov\n"
        "from openvino import opset13 as ops\n"
        "x = ops.parameter([1, 64], np.float32, name='x')\n"
        "y = ops.relu(ops.matmul(x, ops.constant(np.ones((64, 64), np.float32)), False, False))\n"
        "ov.save_model(ov.Model([y], [x]), 'model.xml', compress_to_fp16=False)\n"
    )
    subprocess.run([sys.executable, "-c", source], cwd=directory, check=True)
    return directory


@pytest.mark.real
@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"api": "read_model", "cache_mode": "OPTIMIZE_SIZE", "properties": WITH_WEIGHTS},
        {"encryption": "aes-256-gcm"},
        {"api": "read_model", "encryption": "base64"},
    ],
)
def test_the_second_start_loads_from_the_cache(setting: dict[str, Any], model: Path) -> None:
    source = snippet(axes(**setting)).replace("model_cache", f"cache-{abs(hash(str(setting)))}")
    environment = {**os.environ, "MODEL_CACHE_KEY": "0f" * 32}

    said = [
        subprocess.run(
            [sys.executable, "-c", source],
            cwd=model,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for _ in range(2)
    ]

    assert said == [["False"], ["True"]]


@pytest.mark.real
def test_the_second_start_imports_what_the_first_exported(model: Path) -> None:
    source = snippet(axes(api="import"))
    ran = "import openvino; openvino.Core.compile_model = None\n"

    subprocess.run([sys.executable, "-c", source], cwd=model, check=True)
    assert (model / "model.blob").stat().st_size > 0
    subprocess.run([sys.executable, "-c", ran + source], cwd=model, check=True)
