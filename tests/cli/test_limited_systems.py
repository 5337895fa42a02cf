"""Systems that hide or lack something: what still works, and what one sentence says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from case_models import build_model
from click.testing import CliRunner

from coldwarm.cli import cli
from coldwarm.measure import run_experiment
from coldwarm.models import NoCacheDirError

if TYPE_CHECKING:
    from pathlib import Path

EXPERIMENT = "name: y\nmatrix: {model: MODEL, api: path}\nsampling: {rounds: 1}\n"
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def experiment(folder: Path, model: str = "resnet50") -> Path:
    file = folder / "y.yaml"
    file.write_text(EXPERIMENT.replace("MODEL", model), encoding="utf-8")
    return file


def coldwarm(
    *args: object, before: tuple[str, ...] = (), **env: str
) -> subprocess.CompletedProcess[bytes]:
    command = [*before, sys.executable, "-m", "coldwarm", *map(str, args)]
    return subprocess.run(command, capture_output=True, check=False, env={**os.environ, **env})


@pytest.mark.parametrize("command", ["run", "noise"])
@pytest.mark.parametrize(
    ("caches", "results", "sentence"),
    [
        (
            "file/caches",
            "results",
            "cannot keep caches in {}/file/caches/chains: Not a directory. ",
        ),
        ("caches", "file/results", "cannot create {}/file/results/"),
        ("caches", "link/results", "cannot create {}/link/results/"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_before_anything_is_made(
    command: str,
    caches: str,
    results: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def measured(*args: Any, **options: Any) -> None:  # noqa: ANN401
        pytest.fail("nothing may be built or measured")

    for name in ("resolve_models", "new_run", "calibrate"):
        monkeypatch.setattr(run_experiment, name, measured)
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / caches))
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    args = [command, str(experiment(tmp_path)), "--results", str(tmp_path / results)]
    done = CliRunner().invoke(cli, args)
    assert str(done.exception).startswith(sentence.format(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "y.yaml"]


def test_the_doctor_does_without_a_cache_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        msg = "set COLDWARM_CACHE_DIR"
        raise NoCacheDirError(msg)

    monkeypatch.setattr("coldwarm.models.user_cache_dir", refuse)
    done = CliRunner().invoke(cli, ["doctor", "--seconds", "0"])
    assert done.exit_code == 0
    assert done.stderr == "set COLDWARM_CACHE_DIR\n"


@pytest.mark.real
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"),
    reason="an empty /proc takes root and unshare",
)
def test_a_run_without_proc_and_with_names_beyond_ascii(tmp_path: Path) -> None:
    folder, empty, results = (tmp_path / name for name in ("модели", "empty", "results"))
    for each in (folder, empty):
        each.mkdir()
    build_model(folder, "plain")
    for suffix in (".xml", ".bin"):
        (folder / f"plain{suffix}").rename(folder / f"модель{suffix}")
    hide = f'mount --bind {empty} /proc && exec "$@"'
    before = ("unshare", "-m", "sh", "-c", hide, "sh")
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("unshare is refused here")
    args = ("run", experiment(folder, "модель.xml"), "--out", results)
    done = coldwarm(*args, before=before, **C_LOCALE)
    assert done.returncode == 0, done.stderr
    assert b"??????.xml" in done.stdout
    assert b"hit" in done.stdout
    page = coldwarm("report", results, "--no-charts", "--out", tmp_path / "page", **C_LOCALE)
    assert page.returncode == 0, page.stderr
    assert "модель.xml" in (tmp_path / "page" / "index.html").read_text("utf-8")
