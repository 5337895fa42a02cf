"""A built-in model that is built in no time, by a script that stands in for OpenVINO."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.models.catalog import BUILD, BUILT_IN, Model, PinnedFile, Recipe

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = b"weights " * 1000

BUILDS = """
import sys, pathlib
log, step, name, precision, source, xml = sys.argv[1:]
with open(log, "a") as file:
    print(name, precision, file=file)
xml = pathlib.Path(xml)
xml.write_text("<net/>")
xml.with_suffix(".bin").write_bytes(b"weights " * 1000)
"""


@dataclass(frozen=True)
class Toy:
    """The model and where everything about it is.

    Attributes:
        model: the model.
        cache: coldwarm's cache directory.
        script: what builds it.
        log: one line for each time it was built.
    """

    model: Model
    cache: Path
    script: Path
    log: Path

    @property
    def command(self) -> tuple[str, ...]:
        """Return what to put in the place of `making.COMMAND`."""
        return sys.executable, str(self.script), str(self.log)

    @property
    def folder(self) -> Path:
        """Return the directory of the built model."""
        return self.cache / "models" / "toy-f32.1"

    @property
    def xml(self) -> Path:
        """Return its graph."""
        return self.folder / "toy-f32.xml"

    @property
    def bin(self) -> Path:
        """Return its weights."""
        return self.folder / "toy-f32.bin"

    @property
    def builds(self) -> int:
        """Return how often it was built."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    @property
    def left_behind(self) -> list[str]:
        """Return what is in the directory of models apart from the model."""
        return sorted(path.name for path in self.folder.parent.iterdir() if path != self.folder)


def make_toy(folder: Path) -> Toy:
    """Return a toy that lives in `folder`; another process makes the same one."""
    digest = hashlib.sha256(WEIGHTS).hexdigest()
    files = PinnedFile("toy-f32.xml", 0), PinnedFile("toy-f32.bin", len(WEIGHTS), digest)
    model = Model("toy", "f32", BUILT_IN, "ir", "a toy", files, Recipe(BUILD))
    script = folder / "fake_build.py"
    if not script.exists():
        script.write_text(BUILDS)
    return Toy(model, folder / "cache", script, folder / "builds.log")
