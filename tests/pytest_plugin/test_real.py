"""The plugin with real starts, as a team would run it."""

from __future__ import annotations

import csv
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

EXPERIMENT = """\
name: mine
matrix:
  model: mine.onnx
  api: read_model
  cache_mode: [OPTIMIZE_SPEED, OPTIMIZE_SIZE]
sampling: {rounds: 2}
"""


def run(place: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *args], cwd=place, capture_output=True, text=True, check=False
    )


def write_model(path: Path) -> None:
    weights = numpy_helper.from_array(np.ones((64, 64), np.float32), "w")
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 64]) for name in "xy"]
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    graph = helper.make_graph([node], "mine", ends[:1], ends[1:], [weights])
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


def test_its_file_compares_to_the_medians_of_the_report(tmp_path: Path) -> None:
    write_model(tmp_path / "mine.onnx")
    (tmp_path / "mine.yaml").write_text(EXPERIMENT)
    done = run(tmp_path, "pytest", "mine.yaml", "--benchmark-json=out.json", "-W", "error")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    assert "1 failed, 5 passed" in done.stdout
    miss = "mine.onnx / CPU / read_model / OPTIMIZE_SIZE: warm start: silent_miss: "
    assert miss in done.stdout
    assert "Remedy: use OPTIMIZE_SPEED" in done.stdout
    assert "round 2/2" in done.stderr

    (path,) = (tmp_path / "results").glob("*/*")
    report = run(tmp_path, "coldwarm", "report", str(path), "--no-charts", "--out", "report")
    assert report.returncode == 0, report.stderr
    compared = run(tmp_path, "pytest_benchmark", "compare", "out.json", "--columns=median")
    lines = {line.partition("]")[0] + "]": line for line in compared.stdout.splitlines()}
    with (tmp_path / "report" / "summary.csv").open(newline="") as file:
        medians = {
            f"{row['name']}[{kind}]": float(row[f"{kind}_load_ms"])
            for row in csv.DictReader(file)
            for kind in ("uncached", "cold", "warm")
            if row[f"{kind}_load_ms"]
        }
    assert len(medians) == 2 * 3 - 1
    for name, median in medians.items():
        assert f" {median:,.4f} " in lines[name]
