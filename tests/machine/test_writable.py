from __future__ import annotations

import errno
import os
import tempfile
from typing import TYPE_CHECKING

import pytest

from coldwarm.machine.writable import why_not_writable

if TYPE_CHECKING:
    from pathlib import Path


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
