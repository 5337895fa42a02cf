"""A built-in model that is built in no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import toy_model

from coldwarm.models import making

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> toy_model.Toy:
    made = toy_model.make_toy(tmp_path)
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(made.cache))
    monkeypatch.setattr(making, "COMMAND", made.command)
    return made
