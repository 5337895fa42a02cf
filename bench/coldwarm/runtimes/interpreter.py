"""Interpreters: where they are, which version they have, what is installed for them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.machine.environment import worker_environment
from coldwarm.machine.processes import run_process
from coldwarm.runtimes.runtime import RuntimeUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OLDEST = (3, 10)
"""The oldest Python that the worker's files run on."""

NEWEST_TRIED = 15
"""Minor version of the newest Python 3 that is looked for by its name."""

PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
"""Where an environment has its interpreter, on Linux and macOS, on Windows, and for conda."""

TIMEOUT_S = 60.0

LOOK = """
import importlib.metadata, json, platform, sys
packages = {}
for name in sys.argv[1:]:
    try:
        packages[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
print(json.dumps({"version": platform.python_version(), "packages": packages}))
"""

PACKAGES = ("openvino", "openvino-nightly", "openvino-telemetry", "numpy", "cryptography")
"""The distributions whose code a start may run."""


@dataclass(frozen=True)
class Seen:
    """What an interpreter says of itself.

    Attributes:
        version: such as ``3.11.7``.
        packages: distribution to version, of `PACKAGES`.
    """

    version: str
    packages: Mapping[str, str]


def absolute(text: str, folder: Path) -> Path:
    """Return the path that `text` means in a file of `folder`, symbolic links left alone.

    The interpreter of a virtual environment is a link: followed, it would be another interpreter.
    """
    return Path(os.path.normpath(folder.absolute() / os.path.expanduser(text)))  # noqa: PTH111 (never raises)


def locate(text: str, folder: Path) -> Path:
    """Return the interpreter that a path, an environment or a bare command names.

    Raises:
        RuntimeUnavailableError: when there is none.
    """
    path = absolute(text, folder)
    if path.is_dir():
        found = inside(path)
        if found is None:
            msg = (
                f"the directory {text} is no Python environment: it has no {PLACES[0]}. "
                "Name an interpreter, a virtual environment or a wheel"
            )
            raise RuntimeUnavailableError(msg)
        return found
    if path.exists():
        if not os.access(path, os.X_OK):
            msg = f"{text} is not an interpreter: it is a file that cannot be executed"
            raise RuntimeUnavailableError(msg)
        return path
    command = shutil.which(text)
    if command is None:
        msg = f"there is no interpreter {text}, neither as a path nor as a command"
        raise RuntimeUnavailableError(msg)
    return Path(command)


def inside(environment: Path) -> Path | None:
    """Return the interpreter of an environment, or None when it has none."""
    candidates = (environment / place for place in PLACES)
    return next((path for path in candidates if path.exists()), None)


def look_at(python: str | Path, env: Mapping[str, str] | None = None) -> Seen:
    """Ask an interpreter for its version and packages, without importing any of them.

    Args:
        python: the interpreter.
        env: its whole environment; that of a worker when None.

    Raises:
        RuntimeUnavailableError: when it cannot tell, or is too old to run a worker.
    """
    env = worker_environment(os.environ) if env is None else env
    try:
        answer = run_process((str(python), "-c", LOOK, *PACKAGES), env=env, timeout_s=TIMEOUT_S)
        said = json.loads(answer.stdout.strip().rpartition(b"\n")[2])
        seen = Seen(str(said["version"]), dict(said["packages"]))
    except OSError as err:
        msg = f"cannot start {python}: {err.strerror or err}"
        raise RuntimeUnavailableError(msg) from err
    except (ValueError, KeyError, TypeError) as err:
        tail = answer.complaint.rpartition("\n")[2]
        msg = f"{python} is not a Python that can be used: it {answer.ending}. {tail}".strip()
        raise RuntimeUnavailableError(msg) from err
    if tuple(map(int, seen.version.split(".")[:2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        msg = f"{python} is Python {seen.version}, workers need {oldest} or newer"
        raise RuntimeUnavailableError(msg)
    return seen


def candidates() -> Iterator[str]:
    """Yield the interpreters that environments can be made of, the best one first.

    That is the one that runs coldwarm: versions are compared on the same Python where that can
    be. The others, nearest version first, are for an OpenVINO that has no wheel for it.
    """
    yield sys.executable
    own = sys.version_info.minor
    others = (minor for minor in range(OLDEST[1], NEWEST_TRIED + 1) if minor != own)
    for minor in sorted(others, key=lambda minor: abs(minor - own)):
        command = shutil.which(f"python3.{minor}")
        if command is not None:
            yield command
