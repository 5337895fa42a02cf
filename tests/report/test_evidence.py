"""What a report rests on: runs read, in the experiment's order, told apart."""

from __future__ import annotations

import gc
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import fake_header, write_run

from coldwarm.errors import StoreError
from coldwarm.report.evidence import directory_name, gather, plain_name, text

if TYPE_CHECKING:
    from coldwarm.report.evidence import Evidence


def test_cases_stand_in_the_order_of_the_experiment(tmp_path: Path) -> None:
    samples = fake_run(models=("zebra", "ant"), apis=("path",), cache_modes=("default",), rounds=1)
    cases = {each.case["model"]: each.case for each in samples if each.case_id}
    experiment = {**fake_header()["experiment"], "cases": [cases["zebra"], cases["ant"]]}
    run = write_run(tmp_path / "run", samples, experiment=experiment)

    (evidence,) = gather([run])

    assert [case.axes["model"] for case in evidence.summaries] == ["zebra", "ant"]


def test_the_collector_is_left_as_it_was(run_path: Path, tmp_path: Path) -> None:
    gather([run_path])
    assert gc.isenabled()
    with pytest.raises(StoreError):
        gather([tmp_path])
    assert gc.isenabled()


def test_records_of_another_name_belong_to_the_run_they_lie_in(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1))
    samples = (run / "samples.jsonl").read_text()
    (run / "samples.jsonl").write_text(samples.replace("20261001T120000Z-fake", "elsewhere"))

    (evidence,) = gather([run])

    assert set(evidence.frame["run_id"]) == {evidence.run_id}


@pytest.mark.parametrize("header", [{}, {"a": 1}, {"a": None}, {"a": ["b"]}])
def test_an_entry_that_is_not_there_has_its_default(header: dict[str, object]) -> None:
    assert text(header, "a", "b", default="none") == "none"


def at(evidence: Evidence, path: Path) -> Evidence:
    """Return the same run as if it lay elsewhere."""
    run = replace(evidence.run, path=path)
    return replace(evidence, analysed=replace(evidence.analysed, run=run))


def test_a_report_is_named_after_its_first_run(evidence: Evidence) -> None:
    assert directory_name([evidence]) == "20261001T120000Z-fake"
    a, b, c = (at(evidence, Path(name)) for name in "abc")
    several = [directory_name(runs) for runs in ([a, b], [a, c], [b, a], [a, b, c])]
    assert len(set(several)) == len(several)
    assert several[0].startswith("20261001T120000Z-fake-and-1-more-")
    odd = [plain_name(run_id) for run_id in ("a/b", "a b", "a-b", "..", "модель", "x" * 300)]
    assert len(set(odd)) == len(odd)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,120}", name) for name in odd)


@pytest.mark.parametrize("again", ["run", "run/../run", "copy", "link"])
def test_one_run_under_two_names_is_refused(tmp_path: Path, again: str) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=1))
    write_run(tmp_path / "copy", fake_run(rounds=1))
    (tmp_path / "link").symlink_to(run)
    with pytest.raises(StoreError, match="are the same run"):
        gather([run, tmp_path / again])
