from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coldwarm.experiment import Case, Experiment, Sampling, WorkerOptions

EXPERIMENT = Experiment("x", Path("x.yaml"), (Case("resnet50"), Case("gpt2")))


@pytest.mark.parametrize(
    "change",
    [
        {"cases": EXPERIMENT.cases[:1]},
        {"cases": EXPERIMENT.cases[::-1]},
        {"sampling": Sampling(seed=2)},
        {"worker": WorkerOptions(telemetry=True)},
        {"worker": WorkerOptions(env={"A": "1"})},
        {"compare_along": "api"},
        {"cache_root": Path("/caches")},
        {"inputs": {"gpt2": {"ids": {"shape": [1]}}}},
    ],
)
def test_the_digest_changes_with_what_is_planned(change: dict[str, object]) -> None:
    assert replace(EXPERIMENT, **change).digest != EXPERIMENT.digest  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "y"},
        {"source": Path("y.yaml")},
        {"question": "Why?"},
        {"model_paths": {"gpt2": Path("/models/gpt2.onnx")}},
    ],
)
def test_the_digest_does_not_change_with_names_and_places(change: dict[str, object]) -> None:
    assert replace(EXPERIMENT, **change).digest == EXPERIMENT.digest  # type: ignore[arg-type]
