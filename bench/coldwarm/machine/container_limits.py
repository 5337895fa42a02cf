"""What a container may use: limits of control groups, versions 1 and 2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from coldwarm.machine.readings import read_int, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Number = TypeVar("Number", int, float)

CGROUP = "sys/fs/cgroup"
UNLIMITED_BYTES = 2**60
"""Version 1 writes a number near 2**63 where there is no limit."""


@dataclass(frozen=True)
class ContainerLimits:
    """The tightest limits above this process; None where there is none.

    Attributes:
        cpu_cores: processor time per time, in cores.
        memory_bytes: memory before the kernel kills.
    """

    cpu_cores: float | None = None
    memory_bytes: int | None = None


def read_limits(root: Path) -> ContainerLimits:
    """Return the limits that apply to this process."""
    cores: list[float] = []
    memory: list[int] = []
    for line in (read_text(root / "proc/self/cgroup") or "").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            cores += _along(root / CGROUP, path, _quota_v2)
            memory += _along(root / CGROUP, path, _memory_v2)
        if "cpu" in controllers.split(","):
            cores += _along(_mount(root, controllers, "cpu"), path, _quota_v1)
        if "memory" in controllers.split(","):
            memory += _along(_mount(root, controllers, "memory"), path, _memory_v1)
    return ContainerLimits(min(cores, default=None), min(memory, default=None))


def _mount(root: Path, controllers: str, controller: str) -> Path:
    together = root / CGROUP / controllers
    return together if together.is_dir() else root / CGROUP / controller


def _along(mount: Path, group: str, read: Callable[[Path], Number | None]) -> Iterator[Number]:
    """Yield the limits of a group and of all groups above it.

    Inside a container the path may be the host's and lead nowhere here; then the limits stand
    at the mount itself, which is the last step of the same way.
    """
    parts = [part for part in group.split("/") if part and part != ".."]
    for depth in range(len(parts), -1, -1):
        limit = read(mount.joinpath(*parts[:depth]))
        if limit is not None:
            yield limit


def _quota_v2(group: Path) -> float | None:
    quota, _, period = (read_text(group / "cpu.max") or "").partition(" ")
    if not (quota.isdigit() and period.isdigit() and int(period)):
        return None
    return int(quota) / int(period)


def _quota_v1(group: Path) -> float | None:
    quota = read_int(group / "cpu.cfs_quota_us")
    period = read_int(group / "cpu.cfs_period_us")
    return quota / period if quota and period and quota > 0 else None


def _memory_v2(group: Path) -> int | None:
    return read_int(group / "memory.max")


def _memory_v1(group: Path) -> int | None:
    limit = read_int(group / "memory.limit_in_bytes")
    return limit if limit is not None and limit < UNLIMITED_BYTES else None
