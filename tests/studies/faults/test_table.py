"""The study's results laid out: how long starts took, and where programs are written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fake_traces import CASE, NOW, THEN, fake_start, fake_try, write_study

from coldwarm.report import write_report
from coldwarm.run.store import read_run
from coldwarm.studies.findings import findings
from coldwarm.studies.table import tabulate

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.run.attempt import Trace
    from coldwarm.run.sample import Sample

READ = replace(CASE, api="read_model")


def tried(change: str, *starts: Sample, took_ms: float, **changes: Any) -> Trace:  # noqa: ANN401
    facts = {"roles": ["try"], "took_ms": [took_ms]}
    usual = {"study": "faults", "starts": starts, "facts": facts, "answers": {"now": NOW}}
    return fake_try(change, **{**usual, **changes})


def traces() -> list[Trace]:
    wrong = fake_start("warm", outputs=THEN)
    return [
        *(
            tried("flipped_weights", wrong, took_ms=ms, number=number)
            for number, ms in enumerate((300, 900, 500))
        ),
        tried("flipped_weights", fake_start("warm", READ), took_ms=250, case=READ),
        tried("killed", took_ms=1, skipped="not here"),
    ]


def test_the_time_of_a_cell_is_the_median_of_its_tries(tmp_path: Path) -> None:
    (table,) = tabulate(read_run(write_study(tmp_path / "run", traces()))).tables
    assert table.timed
    assert table.times("flipped_weights") == "500, 250"
    assert table.times("killed") == "-, -"


def test_a_study_that_looks_at_no_times_shows_none(tmp_path: Path) -> None:
    (table,) = tabulate(read_run(write_study(tmp_path / "run", [fake_try()]))).tables
    assert not table.timed


def test_crowds_are_counted_where_it_was_seen(tmp_path: Path) -> None:
    fine = fake_start("cold", loaded_from_cache=False)
    died = replace(fine, status="crashed", reason="ended by SIGBUS", outputs=())
    hit = fake_start("warm")
    facts = {"roles": ["try", "try", "next"], "took_ms": [1, 1, 1]}
    crowds = [
        tried("staggered", died, fine, hit, took_ms=1, facts=facts),
        tried("staggered", fine, fine, hit, took_ms=1, facts=facts, number=1),
        tried("staggered", fine, fine, hit, took_ms=1, facts=facts, case=READ),
    ]
    (found,) = findings(tabulate(read_run(write_study(tmp_path / "run", crowds))))
    assert found.sentence == (
        "6 starts, staggered: the process is ended by SIGBUS in 1 of 2 tries, 1 of 4 starts (path)"
    )


def test_the_report_shows_counts_times_and_programs(tmp_path: Path) -> None:
    path = write_study(tmp_path / "run", traces())
    page = write_report([path], reports=tmp_path / "reports", charts=False)
    text = (page.parent / "summary.md").read_text()
    assert "| change | path | read_model | median ms |" in text
    assert "**3 wrong !** | hit | 500, 250 |" in text
    assert "median ms</th>" in page.read_text()
    assert "<td>500, 250</td>" in page.read_text()
    (program,) = (page.parent / "reproductions").glob("*.py")
    assert program.name == "faults_flipped_weights_path_optimize_speed_answers_wrong.py"
    assert "wrong" in (page.parent / "summary.csv").read_text()
