from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.machine.activity import Activity, BusyProcess, watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]


class FakeProcess:
    def __init__(self, name: str, percent: float | Exception, pid: int = -1) -> None:
        self.pid = pid
        self._name = name
        self._percent = percent
        self._asked = False

    def cpu_percent(self, interval: None) -> float:
        assert interval is None
        if not self._asked:
            self._asked = True
            return 0.0
        if isinstance(self._percent, Exception):
            raise self._percent
        return self._percent

    def name(self) -> str:
        if not self._name:
            raise psutil.AccessDenied(self.pid)
        return self._name


def watch_fakes(
    root: Path, *processes: FakeProcess, pause: Callable[[], None] = lambda: None
) -> Activity:
    first = FakeProcess("init", 0.0, pid=1)
    return watch(root, processes=lambda: (first, *processes), pause=pause)  # type: ignore[arg-type,return-value]


def test_the_busiest_come_first_and_idle_ones_not_at_all(tree: Tree) -> None:
    activity = watch_fakes(
        tree({}), FakeProcess("idle", 0.4), FakeProcess("make", 35.0), FakeProcess("train", 180.04)
    )
    assert activity == Activity((BusyProcess("train", 180.0), BusyProcess("make", 35.0)))


def test_this_process_does_not_count(tree: Tree) -> None:
    assert watch_fakes(tree({}), FakeProcess("python", 99.0, pid=os.getpid())).busy == ()


def test_processes_that_vanish_or_hide_do_no_harm(tree: Tree) -> None:
    gone = FakeProcess("gone", psutil.NoSuchProcess(7))
    nameless = FakeProcess("", 50.0, pid=7)
    assert watch_fakes(tree({}), gone, nameless).busy == (BusyProcess("process 7", 50.0),)


def test_whose_processes_are_hidden_is_not_called_idle(tree: Tree) -> None:
    own = FakeProcess("own", 0.0, pid=7)
    refusing = FakeProcess("init", psutil.AccessDenied(1), pid=1)
    refusing._asked = True
    for first in ([], [refusing]):
        activity = watch(tree({}), processes=lambda first=first: [*first, own], pause=lambda: None)  # type: ignore[misc]
        assert activity.busy is None


@pytest.mark.parametrize("refusal", [IndexError("list index"), FileNotFoundError(2), OSError(1)])
def test_where_no_process_can_be_listed_that_is_unknown(tree: Tree, refusal: Exception) -> None:
    def refuse() -> list[psutil.Process]:
        raise refusal

    assert watch(tree({}), processes=refuse, pause=lambda: None) == Activity(None)


def test_no_more_than_five_are_named(tree: Tree) -> None:
    busy = watch_fakes(tree({}), *(FakeProcess(f"p{n}", 20.0 + n) for n in range(9))).busy
    assert busy is not None
    assert [process.name for process in busy] == ["p8", "p7", "p6", "p5", "p4"]


def test_use_and_stolen_time_are_shares_of_what_passed(tree: Tree) -> None:
    root = tree({"proc/stat": "cpu  100 0 50 1000 10 0 0 5 0 0\ncpu0 1 1 1\n"})

    def pause() -> None:
        # 20 user, 10 system, 60 idle, 5 waiting for the disk, 5 stolen.
        tree({"proc/stat": "cpu  120 0 60 1060 15 0 0 10 0 0\n"})

    assert watch_fakes(root, pause=pause) == Activity((), 30.0, 5.0)


@pytest.mark.parametrize(
    "text", ["cpu  1 2 3\n", "cpu  a b c d e f g h\n", "cpu  1 1 1 1 1 1 1 1\n"]
)
def test_shares_that_cannot_be_told_are_none(tree: Tree, text: str) -> None:
    assert watch_fakes(tree({"proc/stat": text})) == Activity(())


def test_a_process_that_computes_is_seen(tree: Tree) -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        try:
            activity = watch(tree({}), processes=lambda: [psutil.Process(child.pid)])
        finally:
            child.kill()
    assert activity.busy is not None
    assert [process.name.startswith("python") for process in activity.busy] == [True]
