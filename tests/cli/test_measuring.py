"""Options of everything that measures, without measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click import UsageError
from click.testing import CliRunner, Result
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import cli
from coldwarm.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

EXPERIMENT = "name: mine\nmatrix: {model: resnet50}\n"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(EXPERIMENT)
    return "mine.yaml"


def coldwarm(*args: str) -> Result:
    return CliRunner().invoke(cli, args, standalone_mode=False)


def test_another_openvino_is_planned_beside_the_installed_one(config: str) -> None:
    plan = coldwarm("run", config, "--plan", "--base-runtime", "openvino==2025.4.1").stdout
    assert "2 cases" in plan
    assert "openvino==2025.4.1" in "".join(plan.split())


def test_what_is_no_runtime_is_said(config: str) -> None:
    error = coldwarm("run", config, "--plan", "--base-runtime", "./none/python").exception
    assert isinstance(error, ConfigError)
    assert "relative to the current directory" in str(error)


@pytest.mark.parametrize("command", ["run", "noise"])
@pytest.mark.parametrize("option", [("--rounds", "3"), ("--seed", "0"), ("--only", "api=path")])
def test_a_begun_run_keeps_its_options(
    command: str, option: tuple[str, str], config: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1))
    error = coldwarm(command, config, "--resume", str(run), *option).exception
    assert isinstance(error, UsageError)
    assert error.message.endswith("cannot be changed with --resume")


@pytest.mark.parametrize("command", ["run", "noise"])
@pytest.mark.parametrize("option", ["--out", "--host-label"])
def test_a_begun_run_keeps_its_place_and_label(
    command: str, option: str, config: str, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1))
    error = coldwarm(command, config, "--resume", str(run), option, "elsewhere").exception
    assert isinstance(error, UsageError)
    assert f"{option} is for a new run: leave it out with --resume" in error.message


def test_a_label_that_says_nothing_is_refused(config: str) -> None:
    error = coldwarm("run", config, "--host-label", "../..").exception
    assert isinstance(error, UsageError)
    assert (
        "Invalid value for '--host-label': '../..' has no letter or digit" in error.format_message()
    )


def test_something_must_be_named(config: str) -> None:
    del config
    error = coldwarm("run").exception
    assert isinstance(error, UsageError)
    assert "name an experiment file" in error.message
