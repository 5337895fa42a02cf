"""Which starts remain of an experiment."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest
from fake_samples import QUIET, fake_run

from coldwarm.experiment import Case, Experiment, Sampling
from coldwarm.measure.remaining import Remaining
from coldwarm.run.reference_answers import ReferenceAnswers


@pytest.mark.parametrize(
    ("axis", "wanted"),
    [
        # The baseline goes on for the one that still needs it.
        (None, {("uncached", "default"), ("cold", "OPTIMIZE_SIZE")}),
        # A start without its neighbours cannot be compared.
        (
            "cache_mode",
            {("uncached", "default"), ("cold", "default"), ("cold", "OPTIMIZE_SIZE")},
        ),
    ],
)
def test_a_settled_case_goes_on_only_in_a_block_that_is_compared(
    axis: str | None, wanted: set[tuple[str, str]]
) -> None:
    cases = tuple(Case("resnet50", cache_mode=mode) for mode in ("default", "OPTIMIZE_SIZE"))
    turn = cycle([0.5, 2.0])

    def effect(case: Case, kind: str) -> float:
        return next(turn) if (case.cache_mode, kind) == ("OPTIMIZE_SIZE", "warm") else 1.0

    samples = fake_run(apis=("path",), noise=QUIET, along=axis, effect=effect)
    sampling = Sampling(12, 30, precision=0.05)
    experiment = Experiment("fake", Path("fake.yaml"), cases, sampling, compare_along=axis)
    found = [unit.starts[0] for unit in Remaining(experiment, samples, ReferenceAnswers()).due(12)]
    assert {(start.kind, start.case.cache_mode) for start in found} == wanted
