from __future__ import annotations

from pathlib import Path

import pytest
from artists import assert_texts_stay_inside, words
from fake_samples import QUIET, fake_frame, fake_run

from coldwarm.analysis.summarise import summarise
from coldwarm.charts.history import draw, write_charts
from coldwarm.charts.style import KIND_COLOURS
from coldwarm.history import PastRun
from coldwarm.history.timeline import timelines


def past(day: int, outcome: str = "hit", rounds: int = 6) -> PastRun:
    samples = fake_run(
        day,
        apis=("path",),
        cache_modes=("default",),
        rounds=rounds,
        noise=QUIET,
        outcome=lambda _: outcome,
    )
    cases = {case.case_id: case for case in summarise(fake_frame(samples))}
    header = {"run_id": f"run{day}", "created_at": f"2026-10-{day:02d}T12:00:00+00:00"}
    return PastRun(Path("run"), header, ("2026.4.1-1",), 221.0, cases)


RUNS = [past(1), past(2, "silent_miss"), past(3)]


def test_draws_a_line_per_kind_and_a_gap_where_nothing_was_proven() -> None:
    (timeline,) = timelines(RUNS)
    times, speedup = draw(timeline).figure.axes
    lines = {line.get_gid(): line.get_ydata() for line in times.lines}
    assert set(lines) == set(KIND_COLOURS)
    summaries = [point.summary for point in timeline.points]
    assert list(lines["uncached"]) == [case.load_ms.uncached for case in summaries]
    warm = list(lines["warm"])
    assert (warm[0], warm[2]) == (summaries[0].load_ms.warm, summaries[2].load_ms.warm)
    assert warm[1] != warm[1]
    assert [text.get_text() for text in times.texts] == [*KIND_COLOURS, "silent_miss"]
    assert speedup.get_ylim()[0] == 0


def test_the_newest_run_is_what_the_chart_says() -> None:
    (timeline,) = timelines(RUNS)
    chart = draw(timeline)
    assert chart.title == timeline.name
    assert chart.alt == (
        f"{timeline.name}. Newest of 3 runs: 2.88 (2.88 to 2.88) times as fast from the cache."
    )
    assert "Newest of 3 runs" in words(chart.figure)
    (timeline,) = timelines(RUNS[:2])
    assert draw(timeline).alt.endswith("Newest of 2 runs: silent_miss 6.")


@pytest.mark.parametrize("runs", [1, 12, 30])
def test_texts_stay_inside(runs: int) -> None:
    (timeline,) = timelines([past(1)] * runs)
    assert_texts_stay_inside(draw(timeline).figure)


def test_runs_are_labelled_with_time_and_version() -> None:
    (timeline,) = timelines(RUNS)
    labels = [label.get_text() for label in draw(timeline).figure.axes[1].get_xticklabels()]
    assert labels[0] == "2026-10-01 12:00\n2026.4.1"


@pytest.mark.parametrize(("runs", "labels"), [(1, 1), (12, 12), (13, 7), (30, 10)])
def test_many_runs_share_their_labels(runs: int, labels: int) -> None:
    (timeline,) = timelines([past(1)] * runs)
    assert len(draw(timeline).figure.axes[1].get_xticks()) == labels


def test_a_single_round_has_no_interval_and_is_drawn(tmp_path: Path) -> None:
    files = write_charts([past(1, rounds=1)], tmp_path / "charts")
    assert [file.suffix for file in files] == [".png", ".svg"]
    assert all(file.stat().st_size for file in files)


def test_nothing_measured_makes_no_chart(tmp_path: Path) -> None:
    assert write_charts([], tmp_path) == []


def test_files_are_the_same_each_time(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_charts(RUNS, tmp_path / "a")]
    assert first == [path.read_bytes() for path in write_charts(RUNS, tmp_path / "b")]
