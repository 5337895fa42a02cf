"""The files of a report: the same input gives the same bytes, whatever the input is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import write_run

from coldwarm.errors import ColdwarmError, StoreError
from coldwarm.report import write_report
from coldwarm.report.evidence import gather
from coldwarm.report.page import render

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.report.evidence import Evidence


def test_the_same_run_gives_the_same_bytes_in_another_process(
    run_path: Path, page_path: Path, tmp_path: Path
) -> None:
    first, second = page_path.parent, tmp_path / "again"
    subprocess.run(
        [sys.executable, "-m", "coldwarm", "report", run_path, "--out", second],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
    )

    names = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert names == sorted(path.relative_to(second) for path in second.rglob("*.*"))
    assert {path.suffix for path in names} == {".html", ".md", ".csv", ".svg", ".png"}
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_page_needs_no_other_file(page_path: Path) -> None:
    page = page_path.read_text(encoding="utf-8")
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)

    for word in ('src="http', 'href="http', "@import", "url(", "<link", "<iframe"):
        assert word not in markup, word
    assert page_path.stat().st_size < 3_000_000


def test_two_hosts_have_charts_of_their_own_and_one_in_common(two_hosts_path: Path) -> None:
    names = {path.stem for path in (two_hosts_path.parent / "charts").glob("*.svg")}

    assert {name.partition("__")[0] for name in names} == {"heatmap", "fake-host", "other-host"}
    assert "resnet50, fake-host / path" in two_hosts_path.read_text(encoding="utf-8")


def test_halves_of_surrogate_pairs_are_survived(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1), command="coldwarm run \ud800")

    page = write_report([run], tmp_path / "out", reports=tmp_path, charts=False)

    assert "coldwarm run \N{REPLACEMENT CHARACTER}" in page.read_text(encoding="utf-8")


def test_names_cannot_turn_the_text_around_them(tmp_path: Path) -> None:
    samples = fake_run(models=("gpj.\u202eexe\x1b[2J",), rounds=1)

    page = write_report(
        [write_run(tmp_path / "run", samples)], tmp_path / "out", reports=tmp_path, charts=False
    )

    for path in (page, page.with_name("summary.md")):
        text = path.read_text(encoding="utf-8")
        assert "gpj.\N{REPLACEMENT CHARACTER}exe" in text
        assert not {"\u202e", "\x1b"} & set(text)


@pytest.mark.parametrize("value", [None, 3, "text", [], [1], {"a": {"b": 1}}])
def test_a_foreign_header_may_hold_anything(tmp_path: Path, value: object) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1))
    header = json.loads((run / "run.json").read_text())
    bent = {key: value for key in header if key not in ("schema", "run_id")}
    (run / "run.json").write_text(json.dumps(header | bent))

    assert write_report([run], tmp_path / "out", reports=tmp_path, charts=False).exists()


def test_a_directory_that_cannot_be_written_is_named(run_path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ColdwarmError, match="cannot write"):
        write_report([run_path], tmp_path / "file" / "report", reports=tmp_path, charts=False)


def test_a_run_that_no_report_can_be_made_of_leaves_the_earlier_report_whole(
    run_path: Path, tmp_path: Path
) -> None:
    first = [each for each in fake_run(rounds=1) if each.kind == "uncached"][:1]
    begun = write_run(tmp_path / "begun", first, run_id="begun")
    out = tmp_path / "out"
    page = write_report([run_path], out, reports=tmp_path, charts=False)
    before = {path: path.read_bytes() for path in out.iterdir()}
    for runs in ([begun], [run_path, begun], [run_path, run_path]):
        with pytest.raises(StoreError, match=r"no start with a cache yet|are the same run"):
            write_report(runs, out, reports=tmp_path, charts=False)
        assert {path: path.read_bytes() for path in out.iterdir()} == before
    assert page.exists()


def test_reports_of_other_runs_have_other_directories(tmp_path: Path) -> None:
    a, b, c = (write_run(tmp_path / n, fake_run(i, rounds=1)) for i, n in enumerate("abc"))
    pages = {
        write_report(runs, reports=tmp_path / "reports", charts=False)
        for runs in ([a, b], [a, c], [b, a], [a, b, c])
    }
    assert len(pages) == 4


def test_an_interrupted_run_is_said_to_be_incomplete(tmp_path: Path) -> None:
    ending = {"how": "interrupted", "at": "2026-10-01T12:10:00+00:00"}
    run = write_run(tmp_path / "run", fake_run(rounds=1), ended=ending)

    assert "not complete: continue it with <code>coldwarm run --resume" in render(gather([run]))
    assert "not complete" not in render(gather([write_run(tmp_path / "whole", fake_run(rounds=1))]))


def test_without_charts_the_page_says_so(evidence: Evidence) -> None:
    assert "written without charts" in render([evidence])
