from __future__ import annotations

import ctypes
import mmap
import os
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.measure import pagecache

if TYPE_CHECKING:
    from pathlib import Path

KEEPS_PAGES = {"tmpfs", "ramfs"}
"""File systems that are the page cache: nothing can be evicted from them."""

DROPS_PAGES = {"ext4", "xfs", "btrfs", "overlay"}

PAGE = mmap.PAGESIZE

pytestmark = pytest.mark.skipif(
    pagecache._mincore() is None, reason="this system has no mincore: nothing can be proven"
)


def file_system(path: Path) -> str:
    mounts = {part.mountpoint: part.fstype for part in psutil.disk_partitions(all=True)}
    inside = [mount for mount in mounts if path.is_relative_to(mount)]
    return mounts[max(inside, key=len)]


def resident(*files: Path) -> int:
    counted = pagecache.resident_bytes(files)
    assert counted is not None
    return counted[0]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(os.urandom(20 * PAGE + 7))
    return path


def evict_for_certain(file: Path) -> None:
    """Evict, or check that it truly cannot be done here and skip."""
    kind = file_system(file)
    pagecache.evict([file])
    if kind in KEEPS_PAGES:
        assert pagecache.resident_bytes([file]) == (file.stat().st_size,) * 2
        pytest.skip(f"{kind} cannot evict, and resident_bytes says so")
    if kind not in DROPS_PAGES:
        pytest.skip(f"nothing is known of {kind}")
    assert resident(file) == 0, f"evicting failed on {kind}"


def test_a_loaded_file_is_resident_and_an_evicted_one_is_not(file: Path) -> None:
    pagecache.load([file])
    assert pagecache.resident_bytes([file]) == (20 * PAGE + 7, 20 * PAGE + 7)
    evict_for_certain(file)
    assert pagecache.resident_bytes([file]) == (0, 20 * PAGE + 7)
    pagecache.load([file])
    assert resident(file) == 20 * PAGE + 7


def read_one_page(file: Path, page: int) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_RANDOM)
    os.pread(descriptor, 1, page * PAGE)
    os.close(descriptor)


def test_a_part_is_counted_as_a_part(file: Path) -> None:
    evict_for_certain(file)
    read_one_page(file, 10)
    assert 0 < resident(file) < 20 * PAGE


def test_several_files_are_added_up(file: Path, tmp_path: Path) -> None:
    other, empty = tmp_path / "other", tmp_path / "empty"
    other.write_bytes(bytes(3 * PAGE))
    empty.touch()
    pagecache.load([file, other, empty])
    assert pagecache.resident_bytes([file, other, empty]) == (23 * PAGE + 7, 23 * PAGE + 7)
    assert pagecache.resident_bytes([]) == (0, 0)


def test_a_file_that_was_just_written_is_evicted_too(tmp_path: Path) -> None:
    blob = tmp_path / "dirty.blob"
    blob.write_bytes(os.urandom(2**20))
    evict_for_certain(blob)
    assert resident(blob) == 0


def test_pages_that_a_living_process_has_mapped_stay_and_are_told(file: Path) -> None:
    evict_for_certain(file)
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        assert sum(mapped[::PAGE]) >= 0
        pagecache.evict([file])
        assert resident(file) > 0


def test_a_large_file_is_asked_about_piece_by_piece(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "_SPAN_BYTES", 8 * PAGE)
    pagecache.load([file])
    assert resident(file) == 20 * PAGE + 7
    evict_for_certain(file)
    read_one_page(file, 17)
    assert 0 < resident(file) <= 8 * PAGE


def test_of_a_file_that_is_gone_nothing_can_be_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    pagecache.load([gone])
    pagecache.evict([gone])
    assert pagecache.resident_bytes([gone]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else")
def test_of_a_file_of_somebody_else_nothing_can_be_told(unprivileged: Path) -> None:
    # The kernel says that all of it is there.
    file = unprivileged / "file"
    file.write_bytes(bytes(PAGE))
    assert pagecache.resident_bytes([file]) == (PAGE, PAGE)
    os.seteuid(0)
    os.chown(file, 0, 0)
    os.seteuid(65534)
    assert os.access(file, os.R_OK)
    assert pagecache.resident_bytes([file]) is None


def test_where_mincore_is_missing_nothing_can_be_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    assert pagecache.resident_bytes([file]) is None


def test_where_mincore_fails_nothing_can_be_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "_mincore", lambda: lambda *_: -1)
    assert pagecache.resident_bytes([file]) is None


def test_where_there_is_no_fadvise_nothing_is_evicted(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "posix_fadvise")
    pagecache.load([file])
    pagecache.evict([file])
    assert resident(file) == 20 * PAGE + 7
