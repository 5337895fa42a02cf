from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.machine.virtualization import container, hypervisor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]

GUEST = {"proc/cpuinfo": "flags : fpu hypervisor lm\n"}
CLOCKS = "sys/devices/system/clocksource/clocksource0/available_clocksource"


def test_without_the_flag_a_pc_is_bare_metal(tree: Tree) -> None:
    assert hypervisor(tree({"proc/cpuinfo": "flags : fpu lm\n"})) == "none"


def test_bare_metal_is_not_judged_by_a_vendor_that_also_makes_guests(tree: Tree) -> None:
    root = tree(
        {"proc/cpuinfo": "flags : fpu lm\n", "sys/class/dmi/id/product_name": "Virtual Machine"}
    )
    assert hypervisor(root) == "none"


@pytest.mark.parametrize(
    ("product", "vendor", "kind"),
    [
        ("Standard PC (Q35 + ICH9, 2009)", "QEMU", "qemu"),
        ("VMware Virtual Platform", "VMware, Inc.", "vmware"),
        ("VirtualBox", "innotek GmbH", "virtualbox"),
        ("Virtual Machine", "Microsoft Corporation", "hyper-v"),
        ("c5.large", "Amazon EC2", "amazon"),
        ("Google Compute Engine", "Google", "google"),
    ],
)
def test_firmware_names_the_kind(tree: Tree, product: str, vendor: str, kind: str) -> None:
    dmi = {"sys/class/dmi/id/product_name": product, "sys/class/dmi/id/sys_vendor": vendor}
    assert hypervisor(tree({**GUEST, **dmi})) == kind


@pytest.mark.parametrize(
    ("clocks", "kind"),
    [("tsc kvm-clock", "kvm"), ("hyperv_clocksource_tsc_page acpi_pm", "hyper-v")],
)
def test_a_guest_without_firmware_is_known_by_its_clock(tree: Tree, clocks: str, kind: str) -> None:
    assert hypervisor(tree({**GUEST, CLOCKS: clocks})) == kind


def test_xen_and_device_trees_name_themselves(tree: Tree) -> None:
    assert hypervisor(tree({**GUEST, "sys/hypervisor/type": "xen\n"})) == "xen"
    arm = {"proc/device-tree/hypervisor/compatible": "linux,kvm\0"}
    assert hypervisor(tree({"sys/hypervisor/type": "", **arm})) == "kvm"


def test_a_guest_that_says_no_name_is_a_guest_all_the_same(tree: Tree) -> None:
    assert hypervisor(tree({**GUEST, CLOCKS: "tsc hpet"})) == "unnamed"


def test_where_nothing_tells_nothing_is_said(tree: Tree) -> None:
    assert hypervisor(tree({"proc/cpuinfo": "CPU implementer : 0x41\n"})) is None


def test_windows_subsystem_is_named(tree: Tree) -> None:
    release = {"proc/sys/kernel/osrelease": "5.15.90.1-microsoft-standard-WSL2\n"}
    assert hypervisor(tree({**GUEST, **release})) == "wsl"


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, "none"),
        ({"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn"),
        ({"run/.containerenv": ""}, "podman"),
        ({".dockerenv": ""}, "docker"),
        ({"proc/self/cgroup": "0::/system.slice/docker-abc.scope"}, "docker"),
        ({"proc/self/cgroup": "1:cpu:/kubepods/besteffort/docker/x"}, "kubernetes"),
        ({"proc/self/cgroup": "0::/lxc.payload.web"}, "lxc"),
        ({"run/secrets/kubernetes.io/serviceaccount/token": "x", ".dockerenv": ""}, "kubernetes"),
    ],
)
def test_kinds_of_containers(tree: Tree, files: dict[str, str], kind: str) -> None:
    assert container(tree({"proc/self/status": "", **files})) == kind


def test_off_linux_nothing_is_said_of_containers(tree: Tree) -> None:
    assert container(tree({".dockerenv": ""})) is None
