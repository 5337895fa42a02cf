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

from coldwarm.charts import caching_enabled
from coldwarm.charts.caching_enabled import ARROW, LEFT, RIGHT, draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from coldwarm.charts.loadtimes import LoadTimes

MODEL = FakeModel(50, 60, 300, 100, 80)

TITLES = [
    "Caching is disabled or not available",
    "Caching is enabled (very first load, model is not cached)",
    "2nd and further loads, cache file is available, compile_model is much faster now",
]


def drawn(times: LoadTimes) -> Figure:
    chart = draw(times)
    assert chart is not None
    return chart.figure


def alt_of(times: LoadTimes) -> str:
    chart = draw(times)
    assert chart is not None
    return chart.alt


def test_boxes_are_as_wide_as_the_medians_on_one_scale(times_of: Callable[..., LoadTimes]) -> None:
    found = named_boxes(drawn(times_of(MODEL)))
    widths = {name: box.get_width() for name, box in found.items()}
    scale = widths["uncached-compile_model"] / 300
    expected = {
        "uncached-read_model": 60,
        "uncached-compile_model": 300,
        "cold-read_model": 60,
        "cold-compile_model": 380,
        "cold-export": 80,
        "warm-read_model": 60,
        "warm-compile_model": 100,
    }
    assert widths == pytest.approx({name: ms * scale for name, ms in expected.items()})


def test_the_longest_row_fills_the_width(times_of: Callable[..., LoadTimes]) -> None:
    found = named_boxes(drawn(times_of(MODEL)))
    assert found["cold-read_model"].get_x() == LEFT
    box = found["cold-compile_model"]
    assert box.get_x() + box.get_width() == pytest.approx(RIGHT)
    assert box.get_x() - LEFT - found["cold-read_model"].get_width() == pytest.approx(ARROW)


def test_compile_model_begins_at_the_same_place_in_every_row(
    times_of: Callable[..., LoadTimes],
) -> None:
    times = times_of(MODEL, noise=Noise())
    found = named_boxes(drawn(times))
    starts = {box.get_x() for name, box in found.items() if name.endswith("-compile_model")}
    assert len(starts) == 1


def test_the_guide_runs_from_the_uncached_end_to_the_left_edge_of_export(
    times_of: Callable[..., LoadTimes],
) -> None:
    figure = drawn(times_of(MODEL))
    found = named_boxes(figure)
    uncached, export = found["uncached-compile_model"], found["cold-export"]
    (guide,) = figure.findobj(lambda artist: artist.get_gid() == "guide")
    xs, ys = guide.get_data()
    assert list(xs) == pytest.approx([uncached.get_x() + uncached.get_width()] * 2)
    assert export.get_x() == pytest.approx(xs[0])
    assert list(ys) == pytest.approx([uncached.get_y() + uncached.get_height(), export.get_y()])


def test_fills_and_strokes_are_those_of_the_documentation(
    times_of: Callable[..., LoadTimes],
) -> None:
    found = named_boxes(drawn(times_of(MODEL)))
    fills = {name.split("-")[1]: to_hex(box.get_facecolor()) for name, box in found.items()}
    assert fills == {"read_model": "#ffc599", "compile_model": "#86b3ca", "export": "#4472c4"}
    assert to_hex(found["cold-export"].get_edgecolor()) == "#2f528f"
    assert to_hex(found["warm-compile_model"].get_edgecolor()) == "#0068b5"
    assert found["warm-compile_model"].get_linewidth() == pytest.approx(1.33 * 72 / 96)


def test_titles_labels_and_measured_times_are_there(times_of: Callable[..., LoadTimes]) -> None:
    said = texts(drawn(times_of(MODEL)))
    assert [text for text in said if text in TITLES] == TITLES
    for text in (
        "core.read_model\n60 ms",
        "core.compile_model\n300 ms",
        "core.compile_model (+ export)\n380 ms",
        "core.compile_model\n(import only)\n100 ms",
        "Export",
        "Export: 80 ms, by rounds 80 ms (80 to 80)",
        "load time 360 ms (360 to 360)",
        "load time 160 ms, 2.25 times as fast (2.25 to 2.25)",
    ):
        assert text in said


def test_no_export_box_when_its_interval_includes_zero(times_of: Callable[..., LoadTimes]) -> None:
    times = times_of(FakeModel(50, 60, 300, 100, 1), noise=Noise(sd=0.3, drift=1))
    figure = drawn(times)
    assert "cold-export" not in named_boxes(figure)
    assert not figure.findobj(lambda artist: artist.get_gid() == "guide")
    assert any("Export not drawn: by rounds" in text for text in texts(figure))


def test_no_export_box_from_too_few_rounds(times_of: Callable[..., LoadTimes]) -> None:
    figure = drawn(times_of(MODEL, rounds=3))
    assert "cold-export" not in named_boxes(figure)
    assert any("Export not drawn" in text and "6 are needed" in text for text in texts(figure))


def test_a_row_without_a_proven_hit_says_so_in_words(times_of: Callable[..., LoadTimes]) -> None:
    figure = drawn(times_of(MODEL, cache_modes=("OPTIMIZE_SIZE",)))
    assert not [name for name in named_boxes(figure) if name.startswith("warm")]
    assert "cold-compile_model" in named_boxes(figure)
    said = words(figure)
    assert "No warm start was a proven hit. 12 of 12: silent_miss" in said
    assert "much faster" not in said


def test_a_warm_compile_model_that_is_slower_is_not_called_faster(
    times_of: Callable[..., LoadTimes],
) -> None:
    said = texts(drawn(times_of(FakeModel(50, 60, 100, 150, 80))))
    assert not any("much faster" in text for text in said)
    assert any("not faster here" in text for text in said)


def test_without_the_api_there_is_no_chart(times_of: Callable[..., LoadTimes]) -> None:
    assert draw(times_of(MODEL, apis=("path",))) is None


MODELS = {
    "huge differences": FakeModel(90, 1, 8000, 2200, 300),
    "read_model only": FakeModel(575, 1400, 30, 25, 9),
    "tiny": FakeModel(1, 0.01, 6.1, 0.02, 1.2),
    "warm slower": FakeModel(50, 300, 100, 180, 60),
    "seconds": FakeModel(900, 12_000, 95_000, 8_000, 30_000),
    "one ms each": FakeModel(1, 1, 1, 1, 1),
    "export dominates": FakeModel(50, 5, 20, 10, 900),
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
    assert (caching_enabled.WIDTH, caching_enabled.HEIGHT) == (1088, 624)


def test_alt_text_states_the_finding(times_of: Callable[..., LoadTimes]) -> None:
    text = alt_of(times_of(MODEL))
    assert text == (
        "Load times of m on CPU. "
        "Without a cache: read_model 60 ms, compile_model 300 ms. "
        "First load: read_model 60 ms, compile_model 380 ms. "
        "Later: read_model 60 ms, compile_model 100 ms. "
        "Loading from the cache: 2.25 times as fast (2.25 to 2.25). "
        "Export: 80 ms, by rounds 80 ms (80 to 80)."
    )


def test_alt_text_says_what_is_not_drawn(times_of: Callable[..., LoadTimes]) -> None:
    text = alt_of(times_of(MODEL, cache_modes=("OPTIMIZE_SIZE",)))
    assert "Later: nothing drawn. No warm start was a proven hit." in text
    assert "times as fast" not in text
