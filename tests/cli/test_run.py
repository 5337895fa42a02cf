"""`coldwarm run` as a user meets it: real processes, a user's own ONNX file."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

pytestmark = pytest.mark.real

EXPERIMENT = """\
# Does the cache help a model of my own?
name: mine
matrix:
  model: [mine.onnx]
  api: [read_model, path]
sampling: {rounds: 2, seed: 3, timeout: 60s}
cache_root: caches
"""
STARTS = 2 * (2 + 2 * 2)
INTERRUPTED = 130


def write_model(path: Path, seed: int = 0) -> None:
    weights = np.random.default_rng(seed).standard_normal((64, 64)).astype(np.float32)
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    shape = [1, 64]
    graph = helper.make_graph(
        [node],
        "mine",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(weights, "w")],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


@dataclass(frozen=True)
class Place:
    """A directory with an experiment in it, in which commands are given."""

    path: Path

    @property
    def experiment(self) -> Path:
        return self.path / "mine.yaml"

    @property
    def leftovers(self) -> list[Path]:
        return list((self.path / "caches").glob("*"))

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "coldwarm", *args]

    def coldwarm(self, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*args), cwd=self.path, capture_output=True, text=True, check=False
        )

    def begin(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*args),
            cwd=self.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def samples(self, run: str) -> list[dict[str, object]]:
        lines = (self.path / run / "samples.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def wait_for_samples(self, run: str, count: int) -> None:
        file = self.path / run / "samples.jsonl"
        deadline = time.monotonic() + 60
        while not file.exists() or len(file.read_bytes().splitlines()) < count:
            assert time.monotonic() < deadline, "no samples came"
            time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    write_model(tmp_path / "mine.onnx")
    (tmp_path / "mine.yaml").write_text(EXPERIMENT)
    (tmp_path / "caches").mkdir()
    return Place(tmp_path)


def test_a_users_onnx_is_measured_and_the_table_fits_80_columns(place: Place) -> None:
    done = place.coldwarm("run", "mine.yaml")
    assert done.returncode == 0, done.stderr
    *shown, path = done.stdout.splitlines()
    # A command stays on one line, to be copied.
    assert max(len(line) for line in shown if not line.startswith("    coldwarm ")) <= 80
    assert "mine.onnx / path: hit 2" in shown
    assert "Too few rounds for advice: mine.onnx loaded " in done.stdout
    samples = place.samples(path)
    assert len(samples) == STARTS
    assert {sample["status"] for sample in samples} == {"ok"}
    header = json.loads((place.path / path / "run.json").read_text())
    assert header["ended"]["how"] == "complete"
    assert header["experiment"]["question"] == "Does the cache help a model of my own?"
    assert place.leftovers == []


def test_the_plan_runs_nothing(place: Place) -> None:
    done = place.coldwarm("run", "mine.yaml", "--plan", "--rounds", "5")
    assert done.returncode == 0, done.stderr
    assert "2 cases, 5 rounds of 6 starts" in done.stdout
    assert not (place.path / "results").exists()


def test_only_and_out_and_rounds(place: Place) -> None:
    options = ("--only", "api=path", "--rounds", "1", "--out", "here", "--quiet")
    done = place.coldwarm("run", "mine.yaml", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [sample["kind"] for sample in place.samples("here")].count("warm") == 1
    again = place.coldwarm("run", "mine.yaml", *options)
    assert again.returncode == 2
    assert "here exists already" in again.stderr


def test_a_file_that_cannot_be_written_is_said_before_anything_is_measured(place: Place) -> None:
    done = place.coldwarm("run", "mine.yaml", "--out", "run", "--write-run-path", "none/file")
    assert done.returncode == 2
    assert done.stderr == "--write-run-path: cannot write none/file: No such file or directory\n"
    assert not (place.path / "run" / "samples.jsonl").exists()


def test_mistakes_in_the_file_end_with_2_and_their_place(place: Place) -> None:
    place.experiment.write_text(EXPERIMENT.replace("model:", "modle:"))
    done = place.coldwarm("run", "mine.yaml")
    assert done.returncode == 2
    assert 'mine.yaml:4:3: unknown axis "modle", did you mean "model"?' in done.stderr


def test_a_model_that_cannot_be_read_fails_its_starts_and_the_run_goes_on(place: Place) -> None:
    (place.path / "broken.onnx").write_bytes(b"not a model")
    place.experiment.write_text(EXPERIMENT.replace("[mine.onnx]", "[broken.onnx, mine.onnx]"))
    done = place.coldwarm("run", "mine.yaml", "--rounds", "1", "--out", "run")
    assert done.returncode == 3
    assert "starts failed" in done.stderr
    statuses = {(s["case"]["model"], s["status"]) for s in place.samples("run")}  # type: ignore[index]
    assert ("mine.onnx", "ok") in statuses
    assert ("broken.onnx", "failed") in statuses
    assert ("mine.onnx", "failed") not in statuses


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_was_measured_and_resume_goes_on(place: Place, number: int) -> None:
    process = place.begin("run", "mine.yaml", "--out", "my run")
    place.wait_for_samples("my run", 3)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "coldwarm run --resume 'my run'" in err
    assert place.leftovers == []
    before = place.samples("my run")
    done = place.coldwarm("run", "--resume", "my run")
    assert done.returncode == 0, done.stderr
    after = place.samples("my run")
    assert after[: len(before)] == before
    assert {s["sitting"] for s in before} == {0}
    assert {s["sitting"] for s in after[len(before) :]} == {1}
    assert len({(s["round"], s["position"]) for s in after}) == STARTS


def test_after_kill_9_nothing_is_lost_and_the_next_run_tidies_up(place: Place) -> None:
    process = place.begin("run", "mine.yaml", "--out", "run")
    place.wait_for_samples("run", 2)
    process.kill()
    process.communicate(timeout=60)
    assert place.leftovers
    before = place.samples("run")
    with (place.path / "run" / "samples.jsonl").open("a") as file:
        file.write('{"half a li')
    done = place.coldwarm("run", "--resume", "run")
    assert done.returncode == 0, done.stderr
    assert place.samples("run")[: len(before)] == before
    assert len({(s["round"], s["position"]) for s in place.samples("run")}) == STARTS
    assert place.leftovers == []


def test_resume_refuses_another_model(place: Place) -> None:
    assert place.coldwarm("run", "mine.yaml", "--rounds", "1", "--out", "run").returncode == 0
    write_model(place.path / "mine.onnx", seed=1)
    done = place.coldwarm("run", "--resume", "run")
    assert done.returncode == 2
    assert "not the same models" in done.stderr


def test_one_machine_is_known_under_another_name(place: Place) -> None:
    """Hosted runners give each job another host name."""
    for name in ("a1", "b2"):
        ours = shlex.join(place.command("run", "mine.yaml", "--rounds", "1", "--only", "api=path"))
        named = ["unshare", "-ru", "sh", "-c", f"hostname {name} && exec {ours}"]
        done = subprocess.run(named, cwd=place.path, capture_output=True, text=True, check=False)
        if "unshare" in done.stderr or "hostname" in done.stderr:
            pytest.skip("no UTS namespaces here")
        assert done.returncode == 0, done.stderr
    base, head = sorted(str(path) for path in place.path.glob("results/*/*"))
    assert "results/a1/" in base
    assert "results/b2/" in head
    compared = " ".join(place.coldwarm("compare", base, head).stdout.split())
    assert "One machine under two names: a1 and b2" in compared
    shown = place.coldwarm("history")
    assert "one machine under 2 names: a1 and b2" in " ".join(shown.stdout.split())
    record = json.loads((place.path / head / "run.json").read_text())
    machine_id = Path("/etc/machine-id")
    if machine_id.exists():
        assert machine_id.read_text().strip() not in json.dumps(record)


def test_resume_takes_no_other_rounds(place: Place) -> None:
    done = place.coldwarm("run", "--resume", "run", "--rounds", "9")
    assert done.returncode == 2
    assert "cannot be changed" in done.stderr


def test_a_cache_root_that_is_no_directory_is_named_with_its_place(place: Place) -> None:
    (place.path / "caches").rmdir()
    done = place.coldwarm("run", "mine.yaml")
    assert done.returncode == 2
    assert 'mine.yaml:7:13: there is no directory "caches"' in done.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from coldwarm.cli import cli;"
        "result = CliRunner().invoke(cli, ['--help']); assert result.exit_code == 0, result;"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'openvino', 'pydantic', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_the_measuring_process_imports_nothing_heavy(place: Place) -> None:
    code = (
        "import sys, coldwarm.cli.run, coldwarm.cli.progress, coldwarm.measure.run_experiment;"
        "heavy = {'pandas', 'scipy', 'matplotlib', 'openvino'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=place.path
    )
    assert done.stdout.strip() == "[]"
