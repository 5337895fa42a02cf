"""`coldwarm noise` as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click import UsageError
from click.testing import CliRunner, Result
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import cli
from coldwarm.compare import ComparisonError
from coldwarm.errors import StartsFailedError

if TYPE_CHECKING:
    from pathlib import Path

EXPERIMENT = """\
# How noisy is it here?
name: tiny
matrix:
  model: [mobilenet-v2]
  api: [path]
sampling: {rounds: 2, timeout: 60s}
"""


def noise(*args: object) -> Result:
    return CliRunner().invoke(cli, ["noise", *map(str, args)], standalone_mode=False)


def twin_run(path: Path, **changes: object) -> Path:
    options = {"apis": ("path",), "cache_modes": ("default", "default"), "rounds": 8}
    return write_run(path, fake_run(1, **{**options, **changes}))


def test_says_again_what_a_run_found(tmp_path: Path) -> None:
    run = twin_run(tmp_path / "run")
    text = noise(run).stdout
    assert text.startswith("False alarms of the gate:")
    found = json.loads(noise(run, "--format", "json").stdout)
    assert found["cases"][0]["pairs"] == 8
    assert [effect for effect, _ in found["cases"][0]["rounds"]] == [0.05, 0.1, 0.2]


def test_starts_that_failed_end_with_three(tmp_path: Path) -> None:
    error = noise(twin_run(tmp_path / "run", failure_rate=0.1)).exception
    assert isinstance(error, StartsFailedError)
    assert error.exit_code == 3


def test_an_ordinary_run_is_refused(tmp_path: Path) -> None:
    run = twin_run(tmp_path / "run", cache_modes=("default",))
    error = noise(run).exception
    assert isinstance(error, ComparisonError)
    assert "measured nothing twice" in str(error)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [([], "name an experiment file"), (["--resume", "run", "--seed", "1"], "cannot be changed")],
)
def test_wrong_usage_is_explained(args: list[str], sentence: str) -> None:
    error = noise(*args).exception
    assert isinstance(error, UsageError)
    assert sentence in error.message


@pytest.mark.real
def test_measures_every_case_twice_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(EXPERIMENT)
    command = [sys.executable, "-m", "coldwarm", "noise", "--quiet", "--format", "json"]

    def run(*args: str) -> dict[str, object]:
        done = subprocess.run(
            [*command, *args], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    found = run("tiny.yaml", "--out", "run")
    assert [case["pairs"] for case in found["cases"]] == [2]
    samples = (tmp_path / "run" / "samples.jsonl").read_text().splitlines()
    assert len(samples) == 2 * (1 + 2 * 2)
    (tmp_path / "run" / "samples.jsonl").write_text("".join(f"{line}\n" for line in samples[:7]))
    assert run("--resume", "run")["cases"][0]["pairs"] == 2
    # The second round was incomplete: all of it is measured again, in one sitting.
    kept = (tmp_path / "run" / "samples.jsonl").read_text().splitlines()
    assert kept[:7] == samples[:7]
    assert [json.loads(line)["sitting"] for line in kept[7:]] == [1] * (1 + 2 * 2)
