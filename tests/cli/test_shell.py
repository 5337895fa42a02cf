"""At home in a shell: completion, colours, pipes, JSON from what lists."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from coldwarm.cli import COMMANDS, cli

LISTING = ("models", "devices", "history")
MAIN = "from coldwarm.cli import main; import sys; sys.argv[0] = 'coldwarm'; main()"


def coldwarm(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, *args]
    environment = {**os.environ, **env}
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


def test_commands_options_and_values_are_completed() -> None:
    assert completed("coldwarm ", 1) == list(COMMANDS)
    assert completed("coldwarm re", 1) == ["report"]
    assert "--version" in completed("coldwarm --", 1)
    assert completed("coldwarm export --format j", 3) == ["junit"]


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


def test_no_color_is_respected_and_a_pipe_gets_none() -> None:
    assert "\x1b[" not in coldwarm("models").stdout
    assert "\x1b[3" not in coldwarm("models", NO_COLOR="1", FORCE_COLOR="1").stdout


@pytest.mark.parametrize("command", LISTING)
def test_what_lists_gives_json_on_request(command: str) -> None:
    help_text = CliRunner().invoke(cli, [command, "--help"]).output
    assert "json" in help_text
