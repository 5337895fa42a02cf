"""Where coldwarm keeps what it can make again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLE = "COLDWARM_CACHE_DIR"
"""Environment variable that names another directory than the user's cache directory."""


def user_cache_dir() -> Path:
    """Return the absolute path of coldwarm's cache directory, which need not exist yet."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_cache_path("coldwarm")
