"""Run a recipe: make a model's files of what packages carry, in a process of its own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from typing import TYPE_CHECKING

from coldwarm.errors import ModelError
from coldwarm.models.hashing import file_digest

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.models.zoo import RealModel, Recipe

COMMAND = (sys.executable, "-P", "-m", "coldwarm.models.make")


def ask_for_tools(name: str, recipe: Recipe) -> None:
    """See that what the recipe needs is there, before anything is downloaded.

    Raises:
        ModelError: when it is not.
    """
    if recipe.needs is not None and importlib.util.find_spec(recipe.needs) is None:
        package = recipe.needs.replace("_", "-")
        msg = (
            f"making the model {name} needs {package}, of the same version as openvino: "
            f'pip install ".[{recipe.extra}]" in a clone of coldwarm'
        )
        raise ModelError(msg)


def make(model: RealModel, recipe: Recipe, source: Path, folder: Path) -> dict[str, str]:
    """Make the model's files in a folder; return their digests, those that are pinned checked.

    Raises:
        ModelError: when that does not work, or something else comes out than everywhere.
    """
    arguments = (recipe.step, model.base, str(source), str(folder / model.files[0].name))
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
        msg = f"the model {model.name} cannot be made here: {last[0]}"
        raise ModelError(msg)
    digests = {file.name: file_digest(folder / file.name) for file in model.files}
    for file in model.files:
        found = digests[file.name]
        if file.sha256 not in (None, found):
            msg = (
                f"the model {model.name} is refused: {file.name}, made of "
                f"{', '.join(model.packages)}, has sha256 {found}, expected {file.sha256}. "
                "Try the newest release of openvino, and report this"
            )
            raise ModelError(msg)
    return digests
