"""What memory, disks and container limits mean for measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.machine.disk import IN_MEMORY, NETWORK, OWN_CACHE, SHARED_BY_HOST
from coldwarm.machine.doctor_finding import DoctorFinding, graded_low

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.machine.disk import Disk
    from coldwarm.machine.identity import Identity
    from coldwarm.machine.state import State

GB = 1e9
SWAP_WARN_BYTES = 256e6

FULL_DISK = {
    "cache": "On a full disk OpenVINO writes no cache and is silent: cases are then not_cached.",
    "results": "On a full disk the run ends early, and keeps what it has measured.",
}
"""What a full disk does to a run, by what is kept on it."""


def memory(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at free memory; a start of vgg19 takes 1.5 GB at its peak."""
    del identity
    free = state.memory_available_bytes
    if free is None:
        return
    severity = graded_low(free, warn=4 * GB, bad=2 * GB)
    yield DoctorFinding(
        severity,
        "memory",
        f"{free / GB:.1f} GB of memory are free.",
        "" if severity == "ok" else "End other work, or measure smaller models.",
        ""
        if severity == "ok"
        else "Starts of large models swap, which makes them many times slower, or are killed and "
        "count as failed.",
    )


def swap(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at memory that was moved to disk."""
    del identity
    if state.swap_used_bytes is None:
        return
    if state.swap_used_bytes < SWAP_WARN_BYTES:
        yield DoctorFinding("ok", "swap", "Nearly nothing is swapped out.")
        return
    yield DoctorFinding(
        "warn",
        "swap",
        f"{state.swap_used_bytes / GB:.1f} GB are swapped out: memory ran short before.",
        "End what uses the memory, then: sudo swapoff -a && sudo swapon -a",
        "Memory for cached files may run short: a warm start then reads its blob from the disk, "
        "and its time and the speedup vary.",
    )


def container_limits(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at what a container may use."""
    cores = state.usable_cores or identity.logical_cores
    limit = state.cpu_limit_cores
    if limit is not None and (cores is None or limit < cores):
        of = "" if cores is None else f" of {cores}"
        yield DoctorFinding(
            "bad" if limit < 1 else "warn",
            "container limits",
            f"The container may use {limit:g}{of} hardware threads: beyond that the kernel "
            "stops it for parts of every tenth of a second.",
            "Give it whole processors instead: docker run --cpuset-cpus=0-3 rather than --cpus=4",
            "Times jump in steps of up to 0.1 s. Uncached starts, which compute most, are stopped "
            "most: speedups hold for this limit and for no other.",
        )
    if state.memory_limit_bytes is not None:
        severity = graded_low(state.memory_limit_bytes, warn=4 * GB, bad=2 * GB)
        yield DoctorFinding(
            severity,
            "container limits",
            f"The container may use {state.memory_limit_bytes / GB:.1f} GB of memory, cached "
            "files included.",
            "" if severity == "ok" else "Raise it, such as docker run --memory=8g.",
            ""
            if severity == "ok"
            else "Starts beyond it are killed and count as failed; near it, warm starts read their "
            "blob from the disk again and the speedup is smaller.",
        )


def disks(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at the file systems of caches and results."""
    del identity
    for disk in state.disks:
        yield from _room(disk)
        if disk.role == "cache":
            yield from _kind(disk)


def _room(disk: Disk) -> Iterator[DoctorFinding]:
    if disk.free_bytes is None:
        return
    severity = graded_low(disk.free_bytes, warn=5 * GB, bad=1 * GB)
    yield DoctorFinding(
        severity,
        "disk",
        f"{disk.free_bytes / GB:.1f} GB are free where the {disk.role} directory is.",
        "" if severity == "ok" else "Free some.",
        "" if severity == "ok" else FULL_DISK.get(disk.role, ""),
    )


def _kind(disk: Disk) -> Iterator[DoctorFinding]:
    kind = disk.file_system
    if kind is None:
        return
    other = "Set `cache_root:` in the experiment to a directory on a local disk"
    if kind in IN_MEMORY:
        yield DoctorFinding(
            "warn",
            "file system",
            f"Caches lie in memory ({kind}): not to be evicted, and fast to load.",
            f"{other}, unless memory is what you want to measure.",
            "Warm starts read no disk: the storages evicted and boot come out too fast.",
        )
    elif kind in OWN_CACHE:
        yield DoctorFinding(
            "warn",
            "file system",
            f"Caches lie on {kind}, which keeps files in a cache of its own: evicted files may "
            "still be in memory.",
            f"{other} of another kind for the storages evicted and boot.",
            "Warm starts of these storages come out too fast; those of storage hot hold.",
        )
    elif kind in NETWORK or kind in SHARED_BY_HOST:
        whose = "the network" if kind in NETWORK else "the host of this machine"
        yield DoctorFinding(
            "warn",
            "file system",
            f"Caches lie on {kind}: {whose} decides how fast they load.",
            f"{other}, unless {kind} is what you want to measure.",
            "Cold and warm times, and so the speedups, hold for this file system only, and change "
            "with what others do there.",
        )
    else:
        yield DoctorFinding("ok", "file system", f"Caches lie on {kind}.")


CHECKS = (memory, swap, container_limits, disks)
