from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from coldwarm.models.cache_location import NoCacheDirError, user_cache_dir

if TYPE_CHECKING:
    from collections.abc import Callable


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


def no_home(*arguments: object) -> Path:
    raise RuntimeError


@pytest.mark.parametrize("told", [no_home, lambda _: Path("~/.cache/coldwarm")])
def test_without_a_home_directory_the_variable_is_named(
    told: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLDWARM_CACHE_DIR", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", told)
    with pytest.raises(NoCacheDirError, match="no home directory: set COLDWARM_CACHE_DIR to"):
        user_cache_dir()
    monkeypatch.setenv("COLDWARM_CACHE_DIR", "~/cache")
    monkeypatch.setattr(Path, "expanduser", no_home)
    with pytest.raises(NoCacheDirError):
        user_cache_dir()
