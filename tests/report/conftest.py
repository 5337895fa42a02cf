"""Runs and pages for the tests of reports; one Chromium for those that look at a page."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import fake_header, write_run
from playwright.sync_api import sync_playwright

from coldwarm.report import write_report
from coldwarm.report.evidence import Evidence, gather

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

REQUIRED = "COLDWARM_REQUIRE_BROWSER"
"""Environment variable for CI: with it, a missing Chromium fails the tests instead of skipping."""

OTHER_OUTCOMES = {"read_model": "hit", "path": "silent_miss"}

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def run_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    samples = fake_run(models=("resnet50", "mobilenet-v2"), rounds=8)
    return write_run(tmp_path_factory.mktemp("results") / "run", samples)


@pytest.fixture(scope="session")
def evidence(run_path: Path) -> Evidence:
    return gather([run_path])[0]


@pytest.fixture(scope="session")
def page_path(run_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a small run, charts included."""
    return write_report([run_path], tmp_path_factory.mktemp("report"), reports=run_path)


@pytest.fixture(scope="session")
def two_hosts_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of two runs on two hosts, charts included; the second has other verdicts."""
    directory = tmp_path_factory.mktemp("hosts")
    identity = {**fake_header()["identity"], "label": "other-host"}
    options = {"cache_modes": ("default",), "rounds": 6}
    runs = [
        write_run(directory / "one", fake_run(1, **options)),
        write_run(
            directory / "other",
            fake_run(2, outcome=lambda case: OTHER_OUTCOMES[case.api], **options),
            identity=identity,
        ),
    ]
    return write_report(runs, directory / "report", reports=directory)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        reason = "no Chromium on PATH: install it (Debian: apt-get install chromium)"
        if os.environ.get(REQUIRED):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield launched
        launched.close()
