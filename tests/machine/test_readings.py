from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.machine.readings import (
    cpu_directories,
    read_int,
    read_keys,
    read_kilobytes,
    read_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]


def test_what_cannot_be_read_is_none(tree: Tree) -> None:
    root = tree({"directory/file": "x", "empty": "\n"})
    assert read_text(root / "missing") is None
    assert read_text(root / "directory") is None
    assert read_text(root / "empty") is None


def test_text_is_stripped_of_blanks_and_of_the_zeros_of_a_device_tree(tree: Tree) -> None:
    assert read_text(tree({"model": "Raspberry Pi 5\0\n"}) / "model") == "Raspberry Pi 5"


def test_only_an_integer_is_one(tree: Tree) -> None:
    root = tree({"good": "-42\n", "word": "max", "float": "1.5"})
    assert read_int(root / "good") == -42
    assert read_int(root / "word") is None
    assert read_int(root / "float") is None
    assert read_int(root / "missing") is None


def test_the_first_of_repeated_keys_counts(tree: Tree) -> None:
    path = tree({"info": "name\t: first\nname : second\nno separator\nempty:\n"}) / "info"
    assert read_keys(path) == {"name": "first", "empty": ""}


def test_kilobytes_become_bytes(tree: Tree) -> None:
    path = tree({"meminfo": "MemTotal:       16 kB\nOdd: many kB\n"}) / "meminfo"
    assert read_kilobytes(path, "MemTotal") == 16384
    assert read_kilobytes(path, "Odd") is None
    assert read_kilobytes(path, "Missing") is None


def test_processors_that_are_offline_do_not_count(tree: Tree) -> None:
    root = tree(
        {
            "sys/devices/system/cpu/cpu0/topology/core_id": "0",
            "sys/devices/system/cpu/cpu1/online": "0",
            "sys/devices/system/cpu/cpufreq/boost": "1",
        }
    )
    assert [path.name for path in cpu_directories(root)] == ["cpu0"]
