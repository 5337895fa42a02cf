from __future__ import annotations

import pytest
from fake_sides import evidence
from fake_store import fake_header

from coldwarm.compare.comparability import incomplete, other_models, warnings
from coldwarm.compare.matching import Match, Matches
from coldwarm.compare.result import SideInfo
from coldwarm.experiment.case import Case
from coldwarm.run.store import Run


def run(**changes: object) -> Run:
    return Run(__file__, fake_header(**changes))


def info(index: float | None) -> SideInfo:
    return SideInfo("side", "run", speed_index_ms=index)


@pytest.mark.parametrize(
    ("base", "head", "said"),
    [
        (220.0, 240.0, None),
        (220.0, 250.0, "14 % slower"),
        (250.0, 220.0, "12 % faster"),
        (None, 220.0, None),
    ],
)
def test_a_machine_that_was_not_as_fast_is_said(
    base: float | None, head: float | None, said: str | None
) -> None:
    found = warnings(run(), run(), (info(base), info(head)))
    assert len(found) == (said is not None)
    if said is not None:
        assert said in found[0]
        assert "absolute times are not comparable" in found[0]


def test_a_complete_run_needs_no_words() -> None:
    assert incomplete("the base", run()) == []
    assert incomplete("the base", Run(__file__, {"run_id": "old"})) == []


@pytest.mark.parametrize("ended", [None, {"how": "interrupted", "at": ""}])
def test_a_run_that_did_not_end_is_said(ended: dict[str, str] | None) -> None:
    assert incomplete("the base", run(ended=ended)) == [
        "the base was not measured to its end: what is there was compared"
    ]


def test_changed_model_files_are_named_once_and_other_models_not_at_all() -> None:
    changed = evidence(), evidence(model="m2")
    other = evidence(case=Case("a")), evidence(case=Case("b"), model="m2")
    unknown = evidence(model=None), evidence()
    matches = Matches(tuple(Match("case", *pair) for pair in (changed, changed, other, unknown)))
    (sentence,) = other_models(matches)
    assert sentence.startswith("The files of resnet50 differ")
