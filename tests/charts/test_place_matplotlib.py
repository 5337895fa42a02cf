from __future__ import annotations

import os
from typing import TYPE_CHECKING

import platformdirs
import pytest

from coldwarm import charts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("MPLCONFIGDIR", "set and taken away, so that it is restored")
    monkeypatch.delenv("MPLCONFIGDIR")


def test_a_writable_home_is_left_to_matplotlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_config_path", lambda _: tmp_path / "config")
    charts.place_matplotlib()
    assert "MPLCONFIGDIR" not in os.environ


@pytest.mark.parametrize("home", ["file/config", None])
def test_without_one_our_cache_directory_is_taken(
    home: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usual(name: str) -> Path:
        if home is None:
            raise RuntimeError
        return tmp_path / home

    (tmp_path / "file").touch()
    monkeypatch.setattr(platformdirs, "user_config_path", usual)
    charts.place_matplotlib()
    assert os.environ["MPLCONFIGDIR"] == str(tmp_path / "cache" / "matplotlib")
    assert (tmp_path / "cache" / "matplotlib").is_dir()
