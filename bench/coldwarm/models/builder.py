"""Build a built-in model in a process of its own and put it on the shelf.

A model is built in a new directory and renamed into place, so that whatever is there is complete.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from coldwarm.errors import ModelError
from coldwarm.models.hashing import file_digest
from coldwarm.models.placing import install, workspace
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
    from pathlib import Path

    from coldwarm.models.catalog import Variant

COMMAND = (sys.executable, "-P", "-m", "coldwarm.models.build")


def build(variant: Variant, tell: Callable[[str], None]) -> None:
    """Build a model and put it in its place, unless another run is faster.

    Raises:
        ModelError: when that is impossible, with the reason.
    """
    with workspace(variant.name, models_dir(), variant.weights.bytes) as work:
        tell(_announcement(variant))
        folder = work / variant.stem
        folder.mkdir()
        _write(variant, folder)
        _check(variant, folder)
        write_record(variant, folder)
        install(folder, folder_of(variant), lambda: state_of(variant) == BUILT)


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
