"""An index of tiny wheels, so that real installers work without a network, and a shelf."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.machine.devices import DeviceReport
from coldwarm.runtimes import provide
from coldwarm.runtimes.kept_environments import runtimes_dir

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.runtimes import Runtime

FAKE_OPENVINO = """
def get_version():
    return "{version}-a-build"

class Core:
    available_devices = ["CPU"]

    def get_property(self, device, key):
        if device != "CPU":
            raise RuntimeError(f"no {{device}} in {version}")
        return "a CPU" if key == "FULL_DEVICE_NAME" else ["EXPORT_IMPORT"]
"""

INSTALLED = DeviceReport("the installed version")


@dataclass(frozen=True)
class Index:
    """A directory of wheels.

    Attributes:
        path: the directory.
    """

    path: Path

    def add(
        self, name: str, version: str, code: str = "", tag: str = "py3-none-any", needs: str = ""
    ) -> Path:
        """Put a package of one module into the index."""
        wheel = self.path / f"{name}-{version}-{tag}.whl"
        info = f"{name}-{version}.dist-info"
        lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {needs}"] if needs else []
        files = {
            f"{name}/__init__.py": code,
            f"{info}/METADATA": "\n".join(lines) + "\n",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        }
        files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in (*files, f"{info}/RECORD"))
        with zipfile.ZipFile(wheel, "w") as archive:
            for file, text in files.items():
                archive.writestr(file, text)
        return wheel

    def add_openvino(self, version: str, **options: str) -> Path:
        return self.add("openvino", version, FAKE_OPENVINO.format(version=version), **options)

    def vanish(self) -> None:
        """Be like an index that cannot be reached."""
        for wheel in self.path.glob("*.whl"):
            wheel.unlink()


@dataclass
class Shelf:
    """The environments of one test, and what was told while they were made."""

    folder: Path
    told: list[str]

    def provide(self, value: str, seen: Mapping[str, str] | None = None) -> Runtime:
        """Return the runtime of one value, as a run gets it."""
        before = {} if seen is None else {value: seen}
        return provide([value], self.folder, INSTALLED, self.told.append, seen=before)[value]

    @property
    def names(self) -> list[str]:
        """Return the names of the environments there are, but for the one that holds pip."""
        entries = (entry.name for entry in runtimes_dir().iterdir())
        return sorted(name for name in entries if not name.startswith((".", "pip-")))

    @property
    def made(self) -> int:
        """Return how many environments were made so far."""
        return sum(text.startswith("making the environment") for text in self.told)
