from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.machine.container_limits import ContainerLimits, read_limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tree = Callable[[dict[str, str]], Path]

CGROUP = "sys/fs/cgroup"


def test_without_control_groups_there_is_no_limit(tree: Tree) -> None:
    assert read_limits(tree({})) == ContainerLimits()


def test_version_2_inside_a_container(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "0::/\n",
            f"{CGROUP}/cpu.max": "150000 100000\n",
            f"{CGROUP}/memory.max": "4294967296\n",
        }
    )
    assert read_limits(root) == ContainerLimits(1.5, 4 * 2**30)


def test_version_2_without_limits_says_max(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "0::/user.slice\n",
            f"{CGROUP}/user.slice/cpu.max": "max 100000\n",
            f"{CGROUP}/user.slice/memory.max": "max\n",
        }
    )
    assert read_limits(root) == ContainerLimits()


def test_the_tightest_limit_of_all_groups_above_counts(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "0::/a/b\n",
            f"{CGROUP}/a/b/cpu.max": "400000 100000\n",
            f"{CGROUP}/a/b/memory.max": "1000\n",
            f"{CGROUP}/a/cpu.max": "200000 100000\n",
            f"{CGROUP}/a/memory.max": "2000\n",
        }
    )
    assert read_limits(root) == ContainerLimits(2.0, 1000)


def test_version_1_with_controllers_mounted_together_or_apart(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "4:cpu,cpuacct:/docker/abc\n5:memory:/docker/abc\n1:name=x:/\n",
            f"{CGROUP}/cpu,cpuacct/docker/abc/cpu.cfs_quota_us": "50000\n",
            f"{CGROUP}/cpu,cpuacct/docker/abc/cpu.cfs_period_us": "100000\n",
            f"{CGROUP}/memory/docker/abc/memory.limit_in_bytes": "2147483648\n",
        }
    )
    assert read_limits(root) == ContainerLimits(0.5, 2 * 2**30)


def test_version_1_in_a_container_that_sees_the_hosts_path(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "4:cpu:/docker/abc\n5:memory:/docker/abc\n",
            f"{CGROUP}/cpu/cpu.cfs_quota_us": "300000\n",
            f"{CGROUP}/cpu/cpu.cfs_period_us": "100000\n",
            f"{CGROUP}/memory/memory.limit_in_bytes": "1073741824\n",
        }
    )
    assert read_limits(root) == ContainerLimits(3.0, 2**30)


def test_version_1_without_limits_has_signs_of_its_own(tree: Tree) -> None:
    root = tree(
        {
            "proc/self/cgroup": "4:cpu:/\n5:memory:/\n0::/\n",
            f"{CGROUP}/cpu/cpu.cfs_quota_us": "-1\n",
            f"{CGROUP}/cpu/cpu.cfs_period_us": "100000\n",
            f"{CGROUP}/memory/memory.limit_in_bytes": "9223372036854771712\n",
        }
    )
    assert read_limits(root) == ContainerLimits()


def test_a_group_outside_of_the_mount_leads_to_the_mount(tree: Tree) -> None:
    root = tree({"proc/self/cgroup": "0::/../other\n", f"{CGROUP}/memory.max": "5000\n"})
    assert read_limits(root).memory_bytes == 5000
