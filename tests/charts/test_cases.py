from __future__ import annotations

import pytest
from fake_samples import QUIET, Noise, fake_frame, fake_run

from coldwarm.analysis.summarise import summarise
from coldwarm.charts.cases import (
    SETTINGS,
    baseline_labels,
    case_starts,
    kinds_as_rows,
    labels,
    preference,
)
from coldwarm.charts.neighbours import difference, quotient, rounds_by_case, savings
from coldwarm.experiment.case import DEFAULTS, MAPPINGS


def test_labels_leave_out_what_all_cases_share() -> None:
    summaries = summarise(fake_frame(fake_run(rounds=1, cache_modes=("default", "OPTIMIZE_SIZE"))))
    assert sorted(labels(summaries)) == [
        "path",
        "path / OPTIMIZE_SIZE",
        "read_model",
        "read_model / OPTIMIZE_SIZE",
    ]


def test_labels_name_models_devices_properties_and_runs_where_they_differ() -> None:
    options = {
        "models": ("a", "b"),
        "devices": ("CPU", "AUTO"),
        "properties": ({}, {"NUM_STREAMS": 2}),
        "apis": ("path",),
        "cache_modes": ("default",),
        "rounds": 1,
    }
    summaries = summarise(fake_frame(fake_run(**options)))
    assert "a / AUTO / path" in labels(summaries)
    assert "b / CPU / path / NUM_STREAMS=2" in labels(summaries)
    other = summarise(fake_frame(fake_run(run_id="other/run", **options)))
    assert "a / AUTO / path (other/run)" in labels([*summaries, *other])


def test_the_baseline_of_import_is_that_of_read_model() -> None:
    summaries = summarise(fake_frame(fake_run(rounds=1, apis=("import",), encryptions=("base64",))))
    assert set(baseline_labels(summaries)) == {"read_model"}


def test_each_case_has_the_starts_of_its_baseline_and_no_misses_among_its_hits() -> None:
    frame = fake_frame(fake_run(rounds=3, noise=QUIET))
    cases = {case.label: case for case in case_starts(frame, summarise(frame), ["load_ms"])}
    assert len(cases["path"].uncached) == len(cases["path"].warm) == 3
    assert len(cases["read_model / OPTIMIZE_SIZE"].warm) == 0
    assert len(cases["read_model / OPTIMIZE_SIZE"].misses) == 3
    assert set(cases["read_model / OPTIMIZE_SIZE"].medians("load_ms")) == {"uncached", "cold"}


def test_a_baseline_stands_once_before_its_cases_the_plain_ones_first() -> None:
    frame = fake_frame(fake_run(rounds=1, encryptions=("base64", "none"), apis=("path",)))
    rows = kinds_as_rows(case_starts(frame, summarise(frame), ["load_ms"]))
    assert [(row.label, row.kind) for row in rows] == [
        ("path", "uncached"),
        ("path", "cold"),
        ("path", "warm"),
        ("path / OPTIMIZE_SIZE", "cold"),
        ("path / OPTIMIZE_SIZE", "warm"),
        ("path / base64", "cold"),
        ("path / base64", "warm"),
        ("path / OPTIMIZE_SIZE / base64", "cold"),
        ("path / OPTIMIZE_SIZE / base64", "warm"),
    ]


@pytest.mark.parametrize("axis", SETTINGS)
def test_the_default_of_every_axis_is_preferred(axis: str) -> None:
    plain = {**DEFAULTS, "model": "m", "properties": "{}"}
    other = {**plain, axis: '{"NUM_STREAMS": 1}' if axis in MAPPINGS else "another"}
    assert preference(plain, hit=True) < preference(other, hit=True)


def test_an_unknown_mode_of_a_newer_openvino_comes_last() -> None:
    axes = {"cache_mode": "NEW", "encryption": "none", "storage": "hot", "properties": "{}"}
    default = {**axes, "cache_mode": "default"}
    assert preference(default, hit=True) < preference(axes, hit=True)


def test_savings_come_from_the_rounds_own_differences() -> None:
    frame = fake_frame(fake_run(rounds=6, noise=QUIET, apis=("path",), cache_modes=("default",)))
    (saving,) = savings(rounds_by_case(summarise(frame))).values()
    assert saving.value == pytest.approx(400 - 139)
    assert (saving.low, saving.high) == (pytest.approx(261), pytest.approx(261))


@pytest.mark.parametrize(("along", "paired"), [("storage", True), (None, False)])
def test_only_neighbours_are_compared_in_pairs(along: str | None, *, paired: bool) -> None:
    frame = fake_frame(
        fake_run(
            rounds=8,
            along=along,
            storages=("hot", "evicted"),
            apis=("path",),
            cache_modes=("default",),
            noise=Noise(sd=0, drift=1.4, outliers=0),
        )
    )
    warm = frame[frame["kind"] == "warm"]
    hot, evicted = (warm[warm["storage"] == state] for state in ("hot", "evicted"))
    ratio, extra = quotient(hot, evicted, "load_ms"), difference(hot, evicted, "load_ms")
    assert ratio is not None
    assert extra is not None
    assert (ratio.m is None) == (extra.m is None) == paired
    assert ratio.low - 1e-6 <= 1.6 <= ratio.high + 1e-6
    assert (ratio.high - ratio.low < 1e-3) == paired
    assert extra.low > 0


def test_nothing_is_compared_with_nothing() -> None:
    frame = fake_frame(fake_run(rounds=1))
    assert difference(frame, frame.iloc[:0], "load_ms") is None
    assert quotient(frame.iloc[:0], frame, "load_ms") is None
