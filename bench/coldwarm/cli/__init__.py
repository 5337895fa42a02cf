"""The command line: parse, call, print, exit code. Each command is imported when it is used."""

from __future__ import annotations

import importlib
import signal
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from coldwarm import __version__
from coldwarm.errors import ColdwarmError

if TYPE_CHECKING:
    from types import FrameType

COMMANDS = {
    "run": "Measure the starts of an experiment.",
    "report": "Write the report of a run: page, charts, tables.",
    "compare": "Find out whether something got worse.",
    "history": "Show the runs of one host over time.",
    "export": "Write a run in a format of other tools.",
    "explain": "Compare the answers of a case with and without the cache.",
    "devices": "List this host's devices and try the cache on each.",
    "noise": "Measure the same thing twice: what can be seen here?",
    "doctor": "Say what makes numbers noisy on this machine.",
    "models": "List models that need no path, and fetch real ones.",
    "runtimes": "List or remove the environments of other OpenVINO versions.",
    "schema": "Print the JSON Schema of experiment files.",
}
"""Command to its one line of help; the module of the same name holds the rest."""


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in the order in which users meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"coldwarm.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands without importing them: a shell waits for this."""
        commands = [
            CompletionItem(name, help=line)
            for name, line in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        # A group would import each command for its line of help; options have none to import.
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="coldwarm")
def cli() -> None:
    """What is OpenVINO's model cache worth on this machine?"""


def main() -> int:
    """Run the command line and return its exit code; 1 is the comparison's alone."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP, nohup ignores it
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _as_ctrl_c)
    try:
        code: Any = cli.main(standalone_mode=False)
    except click.exceptions.Abort as err:
        # Click takes an EOFError for Ctrl-D; nobody is asked anything here.
        raise (err.__cause__ or KeyboardInterrupt) from None
    except click.ClickException as err:
        err.show()
        return ColdwarmError.exit_code
    except ColdwarmError as err:
        click.echo(str(err), err=True)
        return err.exit_code
    return code if isinstance(code, int) else 0


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """End as after Ctrl-C: what was measured is kept, what was made for a while is removed."""
    raise KeyboardInterrupt
