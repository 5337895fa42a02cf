"""Runtime: one OpenVINO that can be started, with all that decides what is measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ColdwarmError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.machine.devices import DeviceReport


class RuntimeUnavailableError(ColdwarmError):
    """A runtime that is not there, does not work, or cannot be installed here."""


@dataclass(frozen=True)
class Runtime:
    """One OpenVINO that can be started.

    Attributes:
        value: of the axis, as cases have it.
        python: path of the interpreter that runs the workers.
        python_version: of that interpreter.
        devices: what this OpenVINO finds on the host, and which version it is.
        packages: distribution to version, of those that a start imports.
        env: variables that every start of this runtime gets.
        environment: directory that coldwarm made for it, or None.
    """

    value: str
    python: str
    python_version: str
    devices: DeviceReport
    packages: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    environment: Path | None = None

    @property
    def version(self) -> str:
        """Return the version that this OpenVINO reports, with its build."""
        return self.devices.version

    def content(self) -> dict[str, Any]:
        """Return what must be the same for two starts to be starts of one runtime."""
        return {
            "openvino_version": self.version,
            "python_version": self.python_version,
            "packages": dict(self.packages),
            "env": dict(self.env),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the runtime as run.json describes it."""
        return {"value": self.value, **self.content(), "python": self.python}
