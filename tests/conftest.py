"""Fixtures of all tests."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534

KEPT = "COLDWARM_TEST_CACHE_DIR"
"""Environment variable for developers: where built-in models are kept between test runs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with files that start real processes: they take longest, and nobody waits for them."""
    real = {item.path for item in items if item.get_closest_marker("real")}
    items.sort(key=lambda item: item.path not in real)


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


@pytest.fixture(autouse=True)
def no_summary_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep made-up comparisons off the page of the job that runs the tests."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture(scope="session", autouse=True)
def heed_ctrl_c() -> None:
    """Take Ctrl-C as usual: a job in the background ignores it, and so would its children."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """Give a directory in which modes and owners matter: root is stopped by none."""
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() != 0:
            yield Path(name)
            return
        os.chown(name, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(0)
