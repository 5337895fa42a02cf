"""Identity: who the machine is. How it is at the moment is in `state`."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import psutil

from coldwarm.machine.label import folder_of, label_of_hardware, label_of_host
from coldwarm.machine.machine_id import boot_mark, machine_mark
from coldwarm.machine.processes import run_process
from coldwarm.machine.readings import cpu_directories, read_keys, read_kilobytes, read_text, told
from coldwarm.machine.virtualization import container, hypervisor

ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
"""Other systems' names for the same instruction set."""

GIB = 2**30
MEMORY_STEPS = 4
"""Sizes between two powers of two that memory is sold in, such as 16, 20, 24, 28 GiB."""

UNKNOWN_HOST = "unknown host"
COUNTS = ("physical_cores", "logical_cores", "memory_bytes")


@dataclass(frozen=True)
class Identity:
    """Who the machine is. None means that this system does not tell.

    Attributes:
        label: what the host is called: first label of its name, or what the user says, or
            built from the hardware where the host name says nothing or changes at every start.
        machine: hash that only this machine has, now and after the next boot.
        boot: hash that only this machine has, until its next boot.
        cpu_model: as the processor names itself.
        physical_cores: cores of the machine, whatever a container or affinity allows.
        logical_cores: hardware threads that are online.
        memory_bytes: memory the operating system has.
        os: name and version of the distribution or system.
        kernel: release of the kernel.
        architecture: such as ``x86_64``.
        hypervisor: kind of virtual machine, ``none`` on bare metal.
        container: kind of container, ``none`` outside of one.
    """

    label: str
    machine: str | None = None
    boot: str | None = None
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
    def folder(self) -> str:
        """Return the name of the directory for runs of this host."""
        return folder_of(self.label)

    @property
    def hardware(self) -> dict[str, str]:
        """Return what is known of the hardware, in words: machines of one kind agree in it.

        The kernel keeps a part of the memory for itself, another one after each update: memory
        counts as the next larger size that it is sold in.
        """
        memory = self.memory_bytes and f"{_sold_bytes(self.memory_bytes) / GIB:g} GiB"
        known = {
            "processor": self.cpu_model,
            "threads": self.logical_cores and str(self.logical_cores),
            "memory": memory,
            "architecture": self.architecture,
            "hypervisor": self.hypervisor,
        }
        return {name: value for name, value in known.items() if value}

    @property
    def kind(self) -> str:
        """Return the hardware in one line, empty where nothing is known."""
        known = self.hardware
        if "threads" in known:
            known["threads"] += " threads"
        if "hypervisor" in known:
            virtual = known["hypervisor"] != "none"
            known["hypervisor"] = f"hypervisor {self.hypervisor}" if virtual else "bare metal"
        return ", ".join(known.values())

    @property
    def has_name(self) -> bool:
        """Return whether the label says more than the hardware does."""
        return self.label not in (UNKNOWN_HOST, _label_of_hardware(asdict(self)))

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
        """Return the identity as a JSON object, its kind included."""
        return {**asdict(self), "kind": self.kind}

    @classmethod
    def from_json(cls, data: object) -> Identity:
        """Rebuild an identity; unknown keys are ignored, missing and odd ones unknown values.

        Runs of before there were labels call theirs ``host_id``.
        """
        given = data if isinstance(data, dict) else {}
        known = {f.name: _checked(f.name, given.get(f.name)) for f in fields(cls)}
        label = known["label"] or _checked("label", given.get("host_id")) or UNKNOWN_HOST
        return cls(**{**known, "label": label})


def identify(root: Path = Path("/"), *, hostname: str | None = None) -> Identity:
    """Find out who this machine is.

    Args:
        root: where /proc, /sys and /etc are; another directory in tests.
        hostname: taken from the system when None.
    """
    known = _from_linux(root) if (root / "proc/cpuinfo").exists() else _from_elsewhere()
    machine = platform.machine().lower()
    known["architecture"] = ARCHITECTURES.get(machine, machine) or None
    label = label_of_host(platform.node() if hostname is None else hostname)
    return Identity(label or _label_of_hardware(known), **known)


def _from_linux(root: Path) -> dict[str, Any]:
    cpus = cpu_directories(root)
    release = read_keys(root / "etc/os-release", "=")
    around = {"hypervisor": hypervisor(root), "container": container(root)}
    return {
        **around,
        "machine": machine_mark(root, **around),
        "boot": boot_mark(root),
        "cpu_model": _linux_cpu_model(root),
        "physical_cores": _cores(cpus),
        "logical_cores": len(cpus) or _processors(root),
        "memory_bytes": read_kilobytes(root / "proc/meminfo", "MemTotal"),
        "os": release.get("PRETTY_NAME", "").strip("\"'") or "Linux",
        "kernel": read_text(root / "proc/sys/kernel/osrelease"),
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
        done = run_process(command, env=os.environ, timeout_s=10)
    except OSError:
        return None
    return done.stdout.decode(errors="replace").strip() or None


def _label_of_hardware(known: dict[str, Any]) -> str:
    size = known["memory_bytes"]
    memory = None if size is None else round(size / GIB)
    return label_of_hardware(
        known["cpu_model"], known["logical_cores"], memory, known["architecture"]
    )


def _sold_bytes(size: int) -> int:
    step = max((1 << (size.bit_length() - 1)) // MEMORY_STEPS, 1)
    return -(-size // step) * step


def _checked(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    wanted = int if name in COUNTS else str
    good = isinstance(value, wanted) and not isinstance(value, bool) and bool(value)
    return value if good and not (wanted is int and value < 0) else None
