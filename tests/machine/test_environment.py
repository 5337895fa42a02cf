from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.machine import environment
from coldwarm.machine.environment import driver_caches, worker_environment

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "LC_ALL",
        "PYTHONUTF8",
        "XDG_CACHE_HOME",
        "TMPDIR",
        "SYSTEMROOT",
        "OPENBLAS_CORETYPE",
        "OPENBLAS_L2_SIZE",
        "OCL_ICD_VENDORS",
        "ZE_AFFINITY_MASK",
    ],
)
def test_what_a_start_needs_is_passed_on(name: str) -> None:
    assert worker_environment({name: "value"}) == {name: "value"}


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHASHSEED",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "CI",
        "OMP_NUM_THREADS",
        "NEO_CACHE_DIR",
        "ZE_INTEL_NPU_CACHE_DIR",
        "GITHUB_TOKEN",
        "MY_PATH",
        "HTTP_PROXY",
    ],
)
def test_whatever_else_a_shell_holds_is_not(name: str) -> None:
    assert worker_environment({name: "value"}) == {}


@pytest.mark.parametrize("source", ["extra", "runtime_env"])
def test_what_is_asked_for_is_passed_on_even_so(source: str) -> None:
    asked = {"PYTHONPATH": "/build/python", "LD_LIBRARY_PATH": "/build/lib"}
    assert worker_environment({"PYTHONPATH": "/other"}, **{source: asked}) == asked  # type: ignore[arg-type]


def test_the_more_particular_wins(tmp_path: Path) -> None:
    env = worker_environment(
        {"PATH": "parent", "LANG": "parent", "TZ": "parent"},
        tmp_path,
        extra={"LANG": "extra", "TZ": "extra", "NEO_CACHE_PERSISTENT": "0"},
        runtime_env={"TZ": "runtime"},
    )
    assert (env["PATH"], env["LANG"], env["TZ"]) == ("parent", "extra", "runtime")
    assert env["NEO_CACHE_PERSISTENT"] == "0"


def test_each_drivers_cache_gets_a_directory_of_its_own(tmp_path: Path) -> None:
    root = tmp_path / "chain" / "driver"
    env = worker_environment({}, root)
    assert env == {
        "NEO_CACHE_PERSISTENT": "1",
        "NEO_CACHE_DIR": str(root / "neo"),
        "cl_cache_dir": str(root / "cl"),
        "ZE_INTEL_NPU_CACHE_DIR": str(root / "npu"),
    }
    assert sorted(path.name for path in root.iterdir()) == ["cl", "neo", "npu"]
    assert set(driver_caches(root).values()) == set(root.iterdir())
    assert worker_environment({}, root) == env


def test_the_allow_list_can_be_extended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ALLOWED", (*environment.ALLOWED, "COVERAGE_*"))
    assert worker_environment({"COVERAGE_PROCESS_START": "x"}) == {"COVERAGE_PROCESS_START": "x"}


def test_the_parents_environment_is_left_alone(tmp_path: Path) -> None:
    parent = {"PATH": "/bin"}
    worker_environment(parent, tmp_path, extra={"A": "1"})
    assert parent == {"PATH": "/bin"}
