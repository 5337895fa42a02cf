from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import TYPE_CHECKING

import psutil

from coldwarm.machine.disk import Disk, read_disk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    Tree = Callable[[dict[str, str]], Path]


def mount(point: str, kind: str, optional: str = "") -> str:
    return f"22 27 0:21 / {point} rw,relatime {optional}- {kind} source rw\n"


def test_the_closest_mount_above_decides(tree: Tree, tmp_path: Path) -> None:
    text = mount("/", "ext4") + mount(f"{tmp_path}", "tmpfs", "shared:5 ")
    root = tree({"proc/self/mountinfo": text})
    assert read_disk("cache", tmp_path / "root", root).file_system == "tmpfs"
    assert read_disk("cache", tmp_path.parent, root).file_system == "ext4"


def test_a_name_that_only_begins_alike_is_another_directory(tree: Tree, tmp_path: Path) -> None:
    text = mount("/", "ext4") + mount(f"{tmp_path}/ca", "tmpfs")
    (tmp_path / "cache").mkdir()
    root = tree({"proc/self/mountinfo": text})
    assert read_disk("cache", tmp_path / "cache", root).file_system == "ext4"


def test_of_two_mounts_on_one_place_the_later_counts(tree: Tree, tmp_path: Path) -> None:
    text = mount("/", "rootfs") + mount("/", "overlay")
    assert (
        read_disk("cache", tmp_path, tree({"proc/self/mountinfo": text})).file_system == "overlay"
    )


def test_spaces_in_mount_points_are_escaped(tree: Tree, tmp_path: Path) -> None:
    place = tmp_path / "my disk"
    place.mkdir()
    text = mount("/", "ext4") + mount(f"{tmp_path}/my\\040disk", "nfs4") + "damaged line\n"
    assert read_disk("cache", place, tree({"proc/self/mountinfo": text})).file_system == "nfs4"


def test_a_directory_that_is_not_there_yet_stands_on_its_parents_disk(
    tree: Tree, tmp_path: Path
) -> None:
    root = tree({"proc/self/mountinfo": mount("/", "xfs")})
    disk = read_disk("results", tmp_path / "not" / "yet", root)
    usage = shutil.disk_usage(tmp_path)
    assert (disk.role, disk.file_system) == ("results", "xfs")
    assert disk.total_bytes == usage.total
    assert disk.free_bytes is not None


def test_links_are_followed(tree: Tree, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / "link").symlink_to(target)
    text = mount("/", "ext4") + mount(str(target), "tmpfs")
    root = tree({"proc/self/mountinfo": text})
    assert read_disk("cache", tmp_path / "link", root).file_system == "tmpfs"


def test_without_mountinfo_psutil_is_asked(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partitions = [SimpleNamespace(mountpoint="/", fstype="APFS")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: partitions)
    assert read_disk("cache", tmp_path, tree({})).file_system == "apfs"


def test_a_disk_that_does_not_tell_its_size_still_has_a_kind(
    tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(shutil, "disk_usage", refuse)
    root = tree({"proc/self/mountinfo": mount("/", "ext4")})
    assert read_disk("cache", tmp_path, root) == Disk("cache", "ext4")
