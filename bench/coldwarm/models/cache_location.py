"""Where coldwarm keeps what it can make again."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import platformdirs

from coldwarm.errors import ColdwarmError

VARIABLE = "COLDWARM_CACHE_DIR"
"""Environment variable that names another directory than the user's cache directory."""


class NoCacheDirError(ColdwarmError):
    """There is no place for what can be made again."""


def user_cache_dir() -> Path:
    """Return the absolute path of coldwarm's cache directory, which need not exist yet.

    Raises:
        NoCacheDirError: when this user has no home directory and the variable names none.
    """
    chosen = os.environ.get(VARIABLE)
    # Without a home directory some versions raise and others leave the ~ as it is.
    with contextlib.suppress(RuntimeError):
        place = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("coldwarm")
        if chosen or place.is_absolute():
            return place.absolute()
    msg = f"this user has no home directory: set {VARIABLE} to a directory that can be written"
    raise NoCacheDirError(msg)
