from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from coldwarm.experiment import Case, Experiment, Sampling
from coldwarm.measure.estimate import estimate, sentence

ONCE = Sampling(min_rounds=1, max_rounds=1)
SMALL = Experiment("x", Path("x.yaml"), (Case("mobilenet-v2"),), ONCE)


def seconds(experiment: Experiment) -> int:
    found = re.search(r"about (\d+) s on this machine", sentence(experiment))
    assert found, sentence(experiment)
    return int(found[1])


def test_one_of_each_is_singular() -> None:
    text = sentence(SMALL)
    assert text.startswith("1 case, 1 round of 3 starts and 2 for reference: 5 starts, about")


def test_a_range_of_rounds_is_a_range_of_starts() -> None:
    sampling = Sampling(12, 60, precision=0.05, time_budget_s=600)
    text = sentence(replace(SMALL, sampling=sampling))
    assert "1 case, 12 to 60 rounds of 3 starts and 2 for reference: 38 to 182 starts" in text
    assert text.endswith(" on this machine; the time budget of 600 s has room for about 60 rounds")


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


def test_a_slow_machine_drops_the_last_cases_of_the_plan() -> None:
    cases = (Case("mobilenet-v2"), Case("resnet50"))
    both = replace(SMALL, cases=cases, sampling=Sampling(6, 8, time_budget_s=40))
    assert estimate(both).dropped == ()
    found = estimate(both, slowness=2.0)
    assert (found.room, found.dropped) == (8, (cases[1].case_id,))
    assert found.seconds[0] == pytest.approx(2 * estimate(both).seconds[0], abs=2)
    assert sentence(both, slowness=2.0).endswith(
        "; the time budget of 40 s has room for about 8 rounds of 1 case, without "
        "resnet50 / CPU / path"
    )
