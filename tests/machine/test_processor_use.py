from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.machine.processor_use import Activity, BusyProcess, watch

if TYPE_CHECKING:
    from collections.abc import Callable


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


def watch_fakes(*processes: FakeProcess, times: Callable[[], object] = lambda: None) -> Activity:
    first = FakeProcess("init", 0.0, pid=1)
    return watch(
        processes=lambda: (first, *processes),  # type: ignore[arg-type,return-value]
        times=times,
        pause=lambda: None,
    )


def test_the_busiest_come_first_and_idle_ones_not_at_all() -> None:
    activity = watch_fakes(
        FakeProcess("idle", 0.4), FakeProcess("make", 35.0), FakeProcess("train", 180.04)
    )
    assert activity == Activity((BusyProcess("train", 180.0), BusyProcess("make", 35.0)))


def test_this_process_does_not_count() -> None:
    assert watch_fakes(FakeProcess("python", 99.0, pid=os.getpid())).busy == ()


def test_processes_that_vanish_or_hide_do_no_harm() -> None:
    gone = FakeProcess("gone", psutil.NoSuchProcess(7))
    nameless = FakeProcess("", 50.0, pid=7)
    assert watch_fakes(gone, nameless).busy == (BusyProcess("process 7", 50.0),)


def test_whose_processes_are_hidden_is_not_called_idle() -> None:
    own = FakeProcess("own", 0.0, pid=7)
    refusing = FakeProcess("init", psutil.AccessDenied(1), pid=1)
    refusing._asked = True
    for first in ([], [refusing]):
        activity = watch(processes=lambda first=first: [*first, own], pause=lambda: None)  # type: ignore[misc]
        assert activity.busy is None


@pytest.mark.parametrize("refusal", [IndexError("list index"), FileNotFoundError(2), OSError(1)])
def test_where_no_process_can_be_listed_that_is_unknown(refusal: Exception) -> None:
    def refuse() -> list[psutil.Process]:
        raise refusal

    assert watch(processes=refuse, times=lambda: None, pause=lambda: None) == Activity(None)


def test_no_more_than_five_are_named() -> None:
    busy = watch_fakes(*(FakeProcess(f"p{n}", 20.0 + n) for n in range(9))).busy
    assert busy is not None
    assert [process.name for process in busy] == ["p8", "p7", "p6", "p5", "p4"]


Linux = namedtuple("Linux", "user nice system idle iowait irq softirq steal guest")  # noqa: PYI024
Mac = namedtuple("Mac", "user nice system idle")  # noqa: PYI024


@pytest.mark.parametrize(
    ("before", "after", "shares"),
    [
        # 20 user (5 of them in a guest), 10 system, 60 idle, 5 waiting for the disk, 5 stolen.
        (Linux(10, 0, 5, 100, 1, 0, 0, 5, 1), Linux(30, 0, 15, 160, 6, 0, 0, 10, 6), (30.0, 5.0)),
        (Mac(10, 0, 5, 100), Mac(30, 0, 15, 170), (30.0, None)),
        (Mac(1, 1, 1, 1), Mac(1, 1, 1, 1), (None, None)),
        (None, Mac(1, 1, 1, 1), (None, None)),
    ],
)
def test_use_and_stolen_time_are_shares_of_what_passed(
    before: object, after: object, shares: tuple[float | None, float | None]
) -> None:
    assert watch_fakes(times=iter((before, after)).__next__) == Activity((), *shares)


def test_a_process_that_computes_is_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as child:
        try:
            activity = watch(processes=lambda: [psutil.Process(child.pid)])
        finally:
            child.kill()
    assert activity.busy is not None
    assert [process.name.startswith("python") for process in activity.busy] == [True]
