from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_samples import QUIET, fake_frame, fake_run, samples_frame
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.analysis.analysed_run import AnalysedRun
from coldwarm.analysis.frame import COLUMNS
from coldwarm.export import export
from coldwarm.run.store import Run


def csv_text(frame: pd.DataFrame) -> str:
    stream = io.BytesIO()
    none = frame.iloc[:0]
    export(AnalysedRun(Run(Path(), {}, []), frame, none, ()), "csv", stream)
    return stream.getvalue().decode()


def rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(frame), newline="")))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return fake_frame(fake_run(rounds=2, devices=("CPU", "GPU"), failure_rate=0.2))


def test_one_row_per_sample_with_every_column_and_the_verdict(frame: pd.DataFrame) -> None:
    table = rows(frame)
    assert len(table) == len(frame)
    assert set(table[0]) >= {column.name for column in COLUMNS} | {"verdict"}
    assert {row["verdict"] for row in table} >= {"", "hit", "silent_miss", "unsupported"}


def test_floats_come_back_to_the_last_digit(frame: pd.DataFrame) -> None:
    table = rows(frame)
    for name in ("load_ms", "read_model_ms", "cpu_ms"):
        back = [float(row[name] or "nan") for row in table]
        np.testing.assert_array_equal(back, frame[name])


def test_whole_numbers_are_written_whole_and_missing_ones_empty(frame: pd.DataFrame) -> None:
    for row, (_, sample) in zip(rows(frame), frame.iterrows(), strict=True):
        missing = pd.isna(sample.blob_bytes)
        assert row["blob_bytes"] == ("" if missing else str(int(sample.blob_bytes)))
        assert row["round"] == str(sample["round"])


def test_times_are_iso_8601_in_utc() -> None:
    (sample, *_) = fake_run(rounds=1, noise=QUIET)
    stored = replace(sample, started_at="2026-10-01T14:00:00.5+02:00")
    assert rows(samples_frame([stored]))[0]["started_at"] == "2026-10-01T12:00:00.500000Z"


@pytest.mark.parametrize(
    "model", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=cmd|" /C x"!A0']
)
def test_a_spreadsheet_runs_no_formula_of_a_name(model: str) -> None:
    frame = samples_frame(fake_run(rounds=1, models=[model], noise=QUIET))
    for row in rows(frame):
        assert row["model"] == f"'{model}".replace("\r", "\n")
        assert row["name"].startswith("'")


@pytest.mark.parametrize("model", ["a=b", "'=1", "line\nbreak", 'quo"te', "a,b", "日本語 🙂", ""])
def test_other_names_are_left_alone(model: str) -> None:
    frame = samples_frame(fake_run(rounds=1, models=[model], noise=QUIET))
    assert {row["model"] for row in rows(frame)} == {model}


def test_negative_numbers_are_no_formulas() -> None:
    frame = pd.DataFrame({"effect": [-0.5], "model": ["-0.5"]})
    assert csv_text(frame) == "effect,model\n-0.5,'-0.5\n"


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_no_text_breaks_the_table(model: str) -> None:
    (sample, *_) = fake_run(rounds=1, noise=QUIET)
    frame = samples_frame([replace(sample, reason=model)])
    (row,) = rows(frame)
    text = model.replace("\r\n", "\n").replace("\r", "\n")
    assert row["reason"] in (text, f"'{text}")
