from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from coldwarm.measure.ratios import SpeedupRatios
from coldwarm.run.reference_answers import ReferenceAnswers
from coldwarm.run.sample import Blob, Sample

BLOB = Blob("1.blob", 1, 2, 3)
WARM = Sample(
    run_id="r",
    baseline_id="b",
    case_id="c",
    case={"api": "path"},
    kind="warm",
    round=0,
    position=0,
    block=0,
    started_at="",
    status="ok",
    loaded_from_cache=True,
    blobs_before=(BLOB,),
    blobs_after=(BLOB,),
    load_ns=100,
)
UNCACHED = replace(WARM, kind="uncached", case_id=None, load_ns=400)


def ratios(
    *samples: Sample, case: str = "c", references: tuple[dict[str, Any], ...] = ()
) -> list[float]:
    """Return the speedups of a case."""
    found = SpeedupRatios(ReferenceAnswers(references))
    for sample in samples:
        found.add(sample)
    return [pytest.approx(math.exp(value)) for value in found.of(case)]


def test_a_speedup_is_uncached_over_warm() -> None:
    assert ratios(UNCACHED, WARM) == [4]


def test_the_warm_start_may_come_first() -> None:
    assert ratios(WARM, UNCACHED) == [4]


def test_several_hits_of_a_round_count_as_their_median() -> None:
    hits = [replace(WARM, load_ns=ns) for ns in (50, 100, 400)]
    assert ratios(UNCACHED, *hits) == [4]


def test_ratios_stand_in_the_order_of_their_rounds() -> None:
    rounds = [
        replace(sample, round=number, load_ns=sample.load_ns * factor)
        for number, factor in ((2, 2), (0, 1), (1, 1))
        for sample in (UNCACHED, replace(WARM, load_ns=WARM.load_ns * (1 + number)))
        if sample.load_ns
    ]
    assert ratios(*rounds) == [4, 2, 4 / 3]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "failed"},
        {"status": "dropped", "load_ns": None},
        {"load_ns": 0},
        {"load_ns": None},
        {"loaded_from_cache": False},
        {"blobs_after": ()},
        {"kind": "cold"},
    ],
)
def test_what_is_no_proven_hit_does_not_count(changes: dict[str, Any]) -> None:
    assert ratios(UNCACHED, replace(WARM, **changes)) == []


def test_a_wrong_or_stale_answer_settles_nothing() -> None:
    now, then = {"m": "now"}, {"m": "then"}
    references = tuple(
        {"baseline_id": "b", "model_digests": digests, "answers": [[{"y": answer}]] * 2}
        for digests, answer in ((now, "right"), (then, "old"))
    )
    cold = replace(WARM, kind="cold", loaded_from_cache=False, model_digests=then)
    warm = replace(WARM, model_digests=now, outputs=({"y": "right"},))
    stale, wrong = (replace(warm, outputs=({"y": answer},)) for answer in ("old", "nonsense"))
    assert ratios(UNCACHED, cold, warm, references=references) == [4]
    assert ratios(UNCACHED, cold, stale, references=references) == []
    assert ratios(UNCACHED, cold, wrong, references=references) == []
    assert ratios(UNCACHED, cold, wrong) == [4]  # there is nothing to compare with


def test_a_device_that_says_loaded_even_when_cold_proves_nothing() -> None:
    assert ratios(UNCACHED, replace(WARM, kind="cold"), WARM) == []


@pytest.mark.parametrize("changes", [{"status": "failed"}, {"load_ns": 0}, {"load_ns": None}])
def test_without_a_good_baseline_nothing_counts(changes: dict[str, Any]) -> None:
    assert ratios(replace(UNCACHED, **changes), WARM) == []


@pytest.mark.parametrize(
    "place", [{"sitting": 1}, {"round": 1}, {"block": 1}, {"baseline_id": "other"}]
)
def test_only_neighbours_are_compared(place: dict[str, Any]) -> None:
    assert ratios(replace(UNCACHED, **place), WARM) == []


def test_cases_of_a_block_share_its_baseline() -> None:
    other = replace(WARM, case_id="d", load_ns=200)
    assert ratios(UNCACHED, WARM, other, case="d") == [2]
    assert ratios(UNCACHED, WARM, other, case="nobody") == []
