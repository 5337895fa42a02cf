from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.runtimes import installer
from coldwarm.runtimes.environments import _label
from coldwarm.runtimes.installer import InstallError, Pip, Uv, essence, find_installer

if TYPE_CHECKING:
    from pathlib import Path

UV_SAYS = """\
error: No solution found when resolving dependencies
  cause: Because there is no version of openvino==2099.1 and you require openvino==2099.1, we can \
conclude that your requirements are unsatisfiable.
"""
OLD_UV_SAYS = """\
  \u00d7 No solution found when resolving dependencies:
  \u2570\u2500\u25b6 Because there is no version of openvino==2099.1, it is hopeless.
"""
PIP_SAYS = """\
WARNING: Location 'file:///a' is ignored: it is neither a file nor a directory.
ERROR: Could not find a version that satisfies the requirement openvino==2099.1 (from versions: 1)
ERROR: No matching distribution found for openvino==2099.1
"""
PIP_SAYS_OFFLINE = """\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(refused)': /a/
WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(refused)': /a/
ERROR: No matching distribution found for openvino==2025.4.1
"""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            UV_SAYS,
            (
                "error: No solution found when resolving dependencies cause: Because there is no "
                "version of openvino==2099.1 and you require openvino==2099.1, we can conclude "
                "that your requirements are unsatisfiable."
            ),
        ),
        (
            OLD_UV_SAYS,
            (
                "No solution found when resolving dependencies: Because there is no version of "
                "openvino==2099.1, it is hopeless."
            ),
        ),
        (
            PIP_SAYS,
            (
                "Could not find a version that satisfies the requirement openvino==2099.1 (from "
                "versions: 1) No matching distribution found for openvino==2099.1"
            ),
        ),
        (
            PIP_SAYS_OFFLINE,
            (
                "WARNING: Retrying (Retry(total=0)) after connection broken by "
                "'NewConnectionError(refused)': /a/ No matching distribution found for "
                "openvino==2025.4.1"
            ),
        ),
    ],
    ids=["uv", "old uv", "pip", "pip offline"],
)
def test_what_an_installer_complains_about_fits_on_one_line(said: str, expected: str) -> None:
    assert essence(said) == expected


def test_a_long_complaint_keeps_its_beginning_and_its_end() -> None:
    text = essence("ERROR: begins " + "x" * 10_000 + " ends")
    assert text.startswith("begins xxx")
    assert text.endswith("xxx ends")
    assert len(text) < 600


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        (["numpy==2.0", "openvino==2025.4.1"], "openvino-2025.4.1"),
        (["openvino-telemetry==2025.2", "openvino-nightly==2026.5.0.dev1"], "openvino-nightly-20"),
        (["openvino @ file:///a%20b/openvino-2027.0.0-1-cp311-cp311-linux.whl"], "openvino-2027.0"),
        (["a-fork==1"], "openvino"),
    ],
)
def test_an_environment_is_named_after_its_openvino(pins: list[str], expected: str) -> None:
    assert _label(pins).startswith(expected)
    assert "/" not in _label(pins)


def no_pip_of_its_own() -> Path:
    msg = "not needed"
    raise AssertionError(msg)


def test_uv_is_preferred(tmp_path: Path) -> None:
    assert isinstance(find_installer(tmp_path, no_pip_of_its_own), Uv)


def test_uv_is_found_where_it_is_a_package_but_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("uv")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    found = installer.find_uv()
    assert found is not None
    assert os.access(found, os.X_OK)


@pytest.mark.usefixtures("without_uv")
def test_a_pip_that_is_too_old_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter(["pip 22.2.1 from /somewhere (python 3.11)", "pip 22.3 from /there (python 3.11)"])
    monkeypatch.setattr(installer, "_run", lambda *_: next(said))
    old = find_installer(tmp_path, lambda: tmp_path / "python")
    assert old == Pip((str(tmp_path / "python"), "-I", "-m", "pip"), tmp_path)
    new = find_installer(tmp_path, no_pip_of_its_own)
    assert new == Pip((sys.executable, "-I", "-m", "pip"), tmp_path)


def test_a_program_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match=r"cannot start .*uv: No such file"):
        Uv(str(tmp_path / "uv"), tmp_path).resolve(sys.executable, ["openvino"])


def test_no_variable_leads_an_installer_astray(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "the user's")
    code = "import os; print('PYTHONPATH' in os.environ, os.environ['PIP_INDEX_URL'])"
    assert installer._run((sys.executable, "-c", code), tmp_path) == "False the user's\n"
