from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.machine import process_tree
from coldwarm.machine.process_tree import kill_tree, new_mark

if TYPE_CHECKING:
    from pathlib import Path

SESSION_MEMBER = """
import os, sys, time
if os.fork() == 0:
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        os.execve("/bin/sleep", ["sleep", "600"], {})
    os._exit(0)
os.wait()
time.sleep(600)
"""


def start(code: str) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    mark = new_mark()
    process = subprocess.Popen(
        [sys.executable, "-S", "-E", "-c", code],
        stdout=subprocess.PIPE,
        env=mark,
        start_new_session=True,
    )
    return process, mark


def test_an_orphan_without_the_mark_is_found_by_its_session() -> None:
    process, mark = start(SESSION_MEMBER)
    assert process.stdout is not None
    with process.stdout as answers:
        orphan = psutil.Process(int(answers.readline()))
    kill_tree(process, mark)
    assert process.returncode == -signal.SIGKILL
    wait_until_dead(orphan)


def wait_until_dead(process: psutil.Process) -> None:
    deadline = time.monotonic() + 10
    while process.pid in process_tree._parents():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_marks_differ() -> None:
    assert new_mark() != new_mark()


def test_another_worker_is_left_alone() -> None:
    first, second = start("import time; time.sleep(600)"), start("import time; time.sleep(600)")
    kill_tree(*first)
    assert first[0].returncode == -signal.SIGKILL
    assert second[0].poll() is None
    kill_tree(*second)
    for process, _ in (first, second):
        assert process.stdout is not None
        process.stdout.close()


def test_a_process_that_has_ended_keeps_its_exit_code() -> None:
    process, mark = start("raise SystemExit(7)")
    assert process.stdout is not None
    with process.stdout as answers:
        answers.read()
    while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.001)
    kill_tree(process, mark)
    assert process.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_its_like_wait_until_everything_is_dead(number: signal.Signals) -> None:
    reached = False
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - where it is raised is the point
            with process_tree._endings_held():
                signal.raise_signal(number)
                reached = True
            pytest.fail("the signal was lost")
    finally:
        signal.signal(number, before)
    assert reached


def test_a_mark_finds_the_living_who_bear_it() -> None:
    mark = {process_tree.MARK: "nobody bears this"}
    assert process_tree._marked(mark) == set()
    mine = {process_tree.MARK: "mine"}
    with subprocess.Popen(["/bin/sleep", "600"], env=mine) as process:
        while not process_tree._marked(mine):
            time.sleep(0.001)
        assert process_tree._marked(mine) == {process.pid}
        process.kill()
    assert process_tree._marked(mine) == set()
    assert os.getpid() not in process_tree._marked(mine)


def test_descendants_are_found_among_the_processes_that_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stats = {
        "7": "7 (a (worker) 1) S 1 7 7",
        "8": "8 (child) R 7 7 7",
        "9": "9 (grandchild) S 8 7 7",
        "10": "10 (zombie) Z 8 7 7",
        "11": "11 (stranger) S 1 11 11",
    }
    for number, stat in stats.items():
        (tmp_path / number).mkdir()
        (tmp_path / number / "stat").write_text(stat)
    (tmp_path / "1").mkdir()  # hidepid=1: another user's process, which tells nothing
    (tmp_path / "self").mkdir()
    monkeypatch.setattr(process_tree, "PROC", tmp_path)
    assert process_tree.descendants(7) == {8, 9}


@pytest.mark.parametrize("refusal", [psutil.AccessDenied(1), IndexError("list index"), OSError(2)])
def test_where_nothing_can_be_seen_the_session_is_killed_all_the_same(
    refusal: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(attributes: object) -> None:
        raise refusal

    monkeypatch.setattr(process_tree, "PROC", tmp_path)
    monkeypatch.setattr(psutil, "process_iter", refuse)
    process, mark = start(SESSION_MEMBER)
    assert process.stdout is not None
    with process.stdout as answers:
        orphan = psutil.Process(int(answers.readline()))
    kill_tree(process, mark)
    monkeypatch.undo()
    assert process.returncode == -signal.SIGKILL
    wait_until_dead(orphan)


def test_psutil_lists_the_living_too() -> None:
    listed = process_tree._parents_from_psutil()
    assert listed[os.getpid()] == os.getppid()
