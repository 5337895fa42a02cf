from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, FakeModel, Noise, fake_frame, fake_run

from coldwarm.charts.loadtimes import LoadTimes, load_times

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from coldwarm.experiment.case import Case

MODEL = FakeModel(50, 30, 300, 100, 60)


def test_medians_come_from_the_samples(frame: pd.DataFrame) -> None:
    first = next(each for each in load_times(frame) if each.group["model"] == "resnet50")
    assert first.group["device"] == "CPU"
    case = frame[frame["name"] == "resnet50 / CPU / path"]
    for kind in ("uncached", "cold", "warm"):
        rows = case[(case.kind == kind) & (case.status == "ok")]
        if kind == "warm":
            rows = rows[rows.verdict == "hit"]
        assert first.path.phases[kind].load_ms == rows.load_ms.median()
        assert first.path.phases[kind].compile_model_ms == rows.compile_model_ms.median()
        assert first.path.phases[kind].starts == len(rows)


def test_one_entry_per_model_device_and_runtime(frame: pd.DataFrame) -> None:
    found = [tuple(times.group.values()) for times in load_times(frame)]
    assert len(found) == len(set(found)) == 4
    assert {device for _, device, _ in found} == {"CPU", "GPU"}


def test_only_the_api_read_model_has_a_read_model_phase(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL)
    assert times.read_model.phases["warm"].read_model_ms == pytest.approx(30)
    assert times.path.phases["warm"].read_model_ms is None


def test_missed_warm_starts_are_never_in_a_median(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, cache_modes=("OPTIMIZE_SIZE",), rounds=7)
    assert "warm" not in times.read_model.phases
    assert "7 of 7: silent_miss" in times.read_model.missing["warm"]
    assert "LOADED_FROM_CACHE is false" in times.read_model.missing["warm"]
    assert times.read_model.speedup is None


@pytest.mark.parametrize("outcome", ["wrong", "partial", "crashed", "not_cached"])
def test_only_proven_hits_are_warm(times_of: Callable[..., LoadTimes], outcome: str) -> None:
    times = times_of(MODEL, rounds=2, outcome=lambda _: outcome)
    assert "warm" not in times.path.phases
    assert times.path.missing["warm"].startswith("No warm start was a proven hit. 2 of 2")


def test_a_cold_start_without_a_blob_exported_nothing(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=3, outcome=lambda _: "not_cached")
    assert times.path.missing["cold"] == (
        "None of the 3 cold starts left a blob in the cache directory."
    )
    assert times.path.export_ms is None


@pytest.mark.parametrize(
    ("modes", "misses", "expected"),
    [
        (("OPTIMIZE_SIZE", "OPTIMIZE_SPEED", "default"), (), "m / CPU / path"),
        (("OPTIMIZE_SIZE", "OPTIMIZE_SPEED"), (), "m / CPU / path / OPTIMIZE_SPEED"),
        (("default", "OPTIMIZE_SPEED"), ("default",), "m / CPU / path / OPTIMIZE_SPEED"),
        (("default", "OPTIMIZE_SIZE"), ("default",), "m / CPU / path"),
        (("OPTIMIZE_SIZE",), (), "m / CPU / path / OPTIMIZE_SIZE"),
    ],
)
def test_the_default_mode_stands_for_an_api_unless_only_speed_hits(
    times_of: Callable[..., LoadTimes],
    modes: tuple[str, ...],
    misses: tuple[str, ...],
    expected: str,
) -> None:
    def outcome(case: Case) -> str:
        return "silent_miss" if case.cache_mode in misses else "hit"

    assert times_of(MODEL, rounds=1, cache_modes=modes, outcome=outcome).path.case == expected


def test_no_encryption_hot_storage_and_no_properties_are_preferred(
    times_of: Callable[..., LoadTimes],
) -> None:
    times = times_of(
        MODEL,
        rounds=1,
        cache_modes=("default",),
        encryptions=("base64", "none"),
        storages=("evicted", "hot"),
        properties=({"NUM_STREAMS": 1}, {}),
    )
    assert times.path.case == "m / CPU / path"


def test_whatever_was_measured_is_taken_and_named(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=1, encryptions=("base64",), storages=("evicted",))
    assert times.path.case == "m / CPU / path / base64 / evicted"
    assert "warm" in times.path.phases


def test_uncached_starts_are_those_of_the_chosen_baseline(
    times_of: Callable[..., LoadTimes],
) -> None:
    def effect(case: Case, kind: str) -> float:
        del kind
        return 10.0 if case.storage == "evicted" else 1.0

    times = times_of(MODEL, rounds=2, storages=("evicted", "hot"), effect=effect)
    assert times.path.phases["uncached"].load_ms == pytest.approx(330)


def test_export_is_the_difference_of_the_drawn_medians(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=8)
    assert times.read_model.export_ms is not None
    assert times.read_model.export_ms.low == pytest.approx(60)
    assert times.read_model.drawn_export_ms == pytest.approx(60)


def test_export_is_not_drawn_when_its_interval_includes_zero(
    times_of: Callable[..., LoadTimes],
) -> None:
    noisy = Noise(sd=0.3, drift=1.0)
    times = times_of(FakeModel(50, 30, 300, 100, 1), rounds=8, noise=noisy)
    assert times.read_model.export_ms is not None
    assert times.read_model.export_ms.low < 0 < times.read_model.export_ms.high
    assert times.read_model.drawn_export_ms is None


def test_export_is_not_drawn_from_too_few_rounds(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=3)
    assert times.read_model.drawn_export_ms is None


def test_speedups_survive_a_machine_that_changes_speed(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=8, noise=Noise(sd=0, drift=3, outliers=0))
    assert times.read_model.speedup is not None
    assert times.read_model.speedup.low == pytest.approx(330 / 130)
    assert times.read_model.speedup.high == pytest.approx(330 / 130)


@pytest.mark.parametrize(("along", "paired"), [("api", True), (None, False)])
def test_apis_are_compared_in_pairs_only_if_they_were_neighbours(
    times_of: Callable[..., LoadTimes], along: str | None, *, paired: bool
) -> None:
    noise = Noise(sd=0, drift=3, outliers=0)
    times = times_of(MODEL, rounds=8, along=along, noise=noise)
    speedup = times.path_speedup
    assert speedup is not None
    assert speedup.low <= 3.3 <= speedup.high
    assert (speedup.high - speedup.low < 0.01) == paired


def test_a_round_with_several_warm_starts_counts_once(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=6, warm_starts=3)
    assert times.path.phases["warm"].starts == 18
    assert times.path.speedup is not None
    assert times.path.speedup.rounds == 6


def test_an_api_that_was_not_measured_is_said(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=1, apis=("path",))
    assert set(times.read_model.missing) == {"uncached", "cold", "warm"}
    assert "no case with the API read_model" in times.read_model.missing["cold"]
    assert times.path_speedup is None


def test_an_unsupported_device_is_said_with_its_reason(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(MODEL, rounds=2, devices=("GPU",))
    assert times.path.phases == {}
    assert times.path.missing["uncached"] == (
        "No uncached start succeeded. 2 of 2: unsupported, "
        "the device is not available on this host."
    )


def test_an_empty_run_has_nothing_to_draw() -> None:
    frame = fake_frame(fake_run(rounds=1, noise=QUIET)).iloc[:0]
    assert list(load_times(frame)) == []


def test_only_uncached_starts_give_no_case() -> None:
    frame = fake_frame(fake_run(rounds=1, noise=QUIET))
    (times,) = load_times(frame[frame["kind"] == "uncached"])
    assert times.path.phases == {}
