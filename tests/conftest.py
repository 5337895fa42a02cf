"""Fixtures of all tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = "COLDWARM_TEST_CACHE_DIR"
"""Environment variable for developers: where built-in models are kept between test runs."""


@pytest.fixture(scope="session", autouse=True)
def model_cache() -> Iterator[Path]:
    """Keep what tests build away from the user's cache, and build it once per session."""
    with (
        tempfile.TemporaryDirectory(prefix="coldwarm-models-") as temporary,
        pytest.MonkeyPatch.context() as patch,
    ):
        folder = Path(os.environ.get(KEPT) or temporary).absolute()
        patch.setenv("COLDWARM_CACHE_DIR", str(folder))
        yield folder
