from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import toy_model

from coldwarm.errors import ModelError
from coldwarm.machine.file_locks import held
from coldwarm.models import atomic_install, making
from coldwarm.models.installed import ABSENT, READY, state_of
from coldwarm.models.making import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toy_model import Toy

HELPERS = str(Path(toy_model.__file__).parent)

OTHER_RUN = """
import pathlib, sys
helpers, folder, *command = sys.argv[1:]
sys.path.insert(0, helpers)
from toy_model import make_toy
from coldwarm.models import making
toy = make_toy(pathlib.Path(folder))
making.COMMAND = command or toy.command
print("ready", flush=True)
sys.stdin.readline()
making.build(toy.model, str)
print(making.state_of(toy.model))
"""

SLOW_BUILD = """
import os, sys, time, pathlib
pathlib.Path(sys.argv[-1]).with_suffix(".bin").write_bytes(b"half")
begun = pathlib.Path(sys.argv[1])
begun.with_suffix(".new").write_text(str(os.getpid()))
begun.with_suffix(".new").rename(begun)
time.sleep(60)
"""


def other_run(toy: Toy, *command: str) -> subprocess.Popen[str]:
    """Return a process that builds the toy once it has read a line."""
    return subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN, HELPERS, str(toy.script.parent), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def build_at_once(runs: list[subprocess.Popen[str]]) -> list[str]:
    """Let processes build at the same time and return which state each found then."""
    for run in runs:
        assert run.stdout is not None
        assert run.stdout.readline() == "ready\n"
    for run in runs:
        assert run.stdin is not None
        run.stdin.write("\n")
        run.stdin.flush()
    return [run.communicate(timeout=60)[0].strip() for run in runs]


@pytest.fixture
def two_runs(toy: Toy) -> Iterator[list[subprocess.Popen[str]]]:
    runs = [other_run(toy) for _ in range(2)]
    yield runs
    for run in runs:
        run.kill()
        run.communicate()


def test_what_is_built_and_told(toy: Toy) -> None:
    told: list[str] = []
    build(toy.model, told.append)
    assert told == ["building the model toy:f32 (0 MB), which is done once"]
    assert toy.log.read_text() == "toy f32\n"
    assert state_of(toy.model) == READY
    assert toy.left_behind == []


def test_a_damaged_model_is_replaced(toy: Toy) -> None:
    build(toy.model, str)
    toy.bin.write_bytes(b"damaged")
    told: list[str] = []
    build(toy.model, told.append)
    assert told == ["the built-in model toy:f32 is damaged: building it again (0 MB)"]
    assert state_of(toy.model) == READY
    assert toy.left_behind == []


def test_a_file_in_the_place_of_the_model_is_replaced(toy: Toy) -> None:
    toy.folder.parent.mkdir(parents=True)
    toy.folder.write_text("")
    build(toy.model, str)
    assert state_of(toy.model) == READY


def test_the_sound_model_of_a_faster_run_stays(toy: Toy) -> None:
    build(toy.model, str)
    before = toy.bin.stat().st_ino
    build(toy.model, str)
    assert toy.builds == 2
    assert toy.bin.stat().st_ino == before
    assert toy.left_behind == []


def test_two_runs_at_once(toy: Toy, two_runs: list[subprocess.Popen[str]]) -> None:
    assert build_at_once(two_runs) == [READY, READY]
    assert toy.builds == 2
    assert state_of(toy.model) == READY
    assert toy.left_behind == []


def test_two_runs_at_once_on_a_damaged_model(
    toy: Toy, two_runs: list[subprocess.Popen[str]]
) -> None:
    build(toy.model, str)
    toy.bin.write_bytes(b"damaged")
    assert build_at_once(two_runs) == [READY, READY]
    assert state_of(toy.model) == READY
    assert toy.left_behind == []


def test_other_weights_than_expected_are_refused(toy: Toy) -> None:
    toy.script.write_text(toy.script.read_text().replace('b"weights "', 'b"Weights "'))
    with pytest.raises(ModelError) as raised:
        build(toy.model, str)
    text = str(raised.value)
    assert "the model toy:f32 does not come out as it should" in text
    assert f"expected {toy.model.files[1].sha256}" in text
    found = text.partition("sha256 ")[2][:64]
    assert found != toy.model.files[1].sha256
    assert len(found.strip(", ")) == 64
    assert state_of(toy.model) == ABSENT
    assert toy.left_behind == []


def test_a_build_that_fails_says_why(toy: Toy) -> None:
    toy.script.write_text("print('noise')\nraise RuntimeError('no such operation')")
    with pytest.raises(ModelError) as raised:
        build(toy.model, str)
    assert str(raised.value) == (
        "the model toy:f32 cannot be made by this OpenVINO: RuntimeError: no such operation"
    )
    assert toy.left_behind == []


def test_a_build_that_fails_silently_says_its_exit_code(toy: Toy) -> None:
    toy.script.write_text("raise SystemExit(7)")
    with pytest.raises(ModelError, match=r"this OpenVINO: it ended with exit code 7$"):
        build(toy.model, str)


def test_a_build_that_writes_nothing_is_an_error(toy: Toy) -> None:
    toy.script.write_text("")
    with pytest.raises(ModelError, match=r"cannot keep the model toy:f32 in .*No such file"):
        build(toy.model, str)
    assert toy.left_behind == []


def test_ctrl_c_leaves_nothing(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(command: list[str], **_: object) -> None:
        Path(command[-1]).write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "run_process", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(toy.model, str)
    assert state_of(toy.model) == ABSENT
    assert toy.left_behind == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_build_leaves_no_half_model(toy: Toy) -> None:
    begun = toy.cache.with_name("begun")
    run = other_run(toy, sys.executable, "-c", SLOW_BUILD, str(begun))
    assert run.stdin is not None
    run.stdin.write("\n")
    run.stdin.flush()
    deadline = time.monotonic() + 30
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert begun.exists()
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    os.kill(int(begun.read_text()), signal.SIGKILL)

    assert state_of(toy.model) == ABSENT
    assert toy.left_behind
    build(toy.model, str)
    assert state_of(toy.model) == READY
    assert toy.left_behind == []


def test_remains_of_killed_builds_are_removed_and_running_ones_left(toy: Toy) -> None:
    root = toy.folder.parent
    for name in (".building-old", ".building-new"):
        (root / name / "toy-f32").mkdir(parents=True)
        (root / f"{name}.lock").touch()
    with held(root / ".building-new.lock"):
        build(toy.model, str)
    assert toy.left_behind == [".building-new", ".building-new.lock"]


def test_too_little_room_is_said_before_anything_is_written(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(toy.script.parent)._replace(free=1_000_000)
    monkeypatch.setattr(atomic_install.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelError) as raised:
        build(toy.model, str)
    assert str(raised.value) == (
        f"the model toy:f32 needs 16 MB in {toy.folder.parent}, where 1 MB are free. "
        "Free some space, or set COLDWARM_CACHE_DIR to another directory"
    )
    assert toy.builds == 0


def test_a_cache_directory_that_cannot_be_made_is_said(toy: Toy) -> None:
    toy.cache.write_text("a file")
    with pytest.raises(ModelError) as raised:
        build(toy.model, str)
    assert str(raised.value) == (
        f"cannot keep the model toy:f32 in {toy.folder.parent}: Not a directory. "
        "Set COLDWARM_CACHE_DIR to a directory that can be written"
    )
