"""Several runs: the same cases by ratio, and verdicts that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_samples import QUIET, fake_run
from fake_store import fake_header, write_run

from coldwarm.report.evidence import Evidence, gather
from coldwarm.report.page import render
from coldwarm.report.side_by_side import found_once, side_by_side

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment.case import Case


def two(tmp_path: Path, **second: Any) -> list[Evidence]:  # noqa: ANN401
    options = {"apis": ["path"], "noise": QUIET, "rounds": 12}
    identity = {**fake_header()["identity"], "label": "other-host"}
    paths = [
        write_run(tmp_path / "a", fake_run(1, **options)),
        write_run(tmp_path / "b", fake_run(2, **{**options, **second}), identity=identity),
    ]
    return gather(paths)


def half_as_long(case: Case, kind: str) -> float:
    del case
    return 0.5 if kind == "warm" else 1.0


def test_a_greater_speedup_is_a_gain(tmp_path: Path) -> None:
    shared = side_by_side(two(tmp_path, effect=half_as_long))

    assert [case.sides[1].verdict for case in shared] == ["gains more", "gains more"]
    assert shared[0].sides[1].change.startswith("2.00 (2.00 to 2.00)")
    assert shared[0].sides[0].change == ""


def test_a_machine_twice_as_slow_in_everything_gains_the_same(tmp_path: Path) -> None:
    shared = side_by_side(two(tmp_path, effect=lambda case, kind: 2.0))  # noqa: ARG005

    assert [case.sides[1].verdict for case in shared] == ["the same", "the same"]


def test_verdicts_that_differ_are_marked(tmp_path: Path) -> None:
    shared = side_by_side(two(tmp_path, outcome=lambda _: "silent_miss"))

    assert all(case.verdicts_differ for case in shared)
    assert shared[0].sides[1].change == ""


def test_only_what_both_have_is_compared(tmp_path: Path) -> None:
    shared = side_by_side(two(tmp_path, cache_modes=["default"]))

    assert [case.name for case in shared] == ["resnet50 / CPU / path"]


def test_what_only_one_run_has_is_listed(tmp_path: Path) -> None:
    evidence = two(tmp_path, cache_modes=["default"])

    first, second = found_once(evidence)

    assert [case.name for case in first[1]] == ["resnet50 / CPU / path / OPTIMIZE_SIZE"]
    assert second[1] == []
    assert "1 case stands in fake-host only" in render(evidence)


def test_differing_verdicts_are_marked_in_words_and_have_their_reasons(tmp_path: Path) -> None:
    page = render(two(tmp_path, outcome=lambda _: "silent_miss"))

    assert page.count("<small>verdicts differ</small>") == 2
    assert (
        "compiled again, no error"
        in page.partition('id="runs-title"')[2].partition("</section>")[0]
    )
    assert "host <small>differs</small>" in page


def test_every_speedup_has_its_interval_and_leads_to_its_samples(tmp_path: Path) -> None:
    page = render(two(tmp_path))

    assert '<a href="#case-3">2.88</a> <small>2.88 to 2.88</small>' in page
    assert '<strong><a href="#case-1">2.88\u00d7</a></strong>' in page


def test_runs_of_one_name_are_told_apart(tmp_path: Path) -> None:
    first, second = two(tmp_path)

    assert first.run_id != second.run_id
    assert (first.label, second.label) == ("fake-host", "other-host")
    page = render([first, second])
    assert "<title>2 runs side by side " in page
    assert "<h1>2 runs side by side</h1>" in page
    assert "The verdicts agree in all 2 cases" in page
