"""What a value of the runtime axis stands for."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldwarm.models.hashing import file_digest
from coldwarm.runtimes import interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INSTALLED = "installed"

PATH_LISTS = ("PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables whose entries are paths: relative ones mean files beside the experiment, because
a worker's own directory is a cache."""

_PINNED = re.compile(r"==[\w.+!-]+", re.ASCII)


@dataclass(frozen=True)
class Interpreter:
    """An interpreter of the user's that finds an OpenVINO.

    Attributes:
        python: path of the interpreter.
        env: variables that it needs.
    """

    python: Path
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Package:
    """An OpenVINO that is to be installed.

    Attributes:
        requirement: what installers are told.
        identity: of what is asked for: the requirement, or the digest of a wheel.
        is_pinned: whether only one version can be meant, so that nobody needs to be asked.
    """

    requirement: str
    identity: str
    is_pinned: bool


def parse(value: str, folder: Path) -> Interpreter | Package:
    """Return what a value other than ``installed`` stands for.

    Args:
        value: as cases have it; a mapping as JSON.
        folder: what paths are relative to.

    Raises:
        RuntimeUnavailableError: when a file is not what it should be.
    """
    if value.startswith("{"):
        entry = json.loads(value)
        python = interpreter.locate(entry["python"], folder)
        return Interpreter(python, _located(entry["env"], folder))
    path = interpreter.absolute(value, folder)
    if path.suffix == ".whl" and path.is_file():
        name = path.name.partition("-")[0]
        return Package(f"{name} @ {path.as_uri()}", f"sha256:{file_digest(path)}", is_pinned=True)
    if path.exists():
        return Interpreter(interpreter.locate(value, folder))
    requirement = "".join(value.split())
    specifiers = re.sub(r"^[\w-]+(\[[^\]]*\])?", "", requirement)
    return Package(requirement, requirement, is_pinned=bool(_PINNED.fullmatch(specifiers)))


def _located(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {
        name: _path_list(value, folder) if name in PATH_LISTS else value
        for name, value in env.items()
    }


def _path_list(value: str, folder: Path) -> str:
    entries = (entry for entry in value.split(os.pathsep) if entry)
    return os.pathsep.join(str(interpreter.absolute(entry, folder)) for entry in entries)
