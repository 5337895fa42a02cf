from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, fake_run, fake_stored

from coldwarm.analysis import metrics as m
from coldwarm.analysis.analysed_run import analyse
from coldwarm.analysis.starts_of_kind import worst

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.run.sample import Sample


def only(samples: list[Sample]) -> CaseSummary:
    (found,) = analyse(fake_stored(samples)).cases
    return found


def one_case(**changes: object) -> list[Sample]:
    options = {"apis": ("path",), "cache_modes": ("default",), "rounds": 3, "noise": QUIET}
    return fake_run(**{**options, **changes})


def test_has_one_row_per_round_and_a_column_per_metric() -> None:
    found = only(one_case())
    assert list(found.by_round.index.names) == ["sitting", "round", "block"]
    assert len(found.by_round) == 3
    (uncached,) = set(found.values(m.UNCACHED_LOAD))
    (warm,) = set(found.values(m.WARM_LOAD))
    assert set(found.values(m.SPEEDUP)) == {uncached / warm}
    (cold,) = set(found.values(m.COLD_LOAD))
    assert set(found.values(m.COLD_TAX).round(6)) == {round(cold - uncached, 6)}


def test_a_missed_warm_start_has_no_time() -> None:
    found = only(one_case(outcome=lambda _: "silent_miss"))
    assert found.values(m.WARM_LOAD).empty
    assert found.values(m.SPEEDUP).empty
    assert len(found.values(m.COLD_LOAD)) == 3
    assert (found.judged_verdict, found.proven) == ("silent_miss", 0)
    assert "compiled again" in found.judged_reason


def test_several_warm_starts_of_a_round_are_one_value() -> None:
    found = only(one_case(warm_starts=3))
    assert len(found.values(m.WARM_LOAD)) == 3
    assert found.judged_starts == found.proven == 9


def test_a_load_time_of_zero_makes_no_speedup() -> None:
    samples = [
        replace(each, load_ns=0) if (each.kind, each.round) == ("warm", 1) else each
        for each in one_case()
    ]
    found = only(samples)
    assert len(found.values(m.WARM_LOAD)) == 3
    assert len(found.values(m.SPEEDUP)) == 2


def test_starts_that_failed_are_counted_and_are_no_verdict() -> None:
    found = only(one_case(outcome=lambda _: "crashed"))
    assert found.judged == {}
    assert found.judged_verdict == "failed"
    assert found.failed_runs == 6


def test_a_case_of_which_only_the_cold_start_was_made_has_no_verdict() -> None:
    found = only([each for each in one_case() if each.kind != "warm"])
    assert found.judged_verdict is None


def test_a_cold_start_without_a_blob_has_no_blob_size() -> None:
    found = only(one_case(outcome=lambda _: "not_cached"))
    assert found.values(m.BLOB).empty


@pytest.mark.parametrize(
    ("device", "encryption", "ignored"),
    [("CPU", "none", False), ("CPU", "base64", False), ("AUTO", "base64", True)],
)
def test_sees_callbacks_that_were_never_called(
    device: str, encryption: str, *, ignored: bool
) -> None:
    found = only(one_case(devices=(device,), encryptions=(encryption,)))
    assert found.callbacks_ignored is ignored


def test_cases_come_in_the_order_of_the_plan() -> None:
    samples = fake_run(rounds=2, models=("resnet50", "vgg19"))
    run = fake_stored(samples)
    axes = {each.case_id: each.case for each in samples if each.case_id}
    planned = sorted(axes, reverse=True)
    run.header["experiment"] = {"cases": [axes[case_id] for case_id in planned]}
    assert [case.case_id for case in analyse(run).cases] == planned


def test_the_worst_verdict_is_the_worst() -> None:
    assert worst(["hit", "silent_miss", "wrong"]) == "silent_miss"
    assert worst([]) is None
