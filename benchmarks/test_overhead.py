"""What coldwarm itself costs: reading, planning, framing, judging, intervals.

Run by `nox -s overhead`. Nothing here starts a process or measures a model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fake_samples import fake_frame, fake_run, fake_stored

from coldwarm.analysis.frame import frame_from_records
from coldwarm.analysis.summarise import summarise
from coldwarm.analysis.verdict import judge_all
from coldwarm.experiment import Experiment, Sampling, read_experiment
from coldwarm.experiment.matrix import expand
from coldwarm.measure.plan import plan_round
from coldwarm.stats.decision import decide_paired
from coldwarm.stats.shift import paired_ratio, unpaired_ratio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Benchmark = Callable[..., Any]

AXES: dict[str, tuple[Any, ...]] = {
    "model": tuple(f"model{number}" for number in range(10)),
    "device": ("CPU", "AUTO", "HETERO:CPU"),
    "api": ("read_model", "path"),
    "cache_mode": ("OPTIMIZE_SPEED", "OPTIMIZE_SIZE"),
    "encryption": ("none", "base64"),
}
CASES = 10 * 3 * 2 * 2 * 2

TEXT = """\
name: large
matrix:
  model: [resnet50, mobilenet-v2, bert-base, gpt2]
  device: [CPU, AUTO, HETERO:CPU]
  api: [read_model, path]
  cache_mode: [OPTIMIZE_SPEED, OPTIMIZE_SIZE]
  encryption: [none, identity, base64]
exclude:
  - {device: AUTO, encryption: base64}
"""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return fake_stored(fake_run(rounds=60)).records


def test_reading_an_experiment(benchmark: Benchmark, tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text(TEXT)
    known = ("resnet50", "mobilenet-v2", "bert-base", "gpt2")
    experiment = benchmark(read_experiment, file, known_models=known)
    assert len(experiment.cases) == 4 * (3 * 3 - 1) * 4


def test_expanding_a_matrix(benchmark: Benchmark) -> None:
    assert len(benchmark(expand, AXES)) == CASES


def test_planning_a_round(benchmark: Benchmark, tmp_path: Path) -> None:
    experiment = Experiment("large", tmp_path, expand(AXES), sampling=Sampling())
    units = benchmark(plan_round, experiment, 0)
    assert sum(unit.starts[0].kind == "cold" for unit in units) == CASES


def test_framing_samples(benchmark: Benchmark, records: list[dict[str, Any]]) -> None:
    assert len(benchmark(frame_from_records, records)) == len(records)


def test_judging_samples(benchmark: Benchmark, records: list[dict[str, Any]]) -> None:
    assert len(benchmark(judge_all, records, [])) == len(records)


def test_summarising_a_run(benchmark: Benchmark) -> None:
    assert len(benchmark(summarise, fake_frame(fake_run(rounds=12)))) == 4


@pytest.mark.parametrize("pairs", [12, 60, 200])
def test_a_paired_interval(benchmark: Benchmark, pairs: int) -> None:
    times = np.random.default_rng(1).lognormal(0, 0.13, (2, pairs))
    assert benchmark(paired_ratio, *times).bounded


@pytest.mark.parametrize("rounds", [12, 60])
def test_an_unpaired_interval(benchmark: Benchmark, rounds: int) -> None:
    times = np.random.default_rng(1).lognormal(0, 0.13, (2, rounds))
    assert benchmark(unpaired_ratio, *times).bounded


def test_deciding_sixty_cases(benchmark: Benchmark) -> None:
    ratios = np.random.default_rng(1).normal(0, 0.13, (60, 40))
    assert len(benchmark(decide_paired, dict(enumerate(ratios)))) == 60
