"""The environments on disk: which there are, which are complete, and how they are removed.

An environment cannot be moved, so it is built where it stays, under a lock, and becomes complete
with its stamp, which is written last. A directory without one is what an interrupted build left.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import stat
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.machine.durable_files import replace_file
from coldwarm.machine.file_locks import held
from coldwarm.models import user_cache_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

STAMP = "coldwarm.json"
LOCKS = ".locks"

COMPLETE, INCOMPLETE, IN_USE = "complete", "incomplete", "in use"

SECONDS_PER_DAY = 24 * 3600


@dataclass(frozen=True)
class EnvironmentStamp:
    """What a complete environment is.

    Attributes:
        asked: what it was found for, a requirement or the digest of a wheel, to when it last was:
            UTC, ISO 8601.
        asked_by: version of the Python that runs coldwarm, which decides about the interpreter.
        python_version: of its interpreter.
        packages: distribution to version.
        created_at: UTC, ISO 8601.
    """

    asked: Mapping[str, str]
    asked_by: str
    python_version: str
    packages: Mapping[str, str]
    created_at: str


@dataclass(frozen=True)
class Listed:
    """One environment as `coldwarm runtimes` shows it.

    Attributes:
        name: of its directory.
        path: the directory.
        state: ``complete``, ``incomplete`` or ``in use``.
        bytes: size of its files.
        unused_days: days since a run last used it; None for an incomplete one.
        stamp: what it is; None for an incomplete one.
    """

    name: str
    path: Path
    state: str
    bytes: int
    unused_days: float | None
    stamp: EnvironmentStamp | None


@dataclass(frozen=True)
class Pruned:
    """What became of an environment that was to be removed.

    Attributes:
        name: of its directory.
        bytes: size of its files.
        removed: False when it is in use or cannot be removed.
        reason: why it was not removed.
    """

    name: str
    bytes: int
    removed: bool
    reason: str | None = None


def runtimes_dir() -> Path:
    """Return the directory of all environments."""
    return user_cache_dir() / "runtimes"


def lock_of(environment: Path) -> Path:
    """Return the file that is locked while an environment is made, used or removed."""
    return environment.parent / LOCKS / f"{environment.name}.lock"


def using(environment: Path) -> AbstractContextManager[None]:
    """Hold an environment, together with others that use it."""
    return held(lock_of(environment), shared=True, on_wait=lambda: None)


def read_stamp(environment: Path) -> EnvironmentStamp | None:
    """Return what an environment is, or None when it is not complete."""
    try:
        said: dict[str, Any] = json.loads((environment / STAMP).read_text(encoding="utf-8"))
        return EnvironmentStamp(**{**said, "asked": dict(said["asked"])})
    except (OSError, KeyError, TypeError, ValueError):
        return None


def write_stamp(environment: Path, stamp: EnvironmentStamp) -> None:
    """Make an environment complete."""
    replace_file(environment / STAMP, json.dumps(asdict(stamp), indent=2).encode())


def note_use(environment: Path) -> None:
    """Remember that an environment is used now."""
    with contextlib.suppress(OSError):
        os.utime(environment / STAMP)


def complete() -> Iterator[tuple[Path, EnvironmentStamp]]:
    """Yield every complete environment."""
    for path in _directories():
        stamp = read_stamp(path)
        if stamp is not None:
            yield path, stamp


def clear(environment: Path) -> None:
    """Remove an environment, the stamp first, so that what is left counts as incomplete.

    Raises:
        OSError: when that is impossible.
    """
    (environment / STAMP).unlink(missing_ok=True)
    if environment.exists():
        shutil.rmtree(environment)


def list_environments() -> list[Listed]:
    """Return every environment, complete or not, by name."""
    return [_listed(path) for path in _directories()]


def prune(names: Iterable[str] = (), *, unused_days: float = 0.0) -> list[Pruned]:
    """Remove environments that nobody uses. Whatever needs one again makes it again.

    Args:
        names: remove only these; all when there are none.
        unused_days: keep those that were used later than so many days ago. What an interrupted
            build left is removed at any age.
    """
    wanted = set(names)
    return [
        _remove(listed)
        for listed in list_environments()
        if (not wanted or listed.name in wanted)
        and (listed.unused_days is None or listed.unused_days >= unused_days)
    ]


def _directories() -> list[Path]:
    try:
        entries = sorted(runtimes_dir().iterdir())
    except OSError:
        return []
    return [path for path in entries if path.is_dir() and path.name != LOCKS]


def _listed(path: Path) -> Listed:
    stamp = read_stamp(path)
    state = INCOMPLETE if stamp is None else COMPLETE
    try:
        with held(lock_of(path)):
            pass
    except BlockingIOError:
        state = IN_USE
    except OSError:  # somebody else's directory: it can be looked at, not locked
        pass
    unused = None
    if stamp is not None:
        with contextlib.suppress(OSError):
            unused = max(0.0, time.time() - (path / STAMP).stat().st_mtime) / SECONDS_PER_DAY
    return Listed(path.name, path, state, _size(path), unused, stamp)


def _remove(listed: Listed) -> Pruned:
    try:
        with held(lock_of(listed.path)):
            clear(listed.path)
    except BlockingIOError:
        return Pruned(listed.name, listed.bytes, removed=False, reason="a run is using it")
    except OSError as err:
        return Pruned(listed.name, listed.bytes, removed=False, reason=err.strerror or str(err))
    return Pruned(listed.name, listed.bytes, removed=True)


def _size(directory: Path) -> int:
    total = 0
    for root, _, names in os.walk(directory):
        for name in names:
            with contextlib.suppress(OSError):
                status = Path(root, name).lstat()
                total += status.st_size if stat.S_ISREG(status.st_mode) else 0
    return total
