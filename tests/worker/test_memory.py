from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

MB = 2**20
ALLOCATED = 200 * MB
TOLERANCE = 0.05

HOLDER = """
import json, mmap, sys
sys.path.insert(0, sys.argv[1])
import memory

def tell(**more):
    print(json.dumps(more), flush=True)
    sys.stdin.readline()

reader = memory.open_memory()
if sys.argv[2] == "psutil":
    reader = memory.PsutilMemory()
reader.reset()
tell(peak=reader.peak_bytes(), held=reader.held_bytes(), exact=reader.held_bytes(exact=True))
reader.reset()
block = mmap.mmap(-1, 200 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for page in range(0, len(block), mmap.PAGESIZE):
    block[page] = 1
tell(peak=reader.peak_bytes(), held=reader.held_bytes(), exact=reader.held_bytes(exact=True))
block.close()
peak_after_free = reader.peak_bytes()
reader.reset()
tell(peak=reader.peak_bytes(), held=reader.held_bytes(), before=peak_after_free,
     method=reader.method)
"""

on_linux = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux resets a peak"
)


class Holder:
    """A process that holds a known amount of memory, and what the parent sees of it."""

    def __init__(self, folder: Path, method: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(folder), method],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def step(self) -> tuple[dict[str, Any], int, int]:
        """Return what the process says of itself, and what it has and has alone by psutil."""
        assert self.process.stdout is not None
        says = json.loads(self.process.stdout.readline())
        seen = psutil.Process(self.process.pid).memory_full_info()
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return says, seen.rss, seen.uss


@pytest.fixture
def memory(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("memory")


def folder_of(module: ModuleType) -> Path:
    assert module.__file__ is not None
    return Path(module.__file__).parent


@on_linux
def test_the_peak_of_a_phase_agrees_with_an_independent_reading(memory: ModuleType) -> None:
    holder = Holder(folder_of(memory), "proc")
    with holder.process:
        before, rss_before, uss_before = holder.step()
        during, rss_during, uss_during = holder.step()
        after, _, _ = holder.step()
    seen = rss_during - rss_before
    assert seen == pytest.approx(ALLOCATED, rel=TOLERANCE)
    assert during["peak"] - before["peak"] == pytest.approx(seen, rel=TOLERANCE)
    for reading in ("held", "exact"):
        anon = during[reading][0] - before[reading][0]
        assert anon == pytest.approx(uss_during - uss_before, rel=TOLERANCE)
        assert during[reading][1] - before[reading][1] == pytest.approx(0, abs=0.01 * ALLOCATED)
    # What was freed belongs to the peak of its own phase, and to no later one.
    assert after["method"] == "vmhwm-reset"
    assert after["before"] - before["peak"] == pytest.approx(ALLOCATED, rel=TOLERANCE)
    assert after["peak"] - before["peak"] < 0.05 * ALLOCATED


def test_psutil_stands_in(memory: ModuleType) -> None:
    holder = Holder(folder_of(memory), "psutil")
    with holder.process:
        before, rss_before, _ = holder.step()
        during, rss_during, _ = holder.step()
        after, _, _ = holder.step()
    assert during["peak"] - before["peak"] == pytest.approx(rss_during - rss_before, rel=TOLERANCE)
    assert during["held"][0] - before["held"][0] == pytest.approx(ALLOCATED, rel=TOLERANCE)
    assert after["method"] in {"psutil-rss", "psutil-peak"}


@on_linux
def test_the_best_way_is_taken(memory: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(memory.open_memory(), memory.ProcMemory)
    monkeypatch.setattr(memory, "STATUS", "/nowhere")
    assert isinstance(memory.open_memory(), memory.PsutilMemory)
    monkeypatch.setattr(psutil, "PROCFS_PATH", "/nowhere")  # as where /proc is hidden
    assert isinstance(memory.open_memory(), memory.NoMemory)
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert isinstance(memory.open_memory(), memory.NoMemory)


def test_without_any_way_nothing_is_measured(memory: ModuleType) -> None:
    nothing = memory.NoMemory()
    nothing.reset()
    assert nothing.method == "none"
    assert nothing.peak_bytes() is None
    assert nothing.held_bytes() == nothing.held_bytes(exact=True) == (None, None)


@on_linux
def test_where_a_peak_cannot_be_reset_the_method_says_so(
    memory: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = memory.ProcMemory()
    monkeypatch.setattr(memory, "CLEAR_REFS", "/nowhere/clear_refs")
    assert reader.method == "vmhwm-reset"
    reader.reset()
    assert reader.method == "vmhwm"
    monkeypatch.undo()
    peak = reader.peak_bytes()
    reader.reset()
    assert reader.method == "vmhwm"
    assert reader.peak_bytes() >= peak


@on_linux
def test_without_a_rollup_the_counters_stand_in(
    memory: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "ROLLUP", "/nowhere")
    anon, file_backed = memory.ProcMemory().held_bytes(exact=True)
    assert anon + file_backed == pytest.approx(psutil.Process().memory_info().rss, rel=TOLERANCE)


def test_a_kernel_that_tells_no_parts_tells_none(
    memory: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t  100 kB\nVmRSS:\t  90 kB\nThreads:\t1\n")
    monkeypatch.setattr(memory, "STATUS", str(status))
    monkeypatch.setattr(memory, "ROLLUP", "/nowhere")
    reader = memory.open_memory()
    assert reader.peak_bytes() == 102_400
    assert reader.held_bytes() == (None, None)
    status.write_text("RssAnon:\t  10 kB\nRssFile:\t  20 kB\nRssShmem:\t  3 kB\n")
    assert reader.held_bytes() == (10_240, 23_552)


def test_shares_of_a_psutil_without_parts_are_unknown(
    memory: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = memory.PsutilMemory()

    def refuse() -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(reader._process, "memory_full_info", refuse)
    assert reader.held_bytes() == (None, None)
    monkeypatch.setattr(reader._process, "memory_full_info", object)
    assert reader.held_bytes() == (None, None)


def test_reads_and_faults_are_counted_where_they_are_told(
    memory: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    io = tmp_path / "io"
    io.write_text("rchar: 9\nread_bytes: 4096\nwrite_bytes: 1\n")
    monkeypatch.setattr(memory, "IO", str(io))
    assert memory.disk_read_bytes() == 4096
    io.write_text("rchar: 9\n")
    assert memory.disk_read_bytes() is None
    io.unlink()
    assert memory.disk_read_bytes() is None
    assert memory.page_faults()["minor"] > 0
    monkeypatch.setitem(sys.modules, "resource", None)
    assert memory.page_faults() == {}
