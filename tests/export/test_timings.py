from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from fake_samples import fake_analysed, fake_run, samples_frame
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.export.timings import NS_PER_MS, Timing, timings

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case
    from coldwarm.run.sample import Sample

SAMPLE = fake_run(rounds=1)[0]
PATH = "resnet50 / CPU / path"


def by_name(samples: list[Sample]) -> dict[str, Timing]:
    return {timing.name: timing for timing in timings(fake_analysed(samples))}


def test_every_case_has_a_timing_of_each_kind() -> None:
    found = by_name(fake_run(rounds=2, cache_modes=("default",)))
    assert list(found) == [
        f"resnet50 / CPU / {api}[{kind}]"
        for api in ("path", "read_model")
        for kind in ("uncached", "cold", "warm")
    ]


def test_seconds_are_the_stored_nanoseconds_in_the_order_of_measuring() -> None:
    samples = fake_run(rounds=9, apis=("path",), cache_modes=("default",))
    for kind in ("uncached", "cold", "warm"):
        stored = [each.load_ns for each in samples if each.kind == kind]
        assert by_name(samples)[f"{PATH}[{kind}]"].load_s == tuple(ns / 1e9 for ns in stored if ns)


@settings(derandomize=True, deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 10**14), min_size=1, max_size=50))
def test_no_nanosecond_is_lost_on_the_way_through_milliseconds(stored: list[int]) -> None:
    frame = samples_frame([replace(SAMPLE, load_ns=ns) for ns in stored])
    assert [round(ms * NS_PER_MS) for ms in frame["load_ms"]] == stored


def test_an_unproven_warm_start_has_no_time() -> None:
    found = by_name(fake_run(rounds=3, cache_modes=("OPTIMIZE_SIZE",)))
    missed = found["resnet50 / CPU / read_model / OPTIMIZE_SIZE[warm]"]
    assert missed.load_s == ()
    assert missed.verdict == "silent_miss"
    assert "WEIGHTS_PATH" in missed.remedy
    assert len(found[f"{PATH} / OPTIMIZE_SIZE[warm]"].load_s) == 3


def test_one_miss_among_hits_gives_the_verdict_and_only_hits_give_times() -> None:
    samples = fake_run(rounds=6, apis=("path",), cache_modes=("default",))
    index = next(i for i, each in enumerate(samples) if each.kind == "warm")
    samples[index] = replace(samples[index], loaded_from_cache=False)
    warm = by_name(samples)[f"{PATH}[warm]"]
    assert warm.verdict == "silent_miss"
    assert len(warm.load_s) == 5


def test_cases_share_their_uncached_starts() -> None:
    found = by_name(fake_run(rounds=3, apis=("path",)))
    first, second = (found[f"{PATH}{mode}[uncached]"] for mode in ("", " / OPTIMIZE_SIZE"))
    assert first.load_s == second.load_s
    assert len(first.load_s) == 3


def test_a_kind_that_was_not_measured_says_so() -> None:
    samples = [each for each in fake_run(rounds=2) if each.kind != "warm"]
    warm = by_name(samples)[f"{PATH}[warm]"]
    assert (warm.verdict, warm.load_s) == ("not_measured", ())


@pytest.mark.parametrize("end", ["unsupported", "failed"])
def test_starts_that_did_not_end_well_have_a_reason(end: str) -> None:
    def outcome(case: Case) -> str:
        return end if case.api == "path" else "hit"

    found = by_name(fake_run(rounds=2, outcome=outcome))
    assert found[f"{PATH}[cold]"].verdict == end
    assert found[f"{PATH}[cold]"].reason
    assert found["resnet50 / CPU / read_model[cold]"].verdict == ""


def test_facts_are_plain_and_complete() -> None:
    warm = by_name(fake_run(rounds=8, encryptions=("base64",)))[f"{PATH} / base64[warm]"]
    facts = warm.facts()
    assert facts["kind"] == "warm"
    assert facts["encryption"] == "base64"
    assert facts["verdict"] == "hit"
    assert facts["speedup_low"] < facts["speedup"] < facts["speedup_high"]
    assert facts["blob_bytes"] > 0
    assert "remedy" not in facts
    assert {type(value) for value in facts.values()} <= {str, int, float}
    assert not any(pd.isna(value) for value in facts.values())
