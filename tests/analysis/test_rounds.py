from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from fake_samples import QUIET, fake_frame, fake_run

from coldwarm.analysis.metrics import MEASURED
from coldwarm.analysis.rounds import BLOCK, NUMERIC, paired_rounds
from coldwarm.run.sample import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]


def start(kind: str, load_ms: float | None, **changes: Any) -> Row:  # noqa: ANN401
    return {
        "run_id": "r",
        "case_id": None if kind == "uncached" else "c",
        "baseline_id": "b",
        "kind": kind,
        "sitting": 0,
        "round": 0,
        "block": 0,
        "status": "ok",
        "verdict": "hit" if kind == "warm" else None,
        "load_ms": load_ms,
        "first_inference_ms": None if load_ms is None else load_ms + 1000,
        **changes,
    }


def table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return starts as a frame; what a row does not say was not measured."""
    frame = pd.DataFrame(rows)
    for metric in MEASURED:
        frame[metric.column] = frame.get(metric.column, float("nan"))
    return frame


def pair(*rows: Row, metric: str = "load") -> list[tuple[Any, ...]]:
    """Return case, round and the three values of each row, None for NaN."""
    paired = paired_rounds(table(rows))
    chosen = paired[["case_id", "round", *(f"{kind}_{metric}" for kind in KINDS)]]
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in chosen.itertuples(index=False)
    ]


def test_starts_of_a_round_stand_side_by_side() -> None:
    assert pair(start("uncached", 400), start("cold", 480), start("warm", 160)) == [
        ("c", 0, 400, 480, 160)
    ]


def test_another_metric_is_paired_in_the_same_way() -> None:
    rows = (start("uncached", 400), start("cold", 480), start("warm", 160))
    assert pair(*rows, metric="first_inference") == [("c", 0, 1400, 1480, 1160)]


def test_several_hits_of_a_round_give_their_median() -> None:
    rows = [start("warm", value) for value in (100, 300, 110)]
    assert pair(start("uncached", 400), start("cold", 480), *rows) == [("c", 0, 400, 480, 110)]


@pytest.mark.parametrize("verdict", ["silent_miss", "partial", "stale", "wrong", "not_cached"])
def test_what_was_not_a_proven_hit_is_never_averaged_in(verdict: str) -> None:
    miss = start("warm", 480, verdict=verdict)
    assert pair(start("cold", 480), miss) == [("c", 0, None, 480, None)]
    assert pair(start("cold", 480), miss, start("warm", 160)) == [("c", 0, None, 480, 160)]


def test_answers_that_cannot_be_compared_do_not_hide_a_hit() -> None:
    assert pair(start("warm", 160, verdict="not_comparable")) == [("c", 0, None, None, 160)]


@pytest.mark.parametrize("kind", ["uncached", "cold", "warm"])
def test_a_start_that_failed_leaves_a_gap(kind: str) -> None:
    values = {"uncached": 400.0, "cold": 480.0, "warm": 160.0}
    rows = [
        start(each, None, status="failed", verdict="failed") if each == kind else start(each, ms)
        for each, ms in values.items()
    ]
    expected = [None if each == kind else ms for each, ms in values.items()]
    assert pair(*rows) == [("c", 0, *expected)]


@pytest.mark.parametrize("place", BLOCK)
def test_only_neighbours_are_paired(place: str) -> None:
    elsewhere = "x" if place in {"run_id", "baseline_id"} else 1
    rows = (start("uncached", 400, **{place: elsewhere}), start("cold", 480), start("warm", 160))
    assert pair(*rows) == [("c", 0, None, 480, 160)]


def test_a_round_that_was_divided_has_a_row_for_each_sitting() -> None:
    rows = (
        start("cold", 960, sitting=1),
        start("warm", 320, sitting=1),
        start("uncached", 400),
        start("cold", 480),
        start("uncached", 800, sitting=1),
        start("warm", 90, round=1, sitting=0),
    )
    # In the order of measuring: round 1 of the first sitting before round 0 of the second.
    assert pair(*rows) == [
        ("c", 0, 400, 480, None),
        ("c", 1, None, None, 90),
        ("c", 0, 800, 960, 320),
    ]


def test_cases_of_a_block_share_its_baseline() -> None:
    rows = (
        start("uncached", 400),
        start("cold", 480, case_id="d"),
        start("cold", 490),
        start("warm", 160),
        start("warm", 170, case_id="d"),
    )
    assert pair(*rows) == [("c", 0, 400, 490, 160), ("d", 0, 400, 480, 170)]


def test_rows_are_ordered_by_case_and_round() -> None:
    rows = [
        start("cold", 10 * number, case_id=case, round=number)
        for number in (2, 0, 1)
        for case in ("d", "c")
    ]
    assert [row[:2] for row in pair(*rows)] == [(c, n) for c in "cd" for n in (0, 1, 2)]


def test_runs_are_kept_apart() -> None:
    rows = [
        start(kind, ms, run_id=run)
        for run, factor in (("r", 1), ("s", 2))
        for kind, ms in (("uncached", 400 * factor), ("cold", 480 * factor), ("warm", 160 * factor))
    ]
    assert pair(*rows) == [("c", 0, 400, 480, 160), ("c", 0, 800, 960, 320)]


def test_a_frame_without_a_good_start_gives_no_rows() -> None:
    rows = [start("cold", None, status="failed"), start("uncached", 400)]
    paired = paired_rounds(table(rows))
    assert paired.empty
    assert list(paired.columns) == [
        "run_id",
        "case_id",
        "sitting",
        "round",
        "block",
        "baseline_id",
        *NUMERIC,
    ]


def test_a_whole_run_has_a_complete_row_per_case_and_round() -> None:
    samples = fake_run(models=("a", "b"), apis=("path",), rounds=5, warm_starts=2, noise=QUIET)
    paired = paired_rounds(fake_frame(samples))
    assert len(paired) == 2 * 2 * 5
    measured = paired.drop(columns="encrypted_share")
    assert measured.notna().all(axis=None)
    assert paired.groupby("case_id")["warm_load"].nunique().eq(1).all()
    assert (paired["warm_load"] < paired["uncached_load"]).all()
    assert (paired["uncached_load"] < paired["cold_load"]).all()
