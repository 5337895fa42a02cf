from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.measure import pagecache, storage
from coldwarm.run.sample import StorageRecord

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Disk:
    """Stands in for the page cache: what was loaded is there, what was evicted is not."""

    def __init__(self) -> None:
        self.there: dict[Path, bool] = {}
        self.pinned: set[Path] = set()
        self.tells = True
        self.ignores = 0

    def load(self, files: Iterable[Path]) -> None:
        if self.ignores:
            self.ignores -= 1
        else:
            self.there |= dict.fromkeys(files, True)

    def evict(self, files: Iterable[Path]) -> None:
        self.there |= {file: file in self.pinned for file in files}

    def resident_bytes(self, files: Iterable[Path]) -> tuple[int, int] | None:
        if not self.tells:
            return None
        sizes = {file: file.stat().st_size for file in files}
        return sum(size for file, size in sizes.items() if self.there.get(file)), sum(
            sizes.values()
        )


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(storage, "pagecache", disk)
    return disk


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model.bin").write_bytes(bytes(1000))
    return tmp_path / "model.bin"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "libopenvino.so").write_bytes(bytes(500))
    return tmp_path / "libopenvino.so"


def test_hot_means_that_everything_is_there(disk: Disk, model: Path) -> None:
    record = storage.prepare("hot", [model], ())
    assert record == StorageRecord(resident_bytes=1000, total_bytes=1000, proven=True)


@pytest.mark.parametrize(("ignores", "proven"), [(1, True), (2, False)])
def test_what_did_not_follow_at_first_is_moved_once_more(
    disk: Disk, model: Path, ignores: int, *, proven: bool
) -> None:
    disk.ignores = ignores
    record = storage.prepare("hot", [model], ())
    assert record is not None
    assert record.proven is proven


def test_evicted_means_that_nothing_is_there(disk: Disk, model: Path, library: Path) -> None:
    disk.load([model, library])
    record = storage.prepare("evicted", [model], [library])
    assert record == StorageRecord(resident_bytes=0, total_bytes=1000, proven=True)
    assert disk.there[library]


def test_boot_means_that_the_runtime_is_not_there_either(
    disk: Disk, model: Path, library: Path
) -> None:
    disk.load([model, library])
    assert storage.prepare("boot", [model], [library]) == StorageRecord(
        resident_bytes=0,
        total_bytes=1000,
        runtime_resident_bytes=0,
        runtime_total_bytes=500,
        proven=True,
    )


def test_what_stayed_is_said(disk: Disk, model: Path, library: Path) -> None:
    disk.pinned = {model, library}
    evicted = storage.prepare("evicted", [model], ())
    assert evicted.proven is False
    assert evicted.note == "0.001 of 0.001 MB of model and cache stayed in memory"
    boot = storage.prepare("boot", [model], [library])
    assert boot.proven is False
    assert boot.note == (
        "0.001 of 0.001 MB of model and cache stayed in memory; "
        "0.0005 of 0.0005 MB of the runtime stayed in memory"
    )


def test_a_runtime_that_stayed_is_enough_to_doubt_a_boot(
    disk: Disk, model: Path, library: Path
) -> None:
    disk.pinned = {library}
    record = storage.prepare("boot", [model], [library])
    assert record.proven is False
    assert record.note == "0.0005 of 0.0005 MB of the runtime stayed in memory"


def test_what_did_not_come_is_said(
    disk: Disk, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "load", lambda _: None)
    record = storage.prepare("hot", [model], ())
    assert record.proven is False
    assert record.note == "0.001 of 0.001 MB of model and cache were not in memory"


@pytest.mark.parametrize("state", ["hot", "evicted", "boot"])
def test_what_cannot_be_told_is_not_assumed(
    disk: Disk, model: Path, library: Path, state: str
) -> None:
    disk.tells = False
    record = storage.prepare(state, [model], [library])
    assert record.proven is None
    assert record.note is not None
    assert "cannot be told" in record.note


def test_a_runtime_whose_files_are_unknown_proves_no_boot(disk: Disk, model: Path) -> None:
    record = storage.prepare("boot", [model], ())
    assert record.proven is None
    assert record.runtime_total_bytes is None
    assert record.note == (
        "it cannot be told whether the runtime's own files were in the page cache"
    )
    disk.pinned = {model}
    assert storage.prepare("boot", [model], ()).proven is False


def test_a_real_file_is_brought_in_and_told(model: Path) -> None:
    record = storage.prepare("hot", [model], ())
    if pagecache._mincore() is None:
        assert record.proven is None
    else:
        assert record == StorageRecord(resident_bytes=1000, total_bytes=1000, proven=True)


def test_the_files_of_the_runtime_are_found() -> None:
    files = storage.runtime_files(sys.executable, dict(os.environ))
    names = {file.name for file in files}
    assert "libopenvino_intel_cpu_plugin.so" in names
    assert any(name.startswith("libopenvino.so.") for name in names)
    assert any(file.parent.name == "numpy.libs" for file in files)
    assert any(name.startswith("_multiarray_umath") for name in names)
    assert any(file.parts[-2:] == ("json", "decoder.py") for file in files)
    assert os.path.realpath(sys.executable) in map(str, files)
    assert any(name.startswith("_rust.") for name in names), "cryptography's own library"
    assert any(name.startswith("_cffi_backend.") for name in names)
    packages = {*storage.PACKAGES, "numpy.libs"}
    for file in files:
        if "site-packages" in file.parts:
            after = file.parts[file.parts.index("site-packages") + 1]
            known = after in packages or after.startswith("_cffi_backend.")
            assert known, "an evicted boot does not concern other packages"


def test_libraries_that_somebody_built_are_among_them(tmp_path: Path) -> None:
    (tmp_path / "libopenvino.so.2700").touch()
    (tmp_path / "notes.txt").touch()
    path = os.pathsep.join([str(tmp_path), str(tmp_path / "gone")])
    found = set(storage.runtime_files(sys.executable, {**os.environ, "LD_LIBRARY_PATH": path}))
    assert found >= {tmp_path / "libopenvino.so.2700"}
    assert tmp_path / "notes.txt" not in found


@pytest.mark.parametrize(
    "text",
    ["import sys; sys.exit(1)", "print('hello')", "print('[[]]')"],
)
def test_an_interpreter_that_cannot_tell_has_no_files(tmp_path: Path, text: str) -> None:
    fake = tmp_path / "python"
    fake.write_text(f"#!{sys.executable} -S\n{text}\n")
    fake.chmod(0o755)
    assert storage.runtime_files(str(fake), {}) == ()
    assert storage.runtime_files(str(tmp_path / "none"), {}) == ()
