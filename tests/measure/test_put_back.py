from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from coldwarm.measure.put_back import put_back

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("content", [b"", b"other", b"longer than before"])
def test_a_file_is_as_it_was_even_after_an_error(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "m.bin"
    file.write_bytes(b"weights")
    os.utime(file, ns=(5, 7))
    inode = file.stat().st_ino
    file_changed = put_back(str(file))
    with pytest.raises(TypeError), file_changed:
        file.write_bytes(content) / content  # type: ignore[operator]
    after = file.stat()
    assert file.read_bytes() == b"weights"
    assert (after.st_mtime_ns, after.st_ino) == (7, inode)


def test_nothing_is_put_back_where_nothing_is_named() -> None:
    with put_back():
        pass
