"""`coldwarm export`, through the command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.cli import cli
from coldwarm.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run", fake_run(rounds=2))


def test_csv_goes_to_standard_output(run: Path) -> None:
    result = CliRunner().invoke(cli, ["export", str(run)])

    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    samples = (run / "samples.jsonl").read_text().count("\n")
    assert len(rows) == samples
    assert {row["verdict"] for row in rows if row["kind"] == "warm"} == {"hit", "silent_miss"}
    assert {row["verdict"] for row in rows if row["kind"] == "uncached"} == {""}


def test_parquet_goes_into_a_file(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "samples.parquet"

    result = CliRunner().invoke(cli, ["export", str(run), "--format", "parquet", "-o", str(file)])

    assert result.exit_code == 0, result.output
    assert not result.stdout
    frame = pd.read_parquet(file)
    assert {"run_id", "model", "kind", "load_ms", "verdict"} <= set(frame.columns)


def test_an_empty_run_is_refused_with_what_to_do(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [])

    result = CliRunner().invoke(cli, ["export", str(run)])

    assert isinstance(result.exception, StoreError)
    assert "holds no samples yet" in str(result.exception)


def test_a_record_that_is_no_sample_is_named_and_left_out(run: Path) -> None:
    with (run / "samples.jsonl").open("a") as file:
        file.write('{"kind": "warm"}\n')

    result = CliRunner().invoke(cli, ["export", str(run)])

    assert result.exit_code == 0
    assert "samples.jsonl:" in result.stderr
    assert "left out" in result.stderr


@pytest.mark.parametrize("form", ["csv", "pytest-benchmark", "github-action-benchmark", "junit"])
def test_a_run_that_holds_only_an_uncached_start_says_what_the_file_lacks(
    tmp_path: Path, form: str
) -> None:
    first = [each for each in fake_run(rounds=1) if each.kind == "uncached"][:1]
    run = write_run(tmp_path / "run", first)

    result = CliRunner().invoke(cli, ["export", str(run), "--format", form])

    assert result.exit_code == 0, result.output
    assert ("no start with a cache yet" in result.stderr) == (form != "csv")
