from __future__ import annotations

import json
import platform
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldwarm.machine import identity as identity_module
from coldwarm.machine.identity import Identity, identify
from coldwarm.machine.processes import Finished

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
        label="desk-7",
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
    assert known == {"label", "os", "architecture", "kind"}


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


@pytest.mark.parametrize("hostname", ["", "localhost", "3f2a1b4c5d6e", "192.168.1.5"])
def test_a_host_name_that_says_nothing_gives_way_to_the_hardware(tree: Tree, hostname: str) -> None:
    first = identify(tree(LAPTOP), hostname=hostname).label
    assert re.fullmatch(r"intel-r-core-tm-i7-[0-9a-f]{6}", first)
    newer_kernel = tree({"proc/sys/kernel/osrelease": "6.9.0\n"})
    assert identify(newer_kernel, hostname="0123456789ab").label == first


IDENTITY = Identity(
    label="desk",
    machine="m1",
    boot="b1",
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
    ("gib", "sold"),
    [
        ("0.47", "0.5"),
        ("3.8", "4"),
        ("6.76", "7"),
        ("15.5", "16"),
        ("15.4", "16"),
        ("16", "16"),
        ("23.54", "24"),
        ("23.49", "24"),
        ("31.3", "32"),
        ("62.7", "64"),
        ("125.6", "128"),
        ("503", "512"),
    ],
)
def test_a_kind_has_the_memory_that_was_sold(gib: str, sold: str) -> None:
    size = int(float(gib) * 2**30)
    assert Identity("x", memory_bytes=size).kind == f"{sold} GiB"


def test_a_kind_is_the_hardware_in_words() -> None:
    assert IDENTITY.kind == "Core i7, 4 threads, 16 GiB, x86_64, bare metal"
    assert replace(IDENTITY, hypervisor="kvm").kind.endswith("x86_64, hypervisor kvm")
    assert Identity("x").kind == ""


@pytest.mark.parametrize("data", [None, [], "vm", 7, {"label": ["x"], "host_id": None}])
def test_odd_identities_are_unknown_ones(data: object) -> None:
    assert Identity.from_json(data) == Identity("unknown host")


def test_odd_values_are_unknown() -> None:
    odd = {"label": "x", "cpu_model": 3, "logical_cores": "two", "memory_bytes": -1, "os": {}}
    assert Identity.from_json({**odd, "physical_cores": True, "machine": ""}) == Identity("x")


def test_a_stored_identity_of_before_there_were_labels_keeps_its_name() -> None:
    stored = {"host_id": "vm", "cpu_model": "Core i7", "memory_bytes": 16 * 2**30, "digest": "a1"}
    assert Identity.from_json(stored) == Identity(
        "vm", cpu_model="Core i7", memory_bytes=16 * 2**30
    )


def test_an_identity_survives_json_also_with_keys_of_a_later_version() -> None:
    data = json.loads(json.dumps({**IDENTITY.to_json(), "novelty": 1}))
    assert data["kind"] == IDENTITY.kind
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
    def sysctl(command: tuple[str, ...], **_: object) -> Finished:
        assert command == ("sysctl", "-n", "machdep.cpu.brand_string")
        return Finished(b"Apple M3\n", b"", 0, timed_out=False)

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "mac_ver", lambda: ("14.5", ("", "", ""), "arm64"))
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(identity_module, "run_process", sysctl)
    identity = identify(tmp_path, hostname="mini")
    assert (identity.cpu_model, identity.os) == ("Apple M3", "Darwin 14.5")
    assert identity.architecture == "aarch64"
    assert identity.hypervisor is None
    assert identity.memory_bytes


def test_a_mac_without_sysctl_has_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(command: tuple[str, ...], **_: object) -> None:
        raise FileNotFoundError(command[0])

    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(identity_module, "run_process", missing)
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
    assert first.kind == second.kind
    assert first.logical_cores
    assert first.memory_bytes
