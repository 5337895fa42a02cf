from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from coldwarm.experiment.case import AXES, Case, short_digest

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
    assert Case("resnet50").case_id == "c3fc95f708da"
    assert Case("resnet50").baseline_id == "3faeae9ad125"


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
