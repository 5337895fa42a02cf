"""Find the environment of a package, or make it: once, whoever asks, however many at a time."""

from __future__ import annotations

import contextlib
import platform
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coldwarm.experiment.case import short_digest
from coldwarm.machine.file_locks import held
from coldwarm.models.cache_location import VARIABLE
from coldwarm.runtimes import installer, interpreter, kept_environments
from coldwarm.runtimes.installer import InstallError
from coldwarm.runtimes.kept_environments import EnvironmentStamp
from coldwarm.runtimes.runtime import RuntimeUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from coldwarm.runtimes.axis_value import Package
    from coldwarm.runtimes.installer import Installer

    Tell = Callable[[str], None]

NEEDED = ("numpy",)
"""What a worker imports besides OpenVINO."""

WELCOME = ("cryptography",) if sys.platform == "linux" else ("cryptography", "psutil")
"""What some starts need: the cipher, and where there is no /proc the reading of memory."""

OPENVINO = re.compile(r"openvino([-_]nightly)?\b(?![-_])")


def find_or_make(
    package: Package, tell: Tell, seen: Mapping[str, str] | None = None
) -> tuple[Path, bool]:
    """Return the complete environment of a package, and whether it was made just now.

    Args:
        package: what is to be installed.
        tell: is told what takes long.
        seen: the packages with which an earlier part of the run was measured, if there is one.

    Raises:
        RuntimeUnavailableError: when it is not there and cannot be made.
    """
    here = platform.python_version()
    root = kept_environments.runtimes_dir()
    made = [
        (path, stamp)
        for path, stamp in kept_environments.complete()
        if package.identity in stamp.asked and stamp.asked_by == here
    ]
    made.sort(key=lambda pair: pair[1].asked[package.identity], reverse=True)
    for path, stamp in made:
        if package.is_pinned or (seen is not None and stamp.packages == seen):
            return path, False
    try:
        (root / kept_environments.LOCKS).mkdir(parents=True, exist_ok=True)
        return _make(package, here, root, tell)
    except InstallError as err:
        if made:
            tell(f"{package.requirement}: {err}. Using what it was the last time")
            return made[0][0], False
        msg = (
            f"the runtime {package.requirement} cannot be installed: {err}\n  Check the version, "
            "and whether the package index can be reached"
        )
        raise RuntimeUnavailableError(msg) from err
    except OSError as err:
        msg = (
            f"cannot keep environments in {root}: {err.strerror or err}. Set {VARIABLE} to a "
            "directory that can be written"
        )
        raise RuntimeUnavailableError(msg) from err


def _make(package: Package, here: str, root: Path, tell: Tell) -> tuple[Path, bool]:
    tool = installer.find_installer(root, lambda: _with_pip(here, root, tell))
    python, pins = _resolve(tool, package)
    version = here if python == sys.executable else interpreter.look_at(python).version
    # A wheel counts by its content, wherever it lies.
    key = short_digest([*sorted(package.identity if "@" in pin else pin for pin in pins), version])
    # One name for one content, so that two who make it at once meet at its lock.
    environment = root / f"{_label(pins)}-python{version}-{key}"
    with _alone(environment, tell):
        stamp = kept_environments.read_stamp(environment)
        is_new = stamp is None
        if stamp is not None:
            asked = {**stamp.asked, package.identity: _now()}
            kept_environments.write_stamp(environment, replace(stamp, asked=asked))
        else:
            tell(f"making the environment of {package.requirement}, which is done once")
            with _built(environment):
                tool.create(python, environment)
                inside = _interpreter_of(environment)
                tool.install(inside, pins)
                packages = interpreter.look_at(inside).packages
                _complete(environment, package.identity, here, version, packages)
    return environment, is_new


def _resolve(tool: Installer, package: Package) -> tuple[str, Sequence[str]]:
    """Return an interpreter, and what to install for it.

    Raises:
        InstallError: as it was raised for the interpreter that runs coldwarm.
    """
    needed = (package.requirement, *NEEDED)
    first: InstallError | None = None
    for python in interpreter.candidates():
        for requirements in ((*needed, *WELCOME), needed):
            try:
                return python, tool.resolve(python, requirements)
            except InstallError as err:
                # The shorter list is without what is only welcome: its reason is the real one.
                refused = err
        first = first or refused
    assert first is not None, "the interpreter that runs coldwarm is always tried"  # noqa: S101
    raise first


def _label(pins: Sequence[str]) -> str:
    """Return name and version of the OpenVINO among the pins, for a directory."""
    pin = next((pin for pin in pins if OPENVINO.match(pin)), "openvino")
    name, _, wheel = pin.partition("@")
    if wheel:
        return "-".join(wheel.rpartition("/")[2].split("-")[:2])
    return re.sub(r"[^\w.+-]+", "-", name.partition(";")[0].strip())


def _with_pip(here: str, root: Path, tell: Tell) -> Path:
    """Return the interpreter of an environment that holds nothing but pip."""
    environment = root / f"pip-python{here}"
    with _alone(environment, tell):
        if kept_environments.read_stamp(environment) is None:
            with _built(environment):
                installer.make_with_pip(environment, root)
                _complete(environment, "pip", here, here, {})
        kept_environments.note_use(environment)
    return _interpreter_of(environment)


def _interpreter_of(environment: Path) -> Path:
    python = interpreter.inside(environment)
    if python is None:
        msg = f"the new environment {environment} has no interpreter"
        raise InstallError(msg)
    return python


def _complete(
    environment: Path, asked: str, here: str, version: str, packages: Mapping[str, str]
) -> None:
    now = _now()
    kept_environments.write_stamp(
        environment, EnvironmentStamp({asked: now}, here, version, packages, now)
    )


def _now() -> str:
    # Finer than two of them can be made: the latest is the one that is used without an index.
    return datetime.now(UTC).isoformat(timespec="microseconds")


@contextlib.contextmanager
def _built(environment: Path) -> Iterator[None]:
    """Remove what an interrupted build left, then, should this one fail, what it leaves."""
    kept_environments.clear(environment)
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            kept_environments.clear(environment)
        raise


def _alone(environment: Path, tell: Tell) -> AbstractContextManager[None]:
    waiting = f"waiting for another coldwarm, which has {environment.name}"
    return held(kept_environments.lock_of(environment), on_wait=lambda: tell(waiting))
