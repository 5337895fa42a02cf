from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from coldwarm.experiment import json_schema
from coldwarm.experiment.scalars import property_value
from coldwarm.experiment.yaml_nodes import read_yaml

GOLDEN = Path(__file__).parent / "golden"

VALIDATOR = jsonschema.Draft202012Validator(
    json_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)

ACCEPTED = {
    "smallest": "name: x\nmatrix: {model: resnet50}",
    "included": "name: x\ninclude: [{model: resnet50}]",
    "scalars": "name: x\nmatrix: {model: a, device: all, api: path, properties: {}}",
    "lists": "name: x\nmatrix: {model: [a, {name: b, path: c}], device: [all, 'AUTO:GPU,CPU']}",
    "codec": "name: x\nmatrix: {model: a, encryption: [none, 'codec:encrypt,decrypt']}",
    "codec of any script": "name: x\nmatrix: {model: a, encryption: 'ключ.κ:暗号,解'}",
    "properties": "name: x\nmatrix: {model: a, properties: [{A: 1, B: on, C: [1.5, {D: x}]}]}",
    "runtime": "name: x\nmatrix: {model: a, runtime: [installed, {python: p, env: {A: 1}}]}",
    "inputs": "name: x\nmatrix: {model: {name: a, inputs: {x: {shape: [1], dtype: f32}}}}",
    "rules": "name: x\nmatrix: {model: a}\nexclude: [{api: [path, import], properties: {A: 1}}]",
    "expect": "name: x\nmatrix: {model: a}\nexpect: [{model: a, verdict: hit, until: 2026-01-01}]",
    "rounds": "name: x\nmatrix: {model: a}\nsampling: {rounds: {min: 12, max: 60}}",
    "sampling": "name: x\nmatrix: {model: a}\nsampling: {rounds: 7, precision: 5%, timeout: 1h2m}",
    "worker": "name: x\nmatrix: {model: a}\nworker: {telemetry: on, env: {A: true}}",
    "places": "name: x\nmatrix: {model: a}\ncache_root: /mnt\ncompare: {along: runtime}",
}

REJECTED = {
    "no name": "matrix: {model: resnet50}",
    "no matrix": "name: x",
    "no model": "name: x\nmatrix: {device: CPU}",
    "unknown key": "name: x\nmatrix: {model: a}\ncolour: blue",
    "unknown axis": "name: x\nmatrix: {model: a, devcie: CPU}",
    "unknown value": "name: x\nmatrix: {model: a, api: pth}",
    "unknown value in list": "name: x\nmatrix: {model: a, cache_mode: [default, SIZE]}",
    "empty list": "name: x\nmatrix: {model: []}",
    "device": "name: x\nmatrix: {model: a, device: cpu}",
    "all in a rule": "name: x\nmatrix: {model: a}\nexclude: [{device: all}]",
    "codec": "name: x\nmatrix: {model: a, encryption: 'codec:encrypt'}",
    "own key": "name: x\nmatrix: {model: a, properties: {CACHE_DIR: x}}",
    "empty rule": "name: x\nmatrix: {model: a}\nexclude: [{}]",
    "no verdict": "name: x\nmatrix: {model: a}\nexpect: [{model: a}]",
    "verdict alone": "name: x\nmatrix: {model: a}\nexpect: [{verdict: hit}]",
    "verdict": "name: x\nmatrix: {model: a}\nexpect: [{model: a, verdict: silent-miss}]",
    "date": "name: x\nmatrix: {model: a}\nexpect: [{model: a, verdict: hit, until: tomorrow}]",
    "rounds": "name: x\nmatrix: {model: a}\nsampling: {rounds: 0}",
    "half a range": "name: x\nmatrix: {model: a}\nsampling: {rounds: {min: 12}}",
    "duration": "name: x\nmatrix: {model: a}\nsampling: {timeout: 90}",
    "percentage": "name: x\nmatrix: {model: a}\nsampling: {precision: 0.05}",
    "telemetry": "name: x\nmatrix: {model: a}\nworker: {telemetry: maybe}",
    "variable": "name: x\nmatrix: {model: a}\nworker: {env: {A B: 1}}",
    "dtype": "name: x\nmatrix: {model: {name: a, inputs: {x: {dtype: float32}}}}",
    "shape": "name: x\nmatrix: {model: {name: a, inputs: {x: {shape: [-1]}}}}",
    "null": "name: x\nmatrix: {model: a}\nsampling: {rounds: null}",
}


def as_an_editor_sees_it(text: str) -> Any:  # noqa: ANN401
    """Read YAML 1.2: ``on`` is text, ``5`` a number, null nothing."""
    return property_value(read_yaml(text).data)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts(name: str) -> None:
    VALIDATOR.validate(as_an_editor_sees_it(ACCEPTED[name]))


@pytest.mark.parametrize("name", REJECTED)
def test_rejects(name: str) -> None:
    assert not VALIDATOR.is_valid(as_an_editor_sees_it(REJECTED[name]))


def test_is_a_schema_of_the_draft_it_names() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_every_key_is_described() -> None:
    schema = json_schema()
    for model in (schema, *schema["$defs"].values()):
        assert model["description"]
        for name, key in model["properties"].items():
            described = schema["$defs"][key["$ref"].split("/")[-1]] if "$ref" in key else key
            assert key.get("description") or described["description"], name


def test_is_the_same_whenever_it_is_made() -> None:
    assert json.dumps(json_schema()) == json.dumps(json_schema())
