"""Identity: who the machine is. What it does at the moment stands in `state`."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import psutil

from coldwarm.experiment.case import short_digest
from coldwarm.machine.files import cpu_directories, read_keys, read_kilobytes, read_text
from coldwarm.machine.told import told
from coldwarm.machine.virtualization import container, hypervisor

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
"""Other systems' names for the same instruction set."""

PLACEHOLDER_NAMES = frozenset(("localhost", "none", "unknown", "computer", "host"))
DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
"""Names that no directory can have on Windows."""

CONTAINER_ID = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")
"""What container engines use as host name; another one at every start."""

SLUG_LENGTH = 40
GIB = 2**30


@dataclass(frozen=True)
class Identity:
    """Who the machine is. None means that this system does not tell.

    Attributes:
        host_id: short readable name, safe in file names: first label of the host name, or
            built from the hardware where the host name says nothing or changes at every start.
        cpu_model: as the processor names itself.
        physical_cores: cores of the machine, whatever a container or affinity allows.
        logical_cores: hardware threads that are online.
        memory_bytes: memory the operating system has.
        os: name and version of the distribution or system.
        kernel: release of the kernel.
        architecture: instruction set, such as ``x86_64``.
        hypervisor: kind of virtual machine, ``none`` on bare metal.
        container: kind of container, ``none`` outside of one.
    """

    host_id: str
    cpu_model: str | None = None
    physical_cores: int | None = None
    logical_cores: int | None = None
    memory_bytes: int | None = None
    os: str | None = None
    kernel: str | None = None
    architecture: str | None = None
    hypervisor: str | None = None
    container: str | None = None

    @property
    def digest(self) -> str:
        """Identify hardware and operating system, whatever the machine is called.

        Memory counts in whole GiB, since its exact size differs a little from boot to boot.
        """
        what = asdict(self)
        del what["host_id"]
        what["memory_bytes"] = _gib(self.memory_bytes)
        return short_digest(what)

    @property
    def summary(self) -> str:
        """Return the machine in one line, leaving out what is not known."""
        parts = [self.cpu_model]
        if self.physical_cores and self.logical_cores:
            parts.append(f"{self.physical_cores} cores, {self.logical_cores} threads")
        elif self.logical_cores:
            parts.append(f"{self.logical_cores} threads")
        if self.memory_bytes:
            parts.append(f"{self.memory_bytes / 1e9:.1f} GB")
        parts += [self.os, self.kernel and f"kernel {self.kernel}", self.architecture]
        parts += [
            f"{label} {kind}"
            for label, kind in (("hypervisor", self.hypervisor), ("container", self.container))
            if kind not in (None, "none")
        ]
        return ", ".join(part for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        """Return the identity as a JSON object, its digest included."""
        return {**asdict(self), "digest": self.digest}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Identity:
        """Rebuild an identity; unknown keys are ignored, missing ones are unknown values."""
        return cls(**{f.name: data[f.name] for f in fields(cls) if f.name in data})


def identify(root: Path = Path("/"), *, hostname: str | None = None) -> Identity:
    """Find out who this machine is.

    Args:
        root: where /proc, /sys and /etc stand; another directory in tests.
        hostname: taken from the system when None.
    """
    known = _from_linux(root) if (root / "proc/cpuinfo").exists() else _from_elsewhere()
    machine = platform.machine().lower()
    known["architecture"] = ARCHITECTURES.get(machine, machine) or None
    return Identity(
        host_id=_host_id(platform.node() if hostname is None else hostname, known), **known
    )


def _from_linux(root: Path) -> dict[str, Any]:
    cpus = cpu_directories(root)
    release = read_keys(root / "etc/os-release", "=")
    return {
        "cpu_model": _linux_cpu_model(root),
        "physical_cores": _cores(cpus),
        "logical_cores": len(cpus) or _processors(root),
        "memory_bytes": read_kilobytes(root / "proc/meminfo", "MemTotal"),
        "os": release.get("PRETTY_NAME", "").strip("\"'") or "Linux",
        "kernel": read_text(root / "proc/sys/kernel/osrelease"),
        "hypervisor": hypervisor(root),
        "container": container(root),
    }


def _processors(root: Path) -> int | None:
    lines = (read_text(root / "proc/cpuinfo") or "").splitlines()
    return sum(line.startswith("processor") for line in lines) or None


def _linux_cpu_model(root: Path) -> str | None:
    info = read_keys(root / "proc/cpuinfo")
    if name := info.get("model name") or info.get("cpu model"):
        return " ".join(name.split())
    # ARM kernels give numbers instead of a name, small boards a name of the whole board.
    if board := read_text(root / "proc/device-tree/model") or info.get("Model"):
        return board
    if "CPU implementer" in info and "CPU part" in info:
        return f"ARM implementer {info['CPU implementer']} part {info['CPU part']}"
    return None


def _cores(cpus: list[Path]) -> int | None:
    siblings = {
        read_text(cpu / "topology/core_cpus_list")
        or read_text(cpu / "topology/thread_siblings_list")
        for cpu in cpus
    }
    return None if None in siblings else len(siblings) or None


def _from_elsewhere() -> dict[str, Any]:
    memory = told(psutil.virtual_memory)
    system = platform.system()
    return {
        "cpu_model": _mac_cpu_model() if system == "Darwin" else platform.processor() or None,
        "physical_cores": told(lambda: psutil.cpu_count(logical=False)),
        "logical_cores": told(psutil.cpu_count) or os.cpu_count(),
        "memory_bytes": memory.total if memory else told(_memory_bytes),
        "os": " ".join(filter(None, (system, platform.mac_ver()[0] or platform.version()))) or None,
        "kernel": platform.release() or None,
    }


def _memory_bytes() -> int:
    """Return what the system calls tell, which do without /proc."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _mac_cpu_model() -> str | None:
    command = ("sysctl", "-n", "machdep.cpu.brand_string")
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def _host_id(hostname: str, known: dict[str, Any]) -> str:
    # Only the first label: the domain says where somebody works.
    label = _slug(hostname.strip().partition(".")[0])
    says_nothing = not label or label in PLACEHOLDER_NAMES or label.isdigit()
    if says_nothing or CONTAINER_ID.fullmatch(label):
        model = known["cpu_model"]
        memory = _gib(known["memory_bytes"])
        hardware = [model, known["logical_cores"], memory, known["architecture"]]
        return f"{_slug(model or 'host')}-{short_digest(hardware)[:6]}"
    return f"host-{label}" if DEVICE_NAMES.fullmatch(label) else label


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:SLUG_LENGTH].rstrip("-")


def _gib(size: int | None) -> int | None:
    return None if size is None else round(size / GIB)
