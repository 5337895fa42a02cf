"""The commands that look rather than measure, as a user meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coldwarm import __version__
from coldwarm.streams import READER_GONE

ROOT = Path(__file__).parents[2]


def coldwarm(
    *args: str, code: int = 0, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "coldwarm", *args],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )
    assert done.returncode == code, done.stderr
    return done


def test_version() -> None:
    assert coldwarm("--version").stdout.split()[-1] == __version__


def test_an_unknown_command_is_a_usage_error() -> None:
    assert "No such command" in coldwarm("meassure", code=2).stderr


@pytest.mark.parametrize("command", ["schema", "models", "--help"])
def test_a_reader_that_went_away_is_no_regression(command: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "coldwarm", command],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (READER_GONE, b"")


def test_the_schema_is_json() -> None:
    assert json.loads(coldwarm("schema").stdout)["$schema"].endswith("2020-12/schema")


def test_models_lists_every_precision_with_its_state() -> None:
    found = json.loads(coldwarm("models", "--format", "json").stdout)
    states = {model["name"]: model["state"] for model in found}
    assert {"resnet50:f32", "mobilenet-v2:int8", "bert-base:f16", "gpt2:f32"} <= states.keys()
    assert {"magika", "basic-pitch@onnx", "basic-pitch@tflite"} <= states.keys()
    assert set(states.values()) <= {"built", "not built", "fetched", "not fetched", "damaged"}
    text = coldwarm("models").stdout
    assert "resnet50:f32" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_directory_that_is_no_run_is_named(tmp_path: Path) -> None:
    for command in ("report", "export", "explain"):
        args = [command, str(tmp_path), *(["a case"] if command == "explain" else [])]
        assert "is not a run" in coldwarm(*args, code=2).stderr


@pytest.mark.real
def test_devices_tries_the_cache_on_each() -> None:
    done = coldwarm("devices", "--format", "json")
    devices = {device["device"]: device for device in json.loads(done.stdout)["devices"]}
    assert devices["CPU"]["export_import"] is True
    assert devices["CPU"]["full_name"]
    assert {"CPU", "AUTO", "HETERO:CPU", "MULTI:CPU", "BATCH:CPU"} <= devices.keys()
    assert {device["verdict"] for device in devices.values()} == {"hit"}


@pytest.mark.real
def test_explain_repeats_the_starts_of_a_case(tmp_path: Path) -> None:
    config = ROOT / "configs" / "quick.yaml"
    only = ("--only", "model=mobilenet-v2", "--only", "api=path", "--rounds", "1")
    coldwarm("run", str(config), *only, "--out", "run", cwd=tmp_path)
    case = "mobilenet-v2 / CPU / path / OPTIMIZE_SPEED"
    done = coldwarm("explain", "run", case, cwd=tmp_path)
    assert done.stdout == "inference 1, output logits [1, 1000]: bit-identical\n"
    missing = coldwarm("explain", "run", "no such case", code=2, cwd=tmp_path)
    assert case in missing.stderr
