"""`coldwarm runtimes` as a user meets it, and a run with more than one runtime."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from click.testing import CliRunner
from onnx import TensorProto, helper, numpy_helper

from coldwarm.cli import cli
from coldwarm.runtimes.kept_environments import EnvironmentStamp, runtimes_dir, using, write_stamp

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def coldwarm(*args: str) -> Result:
    return CliRunner().invoke(cli, args)


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "runtimes"


def make(name: str, asked: str | None) -> Path:
    environment = runtimes_dir() / name
    environment.mkdir(parents=True)
    (environment / "library").write_bytes(bytes(3_000_000))
    if asked is not None:
        write_stamp(
            environment,
            EnvironmentStamp(
                {asked: "2026-01-01"}, "3.11.7", "3.10.2", {"openvino": "1"}, "2026-01-01"
            ),
        )
    return environment


def test_an_empty_shelf_is_said_to_be_empty() -> None:
    assert coldwarm("runtimes").output.startswith("no environments: ")
    assert json.loads(coldwarm("runtimes", "--format", "json").output) == []
    assert coldwarm("runtimes", "prune").output == "0 MB freed\n"


def test_environments_are_listed_in_80_columns() -> None:
    make("openvino-2025.4.1-python3.10.2-0123456789ab", "openvino==2025.4.1")
    make("left-behind", None)
    lines = coldwarm("runtimes").output.splitlines()
    assert max(map(len, lines)) <= 80
    table = " ".join(" ".join(lines).split())
    assert "left-behind - 3 - incomplete" in table
    assert "openvino-2025.4.1-python3.10.2-0123456789ab 3.10.2 3 0 complete" in table
    assert "openvino==2025.4.1" in table


def test_json_says_the_same() -> None:
    path = make("one", "openvino==2025.4.1")
    (listed,) = json.loads(coldwarm("runtimes", "--format", "json").output)
    assert (listed["name"], listed["path"], listed["state"]) == ("one", str(path), "complete")
    assert listed["stamp"]["packages"] == {"openvino": "1"}


def test_prune_removes_what_nobody_uses_and_says_why_the_rest_stays() -> None:
    used, idle = make("used", "openvino==1"), make("idle", "openvino==2")
    with using(used):
        done = coldwarm("runtimes", "prune")
    assert done.exit_code == 0
    assert done.output == "removed idle\nkept used: a run is using it\n3 MB freed\n"
    assert (used.exists(), idle.exists()) == (True, False)


def test_prune_takes_names_and_days() -> None:
    kept, gone = make("kept", "openvino==1"), make("gone", "openvino==2")
    assert coldwarm("runtimes", "prune", "--unused-days", "1").output == "0 MB freed\n"
    pruned = json.loads(coldwarm("runtimes", "prune", "gone", "--format", "json").output)
    assert [(each["name"], each["removed"]) for each in pruned] == [("gone", True)]
    assert (kept.exists(), gone.exists()) == (True, False)


def test_a_name_that_is_none_is_a_usage_error() -> None:
    make("one", "openvino==1")
    done = coldwarm("runtimes", "prune", "two")
    assert done.exit_code == 2
    assert "there is no environment two" in done.output
    assert (runtimes_dir() / "one").exists()


def write_model(path: Path) -> None:
    weights = np.random.default_rng(0).standard_normal((8, 8)).astype(np.float32)
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 8]) for n in ("x", "y")]
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph(
        [node], "mine", values[:1], values[1:], [numpy_helper.from_array(weights, "w")]
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


EXPERIMENT = f"""\
# Does it matter by which name this OpenVINO is called?
name: runtimes
matrix:
  model: mine.onnx
  runtime:
    - installed
    - {sys.prefix}
    - {{python: {sys.executable}, env: {{LD_LIBRARY_PATH: libraries}}}}
compare: {{along: runtime}}
sampling: {{rounds: 1, timeout: 60s}}
cache_root: .
"""


@pytest.mark.real
def test_a_run_interleaves_its_runtimes_and_can_be_compared_along_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "mine.onnx")
    (tmp_path / "mine.yaml").write_text(EXPERIMENT)
    done = coldwarm("run", "mine.yaml", "--out", "run", "--quiet")
    assert done.exit_code == 0, done.output
    header = json.loads((tmp_path / "run" / "run.json").read_text())
    installed, environment, mapping = header["runtimes"]
    assert installed["value"] == "installed"
    assert environment["value"] == sys.prefix
    assert environment["python"].startswith(sys.prefix)
    assert mapping["env"] == {"LD_LIBRARY_PATH": str(tmp_path / "libraries")}
    assert len({each["openvino_version"] for each in header["runtimes"]}) == 1
    lines = (tmp_path / "run" / "samples.jsonl").read_text().splitlines()
    samples = [json.loads(line) for line in lines]
    assert {sample["status"] for sample in samples} == {"ok"}
    assert {sample["block"] for sample in samples} == {0}, "they stand next to each other"
    assert len({sample["case"]["runtime"] for sample in samples}) == 3
    compared = coldwarm("compare", "run", "--along", "runtime", "--base", "installed")
    assert compared.exit_code == 0, compared.output


def test_an_impossible_runtime_ends_the_command_before_a_run_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_model(tmp_path / "mine.onnx")
    (tmp_path / "empty").mkdir()
    text = EXPERIMENT.replace(sys.prefix + "\n", "./empty\n")
    (tmp_path / "mine.yaml").write_text(text)
    done = coldwarm("run", "mine.yaml", "--out", "run")
    assert "the directory ./empty is no Python environment" in str(done.exception)
    assert not (tmp_path / "run").exists()
