"""What each chart says about runs whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from artists import assert_texts_keep_apart, assert_texts_stay_inside, texts, words
from fake_samples import QUIET, FakeModel, Noise, fake_frame, fake_run
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex

from coldwarm.analysis.summarise import summarise
from coldwarm.charts import (
    blobs,
    breakeven,
    drift,
    dumbbell,
    encryption,
    heatmap,
    memory,
    phases,
    storage,
)
from coldwarm.charts.lettering import ELLIPSIS
from coldwarm.charts.style import MUTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.sheet import Chart
    from coldwarm.experiment.case import Case

SLOW = FakeModel(100, 30, 900, 300, 90)
FAST = FakeModel(10, 30, 200, 20, 20)
MODELS = {"slow": SLOW, "fast": FAST}


def judged(**options: object) -> tuple[pd.DataFrame, list[CaseSummary]]:
    settings: dict[str, object] = {"noise": QUIET, "rounds": 6, "times": MODELS, **options}
    frame = fake_frame(fake_run(**settings))  # type: ignore[arg-type]
    return frame, summarise(frame)


def drawn(draw: Callable[..., Chart | None], *data: object) -> Chart:
    chart = draw(*data)
    assert chart is not None
    return chart


def test_dumbbells_are_sorted_by_what_they_save() -> None:
    data = judged(models=("fast", "slow"), apis=("path",), cache_modes=("default",))
    chart = drawn(dumbbell.draw, *data)
    said = list(texts(chart.figure))
    assert said.index("slow / path") < said.index("fast / path")
    assert chart.alt == (
        f"{dumbbell.TITLE}. Most time is saved by slow / path: 630 ms of each start, "
        "3.10 (3.10 to 3.10) times as fast from the cache. Least by fast / path: 210 ms, 11.5 "
        "times as fast."
    )


def test_a_dumbbell_without_a_hit_stands_last_and_says_why() -> None:
    data = judged(models=("slow",), apis=("read_model",))
    chart = drawn(dumbbell.draw, *data)
    said = list(texts(chart.figure))
    assert said.index("read_model") < said.index("read_model / OPTIMIZE_SIZE")
    assert "silent_miss 6" in said
    assert "In 1 of 2 cases no warm start was a proven hit." in chart.alt


def test_phases_are_stacked_from_zero_to_the_first_result() -> None:
    data = judged(models=("slow",), apis=("read_model",), cache_modes=("default",))
    figure = drawn(phases.draw, *data).figure
    bars = [bar for bar in figure.axes[0].collections if isinstance(bar, PolyCollection)]
    ends = [max(path.vertices[:, 0].max() for path in bar.get_paths()) for bar in bars]
    # interpreter, import, core, request, inference and harness take 248.7 ms whatever the kind.
    assert ends == pytest.approx([248.7 + 930, 248.7 + 1020, 248.7 + 330])
    assert "Share of loading in the time to the first result: 79 % without a cache" in words(figure)


def test_the_phases_of_every_api_have_room_for_their_names() -> None:
    figure = drawn(
        memory.draw, *judged(models=("fast",), apis=("read_model", "path", "import"))
    ).figure
    assert {"export_model", "import_model"} <= texts(figure).keys()
    assert_texts_keep_apart(figure)


def test_memory_is_split_where_it_was_measured() -> None:
    data = judged(models=("slow",), apis=("path",), cache_modes=("default",))
    figure = drawn(memory.draw, *data).figure
    assert [axes.get_xlabel() for axes in figure.axes] == [
        "import",
        "compile_model",
        "first_inference",
    ]
    bars = [sum(isinstance(c, PolyCollection) for c in axes.collections) for axes in figure.axes]
    assert bars == [0, 3, 3]
    thin = [
        [c for c in axes.collections if isinstance(c, LineCollection) and c.get_linewidth() == 1.2]
        for axes in figure.axes
    ]
    assert [len(each) for each in thin] == [0, 6, 6]
    assert "vmhwm-reset" in words(figure)


def test_blobs_are_compared_with_their_models() -> None:
    data = judged(models=("slow",), apis=("path",))
    assert (
        "Smallest beside its model: 55 MB, 55 %, path / OPTIMIZE_SIZE."
        in drawn(blobs.draw, *data).alt
    )


def test_the_price_of_a_codec_is_found() -> None:
    def effect(case: Case, kind: str) -> float:
        return 1.5 if case.encryption == "base64" and kind == "warm" else 1.0

    data = judged(models=("slow",), apis=("path",), encryptions=("none", "base64"), effect=effect)
    text = drawn(encryption.draw, *data).alt
    assert "Dearest from the cache: path" in text
    assert "Encrypted part" not in text


def test_the_price_of_calling_is_told_from_that_of_the_cipher() -> None:
    codecs = ("none", "identity", "base64")
    data = judged(models=("slow",), apis=("path",), cache_modes=("default",), encryptions=codecs)
    figure = drawn(encryption.draw, *data).figure
    assert "0.23 %; calling 0.60 ms (0.60 to 0.60), cipher 1.8 ms (1.8 to 1.8)" in words(figure)
    assert words(figure).count("calling 0") == 1


def test_the_time_inside_the_callbacks_is_drawn_within_the_plot() -> None:
    frame, summaries = judged(models=("slow",), apis=("path",), encryptions=("none", "base64"))
    inside = frame["encryption_ms"].notna()
    frame.loc[inside, "encryption_ms"] = 50.0 + frame["round"]
    figure = drawn(encryption.draw, frame, summaries).figure
    plot = figure.axes[1]
    assert plot.get_xlim()[1] > 55
    assert any(55.0 in line.get_xdata() for line in plot.lines)


def test_only_what_a_cipher_covers_is_called_encrypted() -> None:
    data = judged(models=("slow",), apis=("path",), encryptions=("base64", "aes-256-gcm"))
    assert (
        "Encrypted part of a blob: 0.17 % to 0.31 %; the rest" in drawn(encryption.draw, *data).alt
    )


def test_callbacks_that_a_device_drops_are_loud() -> None:
    data = judged(models=("slow",), devices=("AUTO",), encryptions=("aes-256-gcm",))
    figure = drawn(encryption.draw, *data).figure
    assert "NOT ENCRYPTED: in 4 of 4 cases" in words(figure)
    assert encryption.IN_CLEAR in words(figure)


def test_encryption_without_encryption_is_no_chart() -> None:
    assert encryption.draw(*judged(models=("slow",))) is None


def test_the_curve_crosses_where_the_tax_is_paid_back() -> None:
    data = judged(models=("slow",), apis=("path",), cache_modes=("default",))
    figure = drawn(breakeven.draw, *data).figure
    without, with_cache, even, *_ = (line.get_xydata() for line in figure.axes[0].lines)
    start = float(even[0][0])
    # The tax of 90 ms is paid back by 630 ms that each warm start saves.
    assert start == pytest.approx(1 + 90 / 630)
    assert without[0][1] < with_cache[0][1]
    assert without[1][1] > with_cache[1][1]


def test_hatched_cells_are_those_that_could_be_nothing() -> None:
    def effect(case: Case, kind: str) -> float:
        return 930 / 300 if case.model == "slow" and kind == "warm" else 1.0

    data = judged(
        models=("fast", "slow"),
        apis=("path",),
        cache_modes=("default",),
        effect=effect,
        noise=Noise(sd=0.05, drift=1, outliers=0),
    )
    figure = drawn(heatmap.draw, data[1]).figure
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    # A hatch has the colour of the edge: a white one could not be seen.
    assert [to_hex(patch.get_edgecolor()) for patch in hatched] == [MUTED]
    assert "1 of 2 cells inconclusive" in words(figure)


def test_heatmap_cells_without_a_hit_bear_the_verdict() -> None:
    _, summaries = judged(models=("slow",), devices=("CPU", "GPU"), apis=("path",))
    figure = drawn(heatmap.draw, summaries).figure
    assert "unsupported" in texts(figure)
    assert "CPU / path" in texts(figure)


def test_a_heatmap_of_many_settings_cuts_nothing() -> None:
    _, summaries = judged(
        models=("slow",),
        apis=("read_model", "path", "import"),
        cache_modes=("OPTIMIZE_SPEED", "OPTIMIZE_SIZE"),
        encryptions=("none", "aes-256-gcm"),
    )
    figure = drawn(heatmap.draw, summaries).figure
    assert ELLIPSIS not in words(figure)
    assert len(figure.axes) == 2
    assert_texts_stay_inside(figure)


def test_a_heatmap_says_when_a_cell_shows_one_of_several_cases() -> None:
    options = {"models": ("slow",), "devices": ("CPU", "AUTO"), "apis": ("path",)}
    one = drawn(heatmap.draw, judged(**options, cache_modes=("default",))[1])
    several = drawn(heatmap.draw, judged(**options)[1])
    assert "shows one of them" not in words(one.figure)
    assert "shows one of them" in words(several.figure)


def test_heatmaps_of_several_runs_have_hosts_across() -> None:
    runs = [
        fake_frame(fake_run(run_id=run, rounds=6, noise=QUIET, apis=("path",)))
        for run in ("a/1", "b/2")
    ]
    summaries = [summary for frame in runs for summary in summarise(frame)]
    figure = drawn(heatmap.draw, summaries, {"a/1": "laptop", "b/2": "server"}).figure
    assert {"laptop / path", "server / path"} <= set(texts(figure))


def test_a_machine_that_slows_down_is_seen() -> None:
    frame, summaries = judged(models=("slow",), rounds=12)
    slower = frame.assign(load_ms=frame["load_ms"] * (1 + 0.1 * frame["round"]))
    assert "No trend" in drawn(drift.draw, frame, summaries).alt
    text = drawn(drift.draw, slower, summaries).alt
    assert "took 2.10 times as long" in text
    assert "became slower during the run (rank correlation 1.00)" in text


@pytest.mark.parametrize(("rounds", "few"), [(4, True), (5, False)])
def test_few_rounds_cannot_show_a_trend(rounds: int, *, few: bool) -> None:
    frame, summaries = judged(models=("slow",), rounds=rounds)
    slower = frame.assign(load_ms=frame["load_ms"] * (1 + frame["round"]))
    text = drawn(drift.draw, slower, summaries).alt
    assert (f"{rounds} rounds are too few to show a trend" in text) is few
    assert ("became slower" in text) is not few


def test_one_round_cannot_drift() -> None:
    assert drift.draw(*judged(models=("slow",), rounds=1)) is None


def test_evicted_is_compared_with_hot() -> None:
    data = judged(
        models=("slow",), storages=("hot", "evicted"), apis=("path",), cache_modes=("default",)
    )
    assert drawn(storage.draw, *data).alt == (
        f"{storage.TITLE}. Against hot: from the cache, evicted takes up to 1.33 times as long "
        "(path); without one, no slowdown could be told from noise."
    )


def test_a_state_that_was_not_reached_is_said() -> None:
    frame, summaries = judged(models=("slow",), storages=("hot", "evicted"), apis=("path",))
    frame["storage_proven"] = frame["storage"] == "hot"
    figure = drawn(storage.draw, frame, summaries).figure
    assert "evicted*: " in words(figure)
    assert "hot*" not in words(figure)


def test_every_state_is_compared_with_hot() -> None:
    storages = ("hot", "evicted", "boot")
    data = judged(models=("slow",), storages=storages, apis=("path",), cache_modes=("default",))
    chart = drawn(storage.draw, *data)
    said = words(chart.figure)
    assert "evicted: 1.33 (1.33 to 1.33), reads 100 MB" in said
    assert "boot: 1.66 (1.66 to 1.66), reads 100 MB" in said
    assert "boot takes up to 1.66 times as long" in chart.alt
    assert_texts_keep_apart(chart.figure)


def test_without_hot_there_is_nothing_to_compare_with() -> None:
    data = judged(models=("slow",), storages=("evicted", "boot"), apis=("path",))
    assert drawn(storage.draw, *data).alt == f"{storage.TITLE}. {storage.NO_HOT}"


def test_a_state_that_cannot_be_told_is_not_proven() -> None:
    frame, summaries = judged(models=("slow",), storages=("hot", "evicted"), apis=("path",))
    frame["storage_proven"] = pd.Series(pd.NA, frame.index, dtype="boolean")
    figure = drawn(storage.draw, frame, summaries).figure
    assert "hot*" in texts(figure)


def test_one_storage_alone_is_no_chart() -> None:
    assert storage.draw(*judged(models=("slow",), storages=("evicted",))) is None
