from __future__ import annotations

import io
import json
from typing import Any

import pytest
from fake_samples import fake_analysed, fake_frame, fake_run
from jsonschema import Draft202012Validator

from coldwarm.analysis.summarise import summarise
from coldwarm.export import export

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "unit", "value"],
        "properties": {
            "name": {"type": "string"},
            "unit": {"type": "string"},
            "value": {"type": "number"},
            # The action finds the number after the sign with this expression.
            "range": {"type": "string", "pattern": r"^(\+-|±)\s*\d.+$"},
            "extra": {"type": "string"},
        },
        "additionalProperties": False,
    },
}
"""What the action's page says of the tool customSmallerIsBetter; it publishes no schema file."""


def exported(**options: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    stream = io.BytesIO()
    export(fake_analysed(fake_run(**options)), "github-action-benchmark", stream)
    entries = json.loads(stream.getvalue())
    Draft202012Validator(SCHEMA).validate(entries)
    names = [entry["name"] for entry in entries]
    assert len(set(names)) == len(names)
    return dict(zip(names, entries, strict=True))


def test_values_are_the_medians_to_the_last_digit() -> None:
    found = exported(rounds=2)
    for summary in summarise(fake_frame(fake_run(rounds=2))):
        for kind, median in vars(summary.load_ms).items():
            name = f"{summary.name}: {kind} load time"
            assert (name in found) == (median is not None)
            if median is not None:
                assert (found[name]["value"], found[name]["unit"]) == (median, "ms")
        assert found[f"{summary.name}: blob"]["value"] == summary.blob_bytes
        peak = found[f"{summary.name}: cold peak memory"]
        assert (peak["value"], peak["unit"]) == (summary.peak_load_bytes.cold, "bytes")


def test_a_silent_miss_has_no_warm_value() -> None:
    names = exported(rounds=2).keys()
    assert not any("read_model / OPTIMIZE_SIZE: warm" in name for name in names)
    assert "resnet50 / CPU / read_model / OPTIMIZE_SIZE: cold load time" in names


@pytest.mark.parametrize("rounds", [1, 12])
def test_the_range_is_half_the_interquartile_range(rounds: int) -> None:
    entry = exported(rounds=rounds)["resnet50 / CPU / path: warm load time"]
    assert (float(entry["range"].removeprefix("± ")) == 0) == (rounds == 1)
    assert f"median of {rounds} starts" in entry["extra"]
    assert f"warm starts: hit {rounds}" in entry["extra"]


def test_a_device_that_is_not_there_has_no_values() -> None:
    assert exported(rounds=2, devices=("GPU",)) == {}
