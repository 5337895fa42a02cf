"""Whether the machine is virtual or a container, told by readable files only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.machine.readings import read_keys, read_text

if TYPE_CHECKING:
    from pathlib import Path

UNNAMED = "unnamed"
"""A hypervisor that shows itself without saying its name."""

DMI_NAMES = {
    "qemu": "qemu",
    "kvm": "kvm",
    "amazon ec2": "amazon",
    "google compute engine": "google",
    "vmware": "vmware",
    "virtualbox": "virtualbox",
    "innotek": "virtualbox",
    "virtual machine": "hyper-v",
    "parallels": "parallels",
    "bochs": "bochs",
    "openstack": "openstack",
    "bhyve": "bhyve",
    "xen": "xen",
}
"""What firmware says of itself, in lower case, and the name used here."""

CLOCK_NAMES = {"kvm-clock": "kvm", "hyperv_clocksource": "hyper-v", "xen": "xen"}
"""Clocks that only a guest of that hypervisor has."""

CGROUP_NAMES = {
    "kubepods": "kubernetes",
    "docker": "docker",
    "libpod": "podman",
    "lxc": "lxc",
    "containerd": "containerd",
}
"""Parts of the names of control groups, and the kind of container that they give away."""

FILES = {"run/secrets/kubernetes.io": "kubernetes", ".dockerenv": "docker"}
"""Files that only such a container has."""


def hypervisor(root: Path) -> str | None:
    """Return the kind of virtual machine, ``none`` on bare metal, None where nothing tells."""
    if "microsoft" in (read_text(root / "proc/sys/kernel/osrelease") or "").lower():
        return "wsl"
    flags = read_keys(root / "proc/cpuinfo").get("flags")
    bare_metal = flags is not None and "hypervisor" not in flags.split()
    if bare_metal:
        return "none"
    kind = _named(root)
    if kind is None and flags is not None:
        return UNNAMED
    return kind


def _named(root: Path) -> str | None:
    dmi = root / "sys/class/dmi/id"
    firmware = [read_text(dmi / name) or "" for name in ("product_name", "sys_vendor")]
    for text in firmware:
        for needle, name in DMI_NAMES.items():
            if needle in text.lower():
                return name
    if kind := read_text(root / "sys/hypervisor/type"):
        return kind
    if compatible := read_text(root / "proc/device-tree/hypervisor/compatible"):
        return compatible.rpartition(",")[2]
    clock = "sys/devices/system/clocksource/clocksource0/available_clocksource"
    clocks = (read_text(root / clock) or "").split()
    for prefix, name in CLOCK_NAMES.items():
        if any(clock.startswith(prefix) for clock in clocks):
            return name
    return None


def container(root: Path) -> str | None:
    """Return the kind of container, ``none`` when no sign of one is found, None off Linux."""
    if not (root / "proc/self").exists():
        return None
    # systemd writes the kind there when it runs inside a container.
    kind = read_text(root / "run/systemd/container")
    if kind is None and (root / "run/.containerenv").exists():
        kind = "podman"
    if kind is None:
        groups = read_text(root / "proc/self/cgroup") or ""
        kind = next((name for sign, name in CGROUP_NAMES.items() if sign in groups), None)
    if kind is None:
        kind = next((name for path, name in FILES.items() if (root / path).exists()), None)
    return kind or "none"
