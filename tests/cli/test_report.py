"""`coldwarm report`, through the command line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import cli
from coldwarm.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("results") / "run", fake_run(rounds=6))


def report(*args: object) -> Result:
    return CliRunner().invoke(cli, ["report", *map(str, args)])


def test_prints_the_path_of_the_page_last(run: Path, tmp_path: Path) -> None:
    result = report(run, "--reports", tmp_path, "--no-charts")

    assert result.exit_code == 0, result.output
    page = tmp_path / "20261001T120000Z-fake" / "index.html"
    assert result.stdout.splitlines()[-1] == str(page)
    assert page.read_text().startswith("<!doctype html>")


def test_writes_both_doc_charts_as_png_and_svg(run: Path, tmp_path: Path) -> None:
    assert report(run, "--out", tmp_path).exit_code == 0

    names = {path.name for path in (tmp_path / "charts").iterdir()}
    for chart in ("caching_enabled", "caching_times"):
        for ending in ("png", "svg"):
            assert any(name.endswith(f"{chart}.{ending}") for name in names), (chart, ending)


def test_writes_one_row_per_case(run: Path, tmp_path: Path) -> None:
    assert report(run, "--out", tmp_path, "--no-charts").exit_code == 0

    rows = csv.DictReader((tmp_path / "summary.csv").read_text().splitlines())
    assert sorted((row["api"], row["cache_mode"], row["verdict"]) for row in rows) == [
        ("path", "OPTIMIZE_SIZE", "hit"),
        ("path", "default", "hit"),
        ("read_model", "OPTIMIZE_SIZE", "silent_miss"),
        ("read_model", "default", "hit"),
    ]


def test_several_runs_share_one_page(run: Path, tmp_path: Path) -> None:
    other = write_run(
        tmp_path / "other",
        fake_run(2, rounds=6),
        run_id="20261002T120000Z-fake",
        identity={"host_id": "other-host"},
    )

    result = report(run, other, "--reports", tmp_path, "--no-charts")

    assert result.exit_code == 0, result.output
    (directory,) = tmp_path.glob("20261001T120000Z-fake-and-1-more-*")
    assert result.stdout.splitlines()[-1] == str(directory / "index.html")
    rows = csv.DictReader((directory / "summary.csv").read_text().splitlines())
    assert {(row["run_id"], row["host"]) for row in rows} == {
        ("20261001T120000Z-fake", "fake-host"),
        ("20261002T120000Z-fake", "other-host"),
    }


def test_a_directory_that_is_no_run_is_refused(tmp_path: Path) -> None:
    result = report(tmp_path)

    assert isinstance(result.exception, StoreError)
    assert "is not a run" in str(result.exception)


def test_a_name_of_a_run_cannot_leave_the_directory_of_reports(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1), run_id="../../elsewhere")

    result = report(run, "--reports", tmp_path / "reports", "--no-charts")

    assert result.exit_code == 0, result.output
    (directory,) = (tmp_path / "reports").iterdir()
    assert directory.name.startswith("elsewhere-")
