"""At home in a shell: completion, colours, pipes, JSON from what lists."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import COMMANDS, cli

if TYPE_CHECKING:
    from pathlib import Path

LISTING = (
    "models",
    "models list",
    "models info magika",
    "devices --no-trial",
    "doctor --seconds 0 --results IN",
    "history IN/results",
    "run IN/plan.yaml --plan",
    "run IN/study.yaml --plan",
    "runtimes",
)
COLOUR_VARIABLES = ("NO_COLOR", "FORCE_COLOR")
COLOUR = re.compile(r"\x1b\[(\d;)?3\dm")
MAIN = "from coldwarm.__main__ import main; import sys; sys.argv[0] = 'coldwarm'; main()"


def coldwarm(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, *args]
    plain = {name: each for name, each in os.environ.items() if name not in COLOUR_VARIABLES}
    environment = {**plain, **env}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def completed(words: str, place: int) -> list[str]:
    env = {"_COLDWARM_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    return [line.partition(",")[2] for line in coldwarm(**env).stdout.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_completion(shell: str) -> None:
    # click asks an installed bash for its version; where there is none it says so and goes on.
    done = coldwarm(_COLDWARM_COMPLETE=f"{shell}_source")
    assert done.returncode == 0
    assert "_COLDWARM_COMPLETE" in done.stdout


def test_commands_options_values_and_models_are_completed() -> None:
    assert completed("coldwarm ", 1) == list(COMMANDS)
    assert completed("coldwarm re", 1) == ["report"]
    assert "--version" in completed("coldwarm --", 1)
    assert completed("coldwarm export --format j", 3) == ["junit"]
    assert completed("coldwarm models info basic-pitch@o", 3) == ["basic-pitch@onnx"]


def test_completing_a_command_imports_none() -> None:
    group = cli
    context = click.Context(group, info_name="coldwarm")
    names = [item.value for item in group.shell_complete(context, "d")]
    assert names == ["devices", "doctor"]
    code = (
        "import sys, click; from coldwarm.cli import cli;"
        "cli.shell_complete(click.Context(cli), '');"
        "print(*(name for name in sys.modules if name.startswith('coldwarm.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_no_color_is_respected_and_a_pipe_gets_none(tmp_path: Path) -> None:
    command = ("doctor", "--seconds", "0", "--results", str(tmp_path))
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    assert COLOUR.search(coldwarm(*command, **terminal).stdout)
    assert not COLOUR.search(coldwarm(*command, **terminal, NO_COLOR="1").stdout)
    assert "\x1b[" not in coldwarm(*command).stdout


@pytest.mark.parametrize("command", LISTING)
def test_what_lists_gives_json_on_request(command: str, tmp_path: Path) -> None:
    write_run(tmp_path / "results" / "fake-host" / "run", fake_run(rounds=1))
    study = "name: keys\nstudy: invalidation\nmatrix: {model: resnet50}\n"
    (tmp_path / "plan.yaml").write_text(study.replace("study: invalidation\n", ""))
    (tmp_path / "study.yaml").write_text(study)
    words = [word.replace("IN", str(tmp_path)) for word in command.split()]
    done = CliRunner().invoke(cli, [*words, "--format", "json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) is not None


def test_json_is_of_the_plan_not_of_the_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["run", str(tmp_path / "none.yaml"), "--format", "json"])
    assert done.exit_code == 2
    assert "--format json is for --plan" in done.output
