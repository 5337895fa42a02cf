from __future__ import annotations

import json
import platform
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldwarm.machine.identity import Identity, identify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]

CPU = "sys/devices/system/cpu"
LAPTOP = {
    "proc/cpuinfo": "processor : 0\nmodel name : Intel(R)  Core(TM) i7\nflags : fpu\n" * 4,
    "proc/meminfo": "MemTotal: 16000000 kB\n",
    "proc/sys/kernel/osrelease": "6.8.0-45-generic\n",
    "proc/self/status": "",
    "etc/os-release": 'NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n',
    **{
        f"{CPU}/cpu{number}/topology/core_cpus_list": f"{number % 2},{number % 2 + 2}\n"
        for number in range(4)
    },
}


def test_a_laptop_is_recognised(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    assert identify(tree(LAPTOP), hostname="Desk-7.example.org") == Identity(
        host_id="desk-7",
        cpu_model="Intel(R) Core(TM) i7",
        physical_cores=2,
        logical_cores=4,
        memory_bytes=16_384_000_000,
        os="Ubuntu 24.04.1 LTS",
        kernel="6.8.0-45-generic",
        architecture="x86_64",
        hypervisor="none",
        container="none",
    )


def test_unknown_values_are_none_and_never_guessed(tree: Tree) -> None:
    identity = identify(tree({"proc/cpuinfo": "BogoMIPS : 48\n"}), hostname="board")
    known = {key for key, value in identity.to_json().items() if value is not None}
    assert known == {"host_id", "os", "architecture", "digest"}


@pytest.mark.parametrize(
    ("files", "model"),
    [
        ({"proc/device-tree/model": "Raspberry Pi 5 Model B\0"}, "Raspberry Pi 5 Model B"),
        (
            {"proc/cpuinfo": "processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n"},
            "ARM implementer 0x41 part 0xd0c",
        ),
    ],
)
def test_processors_without_a_name(tree: Tree, files: dict[str, str], model: str) -> None:
    assert identify(tree({"proc/cpuinfo": "processor : 0\n", **files})).cpu_model == model


def test_processors_are_counted_where_sys_is_missing(tree: Tree) -> None:
    identity = identify(tree({"proc/cpuinfo": "processor : 0\n\nprocessor : 1\n"}))
    assert (identity.logical_cores, identity.physical_cores) == (2, None)


@pytest.mark.parametrize(
    ("hostname", "host_id"),
    [
        ("runner-01.corp.example.com", "runner-01"),
        ("Anna's MacBook Pro.local", "anna-s-macbook-pro"),
        ("../../etc", "board-"),
        ("bücher_höhle", "b-cher-h-hle"),
        ("CON", "host-con"),
        ("x" * 80, "x" * 40),
    ],
)
def test_a_host_id_is_a_safe_directory_name(tree: Tree, hostname: str, host_id: str) -> None:
    found = identify(tree({"proc/cpuinfo": "model name : Board\n"}), hostname=hostname).host_id
    assert found.startswith(host_id)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*[a-z0-9]", found)


@pytest.mark.parametrize("hostname", ["", "localhost", "3f2a1b4c5d6e", "192.168.1.5"])
def test_a_host_name_that_says_nothing_gives_way_to_the_hardware(tree: Tree, hostname: str) -> None:
    first = identify(tree(LAPTOP), hostname=hostname).host_id
    assert re.fullmatch(r"intel-r-core-tm-i7-[0-9a-f]{6}", first)
    newer_kernel = tree({"proc/sys/kernel/osrelease": "6.9.0\n"})
    assert identify(newer_kernel, hostname="0123456789ab").host_id == first


IDENTITY = Identity(
    host_id="desk",
    cpu_model="Core i7",
    physical_cores=2,
    logical_cores=4,
    memory_bytes=16 * 2**30,
    os="Ubuntu 24.04",
    kernel="6.8.0",
    architecture="x86_64",
    hypervisor="none",
    container="none",
)


@pytest.mark.parametrize(
    "change",
    [
        {"cpu_model": "Core i9"},
        {"logical_cores": 8},
        {"memory_bytes": 32 * 2**30},
        {"memory_bytes": None},
        {"kernel": "6.9.0"},
        {"os": "Ubuntu 26.04"},
        {"hypervisor": "kvm"},
        {"container": "docker"},
    ],
)
def test_the_digest_changes_with_hardware_and_system(change: dict[str, object]) -> None:
    assert replace(IDENTITY, **change).digest != IDENTITY.digest


def test_the_digest_ignores_the_name_and_what_a_boot_changes() -> None:
    assert replace(IDENTITY, host_id="moved").digest == IDENTITY.digest
    other_boot = replace(IDENTITY, memory_bytes=16 * 2**30 - 40_000_000)
    assert other_boot.digest == IDENTITY.digest


def test_an_identity_survives_json_also_with_keys_of_a_later_version() -> None:
    data = json.loads(json.dumps({**IDENTITY.to_json(), "novelty": 1}))
    assert data["digest"] == IDENTITY.digest
    assert Identity.from_json(data) == IDENTITY


def test_the_summary_leaves_out_what_is_not_known() -> None:
    assert IDENTITY.summary == (
        "Core i7, 2 cores, 4 threads, 17.2 GB, Ubuntu 24.04, kernel 6.8.0, x86_64"
    )
    assert Identity("x", logical_cores=4, hypervisor="kvm", container="docker").summary == (
        "4 threads, hypervisor kvm, container docker"
    )
    assert Identity("x").summary == ""


def test_a_mac_is_asked_by_sysctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sysctl(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        assert command == ("sysctl", "-n", "machdep.cpu.brand_string")
        return subprocess.CompletedProcess(command, 0, "Apple M3\n", "")

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "mac_ver", lambda: ("14.5", ("", "", ""), "arm64"))
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(subprocess, "run", sysctl)
    identity = identify(tmp_path, hostname="mini")
    assert (identity.cpu_model, identity.os) == ("Apple M3", "Darwin 14.5")
    assert identity.architecture == "aarch64"
    assert identity.hypervisor is None
    assert identity.memory_bytes


def test_a_mac_without_sysctl_has_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(command: tuple[str, ...], **_: object) -> None:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(subprocess, "run", missing)
    assert identify(tmp_path, hostname="mini").cpu_model is None


def test_windows_names_its_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "version", lambda: "10.0.22631")
    monkeypatch.setattr(platform, "processor", lambda: "Intel64 Family 6 Model 170")
    identity = identify(tmp_path, hostname="PC-1")
    assert (identity.cpu_model, identity.os) == (
        "Intel64 Family 6 Model 170",
        "Windows 10.0.22631",
    )


def test_this_machine_has_an_identity_that_stays() -> None:
    first, second = identify(), identify()
    assert first == second
    assert first.digest == second.digest
    assert first.logical_cores
    assert first.memory_bytes
