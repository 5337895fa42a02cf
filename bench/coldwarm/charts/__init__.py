"""Charts of judged samples: one module per chart, one style for all of them."""

from __future__ import annotations

import contextlib
import os

import platformdirs

from coldwarm.errors import ColdwarmError
from coldwarm.machine.durable_files import why_not_writable
from coldwarm.models import user_cache_dir

MATPLOTLIB_VARIABLE = "MPLCONFIGDIR"


def place_matplotlib() -> None:
    """Let matplotlib keep its fonts below our cache directory where the user has no home.

    On its own it warns, and gives up where there is no directory for temporary files either.
    """
    if MATPLOTLIB_VARIABLE in os.environ:
        return
    with contextlib.suppress(RuntimeError):
        usual = platformdirs.user_config_path("matplotlib")
        if usual.is_absolute() and why_not_writable(usual) is None:
            return
    with contextlib.suppress(ColdwarmError, OSError):
        ours = user_cache_dir() / "matplotlib"
        ours.mkdir(parents=True, exist_ok=True)
        os.environ[MATPLOTLIB_VARIABLE] = str(ours)


place_matplotlib()
