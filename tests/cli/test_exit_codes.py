"""What the program ends with, and what it says, when it cannot do what it should."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from coldwarm import __main__, cli, streams
from coldwarm.errors import StartsFailedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "from coldwarm.__main__ import main; main()"


def shell(script: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", script, "sh", sys.executable]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def raises(err: BaseException) -> Callable[..., int]:
    def main(**options: object) -> int:
        raise err

    return main


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], int]:
    """Return what the program ends with when a command raises."""

    def ended(err: BaseException) -> int:
        monkeypatch.setattr(streams, "guard", lambda: None)
        monkeypatch.setattr(cli.cli, "main", raises(err))
        return __main__._exit_code()

    return ended


@pytest.mark.parametrize(
    ("err", "expected", "sentence"),
    [
        (StoreError("there is no run"), 2, "there is no run"),
        (StartsFailedError("2 of 3 failed"), 3, "2 of 3 failed"),
        (click.UsageError("no such option"), 2, "no such option"),
        (click.ClickException("what click gives 1"), 2, "what click gives 1"),
        (click.FileError("x.yaml", "gone"), 2, "x.yaml"),
        (KeyboardInterrupt(), 130, ""),
        (click.exceptions.Abort(), 130, ""),
    ],
)
def test_what_was_foreseen_is_one_sentence(
    err: BaseException,
    expected: int,
    sentence: str,
    code: Callable[[BaseException], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert code(err) == expected
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("err", "sentence"),
    [
        (ValueError("odd"), "coldwarm failed in a way that nobody foresaw: ValueError: odd"),
        (RecursionError("deep"), "nobody foresaw: RecursionError: deep"),
        (MemoryError(), "nobody foresaw: MemoryError"),
        (BrokenPipeError(32, "not ours"), "nobody foresaw: BrokenPipeError"),
        (SystemExit(1), "nobody foresaw: SystemExit: 1"),
        (SystemExit("some words"), "nobody foresaw: SystemExit: some words"),
        (ImportError("libz.so is gone"), "cannot be used: ImportError: libz.so is gone. Install"),
    ],
)
def test_what_was_not_foreseen_is_no_regression(
    err: BaseException,
    sentence: str,
    code: Callable[[BaseException], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert code(err) == 70
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert sentence in said.rpartition("Traceback")[2]


def test_the_end_of_an_input_is_no_ctrl_c(
    code: Callable[[BaseException], int], capsys: pytest.CaptureFixture[str]
) -> None:
    err = click.exceptions.Abort()
    err.__cause__ = EOFError("ran out of input")
    assert code(err) == 70
    assert "ran out of input" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["click", "coldwarm.errors"])
def test_a_damaged_installation_is_no_regression(missing: str) -> None:
    done = shell(f'"$1" -c "import sys; sys.modules[\'{missing}\'] = None; {MAIN}"')
    assert done.returncode == 70
    assert "coldwarm cannot be used: ModuleNotFoundError" in done.stderr


def test_a_command_that_cannot_be_imported_is_no_regression() -> None:
    blocked = (
        "import sys; sys.modules['numpy'] = None; sys.argv = ['coldwarm', 'compare', 'x', 'y']"
    )
    assert shell(f'"$1" -c "{blocked}; {MAIN}"').returncode == 70


@pytest.mark.parametrize(
    ("redirected", "said_on", "sentence"),
    [
        (">/dev/full", "stderr", "cannot write to standard output: No space left on device\n"),
        (">&-", "stderr", "standard output is closed: send it to a file or to /dev/null\n"),
        ("1</dev/null", "stderr", "cannot write to standard output: Bad file descriptor\n"),
        ("2>/dev/full", "stdout", "cannot write to standard error: No space left on device\n"),
        ("2>&-", "stdout", "standard error is closed: send it to a file or to /dev/null\n"),
        (">&- 2>&-", "stderr", ""),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="descriptors of Linux")
def test_a_stream_that_takes_nothing_ends_the_program_before_it_does_anything(
    redirected: str, said_on: str, sentence: str
) -> None:
    done = shell(f'"$1" -m coldwarm run nothing.yaml {redirected}')
    assert done.returncode == 2
    assert {"stdout": done.stdout, "stderr": done.stderr} == {
        "stdout": "",
        "stderr": "",
        said_on: sentence,
    }
