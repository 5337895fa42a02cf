from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from fake_samples import fake_analysed, fake_run

from coldwarm.errors import ColdwarmError
from coldwarm.export import FORMATS, export

if TYPE_CHECKING:
    from coldwarm.analysis.analysed_run import AnalysedRun


@pytest.fixture(scope="module")
def analysed() -> AnalysedRun:
    return fake_analysed(fake_run(rounds=2, devices=("CPU", "GPU"), failure_rate=0.2))


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_path_and_a_stream_get_the_same_bytes(
    analysed: AnalysedRun, fmt: str, tmp_path: Path
) -> None:
    stream = io.BytesIO()
    export(analysed, fmt, stream)
    export(analysed, fmt, tmp_path / "samples")
    assert (tmp_path / "samples").read_bytes() == stream.getvalue() != b""


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_samples_give_the_same_bytes(analysed: AnalysedRun, fmt: str) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    export(analysed, fmt, first)
    export(replace(analysed, frame=analysed.frame.copy()), fmt, second)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_frame_is_left_alone(analysed: AnalysedRun, fmt: str) -> None:
    before = analysed.frame.copy()
    export(analysed, fmt, io.BytesIO())
    pd.testing.assert_frame_equal(analysed.frame, before)


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_unwritable_file_is_named(analysed: AnalysedRun, fmt: str, tmp_path: Path) -> None:
    with pytest.raises(ColdwarmError, match=r"cannot write .*missing"):
        export(analysed, fmt, tmp_path / "missing" / "samples")


def test_parquet_without_pyarrow_says_how_to_get_it_and_leaves_the_file_alone(
    analysed: AnalysedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    there = tmp_path / "samples.parquet"
    there.write_bytes(b"of yesterday")
    for destination in (io.BytesIO(), there):
        with pytest.raises(ColdwarmError, match=r'pip install "\.\[parquet\]"'):
            export(analysed, "parquet", destination)
    assert there.read_bytes() == b"of yesterday"


def test_parquet_keeps_values_and_types(analysed: AnalysedRun, tmp_path: Path) -> None:
    export(analysed, "parquet", tmp_path / "samples.parquet")
    back = pd.read_parquet(tmp_path / "samples.parquet")
    assert back.blob_bytes.dtype == "Int64"
    assert isinstance(back.started_at.dtype, pd.DatetimeTZDtype)
    assert back.load_ms.equals(analysed.frame.load_ms)
    assert back.verdict.fillna("").tolist() == analysed.frame.verdict.fillna("").tolist()
    assert list(back.columns) == list(analysed.frame.columns)


def test_a_file_that_cannot_be_replaced_is_left_whole(
    analysed: AnalysedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.csv"
    file.write_text("earlier")
    file.chmod(0o600)

    def interrupted(*_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            export(analysed, "csv", file)
    assert file.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [file]
    export(analysed, "csv", file)
    assert file.read_text().startswith("run_id,")
    assert file.stat().st_mode & 0o777 == 0o600
    export(analysed, "csv", Path(os.devnull))
