from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.runtimes import RuntimeUnavailableError
from coldwarm.runtimes.axis_value import Interpreter, Package, parse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "requirement", "is_pinned"),
    [
        ("openvino==2025.4.1", "openvino==2025.4.1", True),
        ("openvino == 2026.5.0rc1", "openvino==2026.5.0rc1", True),
        ("openvino-nightly==2026.5.0.dev20261101", "openvino-nightly==2026.5.0.dev20261101", True),
        ("openvino[extra]==2025.4.1", "openvino[extra]==2025.4.1", True),
        ("openvino==2025.4.*", "openvino==2025.4.*", False),
        ("openvino>=2025.1, <2026", "openvino>=2025.1,<2026", False),
        ("openvino~=2025.4", "openvino~=2025.4", False),
        ("openvino==2025.4.1,!=2025.4.2", "openvino==2025.4.1,!=2025.4.2", False),
    ],
)
def test_a_requirement(tmp_path: Path, value: str, requirement: str, is_pinned: bool) -> None:  # noqa: FBT001
    assert parse(value, tmp_path) == Package(requirement, requirement, is_pinned)


def test_a_wheel_is_its_content(tmp_path: Path) -> None:
    wheel = tmp_path / "my wheels" / "openvino-2027.0.0-cp311-cp311-linux_x86_64.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"a wheel")
    digest = hashlib.sha256(b"a wheel").hexdigest()
    expected = Package(f"openvino @ {wheel.as_uri()}", f"sha256:{digest}", is_pinned=True)
    assert parse(f"my wheels/{wheel.name}", tmp_path) == expected
    assert "%20" in expected.requirement


def test_a_path_is_an_interpreter(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    assert parse("./python", tmp_path) == Interpreter(tmp_path / "python")


def test_a_mapping_has_an_environment_whose_paths_lie_beside_the_experiment(
    tmp_path: Path,
) -> None:
    lists = {"PYTHONPATH": os.pathsep.join(["build/python", "/opt/x", ""]), "LD_LIBRARY_PATH": "l"}
    value = json.dumps({"python": sys.executable, "env": {**lists, "OTHER": "left/alone"}})
    parsed = parse(value, tmp_path)
    assert isinstance(parsed, Interpreter)
    assert parsed.env == {
        "PYTHONPATH": f"{tmp_path / 'build/python'}{os.pathsep}/opt/x",
        "LD_LIBRARY_PATH": str(tmp_path / "l"),
        "OTHER": "left/alone",
    }


def test_a_directory_without_python_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    with pytest.raises(RuntimeUnavailableError, match="bin is no Python environment"):
        parse("bin", tmp_path)
