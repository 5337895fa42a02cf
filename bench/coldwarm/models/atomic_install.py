"""Put a folder of files into its place, complete or not at all.

What is made, is made in a new directory beside its place and renamed into it. Of two runs at once,
the second finds a sound folder in the place and drops its own.
"""

from __future__ import annotations

import contextlib
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from coldwarm.errors import ModelError
from coldwarm.machine.durable_files import flush_directory, flush_tree
from coldwarm.machine.work_directory import work_directory
from coldwarm.models.cache_location import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WORK_PREFIX = ".building-"

SPARE_BYTES = 16_000_000
"""Room asked for beyond the files themselves, for records and the file system's own needs."""

ATTEMPTS = 5


@contextmanager
def workspace(name: str, root: Path, needed_bytes: int) -> Iterator[Path]:
    """Make a working directory in `root`, removed again however the work ends.

    Args:
        name: of the model that is made, for messages.
        root: directory of the places, made where it is missing.
        needed_bytes: size of the files to come.

    Raises:
        ModelError: when there is no room, or `root` cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        _ask_for_room(name, root, needed_bytes + SPARE_BYTES)
        with work_directory(root, WORK_PREFIX) as work:
            yield work
    except OSError as err:
        msg = (
            f"cannot keep the model {name} in {root}: {err.strerror or err}. "
            f"Set {VARIABLE} to a directory that can be written"
        )
        raise ModelError(msg) from err


def install(folder: Path, place: Path, is_sound: Callable[[], bool]) -> None:
    """Flush a folder to disk and rename it into its place, unless what is there is sound."""
    flush_tree(folder)
    for attempt in range(ATTEMPTS):
        try:
            folder.rename(place)
        except OSError:
            if is_sound():
                return
            if attempt == ATTEMPTS - 1:
                raise
            # Something damaged stands there. Moved into the working directory, it goes with it.
            with contextlib.suppress(FileNotFoundError):
                place.rename(folder.with_name(f"damaged-{attempt}"))
        else:
            flush_directory(place.parent)
            return


def _ask_for_room(name: str, root: Path, needed: int) -> None:
    free = shutil.disk_usage(root).free
    if free < needed:
        msg = (
            f"the model {name} needs {needed / 1e6:.0f} MB in {root}, where "
            f"{free / 1e6:.0f} MB are free. Free some space, or set {VARIABLE} to another directory"
        )
        raise ModelError(msg)
