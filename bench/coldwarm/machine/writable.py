"""Can files be written below a directory? Found out by writing one, before time is spent."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROBE_BYTES = 65536
"""More than what a full file system still finds room for beside its metadata."""


def why_not_writable(folder: Path) -> str | None:
    """Return why files cannot be written below a folder, or None; nothing is left behind.

    Args:
        folder: need not exist: what counts is the directory in which it would be made.
    """
    place = folder.absolute()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place, prefix=".coldwarm-") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as err:
        return err.strerror or str(err)
    return None
