"""Starts that failed, said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_samples import fake_frame, fake_run

from coldwarm.compare.not_measured import MOST, failures, without_known

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case


def test_each_kind_of_start_is_told_with_its_reason() -> None:
    frame = fake_frame(
        fake_run(rounds=3, apis=("path",), cache_modes=("default",), outcome=lambda _: "crashed")
    )
    cold, *_ = failures(frame)
    assert cold.startswith("resnet50 / CPU / path: 3 of 3 cold starts failed: ")
    assert "SIGBUS" in cold


def test_nothing_is_told_where_nothing_failed() -> None:
    assert failures(fake_frame(fake_run(rounds=1))) == ()


def test_cases_that_are_known_to_fail_take_only_their_own_uncached_starts_along() -> None:
    def outcome(case: Case) -> str:
        return "crashed" if case.model == "gpt2" else "hit"

    frame = fake_frame(
        fake_run(rounds=1, models=("gpt2", "resnet50"), apis=("path",), outcome=outcome)
    )
    gpt2 = frame["name"].str.startswith("gpt2") & (frame["kind"] != "uncached")
    one, other = frame.loc[gpt2, "case_id"].unique()
    left = without_known(frame, {one})
    assert len(left) == len(frame) - int((frame["case_id"] == one).sum())
    assert failures(left)
    left = without_known(frame, {one, other})
    assert set(left["baseline_id"]) == set(frame.loc[~gpt2, "baseline_id"]) - set(
        frame.loc[gpt2, "baseline_id"]
    )
    assert failures(left) == ()
    assert len(without_known(frame, set())) == len(frame)


def test_a_broken_machine_does_not_fill_pages() -> None:
    models = tuple(f"m{number}" for number in range(12))
    frame = fake_frame(fake_run(rounds=1, models=models, outcome=lambda _: "failed"))
    told = failures(frame)
    assert len(told) == MOST + 1
    assert "more such lines" in told[-1]
