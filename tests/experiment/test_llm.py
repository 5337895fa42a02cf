"""Experiments of the kind llm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment import read_experiment
from coldwarm.experiment.case import Case
from coldwarm.measure import plan

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment import Experiment

HEAD = "name: x\nkind: llm\n"


def read(tmp_path: Path, text: str) -> Experiment:
    file = tmp_path / "x.yaml"
    file.write_text(text)
    return read_experiment(file, known_models=("smollm2-135m",))


def test_every_case_starts_a_pipeline(tmp_path: Path) -> None:
    text = f"{HEAD}matrix: {{model: smollm2-135m, cache_mode: [default, OPTIMIZE_SIZE]}}\n"
    text += "include: [{model: smollm2-135m, device: AUTO}]\n"
    cases = read(tmp_path, text).cases
    assert [(case.api, case.device) for case in cases] == [
        ("llm", "CPU"),
        ("llm", "CPU"),
        ("llm", "AUTO"),
    ]
    assert cases[0].name == "smollm2-135m / CPU / llm"
    assert plan.baseline_of(cases[1]) == cases[0]


def test_without_kind_models_are_started(tmp_path: Path) -> None:
    text = "name: x\nmatrix: {model: smollm2-135m}\n"
    assert read(tmp_path, text).cases == (Case("smollm2-135m"),)
    assert read(tmp_path, f"{text}kind: model\n").cases == (Case("smollm2-135m"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEAD}matrix: {{model: smollm2-135m, api: path}}\n", "has no axis api"),
        (f"{HEAD}include: [{{model: smollm2-135m, api: path}}]\n", "has no axis api"),
        (
            f"{HEAD}matrix: {{model: {{name: smollm2-135m, inputs: {{x: {{shape: [1]}}}}}}}}\n",
            "takes no inputs",
        ),
        (f"{HEAD}matrix: {{model: smollm2-135m}}\nstudy: invalidation\n", "remove kind"),
        ("name: x\nkind: lllm\nmatrix: {model: smollm2-135m}\n", 'did you mean "llm"'),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        read(tmp_path, text)
    assert "x.yaml:" in str(raised.value)
