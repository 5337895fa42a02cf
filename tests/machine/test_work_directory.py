from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coldwarm.machine import work_directory as module
from coldwarm.machine.work_directory import remove_tree, sweep, work_directory

PREFIX = "coldwarm-"

HOLD = """
import sys
from pathlib import Path
from coldwarm.machine.work_directory import work_directory
with work_directory(Path(sys.argv[1]), "coldwarm-") as own:
    (own / "blob").write_text("x")
    print(own, flush=True)
    sys.stdin.read()
"""


def start_holder(root: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def close(process: subprocess.Popen[str]) -> None:
    with process:
        pass


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o500])
def test_a_tree_is_removed_whatever_its_modes(unprivileged: Path, mode: int) -> None:
    tree = unprivileged / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "a" / "b" / "blob").touch(0o440)
    for directory in (tree / "a" / "b", tree / "a", tree):
        directory.chmod(mode)
    remove_tree(tree)
    assert not tree.exists()


def test_nothing_outside_a_tree_is_touched(unprivileged: Path) -> None:
    outside = unprivileged / "outside"
    outside.mkdir(mode=0o700)
    (outside / "file").touch(0o600)
    tree = unprivileged / "tree"
    tree.mkdir()
    (tree / "directory").symlink_to(outside)
    (tree / "file").symlink_to(outside / "file")
    outside.chmod(0o500)
    (outside / "file").chmod(0o400)
    tree.chmod(0o500)
    remove_tree(tree)
    assert not tree.exists()
    assert outside.stat().st_mode & 0o777 == 0o500
    assert (outside / "file").stat().st_mode & 0o777 == 0o400
    outside.chmod(0o700)


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "none")


# Sweeping.


def test_a_sweep_removes_what_the_dead_left_and_nothing_of_the_living(tmp_path: Path) -> None:
    dead, dead_dir = start_holder(tmp_path)
    living, living_dir = start_holder(tmp_path)
    os.kill(dead.pid, signal.SIGKILL)
    dead.wait()
    (tmp_path / "coldwarm-notes").mkdir()
    try:
        assert (dead_dir / "blob").exists()
        sweep(tmp_path, PREFIX)
        assert not dead_dir.exists()
        assert (living_dir / "blob").read_text() == "x"
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {"coldwarm-notes", living_dir.name, f"{living_dir.name}.lock"}
    finally:
        close(living)
        close(dead)
    assert living.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["coldwarm-notes"]


def test_a_new_directory_sweeps_first(tmp_path: Path) -> None:
    dead, dead_dir = start_holder(tmp_path)
    os.kill(dead.pid, signal.SIGKILL)
    close(dead)
    with work_directory(tmp_path, PREFIX):
        assert not dead_dir.exists()


def test_a_lock_swept_away_before_it_was_held_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_once = module.lock
    unlinked = []

    def lose(file: object, **options: bool) -> bool:
        if not unlinked:
            unlinked.append((tmp_path / "a.lock").unlink())
        return lock_once(file, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "lock", lose)
    with module._hold(tmp_path / "a.lock") as held:
        assert os.fstat(held.fileno()).st_ino == (tmp_path / "a.lock").stat().st_ino


def test_where_there_are_no_locks_nothing_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with work_directory(tmp_path, PREFIX) as own:
        sweep(tmp_path, PREFIX)
        assert own.exists()
    assert list(tmp_path.iterdir()) == []


OPEN_AND_CLOSE = """
import sys
from pathlib import Path
from coldwarm.machine.work_directory import work_directory
for _ in range(100):
    with work_directory(Path(sys.argv[1]), "coldwarm-") as own:
        (own / "blob").touch()
        assert (own / "blob").exists()
"""


def test_processes_that_sweep_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN_AND_CLOSE, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert list(tmp_path.iterdir()) == []
