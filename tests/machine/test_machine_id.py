from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldwarm.machine.machine_id import APPLICATION, boot_mark, keyed_hash, machine_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    Tree = Callable[[dict[str, str]], Path]

ID = "0123456789abcdef0123456789abcdef"
BOOTED_S = 1_800_000_000
BEFORE, SINCE = BOOTED_S - 1000, BOOTED_S + 10
HOST = {"etc/machine-id": f"{ID}\n", "proc/stat": f"cpu 1 2\nbtime {BOOTED_S}\n"}
CARD = {"sys/class/net/eth0/address": "52:54:00:12:34:56\n", "sys/class/net/eth0/device/x": ""}


def mark(
    root: Path,
    *,
    written_s: int = BEFORE,
    hypervisor: str | None = "none",
    container: str | None = "none",
) -> str | None:
    for file in root.rglob("machine-id"):
        os.utime(file, (written_s, written_s))
    return machine_mark(root, hypervisor=hypervisor, container=container)


def test_an_id_is_hashed_with_a_key_of_this_application(tree: Tree) -> None:
    found = mark(tree(HOST))
    assert found == keyed_hash(ID)
    assert found is not None
    assert uuid.UUID(found).version == 4
    assert ID not in found


def test_the_hash_is_that_of_systemd() -> None:
    ask = ["systemd-id128", "machine-id", f"--app-specific={APPLICATION.hex}"]
    try:
        text = Path("/etc/machine-id").read_text().strip()
        told = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no systemd-id128 or no machine id here")
    assert keyed_hash(text) == told


@pytest.mark.parametrize("text", ["", "\n", "uninitialized\n", "0" * 32, "f" * 32, "1", "\0"])
def test_what_is_no_id_gives_no_mark(tree: Tree, text: str) -> None:
    assert mark(tree({**HOST, "etc/machine-id": text})) is None
    older = {"var/lib/dbus/machine-id": ID}
    assert mark(tree({**HOST, "etc/machine-id": text, **older})) == keyed_hash(ID)


@pytest.mark.parametrize("container", ["docker", "kubernetes", "lxc", None])
def test_an_id_in_a_container_is_that_of_an_image(tree: Tree, container: str | None) -> None:
    assert mark(tree(HOST), container=container) is None


def test_an_id_of_this_boot_may_not_outlive_it(tree: Tree) -> None:
    assert mark(tree(HOST), written_s=SINCE) is None
    mounted = {"proc/self/mountinfo": "41 22 0:5 /x /etc/machine-id ro - tmpfs tmpfs rw\n"}
    assert mark(tree({**HOST, **mounted})) is None
    assert mark(tree({"etc/machine-id": ID, "proc/stat": "cpu 1 2\n"})) is None


def test_clones_of_a_virtual_machine_have_other_network_addresses(tree: Tree) -> None:
    assert mark(tree(HOST), hypervisor="kvm") is None
    one = mark(tree({**HOST, **CARD}), hypervisor="kvm")
    bridge = {"sys/class/net/docker0/address": "02:42:00:00:00:01"}
    assert one == mark(tree(bridge), hypervisor="kvm")
    other = mark(tree({"sys/class/net/eth0/address": "52:54:00:65:43:21\n"}), hypervisor="kvm")
    assert None not in (one, other)
    assert one != other


def test_a_laptop_stays_itself_with_another_network_card(tree: Tree) -> None:
    assert mark(tree(HOST)) == mark(tree(CARD))


def test_a_boot_has_a_mark_of_its_own(tree: Tree) -> None:
    boot = "deced721-df2f-4503-8b09-507101d87f32"
    root = tree({"proc/sys/kernel/random/boot_id": f"{boot}\n"})
    assert boot_mark(root) == keyed_hash(boot.replace("-", ""))
    assert boot_mark(root / "nowhere") is None
