from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from artists import (
    assert_same_bytes,
    assert_saves_harmlessly,
    assert_texts_keep_apart,
    named_boxes,
    texts,
    words,
)
from fake_samples import FakeModel, Noise
from matplotlib.colors import to_hex

from coldwarm.charts import caching_times
from coldwarm.charts.caching_times import LEFT, draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from coldwarm.charts.loadtimes import LoadTimes

MODEL = FakeModel(50, 60, 300, 100, 80)

TITLES = {
    "Caching is disabled or not supported by device": "#ff8f51",
    "Cache is available, read_model + compile_model by ov::Model": "#0068b5",
    "Cache is available, compile_model by model name": "#515a3d",
}
TICKS = {"No cache": "#ff8f51", "Fast": "#0068b5", "Very fast": "#515a3d"}


def drawn(times: LoadTimes) -> Figure:
    chart = draw(times)
    assert chart is not None
    return chart.figure


def alt_of(times: LoadTimes) -> str:
    chart = draw(times)
    assert chart is not None
    return chart.alt


def test_boxes_abut_and_are_as_wide_as_the_medians(times_of: Callable[..., LoadTimes]) -> None:
    found = named_boxes(drawn(times_of(MODEL)))
    scale = found["no-cache-compile_model"].get_width() / 300
    expected = {
        "no-cache-read_model": (0, 60),
        "no-cache-compile_model": (60, 300),
        "fast-read_model": (0, 60),
        "fast-compile_model": (60, 100),
        "very-fast-compile_model": (0, 100),
    }
    assert set(found) == set(expected)
    for name, (begin, length) in expected.items():
        assert found[name].get_x() == pytest.approx(LEFT + begin * scale), name
        assert found[name].get_width() == pytest.approx(length * scale), name


def test_the_panel_by_model_name_has_no_read_model_box(times_of: Callable[..., LoadTimes]) -> None:
    assert "very-fast-read_model" not in named_boxes(drawn(times_of(MODEL)))


def test_titles_and_ticks_have_the_colours_of_the_documentation(
    times_of: Callable[..., LoadTimes],
) -> None:
    said = texts(drawn(times_of(MODEL)))
    for text, colour in {**TITLES, **TICKS, "time": "#000000"}.items():
        assert to_hex(said[text].get_color()) == colour
    assert [text for text in said if text in TITLES] == list(TITLES)


def test_fills_are_those_of_the_documentation(times_of: Callable[..., LoadTimes]) -> None:
    found = named_boxes(drawn(times_of(MODEL)))
    fills = {name.rpartition("-")[2]: to_hex(box.get_facecolor()) for name, box in found.items()}
    assert fills == {"read_model": "#ffc599", "compile_model": "#7bdeff"}


def test_a_guide_drops_from_the_end_of_each_panel_to_the_axis(
    times_of: Callable[..., LoadTimes],
) -> None:
    figure = drawn(times_of(MODEL))
    found = named_boxes(figure)
    for panel in ("no-cache", "fast", "very-fast"):
        (guide,) = figure.findobj(lambda artist, p=panel: artist.get_gid() == f"{p}-guide")
        box = found[f"{panel}-compile_model"]
        xs, ys = guide.get_data()
        assert list(xs) == pytest.approx([box.get_x() + box.get_width()] * 2)
        assert ys[0] == pytest.approx(box.get_y() + box.get_height())
        assert ys[1] == caching_times.AXIS_Y


def test_times_and_speedups_are_printed(times_of: Callable[..., LoadTimes]) -> None:
    said = texts(drawn(times_of(MODEL)))
    assert "load time 360 ms (360 to 360)" in said
    assert "load time 160 ms (160 to 160), 2.25 times as fast (2.25 to 2.25)" in said
    assert "load time 100 ms (100 to 100), 3.60 times as fast (3.60 to 3.60)" in said
    assert {"360 ms", "160 ms", "100 ms"} <= set(said)


def test_a_panel_without_a_proven_hit_says_so_in_words(times_of: Callable[..., LoadTimes]) -> None:
    figure = drawn(times_of(MODEL, cache_modes=("OPTIMIZE_SIZE",)))
    assert not [name for name in named_boxes(figure) if name.startswith("fast")]
    assert "very-fast-compile_model" in named_boxes(figure)
    said = words(figure)
    assert "No warm start was a proven hit. 12 of 12: silent_miss" in said
    assert "Fast" not in texts(figure)


def test_a_cache_that_gains_nothing_is_not_called_fast(times_of: Callable[..., LoadTimes]) -> None:
    said = texts(drawn(times_of(FakeModel(50, 60, 100, 150, 80))))
    assert "Not faster" in said
    assert "Fast" not in said


def test_one_api_alone_is_drawn_with_words_for_the_other(
    times_of: Callable[..., LoadTimes],
) -> None:
    figure = drawn(times_of(MODEL, apis=("path",)))
    assert set(named_boxes(figure)) == {"very-fast-compile_model"}
    said = words(figure)
    assert "no case with the API read_model" in said


def test_nothing_measured_gives_no_chart(times_of: Callable[..., LoadTimes]) -> None:
    assert draw(times_of(MODEL, devices=("GPU",))) is None


MODELS = {
    "huge differences": FakeModel(90, 1, 8000, 2200, 300),
    "nothing left to compile": FakeModel(575, 1400, 30, 25, 9),
    "tiny": FakeModel(1, 0.01, 6.1, 0.02, 1.2),
    "all ends meet": FakeModel(1, 0.1, 100, 100, 1),
    "seconds": FakeModel(900, 12_000, 95_000, 8_000, 30_000),
    "one ms each": FakeModel(1, 1, 1, 1, 1),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_no_text_leaves_the_chart_or_meets_another(
    times_of: Callable[..., LoadTimes], model: FakeModel
) -> None:
    assert_texts_keep_apart(drawn(times_of(model, rounds=6)))


def test_hostile_names_are_drawn_and_do_nothing(
    times_of: Callable[..., LoadTimes], hostile: str, tmp_path: Path
) -> None:
    figure = drawn(times_of(models=(hostile,), rounds=2))
    assert_texts_keep_apart(figure)
    assert_saves_harmlessly(figure, tmp_path)


def test_the_same_samples_give_the_same_bytes(
    times_of: Callable[..., LoadTimes], tmp_path: Path
) -> None:
    first, second = (drawn(times_of(MODEL, noise=Noise())) for _ in range(2))
    assert_same_bytes(first, second, tmp_path)


def test_the_canvas_has_the_proportions_of_the_original() -> None:
    assert (caching_times.WIDTH, caching_times.HEIGHT) == (1280, 720)


def test_alt_text_states_the_finding(times_of: Callable[..., LoadTimes]) -> None:
    assert alt_of(times_of(MODEL)) == (
        "Load times of m on CPU. "
        "Caching is disabled or not supported by device: load time 360 ms (360 to 360). "
        "Cache is available, read_model + compile_model by ov::Model: "
        "load time 160 ms (160 to 160), 2.25 times as fast (2.25 to 2.25). "
        "Cache is available, compile_model by model name: "
        "load time 100 ms (100 to 100), 3.60 times as fast (3.60 to 3.60)."
    )
