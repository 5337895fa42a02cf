"""The file systems that matter to a run: their kind, and how much room is left."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from coldwarm.machine.readings import read_text, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IN_MEMORY = frozenset(("tmpfs", "ramfs", "devtmpfs"))
"""Their files live in memory and cannot be evicted from it."""

OWN_CACHE = frozenset(("zfs",))
"""They keep a cache of their own, which dropping the page cache does not empty."""

NETWORK = frozenset(("nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "lustre", "afs"))
SHARED_BY_HOST = frozenset(("9p", "virtiofs", "vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "drvfs"))


@dataclass(frozen=True)
class Disk:
    """The file system under one directory.

    Attributes:
        role: what the directory is for, such as ``cache``.
        file_system: kind, such as ``ext4``.
        free_bytes: room left for this user.
        total_bytes: its size.
    """

    role: str
    file_system: str | None = None
    free_bytes: int | None = None
    total_bytes: int | None = None


def read_disk(role: str, path: Path, root: Path) -> Disk:
    """Return the file system under `path`, which need not exist yet."""
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    place = place.resolve()
    try:
        usage = shutil.disk_usage(place)
    except OSError:
        return Disk(role, _file_system(place, root))
    return Disk(role, _file_system(place, root), usage.free, usage.total)


def _file_system(place: Path, root: Path) -> str | None:
    """Return the kind of the last file system mounted at or closest above `place`."""
    found, depth = None, -1
    for mount_point, kind in _mounts(root):
        parts = [part for part in mount_point.split("/") if part]
        above = [part for part in place.as_posix().split("/") if part][: len(parts)] == parts
        if above and len(parts) >= depth:
            found, depth = kind, len(parts)
    return found


def _mounts(root: Path) -> Iterator[tuple[str, str]]:
    mountinfo = read_text(root / "proc/self/mountinfo")
    if mountinfo is None:
        for partition in told(lambda: psutil.disk_partitions(all=True)) or ():
            yield partition.mountpoint.replace("\\", "/"), partition.fstype.lower()
        return
    for line in mountinfo.splitlines():
        before, separated, after = line.partition(" - ")
        fields = before.split(" ")
        if separated and len(fields) > 4:  # noqa: PLR2004 - the fifth field is the mount point
            yield _unescape(fields[4]), after.split(" ")[0]


def _unescape(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), text)
