from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

SAYS = "import sys; from coldwarm import streams; streams.guard(); "
FULL = "/dev/full"


def python(code: str, **options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401
    command = [sys.executable, "-c", code]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.run(command, check=False, **{**pipes, **options})


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [("utf-8", "µ —".encode()), ("latin-1", b"\xb5 ?"), ("ascii", b"? ?")],
)
def test_what_an_encoding_lacks_is_a_question_mark_whoever_writes(
    encoding: str, printed: bytes
) -> None:
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    code = "import click, rich; text = '\u00b5 \u2014'; rich.print(text); click.echo(text); "
    done = python(f"{SAYS}{code}click.echo(text, err=True)", env=env)
    assert done.stdout.split(b"\n") == [printed, printed, b""]
    assert done.stderr == printed + b"\n"


def test_a_file_name_that_is_no_text_keeps_its_bytes() -> None:
    done = python(f"{SAYS}import click; click.echo('\\udce4\\udcff.xml')")
    assert done.stdout == b"\xe4\xff.xml\n"


@pytest.mark.skipif(not os.path.exists(FULL), reason="no /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("writes", ["print(1, flush=True)", "sys.stdout.buffer.write(b'x' * 9999)"])
def test_what_fills_up_later_is_no_file_error(writes: str) -> None:
    # The first look finds nothing wrong: the stream becomes full afterwards.
    code = (
        f"{SAYS}import os; os.dup2(os.open('{FULL}', os.O_WRONLY), 1)\n"
        f"try:\n    {writes}\nexcept streams.OutputError as err:\n"
        "    print(err, err.exit_code, isinstance(err, OSError), file=sys.stderr)\n"
        "streams.give_up()"
    )
    done = python(code)
    said = "cannot write to standard output: No space left on device 2 False"
    assert (done.returncode, done.stderr.decode().strip()) == (0, said)


def test_a_slow_reader_is_waited_for() -> None:
    size = 300_000
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    code = f"{SAYS}print('x' * {size})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=writing) as process:
        os.close(writing)
        with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
            assert len(pipe.read()) == size + 1
    assert process.returncode == 0
