"""Runs that earlier versions stored: what they said then, they say today."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pandas as pd
import pytest

from coldwarm.analysis.cases import summary_frame
from coldwarm.experiment.case import Case
from coldwarm.report.evidence import gather
from coldwarm.run.store import read_run

STORED = Path(__file__).parent / "stored"
LAYOUTS = sorted(path for path in STORED.iterdir() if path.is_dir())

IDS = ["case_id", "run_id", "host"]
"""Ids follow the rules of today; the name of the host is no result."""


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.name)
def test_verdicts_medians_and_intervals_are_what_they_were(layout: Path) -> None:
    then = pd.read_csv(layout / "summary.csv", keep_default_na=False).set_index("name")
    (evidence,) = gather([layout / "run"])
    now = summary_frame(evidence.summaries).set_index("name")
    assert list(now.index) == list(then.index)
    columns = [name for name in then if name not in IDS and name in now]
    assert len(columns) > 40
    different = [
        (case, column, then.loc[case, column], now.loc[case, column])
        for case in then.index
        for column in columns
        if not _same(then.loc[case, column], now.loc[case, column])
    ]
    assert different == []


def _same(then: object, now: object) -> bool:
    missing = now is None or (isinstance(now, float) and math.isnan(now))
    if missing or then == "":
        return then == "" and (missing or now == "")
    try:
        return math.isclose(float(then), float(now), rel_tol=1e-9)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(then) == str(now)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.name)
def test_its_cases_have_the_ids_of_today(layout: Path) -> None:
    run = read_run(layout / "run")
    planned = {Case.from_axes(axes).case_id for axes in run.header["experiment"]["cases"]}
    assert {record["case_id"] for record in run.records if record.get("case_id")} <= planned
    assert {record["baseline_id"] for record in run.records} <= {
        reference["baseline_id"] for reference in run.references
    }


def test_what_a_line_lacks_is_the_default_and_what_is_unknown_stays(tmp_path: Path) -> None:
    path = tmp_path / "run"
    shutil.copytree(LAYOUTS[0] / "run", path)
    lines = [json.loads(line) for line in (path / "samples.jsonl").read_text().splitlines()]
    for line in lines:
        if line["case"].get("storage") == "hot":
            del line["case"]["storage"]
        line["of_a_later_version"] = [1]
    (path / "samples.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    changed, whole = read_run(path), read_run(LAYOUTS[0] / "run")
    assert changed.damage == []
    assert [r["case"] for r in changed.records] == [r["case"] for r in whole.records]
    assert {tuple(record["of_a_later_version"]) for record in changed.records} == {(1,)}
