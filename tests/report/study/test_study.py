from __future__ import annotations

import csv
import json
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import EXPERIMENT_TEXT, write_run
from fake_traces import CASE, fake_try, write_study

from coldwarm.errors import StoreError
from coldwarm.report import write_report
from coldwarm.run.store import TRACES_FILE

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '<script>alert("x")</script>|=1+1'
READ = replace(CASE, api="read_model")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    traces = [
        fake_try("nothing"),
        fake_try("bin_content", answer="then"),
        fake_try("xml_touched", hit=False),
        fake_try("nothing", READ),
        fake_try("nothing", replace(CASE, model=HOSTILE)),
    ]
    run = write_study(tmp_path_factory.mktemp("results") / "run", traces)
    reports = tmp_path_factory.mktemp("reports")
    page = write_report([run], reports=reports)
    assert page == reports / "20261001T120000Z-study" / "index.html"
    return page.parent


def test_the_page_needs_no_script_and_no_other_file(directory: Path) -> None:
    page = unescape((directory / "index.html").read_text())
    assert "<script>" not in (directory / "index.html").read_text().lower()
    assert "script-src 'none'" in page
    assert 'src="data:image/webp' in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_page_says_what_was_found(directory: Path) -> None:
    page = (directory / "index.html").read_text()
    assert "2 of 5 cells are not as they should be." in page
    assert "weights changed: answers as before the change (resnet50" in page
    assert '<td class="bad surprise"' in page
    assert "! stale</td>" in page
    assert "&lt;script&gt;alert" in page
    assert "Should miss: the blob holds another model than the files." in page


def test_the_page_says_where_it_comes_from(directory: Path) -> None:
    page = unescape((directory / "index.html").read_text())
    for label in ("seed", "git commit of the experiment", "to reproduce", "schema of the samples"):
        assert f"<dt>{label}</dt>" in page
    assert f"<pre>{EXPERIMENT_TEXT.rstrip()}" in page


def test_the_chart_is_there_as_png_and_svg(directory: Path) -> None:
    names = sorted(file.suffix for file in (directory / "charts").iterdir())
    assert names == [".png", ".png", ".svg", ".svg"]


def test_each_surprise_has_a_program_that_the_page_names(directory: Path) -> None:
    page = (directory / "index.html").read_text()
    programs = sorted(file.name for file in (directory / "reproductions").iterdir())
    assert programs == [
        "invalidation_bin_content_path_optimize_speed.py",
        "invalidation_xml_touched_path_optimize_speed.py",
    ]
    for name in programs:
        assert f'href="reproductions/{name}"' in page
        assert f"`python reproductions/{name}`" in (directory / "summary.md").read_text()


def test_programs_that_differ_have_files_of_their_own(tmp_path: Path) -> None:
    cases = [replace(CASE, properties={"NUM_STREAMS": count}) for count in (1, 2)]
    traces = [fake_try("bin_content", case, answer="then") for case in cases]
    run = write_study(tmp_path / "run", traces)
    page = write_report([run], reports=tmp_path, charts=False)
    programs = list((page.parent / "reproductions").iterdir())
    assert {"'NUM_STREAMS': 1" in program.read_text() for program in programs} == {True, False}
    for program in programs:
        assert program.name.startswith("invalidation_bin_content_path_optimize_speed_")
        assert f"python reproductions/{program.name}`" in (page.parent / "summary.md").read_text()


def test_programs_of_an_earlier_report_are_removed_and_no_other_file(tmp_path: Path) -> None:
    earlier = write_study(tmp_path / "earlier", [fake_try("xml_touched", hit=False)])
    run = write_study(tmp_path / "run", [fake_try("bin_content", answer="then")])
    page = write_report([earlier], tmp_path / "report", reports=tmp_path, charts=False)
    folder = page.parent / "reproductions"
    (folder / "mine.py").touch()
    write_report([run], tmp_path / "report", reports=tmp_path, charts=False)
    assert sorted(file.name for file in folder.iterdir()) == [
        "invalidation_bin_content_path_optimize_speed.py",
        "mine.py",
    ]


def test_a_surprise_without_a_program_says_why(tmp_path: Path) -> None:
    run = write_study(tmp_path / "run", [fake_try("runtime", answer="other")])
    page = write_report([run], reports=tmp_path, charts=False)
    why = "No program: it takes two versions of OpenVINO."
    assert why in page.read_text()
    assert why in (page.parent / "summary.md").read_text()


def test_the_summary_is_a_table_and_its_findings(directory: Path) -> None:
    summary = (directory / "summary.md").read_text()
    assert "| weights changed | **stale !** | - |" in summary
    assert "- weights changed: answers as before the change" in summary
    assert r"\<script\>" in summary
    assert "- stale: The blob was loaded" in summary


def test_the_csv_has_a_row_per_cell(directory: Path) -> None:
    with (directory / "summary.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["change"], row["outcome"]) for row in rows][:2] == [
        ("nothing", "hit"),
        ("nothing", "hit"),
    ]
    stale = next(row for row in rows if row["outcome"] == "stale")
    assert (stale["tries"], stale["of_tries"], stale["api"]) == ("1", "1", "path")
    assert stale["surprise"] == "answers as before the change"


def test_a_study_has_a_report_of_its_own(tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", [fake_try()])
    other = write_run(tmp_path / "run", fake_run(rounds=1))
    with pytest.raises(StoreError, match="is a study: name it alone"):
        write_report([other, study], reports=tmp_path)


def test_without_tries_there_is_nothing_to_report(tmp_path: Path) -> None:
    run = write_study(tmp_path / "run", [fake_try()])
    (run / TRACES_FILE).write_text("")
    with pytest.raises(StoreError, match="holds no tries yet"):
        write_report([run], reports=tmp_path)


def test_a_try_of_another_making_is_told(tmp_path: Path) -> None:
    run = write_study(tmp_path / "run", [replace(fake_try(), change="weather")])
    with pytest.raises(StoreError, match="not a try of this schema"):
        write_report([run], reports=tmp_path)


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    run = write_study(tmp_path / "run", [fake_try()])
    with (run / TRACES_FILE).open("a") as file:
        file.write(json.dumps({"run_id": "x"}) + "\n")
    page = write_report([run], reports=tmp_path, charts=False)
    assert f"{TRACES_FILE}:2: left out" in page.read_text()
