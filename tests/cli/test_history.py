"""`coldwarm history` as a user meets it, on made-up runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import cli
from coldwarm.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


def history(*args: object) -> Result:
    return CliRunner().invoke(cli, ["history", *map(str, args)], standalone_mode=False)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for day in (1, 2):
        samples = fake_run(day, apis=("path",), cache_modes=("default",), rounds=2)
        created = f"2026-09-{day:02d}T12:00:00+00:00"
        write_run(tmp_path / "vm" / f"run{day}", samples, run_id=f"run{day}", created_at=created)
    return tmp_path


def test_shows_a_line_per_run(results: Path) -> None:
    result = history(results)
    assert result.exception is None
    lines = [line for line in result.stdout.splitlines() if line.startswith("2026-09-0")]
    assert len(lines) == 2
    assert history(results / "vm").stdout == result.stdout


def test_shows_only_the_newest(results: Path) -> None:
    found = json.loads(history(results, "--last", "1", "--format", "json").stdout)
    assert [run["run_id"] for run in found["runs"]] == ["run2"]


def test_draws_a_chart_per_case(results: Path, tmp_path: Path) -> None:
    result = history(results, "--charts", tmp_path / "charts", "--format", "markdown")
    assert result.stdout.startswith("### resnet50 / CPU / path")
    assert sorted(path.suffix for path in (tmp_path / "charts").iterdir()) == [".png", ".svg"]


def test_a_directory_without_runs_is_said(tmp_path: Path) -> None:
    error = history(tmp_path).exception
    assert isinstance(error, StoreError)
    assert "holds no runs" in str(error)
