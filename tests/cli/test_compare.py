"""`coldwarm compare` as a user meets it, on made-up runs; once on real ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from click import UsageError
from click.testing import CliRunner, Result
from fake_samples import fake_run, usual_outcome
from fake_store import fake_header, write_run
from junitparser.xunit2 import JUnitXml
from onnx import TensorProto, helper, numpy_helper

from coldwarm.cli import COMMANDS, cli
from coldwarm.compare import ComparisonError
from coldwarm.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment.case import Case


def compare(*args: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, args)], standalone_mode=False)


def refused(*args: object) -> str:
    error = compare(*args).exception
    assert isinstance(error, (UsageError, ComparisonError, StoreError)), error
    assert error.exit_code == 2
    return error.message if isinstance(error, UsageError) else str(error)


def write(path: Path, seed: int = 1, **changes: Any) -> Path:  # noqa: ANN401
    header = changes.pop("header", {})
    options = {"apis": ("path",), "cache_modes": ("default",), "rounds": 12}
    return write_run(path, fake_run(seed, **{**options, **changes}), run_id=path.name, **header)


def misses(case: Case) -> str:
    return "silent_miss" if case.encryption == "base64" else usual_outcome(case)


@pytest.fixture(scope="module")
def codecs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run with two encryptions of which one never hits."""
    path = tmp_path_factory.mktemp("results") / "codecs"
    return write(path, encryptions=("none", "base64"), along="encryption", outcome=misses)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return two runs of the same thing, in directories of their own."""
    return tuple(
        write(tmp_path_factory.mktemp(name) / name, seed) for seed, name in ((1, "a"), (2, "b"))
    )


def test_the_command_is_listed() -> None:
    assert "compare" in COMMANDS


def test_along_an_axis_a_regression_ends_with_one_and_is_named_first(codecs: Path) -> None:
    result = compare(codecs, "--along", "encryption", "--base", "none")
    assert result.return_value == 1
    first, *_ = result.stdout.splitlines()
    assert first == "REGRESSION: 1 of 1 case got worse"
    assert "verdict hit, now silent_miss: compiled again" in " ".join(result.stdout.split())


def test_two_runs_of_the_same_thing_end_with_zero(same: tuple[Path, Path]) -> None:
    result = compare(*same)
    assert result.return_value == 0, result.stdout
    assert result.stdout.startswith("No regression found in 1 case")


def test_a_demanded_decision_that_is_missing_ends_with_four(same: tuple[Path, Path]) -> None:
    # Twelve rounds of noisy starts do not show that a speedup is the same within 1 %.
    args = (*same, "--threshold", "1%")
    assert compare(*args).return_value == 0
    assert compare(*args, "--require-decision").return_value == 4


def test_starts_that_failed_end_with_three(tmp_path: Path, same: tuple[Path, Path]) -> None:
    head = write(tmp_path / "head", 2, failure_rate=0.1)
    assert compare(same[0], head).return_value == 3


def test_json_is_whole_and_strict(codecs: Path) -> None:
    result = compare(codecs, "--along", "encryption", "--base", "none", "--format", "json")

    def refuse(name: str) -> None:
        raise AssertionError(name)

    found = json.loads(result.stdout, parse_constant=refuse)
    assert (found["exit_code"], found["regression"]) == (1, True)
    results = {each["metric"]: each for each in found["cases"][0]["results"]}
    assert results["verdict"]["regression"]
    assert results["cold_load"]["change"]["low"] < results["cold_load"]["change"]["high"]
    assert found["base"]["run_id"] == "codecs"


def test_markdown_has_the_verdict_first_and_folds_the_rest(same: tuple[Path, Path]) -> None:
    text = compare(*same, "--format", "markdown").stdout
    assert text.startswith("**No regression found in 1 case")
    assert text.index("What decides") < text.index("<details>") < text.index("| cold load time")
    assert "never fail a comparison: they scatter" in text


def test_junit_has_one_test_per_case(codecs: Path) -> None:
    result = compare(codecs, "--along", "encryption", "--base", "none", "--format", "junit")
    (suite,) = JUnitXml.fromstring(result.stdout_bytes)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (1, 1, 0, 0)
    assert result.return_value == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json", "junit"])
def test_the_summary_page_of_github_gets_the_markdown_once(
    form: str, codecs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = (codecs, "--along", "encryption", "--base", "none", "--format")
    markdown = compare(*args, "markdown").stdout
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert compare(*args, form).return_value == 1
    assert compare(*args, "text").return_value == 1
    assert page.read_text() == f"before\n{markdown}"


def test_a_summary_page_that_cannot_be_written_decides_nothing(
    same: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    result = compare(*same)
    assert result.return_value == 0
    assert "GITHUB_STEP_SUMMARY: cannot write" in result.stderr


def test_starts_that_failed_are_loud(tmp_path: Path) -> None:
    run = write(
        tmp_path / "run", encryptions=("none", "base64"), along="encryption", failure_rate=0.2
    )
    args = (run, "--along", "encryption", "--base", "none")
    text = compare(*args, "--format", "markdown").stdout
    first, *rest = text.splitlines()
    assert re.search(r", \d+ starts FAILED\*\*$", first)
    heading = next(line for line in rest if line.startswith("###"))
    assert heading.endswith("starts FAILED")
    assert re.search(r"resnet50 / CPU / path.*: \d+ of 12 warm starts failed: ", text)


def test_what_decides_can_be_chosen(codecs: Path) -> None:
    args = (codecs, "--along", "encryption", "--base", "none", "--format", "json")
    found = json.loads(compare(*args, "--decide", "cold_load").stdout)
    results = {each["metric"]: each["decides"] for each in found["cases"][0]["results"]}
    assert results["cold_load"]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--along", "encrpytion"], 'unknown axis "encrpytion", did you mean "encryption"?'),
        (["--along", "encryption", "--base", "bose64"], 'did you mean "base64"?'),
        (
            ["--along", "api"],
            "nothing to compare; axes with several values in this run: enc",
        ),
        ([], "name the axis to compare along with --along"),
        (["--along", "encryption", "--threshold", "5"], "write it with its sign, such as 5%"),
        (["--along", "encryption", "--history", "."], "--history is for two runs"),
    ],
)
def test_wrong_usage_is_explained(codecs: Path, args: list[str], sentence: str) -> None:
    assert sentence in refused(codecs, *args)


def test_two_runs_know_no_axis_and_three_are_too_many(same: tuple[Path, Path]) -> None:
    assert "name only one" in refused(*same, "--along", "api")
    assert "3 runs were named" in refused(*same, same[0])


def test_a_run_is_not_compared_with_itself(same: tuple[Path, Path], tmp_path: Path) -> None:
    base, _ = same
    link, copied = tmp_path / "link", tmp_path / "copy"
    link.symlink_to(base)
    shutil.copytree(base, copied)
    for head in (base, f"{base}/../{base.name}", os.path.relpath(base), link, copied):
        assert "are the same run" in refused(base, head)


def test_what_is_no_run_is_said(tmp_path: Path, same: tuple[Path, Path]) -> None:
    assert "is not a run" in refused(tmp_path, same[0])


def test_ten_runs_of_the_host_let_absolute_times_decide(tmp_path: Path) -> None:
    for day in range(1, 11):
        created = {"created_at": f"2026-09-{day:02d}T12:00:00+00:00"}
        write(tmp_path / f"run{day}", day, header=created)
    base = tmp_path / "run10"

    def slow(case: Case, kind: str) -> float:
        del case, kind
        return 3.0

    head = write(tmp_path / "head", 11, effect=slow)
    found = json.loads(compare(base, head, "--format", "json").stdout)
    assert found["deciding"] == ["speedup", "warm_load"]
    warm = next(each for each in found["cases"][0]["results"] if each["metric"] == "warm_load")
    assert (warm["verdict"], warm["sampled"], warm["base_samples"]) == ("slower", "runs", 10)
    assert found["exit_code"] == 1
    # The speedup alone sees nothing, nor does anybody without those runs.
    write(tmp_path / "elsewhere" / "run")
    assert compare(base, head, "--history", tmp_path / "elsewhere").return_value == 0


def test_a_history_without_runs_is_said(same: tuple[Path, Path], tmp_path: Path) -> None:
    assert "holds no runs: name the directory" in refused(*same, "--history", tmp_path)
    assert "does not exist" in refused(*same, "--history", tmp_path / "typo")


def test_runs_of_another_host_are_no_history(tmp_path: Path) -> None:
    other = {**fake_header()["identity"], "cpu_model": "other"}
    for day in range(1, 11):
        created = {"created_at": f"2026-09-{day:02d}T12:00:00+00:00", "identity": other}
        write(tmp_path / f"run{day}", day, rounds=2, header=created)
    base, head = (write(tmp_path / name, seed) for seed, name in ((11, "base"), (12, "head")))
    found = json.loads(compare(base, head, "--format", "json").stdout)
    assert found["deciding"] == ["speedup"]


CODEC = """\
import time


def encrypt(data):
    return bytes(data)


def decrypt(data):
    return bytes(data)


def twin(data):
    return bytes(data)


def slow(data):
    time.sleep(0.5)
    return bytes(data)


def broken(data):
    raise ValueError("no key")
"""

EXPERIMENT = """\
# Is a codec that sleeps half a second found, and nothing else?
name: codecs
matrix:
  model: [mine.onnx]
  api: [path]
  encryption:
    - codec:encrypt,decrypt
    - codec:encrypt,twin
    - codec:encrypt,slow
compare: {along: encryption}
sampling: {rounds: 8, seed: 1, timeout: 60s}
"""

BROKEN = EXPERIMENT.replace("twin", "broken").replace("rounds: 8", "rounds: 1")


def write_model(path: Path) -> None:
    weights = np.random.default_rng(0).standard_normal((64, 64)).astype(np.float32)
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 64]) for name in ("x", "y")]
    initializer = numpy_helper.from_array(weights, "w")
    graph = helper.make_graph([node], "mine", ends[:1], ends[1:], [initializer])
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=9), path)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with a model, codecs and two experiments."""
    path = tmp_path_factory.mktemp("workshop")
    (path / "codec.py").write_text(CODEC)
    (path / "codecs.yaml").write_text(EXPERIMENT)
    (path / "broken.yaml").write_text(BROKEN)
    write_model(path / "mine.onnx")
    return path


def measure(workshop: Path, name: str) -> Path:
    command = [sys.executable, "-m", "coldwarm", "run", f"{name}.yaml", "--out", name, "--quiet"]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return workshop / name


def verdicts(result: Result) -> dict[str, dict[str, str]]:
    """Return the verdicts of each metric by the decrypt function of the head."""
    return {
        case["name"].rpartition(",")[2]: {
            each["metric"]: each["verdict"] for each in case["results"]
        }
        for case in json.loads(result.stdout)["cases"]
    }


@pytest.fixture(scope="module")
def sleeping(workshop: Path) -> Path:
    return measure(workshop, "codecs")


@pytest.fixture(scope="module")
def failing(workshop: Path) -> Path:
    return measure(workshop, "broken")


@pytest.mark.real
def test_a_codec_of_the_users_that_sleeps_is_found_and_its_twin_is_not(sleeping: Path) -> None:
    # A tiny model loads in much less than the codec sleeps, on a busy machine too.
    args = (sleeping, "--base", "codec:encrypt,decrypt", "--threshold", "30%")
    result = compare(*args, "--format", "json")
    assert result.return_value == 1, result.output
    found = verdicts(result)
    assert found["slow"]["warm_load"] == "slower"
    assert found["slow"]["verdict"] == "same"
    assert found["twin"]["warm_load"] in ("same", "inconclusive")
    assert found["twin"]["verdict"] == "same"
    words = " ".join(compare(*args).stdout.split())
    assert "mine.onnx / CPU / path, encryption codec:encrypt,slow: warm start" in words
    assert "8 pairs" in words


@pytest.mark.real
def test_a_codec_that_stops_hitting_is_a_regression_after_one_round(failing: Path) -> None:
    result = compare(failing, "--base", "codec:encrypt,decrypt", "--format", "json")
    assert result.return_value == 1, result.output
    assert verdicts(result)["broken"]["verdict"] == "worse"
    assert verdicts(result)["slow"]["warm_load"] == "inconclusive"


@pytest.mark.real
def test_two_real_runs_of_the_same_codecs_are_not_flagged(failing: Path, sleeping: Path) -> None:
    result = compare(failing, sleeping, "--format", "json")
    assert result.return_value == 0, result.output
    found = verdicts(result)
    assert set(found) == {"decrypt", "slow"}
    assert {each["verdict"] for each in found.values()} == {"same"}
    assert {each["blob"] for each in found.values()} == {"same"}
