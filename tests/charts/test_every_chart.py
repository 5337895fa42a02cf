from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from artists import (
    assert_saves_harmlessly,
    assert_texts_stay_inside,
    words,
)
from fake_samples import fake_frame, fake_run

from coldwarm.analysis.cases import CaseSummary
from coldwarm.analysis.summarise import summarise
from coldwarm.charts import heatmap
from coldwarm.charts.sheet import Chart
from coldwarm.report.pictures import OF_A_GROUP, OF_A_RUN

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Draw = Callable[["pd.DataFrame", list[CaseSummary]], Chart | None]

CHARTS: dict[str, Draw] = {
    "heatmap": lambda _, summaries: heatmap.draw(summaries),
    **{module.__name__.rpartition(".")[2]: module.draw for module in (*OF_A_RUN, *OF_A_GROUP)},
}

every_chart = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)

Data = tuple["pd.DataFrame", list[CaseSummary]]


def judged(**options: object) -> Data:
    frame = fake_frame(fake_run(**options))  # type: ignore[arg-type]
    return frame, summarise(frame)


@pytest.fixture(scope="module")
def whole() -> Data:
    """A run that every chart can show something of."""
    return judged(
        models=("resnet50", "gpt2"),
        devices=("CPU", "GPU"),
        cache_modes=("default",),
        encryptions=("none", "aes-256-gcm"),
        storages=("hot", "evicted"),
        rounds=6,
        failure_rate=0.03,
    )


@pytest.fixture(scope="module")
def part() -> Data:
    """A run of one model on one device, with hits and silent misses."""
    return judged(rounds=7, encryptions=("none", "base64"), storages=("hot", "boot"))


@pytest.fixture(scope="module")
def hostile_run(hostile_names: list[str]) -> Data:
    return judged(
        models=hostile_names,
        apis=("path",),
        rounds=2,
        cache_modes=("default",),
        encryptions=("none", "base64"),
        storages=("hot", "evicted"),
    )


OPTIONS: dict[str, dict[str, object]] = {
    "one round": {"rounds": 1},
    "no device": {"rounds": 1, "devices": ("GPU",)},
    "misses": {"rounds": 2, "cache_modes": ("OPTIMIZE_SIZE",), "apis": ("read_model",)},
    "crashes": {"rounds": 3, "outcome": lambda _: "crashed"},
    "no blob": {"rounds": 3, "outcome": lambda _: "not_cached"},
    "failures": {"rounds": 3, "outcome": lambda _: "failed", "encryptions": ("identity",)},
    "import": {"rounds": 2, "apis": ("import",), "warm_starts": 3},
    "ignored": {"rounds": 2, "devices": ("AUTO",), "encryptions": ("aes-256-gcm",)},
}


@pytest.fixture(scope="module", params=OPTIONS.values(), ids=OPTIONS)
def lacking(request: pytest.FixtureRequest) -> Data:
    """A run that lacks something."""
    return judged(**request.param)


@every_chart
def test_texts_stay_inside(draw: Draw, whole: Data) -> None:
    chart = draw(*whole)
    assert chart is not None
    assert_texts_stay_inside(chart.figure)


@every_chart
def test_the_finding_is_on_the_chart_and_in_the_alternative_text(draw: Draw, part: Data) -> None:
    chart = draw(*part)
    assert chart is not None
    assert chart.alt.startswith(f"{chart.title}. ")
    assert len(chart.alt) > len(chart.title) + 10
    assert chart.alt.removeprefix(f"{chart.title}. ") in words(chart.figure)
    assert "nan" not in words(chart.figure)
    assert "None" not in words(chart.figure)


@every_chart
def test_hostile_names_are_drawn_and_do_nothing(
    draw: Draw, hostile_run: Data, tmp_path: Path
) -> None:
    chart = draw(*hostile_run)
    assert chart is not None
    assert_texts_stay_inside(chart.figure)
    assert_saves_harmlessly(chart.figure, tmp_path)


@every_chart
def test_runs_that_lack_something_are_drawn_or_left_out(draw: Draw, lacking: Data) -> None:
    chart = draw(*lacking)
    if chart is not None:
        assert chart.alt.startswith(chart.title)
        assert_texts_stay_inside(chart.figure)
        assert "nan" not in words(chart.figure)


@every_chart
def test_an_empty_run_has_no_charts(draw: Draw, part: Data) -> None:
    frame, _ = part
    assert draw(frame.iloc[:0], []) is None
