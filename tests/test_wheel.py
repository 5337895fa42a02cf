"""What is installed, far from the clone: the wheel, unpacked into a directory of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from coldwarm.runtimes.installer import find_uv

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "bench" / "coldwarm"

RELU = """\
<net name="relu" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1">
<data shape="1,4" element_type="f32"/>
<output><port id="0" precision="FP32" names="x"><dim>1</dim><dim>4</dim></port></output></layer>
<layer id="1" name="y" type="ReLU" version="opset1">
<input><port id="0"><dim>1</dim><dim>4</dim></port></input>
<output><port id="1" precision="FP32" names="y"><dim>1</dim><dim>4</dim></port></output></layer>
<layer id="2" name="out" type="Result" version="opset1">
<input><port id="0"><dim>1</dim><dim>4</dim></port></input></layer>
</layers><edges>
<edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
<edge from-layer="1" from-port="1" to-layer="2" to-port="0"/>
</edges></net>
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory that holds what the wheel installs."""
    pytest.importorskip("uv")
    built, site = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("site")
    uv = find_uv()
    assert uv
    command = [uv, "build", "--quiet", "--wheel", "--python", sys.executable]
    subprocess.run([*command, "--out-dir", str(built), str(ROOT)], check=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def coldwarm(site: Path, place: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "coldwarm", *args],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package(site: Path) -> None:
    def files(package: Path) -> set[Path]:
        found = (path for path in package.rglob("*") if path.is_file())
        return {path.relative_to(package) for path in found if "__pycache__" not in path.parts}

    assert files(site / "coldwarm") == files(PACKAGE)


def test_it_prints_the_schema(site: Path, tmp_path: Path) -> None:
    assert json.loads(coldwarm(site, tmp_path, "schema"))["title"] == "coldwarm experiment"


@pytest.mark.real
def test_it_measures(site: Path, tmp_path: Path) -> None:
    (tmp_path / "relu.xml").write_text(RELU)
    (tmp_path / "relu.bin").touch()
    (tmp_path / "own.yaml").write_text(
        "name: own\nmatrix: {model: relu.xml}\nsampling: {rounds: 1}\n"
    )
    shown = coldwarm(site, tmp_path, "run", "own.yaml", "--quiet", "--out", "run")
    assert "hit 1" in shown
    assert str(ROOT) not in (tmp_path / "run" / "samples.jsonl").read_text()
