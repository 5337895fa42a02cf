from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.studies.reproduction import dedented, file_name, script

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

HOSTILE = 'It says """ and \\N{DASH} and \x1b[31m, $title.'


def run(path: Path, body: str) -> subprocess.CompletedProcess[str]:
    made = script("x", title="Shows nothing.", text=HOSTILE, body=body)
    file = path / f"{made.name}.py"
    file.write_text(made.text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(file)],
        cwd=path,
        env={"TMPDIR": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("shown", "code"), [("True", 0), ("False", 1)])
def test_the_exit_code_says_whether_it_was_shown(tmp_path: Path, shown: str, code: int) -> None:
    done = run(tmp_path, f"os.mkdir(work / 'locked', 0o500)\nreturn {shown}")
    assert done.returncode == code, done.stderr
    assert done.stdout.splitlines()[0].startswith("OpenVINO 20")
    assert [file.name for file in tmp_path.iterdir()] == ["x.py"], "its work directory is gone"


def test_a_start_that_fails_is_no_proof(tmp_path: Path) -> None:
    done = run(tmp_path, "return start(work / 'missing.xml', None)")
    assert done.returncode == 2
    assert "a start failed" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["x.py"]


def test_what_goes_wrong_in_a_program_shows_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "return blob.unlink()")
    assert done.returncode == 2
    assert "NameError" in done.stderr


def test_placeholders_name_the_files_of_the_program(tmp_path: Path) -> None:
    asked = """config={"WEIGHTS_PATH": "${model_bin}"}"""
    body = f"return '\"/a/model.bin\"' in command(Path('/a/model.xml'), None, {asked})[-1]"
    assert run(tmp_path, body).returncode == 0


def test_names_are_plain() -> None:
    assert file_name("faults", "../x y", "", "OPTIMIZE_SIZE") == "faults_x_y_optimize_size"


def test_statements_lose_the_indentation_of_their_source() -> None:
    assert dedented("    if a:\n        b\n    ") == "if a:\n    b"
