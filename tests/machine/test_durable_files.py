from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest

from coldwarm.machine.durable_files import replace_file, why_not_writable


def test_a_directory_that_would_be_made_is_not_made(tmp_path: Path) -> None:
    assert why_not_writable(tmp_path / "a" / "b") is None
    assert list(tmp_path.iterdir()) == []


def test_below_a_file_or_a_dangling_link_nothing_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    assert why_not_writable(tmp_path / "file" / "run") == os.strerror(errno.ENOTDIR)
    assert why_not_writable(tmp_path / "link" / "run") == os.strerror(errno.ENOENT)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EDQUOT])
def test_the_reason_is_that_of_the_system(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert why_not_writable(tmp_path) == os.strerror(number)


def test_a_file_is_replaced_on_the_disk_with_its_mode_and_behind_its_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_ino))
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    replace_file(link, b"new")
    assert (link.is_symlink(), file.read_text(), file.stat().st_mode & 0o777) == (
        True,
        "new",
        0o600,
    )
    assert synced == [file.stat().st_ino, tmp_path.stat().st_ino]
    assert set(tmp_path.iterdir()) == {file, link}


@pytest.mark.parametrize("error", [KeyboardInterrupt, PermissionError])
def test_a_file_that_cannot_be_replaced_is_what_it_was(
    error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    file = tmp_path / "file"
    file.write_text("old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(error):
        replace_file(file, b"new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
