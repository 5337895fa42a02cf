"""Installers: uv where it can be found, pip otherwise. Both only ever take wheels."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from coldwarm.machine.processes import run_process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

SAID_CHARS = 500

TREE = "\u00d7\u2570\u2500\u25b6\u2502\u251c"
"""The signs with which older uv draws why one thing follows from another."""

FORGOTTEN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_TARGET", "PIP_PREFIX")
"""Variables that would make an installer look at, or write into, another environment. All others
stay: they may name the user's index, proxy or certificates."""

PIP_KNOWS_PYTHON = (22, 3)
"""The first pip that installs for another interpreter (``pip --python``)."""


class InstallError(Exception):
    """An installer gave up; the text is what it said."""


class Installer(Protocol):
    """Makes environments."""

    def resolve(self, python: str, requirements: Sequence[str]) -> tuple[str, ...]:
        """Return exactly what would be installed.

        Raises:
            InstallError: when there is nothing that satisfies the requirements.
        """

    def create(self, python: str, directory: Path) -> None:
        """Make an empty environment.

        Raises:
            InstallError: when that is impossible.
        """

    def install(self, python: Path, pins: Sequence[str]) -> None:
        """Install into the environment of `python`, bytecode compiled.

        Raises:
            InstallError: when that is impossible.
        """


@dataclass(frozen=True)
class Uv:
    """uv, which shares downloads and files with everything else it installs.

    Attributes:
        program: its path.
        folder: where it runs, so that no project's configuration is found.
    """

    program: str
    folder: Path

    def resolve(self, python: str, requirements: Sequence[str]) -> tuple[str, ...]:
        """Return exactly what would be installed."""
        options = ("--only-binary", ":all:", "--no-header", "--no-annotate", "--python", python)
        text = "\n".join(requirements)
        out = self._run("pip", "compile", *options, "-", stdin=text)
        return tuple(line.strip() for line in out.splitlines() if line.strip())

    def create(self, python: str, directory: Path) -> None:
        """Make an empty environment."""
        self._run("venv", "--no-project", "--python", python, str(directory))

    def install(self, python: Path, pins: Sequence[str]) -> None:
        """Install, and compile bytecode, which uv does only when asked.

        Copied, because links would share inodes with uv's cache and other environments: damage
        here would be damage there, and files that another process has mapped cannot be evicted.
        """
        options = ("--compile-bytecode", "--link-mode", "copy", "--no-deps")
        wheels = ("--only-binary", ":all:")
        self._run("pip", "install", *options, *wheels, "--python", str(python), *pins)

    def _run(self, *args: str, stdin: str = "") -> str:
        env = {"UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"}
        return _run((self.program, *args, "--quiet"), self.folder, env, stdin)


@dataclass(frozen=True)
class Pip:
    """pip, and the standard library's venv.

    Attributes:
        command: how pip is started.
        folder: where it runs.
    """

    command: tuple[str, ...]
    folder: Path

    def resolve(self, python: str, requirements: Sequence[str]) -> tuple[str, ...]:
        """Return exactly what would be installed."""
        options = ("--dry-run", "--ignore-installed", "--report", "-")
        report = json.loads(self._pip(python, *options, *requirements))
        return tuple(_pin(item) for item in report["install"])

    def create(self, python: str, directory: Path) -> None:
        """Make an empty environment."""
        _run((python, "-I", "-m", "venv", "--without-pip", str(directory)), self.folder)

    def install(self, python: Path, pins: Sequence[str]) -> None:
        """Install; pip compiles bytecode unless it was told otherwise."""
        self._pip(str(python), "--compile", "--no-deps", *pins)

    def _pip(self, python: str, *args: str) -> str:
        options = ("--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "--quiet")
        command = (*self.command, "--python", python, "install", *options, *args)
        return _run(command, self.folder, {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"})


def find_installer(folder: Path, pip_of_its_own: Callable[[], Path]) -> Installer:
    """Return uv, or the pip that coldwarm's own Python has, or one in an environment of its own.

    Args:
        folder: where installers run.
        pip_of_its_own: makes an environment with pip and returns its interpreter.

    Raises:
        InstallError: when there is neither.
    """
    program = find_uv()
    if program is not None:
        return Uv(program, folder)
    own = pip_command(sys.executable)
    if _has_usable_pip(own, folder):
        return Pip(own, folder)
    return Pip(pip_command(str(pip_of_its_own())), folder)


def find_uv() -> str | None:
    """Return the path of uv: a command, or a package installed beside coldwarm."""
    program = shutil.which("uv")
    if program is not None:
        return program
    try:
        return str(importlib.import_module("uv").find_uv_bin())
    except (ImportError, AttributeError, FileNotFoundError):
        return None


def pip_command(python: str) -> tuple[str, ...]:
    """Return how the pip of an interpreter is started, whatever PYTHONPATH says."""
    return (python, "-I", "-m", "pip")


def make_with_pip(directory: Path, folder: Path) -> None:
    """Make an environment that holds the pip which comes with Python.

    Raises:
        InstallError: when this Python brings none.
    """
    _run((sys.executable, "-I", "-m", "venv", str(directory)), folder)


def _has_usable_pip(command: tuple[str, ...], folder: Path) -> bool:
    try:
        said = _run((*command, "--version"), folder)
    except InstallError:
        return False
    version = re.match(r"pip (\d+)\.(\d+)", said)
    return version is not None and tuple(map(int, version.groups())) >= PIP_KNOWS_PYTHON


def _pin(item: dict[str, object]) -> str:
    metadata, source = item["metadata"], item["download_info"]
    assert isinstance(metadata, dict)  # noqa: S101 - pip's documented format
    assert isinstance(source, dict)  # noqa: S101
    if item["is_direct"]:
        return f"{metadata['name']} @ {source['url']}"
    return f"{metadata['name']}=={metadata['version']}"


def _run(
    command: Sequence[str],
    folder: Path,
    env: dict[str, str] | None = None,
    stdin: str = "",
) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
    try:
        done = run_process(
            command,
            env={**kept, **(env or {})},
            timeout_s=None,
            stdin=stdin.encode(),
            cwd=folder,
        )
    except OSError as err:
        msg = f"cannot start {command[0]}: {err.strerror or err}"
        raise InstallError(msg) from err
    said = done.stdout.decode(errors="replace")
    if not done.is_ok:
        raise InstallError(essence(done.complaint or said) or f"it {done.ending}")
    return said


def essence(said: str) -> str:
    """Return what an installer complained about, on one line.

    pip's warnings are left out, but for the one that tells why the network was of no use.
    """
    lines = [line.strip(f" {TREE}") for line in said.splitlines()]
    broken = [line for line in lines if "connection broken" in line][:1]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    chosen = broken + errors or [line for line in lines if not line.startswith("WARNING")]
    text = " ".join(line for line in chosen if line)
    if len(text) > SAID_CHARS:
        half = SAID_CHARS // 2
        text = f"{text[:half]} ... {text[-half:]}"
    return text
