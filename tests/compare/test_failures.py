"""Starts that failed, said in words."""

from __future__ import annotations

from fake_samples import fake_frame, fake_run

from coldwarm.compare.failures import MOST, failures


def test_each_kind_of_start_is_told_with_its_reason() -> None:
    frame = fake_frame(
        fake_run(rounds=3, apis=("path",), cache_modes=("default",), outcome=lambda _: "crashed")
    )
    cold, *_ = failures(frame)
    assert cold.startswith("resnet50 / CPU / path: 3 of 3 cold starts failed: ")
    assert "SIGBUS" in cold


def test_nothing_is_told_where_nothing_failed() -> None:
    assert failures(fake_frame(fake_run(rounds=1))) == ()


def test_a_broken_machine_does_not_fill_pages() -> None:
    models = tuple(f"m{number}" for number in range(12))
    frame = fake_frame(fake_run(rounds=1, models=models, outcome=lambda _: "failed"))
    told = failures(frame)
    assert len(told) == MOST + 1
    assert "more such lines" in told[-1]
