from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from coldwarm.experiment import Case, Experiment, Sampling
from coldwarm.measure.estimate import sentence

ONCE = Sampling(min_rounds=1, max_rounds=1)
SMALL = Experiment("x", Path("x.yaml"), (Case("mobilenet-v2"),), ONCE)


def seconds(experiment: Experiment) -> int:
    found = re.search(r"about (\d+) s, more on a slow machine", sentence(experiment))
    assert found, sentence(experiment)
    return int(found[1])


def test_one_of_each_is_singular() -> None:
    text = sentence(SMALL)
    assert text.startswith("1 case, 1 round of 3 starts and 2 for reference: 5 starts, about")


def test_a_range_of_rounds_is_a_range_of_starts() -> None:
    sampling = Sampling(12, 60, precision=0.05, time_budget_s=600)
    text = sentence(replace(SMALL, sampling=sampling))
    assert "1 case, 12 to 60 rounds of 3 starts and 2 for reference: 38 to 182 starts" in text
    assert text.endswith("min, more on a slow machine; no new round after 600 s")


@pytest.mark.parametrize("larger", ["resnet50", "gpt2"])
def test_a_larger_model_takes_longer(larger: str) -> None:
    assert seconds(replace(SMALL, cases=(Case(larger),))) > seconds(SMALL)


def test_a_pipeline_takes_longer_than_its_model() -> None:
    model = replace(SMALL, cases=(Case("smollm2-135m", api="read_model"),))
    assert seconds(replace(SMALL, cases=(Case("smollm2-135m", api="llm"),))) > 2 * seconds(model)


def test_a_file_is_as_large_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "net.tflite"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    local = replace(SMALL, cases=(Case("net"),), model_paths={"net": path})
    assert seconds(local) > 2 * seconds(SMALL)
