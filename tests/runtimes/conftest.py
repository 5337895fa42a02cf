"""Installers that reach nothing but an index of tiny wheels on disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from fake_wheels import Index, Shelf

from coldwarm.runtimes import installer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """Give an index with numpy and cryptography, which is all that installers can reach."""
    path = tmp_path / "index"
    path.mkdir()
    for name, value in {
        "UV_NO_CONFIG": "1",
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(path),
        "UV_CACHE_DIR": str(tmp_path / "uv-cache"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(path),
        "PIP_NO_CACHE_DIR": "1",
    }.items():
        monkeypatch.setenv(name, value)
    made = Index(path)
    made.add("numpy", "2.0.0")
    made.add("cryptography", "43.0.0")
    return made


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Give an empty shelf in a directory of its own."""
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "experiments"
    folder.mkdir()
    return Shelf(folder, [])


@pytest.fixture
def without_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "find_uv", lambda: None)
