from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE, VERSION, fake_try, write_study

from coldwarm.errors import StoreError
from coldwarm.run.store import read_run
from coldwarm.studies.findings import findings, short, version_line
from coldwarm.studies.invalidation import judge
from coldwarm.studies.table import labels, tabulate

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.run.attempt import Trace
    from coldwarm.studies.table import Result

READ = replace(CASE, api="read_model")


def result_of(tmp_path: Path, *traces: Trace) -> Result:
    return tabulate(read_run(write_study(tmp_path / "run", traces)))


def test_rows_are_changes_and_columns_cases(tmp_path: Path) -> None:
    result = result_of(
        tmp_path,
        fake_try("nothing"),
        fake_try("bin_content", answer="then"),
        fake_try("nothing", READ),
    )
    (table,) = result.tables
    assert list(table.columns) == ["path", "read_model"]
    assert table.rows == ("nothing", "bin_content")
    assert [cell and cell.text for cell in table.row("nothing")] == ["hit", "hit"]
    assert [cell and cell.text for cell in table.row("bin_content")] == ["stale", None]
    assert table.version == VERSION
    assert [cell.change for cell in result.surprising] == ["bin_content"]


def test_each_model_device_and_runtime_has_a_table(tmp_path: Path) -> None:
    other = replace(CASE, runtime="openvino==2025.4.1")
    result = result_of(tmp_path, fake_try(), fake_try(case=other))
    titles = [version_line(table) for table in result.tables]
    assert titles == [
        "resnet50, CPU, OpenVINO 2026.4.1",
        "resnet50, CPU, openvino==2025.4.1, OpenVINO 2026.4.1",
    ]


def test_tries_that_differ_are_counted_worst_first(tmp_path: Path) -> None:
    tries = [
        fake_try("bin_content", hit=False, number=0),
        fake_try("bin_content", answer="then", number=1),
        fake_try("bin_content", hit=False, number=2),
    ]
    result = result_of(tmp_path, *tries)
    (cell,) = result.cells
    assert cell.text == "1 stale, 2 miss"
    assert cell.worst == "stale"
    assert cell.surprises == {judge.STALE: 1}
    assert cell.example()[0].number == 1
    (finding,) = findings(result)
    assert finding.sentence == (
        "weights changed: answers as before the change in 1 of 3 tries (path)"
    )


def test_a_finding_names_all_its_places_once(tmp_path: Path) -> None:
    size = replace(CASE, cache_mode="OPTIMIZE_SIZE")
    result = result_of(
        tmp_path,
        fake_try("xml_touched", hit=False),
        fake_try("xml_touched", size, hit=False),
        fake_try("bin_content", size, answer="other"),
    )
    assert [finding.sentence for finding in findings(result)] == [
        "weights changed: answers what no model here answers (path SIZE)",
        ".xml touched: should have hit, and missed (path SPEED, path SIZE)",
    ]


def test_labels_tell_cases_apart_and_no_more() -> None:
    props = replace(CASE, properties={"NUM_STREAMS": 1})
    assert labels([CASE]) == ["path"]
    assert labels([CASE, READ]) == ["path", "read_model"]
    assert labels([CASE, props]) == ["path {}", "path NUM_STREAMS=1"]


def test_versions_are_shown_without_their_build() -> None:
    assert short("2026.4.1-22982-e213a147257-releases/2026/4") == "2026.4.1"


def test_a_study_of_a_newer_coldwarm_is_refused(tmp_path: Path) -> None:
    path = write_study(tmp_path / "run", [replace(fake_try(), study="weather")])
    with pytest.raises(StoreError, match="knows no study weather"):
        tabulate(read_run(path))
