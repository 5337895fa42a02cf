"""Build a built-in model in a process of its own and put it on the shelf.

A model is built in a new directory and renamed into place, so that whatever is there is complete.
Of two runs that build at once, the second finds a sound model in the place and drops its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.errors import ModelError
from coldwarm.models.hashing import file_digest
from coldwarm.models.places import VARIABLE
from coldwarm.models.shelf import (
    BUILT,
    DAMAGED,
    bin_in,
    folder_of,
    models_dir,
    state_of,
    write_record,
    xml_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.models.catalog import Variant

COMMAND = (sys.executable, "-P", "-m", "coldwarm.models.build")

WORK_PREFIX = ".building-"

LEFTOVER_AGE_S = 3600
"""Age from which the directory of a build is taken for the remains of one that was killed."""

SPARE_BYTES = 16_000_000
"""Room asked for beyond the weights, for the graph and the file system's own needs."""

ATTEMPTS = 5


def build(variant: Variant, tell: Callable[[str], None]) -> None:
    """Build a model and put it in its place, unless another run is faster.

    Raises:
        ModelError: when that is impossible, with the reason.
    """
    root = models_dir()
    try:
        root.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(root)
        _ask_for_room(variant, root)
        tell(_announcement(variant))
        with tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=root) as work:
            folder = Path(work, variant.stem)
            folder.mkdir()
            _write(variant, folder)
            _check(variant, folder)
            write_record(variant, folder)
            _flush(folder)
            _install(variant, folder)
    except OSError as err:
        msg = (
            f"cannot keep the model {variant.name} in {root}: {err.strerror or err}. "
            f"Set {VARIABLE} to a directory that can be written"
        )
        raise ModelError(msg) from err


def _announcement(variant: Variant) -> str:
    size = f"{variant.weights.bytes / 1e6:.0f} MB"
    if state_of(variant) == DAMAGED:
        return f"the built-in model {variant.name} is damaged: building it again ({size})"
    return f"building the model {variant.name} ({size}), which is done once"


def _write(variant: Variant, folder: Path) -> None:
    arguments = (variant.model.name, variant.precision, str(xml_in(folder, variant)))
    done = subprocess.run(
        (*COMMAND, *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        msg = f"the model {variant.name} cannot be built by this OpenVINO: {last[0]}"
        raise ModelError(msg)


def _check(variant: Variant, folder: Path) -> None:
    """See that the weights are those that every machine has.

    Raises:
        ModelError: when they are not.
    """
    expected = variant.weights.sha256
    found = file_digest(bin_in(folder, variant))
    if found != expected:
        msg = (
            f"the model {variant.name} does not come out as it should, so results with it could "
            f"not be compared: the weights have sha256 {found}, expected {expected}. Try the "
            "newest release of openvino, and report this"
        )
        raise ModelError(msg)


def _install(variant: Variant, folder: Path) -> None:
    place = folder_of(variant)
    for attempt in range(ATTEMPTS):
        try:
            folder.rename(place)
        except OSError:
            if state_of(variant) == BUILT:
                return
            if attempt == ATTEMPTS - 1:
                raise
            # A damaged model stands there. Moved into this build's directory, it goes with it.
            with contextlib.suppress(FileNotFoundError):
                place.rename(folder.with_name(f"damaged-{attempt}"))
        else:
            _flush_directory(place.parent)
            return


def _ask_for_room(variant: Variant, root: Path) -> None:
    needed = variant.weights.bytes + SPARE_BYTES
    free = shutil.disk_usage(root).free
    if free < needed:
        msg = (
            f"the model {variant.name} needs {needed / 1e6:.0f} MB in {root}, where "
            f"{free / 1e6:.0f} MB are free. Free some space, or set {VARIABLE} to another directory"
        )
        raise ModelError(msg)


def _remove_leftovers(root: Path) -> None:
    now = time.time()
    for folder in root.glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError):
            if now - folder.stat().st_mtime > LEFTOVER_AGE_S:
                shutil.rmtree(folder)


def _flush(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream)
    _flush_directory(folder)


def _flush_directory(folder: Path) -> None:
    # Not every system can open a directory; there the rename alone must do.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
