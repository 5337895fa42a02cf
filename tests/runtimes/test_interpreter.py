from __future__ import annotations

import sys
from pathlib import Path

import pytest

from coldwarm.runtimes import RuntimeUnavailableError, interpreter
from coldwarm.runtimes.interpreter import locate, look_at


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_an_environment_stands_for_its_interpreter(tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    python = tmp_path / "env" / "bin" / "python"
    python.symlink_to(sys.executable)
    # Not resolved: the link is what makes it the interpreter of this environment.
    assert locate("env", tmp_path) == locate("env/bin/../bin/python", tmp_path) == python


def test_a_bare_command_is_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = script(tmp_path / "python3.99", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert locate("python3.99", tmp_path / "elsewhere") == command


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", "the directory empty is no Python environment: it has no bin/python"),
        ("notes.txt", "notes.txt is not an interpreter: it is a file that cannot be executed"),
        ("python9", "there is no interpreter python9, neither as a path nor as a command"),
    ],
)
def test_what_is_no_interpreter_is_refused(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(RuntimeUnavailableError) as refused:
        locate(name, tmp_path)
    assert str(refused.value).startswith(said)


def test_an_interpreter_tells_its_version_and_packages() -> None:
    seen = look_at(sys.executable)
    assert seen.version == ".".join(map(str, sys.version_info[:3]))
    assert {"openvino", "numpy"} <= seen.packages.keys() <= set(interpreter.PACKAGES)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("echo no python; echo because >&2; exit 3", "ended with exit code 3. because"),
        ("""echo '{"version": "3.9.1", "packages": {}}'""", "is Python 3.9.1, workers need 3.10"),
    ],
)
def test_what_cannot_run_a_worker_is_refused(tmp_path: Path, does: str, said: str) -> None:
    with pytest.raises(RuntimeUnavailableError, match=said):
        look_at(script(tmp_path / "python", does))


def test_a_file_that_does_not_start_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    with pytest.raises(RuntimeUnavailableError, match=r"cannot start .*/python: Exec format error"):
        look_at(broken)


def test_the_python_of_coldwarm_comes_first_then_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = sys.version_info.minor
    for minor in (own - 1, own, own + 2):
        script(tmp_path / f"python3.{minor}", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    first, *others = interpreter.candidates()
    assert first == sys.executable
    names = [Path(other).name for other in others]
    tried = range(interpreter.OLDEST[1], interpreter.NEWEST_TRIED + 1)
    assert names == [f"python3.{m}" for m in (own - 1, own + 2) if m in tried]
