"""Cache directories that are none, or that let nobody in, or that are full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.studies.launch_conditions import (
    ORDINARY,
    CannotMakeError,
    modes_that_bind,
    small_disk,
)
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coldwarm.studies.faults.fault_attempt import Trying
    from coldwarm.studies.faults.good_blobs import Good
    from coldwarm.studies.launch_conditions import Circumstances

READ_ONLY, NOTHING = 0o500, 0o000


def make(trying: Trying, good: Good) -> Circumstances:
    """Turn the empty cache directory of a try into what its fault says.

    Raises:
        NotTriedError: when this host does not let us.
    """
    try:
        return PLACES[trying.trial.change](trying, good)
    except CannotMakeError as err:
        msg = f"cannot be made here: {err}"
        raise NotTriedError(msg) from err


def _read_only_empty(trying: Trying, _: Good) -> Circumstances:
    return _with_mode(trying, READ_ONLY)


def _read_only(trying: Trying, good: Good) -> Circumstances:
    good.copy_to(trying.chain.cache)
    return _with_mode(trying, READ_ONLY)


def _read_only_damaged(trying: Trying, good: Good) -> Circumstances:
    blob = good.copy_to(trying.chain.cache)
    replace_bytes(blob, good.read()[: blob.stat().st_size // 2])
    return _with_mode(trying, READ_ONLY)


def _no_permission(trying: Trying, _: Good) -> Circumstances:
    return _with_mode(trying, NOTHING)


def _file_instead(trying: Trying, _: Good) -> Circumstances:
    trying.chain.cache.rmdir()
    trying.chain.cache.write_bytes(b"not a directory\n")
    return ORDINARY


def _full_disk(trying: Trying, good: Good) -> Circumstances:
    size = (good.folder / good.blob).stat().st_size // 3
    disk = small_disk(trying.sampler, trying.chain.cache, size)
    trying.facts["how"] = disk.how
    return disk


def _with_mode(trying: Trying, mode: int) -> Circumstances:
    bound = modes_that_bind(trying.sampler)
    trying.facts["how"] = bound.how or "an ordinary user"
    trying.chain.cache.chmod(mode)
    return bound


def replace_bytes(blob: Path, content: bytes) -> None:
    """Give a blob other content, and the mode it had."""
    mode = blob.stat().st_mode
    blob.unlink()
    blob.write_bytes(content)
    blob.chmod(mode)


PLACES: Mapping[str, Callable[[Trying, Good], Circumstances]] = {
    "read_only_empty": _read_only_empty,
    "read_only": _read_only,
    "read_only_damaged": _read_only_damaged,
    "no_permission": _no_permission,
    "file_instead": _file_instead,
    "full_disk": _full_disk,
}
