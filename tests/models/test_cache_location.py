from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

from coldwarm.models.cache_location import user_cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_tests_never_use_the_users_cache(model_cache: Path) -> None:
    assert user_cache_dir() == model_cache
    assert model_cache != platformdirs.user_cache_path("coldwarm")


def test_the_users_cache_directory_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("COLDWARM_CACHE_DIR")
    assert user_cache_dir() == platformdirs.user_cache_path("coldwarm")
    monkeypatch.setenv("COLDWARM_CACHE_DIR", "")
    assert user_cache_dir() == platformdirs.user_cache_path("coldwarm")


def test_a_relative_directory_becomes_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLDWARM_CACHE_DIR", "here")
    assert user_cache_dir() == tmp_path / "here"


def test_tilde_is_the_home_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLDWARM_CACHE_DIR", "~/cache")
    assert user_cache_dir() == tmp_path / "cache"
