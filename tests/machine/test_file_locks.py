from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.machine.file_locks import held, lock

if TYPE_CHECKING:
    from pathlib import Path


def test_who_does_not_wait_is_told_that_another_has_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.lock"
    with held(path), pytest.raises(BlockingIOError), held(path):
        pass
    with held(path):
        assert path.exists()


def test_who_waits_says_so_once(tmp_path: Path) -> None:
    path, told = tmp_path / "a.lock", []
    with path.open("wb") as other:
        assert lock(other)

        def let_go() -> None:
            told.append("waiting")
            other.close()

        with held(path, on_wait=let_go), pytest.raises(BlockingIOError), held(path):
            pass
    assert told == ["waiting"]


def test_a_lock_is_shared_with_those_who_share_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with (
        held(path, shared=True),
        held(path, shared=True),
        pytest.raises(BlockingIOError),
        held(path),
    ):
        pass


def test_a_system_without_locks_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    path = tmp_path / "a.lock"
    with held(path), held(path), path.open("rb") as file:
        assert not lock(file)
