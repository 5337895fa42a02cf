"""Marks by which a machine is known again: keyed hashes, never the ids themselves.

An id is used only where it belongs to one machine and outlives a boot. What is given up:

- in a container: the id was baked into the image, or made for the container,
- written since the last boot, or mounted over: nothing shows that the next boot keeps it,
- in a virtual machine, on its own: clones share it. Network addresses, which clones do not
  share, are hashed with it; where none is found, there is no mark.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING
from uuid import UUID

from coldwarm.machine.readings import read_keys, read_text

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION = UUID("639619cd-a417-4e93-bff9-1f0e5884498b")
"""Of coldwarm. Hashes of the same id made for another application have nothing in common."""

ID_FILES = ("etc/machine-id", "var/lib/dbus/machine-id")
BOOT_ID = "proc/sys/kernel/random/boot_id"
UNSET = frozenset("0f")
"""Ids of this digit alone are placeholders."""

NO_ADDRESS = "00:00:00:00:00:00"


def machine_mark(root: Path, *, hypervisor: str | None, container: str | None) -> str | None:
    """Return a hash that stays the same while the machine does, None where no id is trusted.

    Args:
        root: where /proc, /sys and /etc are.
        hypervisor: as in `Identity`.
        container: as in `Identity`.
    """
    if container != "none":
        return None
    file = next((root / name for name in ID_FILES if _id_in(root / name)), None)
    if file is None or _made_since_boot(file, root) or _is_mounted(file, root):
        return None
    addresses = [] if hypervisor == "none" else _network_addresses(root)
    if hypervisor != "none" and not addresses:
        return None
    return keyed_hash(_id_in(file), *addresses)


def boot_mark(root: Path) -> str | None:
    """Return a hash that stays the same until the kernel is started again, also in containers."""
    return keyed_hash(_id_in(root / BOOT_ID))


def keyed_hash(machine_id: str | None, *more: str) -> str | None:
    """Return what ``systemd-id128 --app-specific`` makes of an id; nothing more of it is kept.

    Args:
        machine_id: 32 hexadecimal digits; None gives None.
        more: texts that take part in the hash.
    """
    if machine_id is None:
        return None
    message = APPLICATION.bytes + " ".join(more).encode()
    digest = hmac.digest(bytes.fromhex(machine_id), message, "sha256")
    return UUID(bytes=digest[:16], version=4).hex


def _id_in(file: Path) -> str | None:
    """Return the id that a file holds; not words such as ``uninitialized``."""
    text = (read_text(file) or "").replace("-", "").lower()
    return text if re.fullmatch(r"[0-9a-f]{32}", text) and not set(text) <= UNSET else None


def _made_since_boot(file: Path, root: Path) -> bool:
    booted_s = read_keys(root / "proc/stat", " ").get("btime", "")
    try:
        return not booted_s.isdigit() or file.stat().st_mtime >= int(booted_s)
    except OSError:
        return True


def _is_mounted(file: Path, root: Path) -> bool:
    """Return whether the file is a mount of its own, as systemd makes for an id of one boot."""
    places = (line.split()[4:5] for line in _lines(root / "proc/self/mountinfo"))
    return [f"/{file.relative_to(root)}"] in places


def _network_addresses(root: Path) -> list[str]:
    """Return the hardware addresses of network devices, not of bridges and tunnels."""
    found = {
        read_text(interface / "address")
        for interface in (root / "sys/class/net").glob("*")
        if (interface / "device").exists()
    }
    return sorted(address for address in found if address and address != NO_ADDRESS)


def _lines(file: Path) -> list[str]:
    return (read_text(file) or "").splitlines()
