"""A file that a start changes is afterwards as it was."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def put_back(*files: str) -> Iterator[None]:
    """Keep some files meanwhile, and give them their bytes and times back at the end.

    In place: the file stays the same one, so that nothing that is known of it goes out of date.
    """
    kept = [(Path(file), Path(file).read_bytes(), Path(file).stat()) for file in files]
    try:
        yield
    finally:
        for file, data, before in kept:
            file.write_bytes(data)
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
