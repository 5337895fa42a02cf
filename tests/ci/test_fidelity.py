from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coldwarm.experiment.case import Case
from coldwarm.measure.runner import Ending

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "fidelity.py"


def load_ns(kind: str, ending: Ending) -> Any:  # noqa: ANN401
    sampler = SimpleNamespace(job=lambda *_: None, run=lambda *_: ending)
    return runpy.run_path(str(BENCHMARK))["worker_load_ns"](sampler, Case("m"), kind, None)


def ended(*, loaded: bool) -> Ending:
    return Ending("ok", None, {"loaded_from_cache": loaded, "phases_ns": {"compile_model": 5}})


def test_a_start_that_is_what_it_should_be_counts() -> None:
    assert load_ns("warm", ended(loaded=True)) == 5
    assert load_ns("cold", ended(loaded=False)) == 5


@pytest.mark.parametrize(
    ("kind", "ending", "sentence"),
    [
        ("cold", Ending("crashed", "ended by signal 7"), "cold start of coldwarm: ended by signal"),
        ("warm", ended(loaded=False), "warm start of coldwarm did not load from the cache"),
        ("uncached", ended(loaded=True), "uncached start of coldwarm loaded from the cache"),
    ],
)
def test_a_start_that_is_not_ends_the_benchmark(kind: str, ending: Ending, sentence: str) -> None:
    with pytest.raises(SystemExit, match=sentence):
        load_ns(kind, ending)
