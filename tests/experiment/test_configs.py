"""The experiments in configs/: valid, documented, and as small as they promise to be."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from coldwarm.experiment import Experiment, json_schema, read_experiment
from coldwarm.experiment.scalars import property_value
from coldwarm.experiment.yaml_nodes import read_yaml
from coldwarm.measure.plan import blocks
from coldwarm.models import all_models, known_models

CONFIGS = Path(__file__).parents[2] / "configs"
FILES = sorted(CONFIGS.glob("*.yaml"))
SHIPPED = ("quick", "docs", "full", "real", "formats", "precision")


def read(name: str) -> Experiment:
    return read_experiment(CONFIGS / f"{name}.yaml", known_models=known_models())


def test_the_experiments_are_there() -> None:
    assert {path.stem for path in FILES} >= set(SHIPPED)


def test_the_schema_for_editors_is_current() -> None:
    stored = json.loads((CONFIGS / "schema.json").read_text(encoding="utf-8"))
    assert stored == json_schema(), "write it anew: coldwarm schema > configs/schema.json"


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_begins_with_the_schema_and_a_question(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")
    jsonschema.validate(property_value(read_yaml(text).data), json_schema())


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_valid_and_asks_something(name: str) -> None:
    experiment = read(name)
    assert experiment.name == name
    assert "?" in experiment.question


def test_versions_puts_the_versions_into_the_same_blocks() -> None:
    experiment = read("versions")
    assert experiment.compare_along == "runtime"
    assert {(case.model, case.runtime) for case in experiment.cases} == {
        (model, runtime)
        for model in ("resnet50", "mobilenet-v2", "densenet121")
        for runtime in ("openvino==2025.4.1", "installed")
    }
    assert {len(block.cases) for block in blocks(experiment.cases, "runtime")} == {2}


def test_quick_has_both_apis_and_both_cache_modes_of_two_models() -> None:
    experiment = read("quick")
    assert {(case.model, case.api, case.cache_mode) for case in experiment.cases} == {
        (model, api, mode)
        for model in ("resnet50", "mobilenet-v2")
        for api in ("read_model", "path")
        for mode in ("OPTIMIZE_SPEED", "OPTIMIZE_SIZE")
    }
    assert {case.device for case in experiment.cases} == {"CPU"}


def test_quick_gets_an_interval_within_its_budget_and_a_small_model_first() -> None:
    experiment = read("quick")
    sampling = experiment.sampling
    # With start-up and report, some 30 s on a slow machine, it stays below three minutes.
    assert sampling.time_budget_s is not None
    assert sampling.time_budget_s <= 130
    assert sampling.min_rounds == 6
    # A block is a model with all of its settings; a slow machine measures the first one.
    first, second = blocks(experiment.cases, experiment.compare_along)
    assert {case.model for case in first.cases} == {"mobilenet-v2"}
    assert {case.model for case in second.cases} == {"resnet50"}


def test_docs_has_what_both_charts_show() -> None:
    experiment = read("docs")
    assert len({case.model for case in experiment.cases}) == 5
    assert {case.api for case in experiment.cases} == {"read_model", "path"}
    assert {case.cache_mode for case in experiment.cases} == {"default"}
    assert experiment.sampling.min_rounds == experiment.sampling.max_rounds


def test_full_visits_every_value_that_needs_no_other_machine() -> None:
    cases = read("full").cases
    assert {case.api for case in cases} == {"read_model", "path", "import"}
    assert {case.encryption for case in cases} == {"none", "base64", "aes-256-gcm"}
    assert {case.storage for case in cases} == {"hot", "evicted"}
    assert {case.device for case in cases} == {"CPU", "AUTO", "HETERO:CPU"}
    assert {"resnet50:f16", "resnet50:int8"} <= {case.model for case in cases}
    assert len(cases) == 114


def test_real_has_every_real_model_with_both_apis() -> None:
    cases = read("real").cases
    real = {model.base for model in all_models() if model.suite == "real"}
    assert {case.model for case in cases} == real
    assert {case.api for case in cases} == {"read_model", "path"}


def test_llm_starts_pipelines_with_both_kinds_of_attention() -> None:
    cases = read("llm").cases
    assert {case.api for case in cases} == {"llm"}
    assert [case.properties["ATTENTION_BACKEND"] for case in cases] == ["SDPA", "PA"]
    assert {case.model for case in cases} <= {m.base for m in all_models() if m.suite == "llm"}


def test_formats_has_one_model_in_every_format_it_comes_in() -> None:
    cases = read("formats").cases
    pitch = {model.name for model in all_models() if model.base == "basic-pitch"}
    assert {case.model for case in cases} == pitch
    assert len(pitch) == 3


def test_precision_has_three_models_in_three_precisions() -> None:
    models = {case.model for case in read("precision").cases}
    assert models == {
        f"{name}:{precision}"
        for name in ("resnet50", "mobilenet-v2", "bert-base")
        for precision in ("f32", "f16", "int8")
    }
