from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coldwarm.experiment.case import AXES, DEFAULTS, Case, short_digest

CASE = Case("resnet50", properties={"B": 1, "A": 2})

OTHERS: dict[str, Any] = {
    "model": "gpt2",
    "device": "GPU",
    "api": "read_model",
    "cache_mode": "OPTIMIZE_SIZE",
    "encryption": "base64",
    "runtime": "openvino==2025.4.1",
    "properties": {"B": 1},
    "storage": "evicted",
}


def test_ids_are_the_same_on_every_host_and_for_ever() -> None:
    assert Case("resnet50").case_id == "47f020833923"
    assert Case("resnet50").baseline_id == "8840a14b45e8"


def test_defaults_are_for_ever() -> None:
    """What a stored case lacks, it had by default: another default would make it another case."""
    assert DEFAULTS == {
        "device": "CPU",
        "api": "path",
        "cache_mode": "default",
        "encryption": "none",
        "runtime": "installed",
        "properties": {},
        "storage": "hot",
    }


def test_an_id_digests_only_what_departs_from_the_defaults() -> None:
    assert Case("resnet50").case_id == short_digest({"model": "resnet50"})
    assert Case.from_axes({"model": "resnet50", "of_tomorrow": "x"}) == Case("resnet50")
    assert Case("m", api="import").baseline_id == Case("m", api="read_model").baseline_id
    assert Case("m", encryption="base64").baseline_id == Case("m").baseline_id != Case("m").case_id


def test_the_order_of_keys_does_not_matter() -> None:
    assert CASE.case_id == replace(CASE, properties={"A": 2, "B": 1}).case_id
    assert short_digest({"a": 1, "b": 2}) == short_digest({"b": 2, "a": 1})


@pytest.mark.parametrize("axis", AXES)
def test_every_axis_makes_another_case(axis: str) -> None:
    assert replace(CASE, **{axis: OTHERS[axis]}).case_id != CASE.case_id


@pytest.mark.parametrize("axis", AXES)
def test_cache_options_alone_share_a_baseline(axis: str) -> None:
    same = replace(CASE, **{axis: OTHERS[axis]}).baseline_id == CASE.baseline_id
    assert same == (axis in ("cache_mode", "encryption"))


def test_import_has_the_baseline_of_read_model() -> None:
    assert Case("m", api="import").baseline_id == Case("m", api="read_model").baseline_id
    assert Case("m", api="import").baseline_id != Case("m", api="path").baseline_id


def test_a_name_says_what_is_not_the_default() -> None:
    assert Case("resnet50").name == "resnet50 / CPU / path"
    assert Case("m", cache_mode="OPTIMIZE_SIZE", properties={"B": 1, "A": True}).name == (
        "m / CPU / path / OPTIMIZE_SIZE / A=True / B=1"
    )
