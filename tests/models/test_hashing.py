from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ModelError
from coldwarm.models import hashing
from coldwarm.models.hashing import digests, file_digest
from coldwarm.models.model_files import find_files

if TYPE_CHECKING:
    from pathlib import Path


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count how often a file is read, and take every file for settled."""
    seen: list[str] = []
    read = hashlib.file_digest

    def counted(stream: object, name: str) -> object:
        seen.append(name)
        return read(stream, name)  # type: ignore[arg-type]

    monkeypatch.setattr(hashing.hashlib, "file_digest", counted)
    monkeypatch.setattr(hashing, "SETTLED_NS", 0)
    return seen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.tflite"
    path.write_bytes(b"one")
    return path


def test_a_file_is_read_once(file: Path, reads: list[str]) -> None:
    assert [file_digest(file) for _ in range(3)] == [sha256(b"one")] * 3
    assert len(reads) == 1


def test_a_changed_file_is_read_again(file: Path, reads: list[str]) -> None:
    file_digest(file)
    file.write_bytes(b"four")
    assert file_digest(file) == sha256(b"four")
    assert len(reads) == 2


@pytest.mark.usefixtures("reads")
def test_same_size_and_restored_time_do_not_hide_a_change_in_place(file: Path) -> None:
    file_digest(file)
    before = file.stat()
    time.sleep(0.05)  # more than a tick of any usual file system
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert file_digest(file) == sha256(b"two")


@pytest.mark.usefixtures("reads")
def test_same_size_and_restored_time_do_not_hide_a_replaced_file(file: Path) -> None:
    file_digest(file)
    before = file.stat()
    replacement = file.with_name("new")
    replacement.write_bytes(b"two")
    os.utime(replacement, ns=(before.st_atime_ns, before.st_mtime_ns))
    replacement.replace(file)
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert file_digest(file) == sha256(b"two")


def test_a_file_written_just_now_is_not_remembered(
    file: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its next change may come within the same tick of the file system's clock.
    monkeypatch.setattr(hashing, "SETTLED_NS", 10**18)
    file_digest(file)
    file_digest(file)
    assert len(reads) == 2


def test_a_file_that_changes_while_it_is_read_is_not_remembered(
    file: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = hashlib.file_digest

    def changed(stream: object, name: str) -> object:
        digest = read(stream, name)  # type: ignore[arg-type]
        file.write_bytes(b"longer")
        return digest

    monkeypatch.setattr(hashing.hashlib, "file_digest", changed)
    file_digest(file)
    monkeypatch.undo()
    assert file_digest(file) == sha256(b"longer")
    assert reads == ["sha256"]


def test_digests_are_named_relative_to_the_model(tmp_path: Path) -> None:
    for name in ("net.xml", "net.bin"):
        (tmp_path / name).write_text(name)
    assert digests(find_files("net", tmp_path / "net.xml")) == {
        "net.xml": sha256(b"net.xml"),
        "net.bin": sha256(b"net.bin"),
    }


def test_digests_of_a_saved_model_are_named_relative_to_its_directory(tmp_path: Path) -> None:
    (tmp_path / "variables").mkdir()
    for name in ("saved_model.pb", "variables/variables.index"):
        (tmp_path / name).write_text(name)
    assert list(digests(find_files("net", tmp_path))) == [
        "saved_model.pb",
        "variables/variables.index",
    ]


def test_a_file_that_is_gone_is_said(file: Path) -> None:
    files = find_files("mine", file)
    file.unlink()
    with pytest.raises(ModelError, match=r"the model mine is incomplete: there is no file .*net"):
        digests(files)


def test_a_file_that_cannot_be_read_is_said(file: Path) -> None:
    files = find_files("mine", file)
    file.unlink()
    file.mkdir()
    with pytest.raises(ModelError, match=r"the model mine cannot be read: .*: Is a directory"):
        digests(files)
