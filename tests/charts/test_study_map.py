from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from artists import texts
from fake_traces import CASE, fake_try, write_study

from coldwarm.charts import study_map
from coldwarm.run.store import read_run
from coldwarm.studies.table import tabulate

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.run.attempt import Trace
    from coldwarm.studies.table import Result


def result_of(tmp_path: Path, *traces: Trace) -> Result:
    return tabulate(read_run(write_study(tmp_path / "run", traces)))


def test_every_cell_is_said_in_words_and_surprises_are_marked(tmp_path: Path) -> None:
    read = replace(CASE, api="read_model")
    result = result_of(
        tmp_path, fake_try(), fake_try("bin_content", answer="then"), fake_try("nothing", read)
    )
    chart = study_map.draw(result.tables[0], result)
    assert chart is not None
    shown = texts(chart.figure)
    for text in ("hit", "! stale", "-", "weights changed", "read_model", "path"):
        assert text in shown
    assert "1 of 3 cells not as they should be. weights changed: answers as before" in chart.alt


def test_nothing_surprising_is_said_too(tmp_path: Path) -> None:
    result = result_of(tmp_path, fake_try())
    chart = study_map.draw(result.tables[0], result)
    assert chart is not None
    assert "Nothing surprising in 1 cell." in chart.alt


def test_names_from_elsewhere_are_drawn_as_they_are(tmp_path: Path) -> None:
    case = replace(CASE, model="$x_1$ \u4e2d")
    result = result_of(tmp_path, fake_try(case=case))
    chart = study_map.draw(result.tables[0], result)
    assert chart is not None
    assert any("$x_1$ \\u4e2d" in text for text in texts(chart.figure))


def test_a_table_without_tries_has_no_chart(tmp_path: Path) -> None:
    result = result_of(tmp_path, fake_try())
    empty = replace(result.tables[0], cells={})
    assert study_map.draw(empty, result) is None
