from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, fake_frame, fake_run

from coldwarm.analysis.cases import ByKind, CaseSummary
from coldwarm.analysis.summarise import summarise
from coldwarm.history import History, PastRun
from coldwarm.history.history_document import history_document, notes, to_json
from coldwarm.history.timeline import Point, timelines
from coldwarm.stats.ranges import Range
from coldwarm.text.markdown import render_markdown
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.text.document import Document

GOLDEN = Path(__file__).parent / "golden"


def summary(name: str, **changes: object) -> CaseSummary:
    """Return a summary whose numbers are none of the fake machine's."""
    (found,) = summarise(
        fake_frame(fake_run(apis=("path",), cache_modes=("default",), rounds=1, noise=QUIET))
    )
    plain = {
        "case_id": name,
        "name": name,
        "verdict": "hit",
        "load_ms": ByKind(412.3, 480.1, 165.2),
        "speedup": Range(2.482, 2.401, 2.553, 0.95, 12),
        "peak_load_bytes": ByKind(341e6, 346e6, 243e6),
        "blob_bytes": 102e6,
    }
    return replace(found, **{**plain, **changes})


def past(day: int, *cases: CaseSummary, commit: str | None = "abcdef123456") -> PastRun:
    header = {
        "run_id": f"202610{day:02d}T120000Z-nightly",
        "created_at": f"2026-10-{day:02d}T12:00:00+00:00",
        "git_commit": commit,
    }
    versions = ("2026.4.1-20000-releases/2026/4",)
    return PastRun(Path("run"), header, versions, 221.4, {each.case_id: each for each in cases})


PATH, READ = "resnet50 / CPU / path", "resnet50 / CPU / read_model / OPTIMIZE_SIZE"
MISSED = {"verdict": "silent_miss", "load_ms": ByKind(400.0, 470.0), "speedup": Range()}
HISTORY = History(
    (
        past(1, summary(PATH)),
        past(2, summary(PATH), summary(READ, **MISSED), commit="abcdef123456-dirty"),
        past(3, summary(PATH, load_ms=ByKind(1844.0, 1971.0, 230.0)), commit=None),
    ),
    damage=("run4 is not a run: it has no run.json",),
)


@pytest.mark.parametrize(
    ("render", "name"), [(render_terminal, "text.txt"), (render_markdown, "text.md")]
)
def test_looks_as_expected(render: Callable[[Document], str], name: str) -> None:
    assert render(history_document(HISTORY)) == (GOLDEN / name).read_text(encoding="utf-8")


def test_text_fits_a_terminal() -> None:
    assert max(map(len, render_terminal(history_document(HISTORY)).splitlines())) <= 80


@pytest.mark.parametrize(
    ("counts", "enough"), [({}, 0), ({PATH: 9}, 0), ({PATH: 10}, 1), ({PATH: 12, READ: 10}, 2)]
)
def test_says_how_many_cases_have_runs_enough_for_absolute_times(
    counts: dict[str, int], enough: int
) -> None:
    (line,) = [line for line in notes(replace(HISTORY, counts=counts)) if "absolute times" in line]
    assert line.startswith("cases with 10 runs, whose absolute times `coldwarm compare` judges")
    assert line.endswith(f": {enough} of 2")


def test_an_empty_history_says_so() -> None:
    assert "0 of 0" in render_terminal(history_document(History()))


def test_json_has_a_point_per_run_and_case() -> None:
    found = json.loads(json.dumps(to_json(HISTORY), allow_nan=False))
    assert [run["commit"] for run in found["runs"]][2] is None
    points = {case["name"]: case["points"] for case in found["cases"]}
    assert [point["warm_load_ms"] for point in points[PATH]] == [165.2, 165.2, 230.0]
    assert points[READ][0]["run_id"] == HISTORY.runs[1].run_id


def test_a_case_has_only_the_runs_that_measured_it() -> None:
    assert {each.name: len(each.points) for each in timelines(HISTORY.runs)} == {PATH: 3, READ: 1}


@pytest.mark.parametrize(
    ("commit", "shown"),
    [("abcdef123456", "abcdef1"), ("abcdef123456-dirty", "abcdef1+"), ("v1.2", "v1.2"), (None, "")],
)
def test_a_commit_is_short_and_marked_where_there_were_changes(
    commit: str | None, shown: str
) -> None:
    assert Point(past(1, commit=commit), summary(PATH)).commit == shown
