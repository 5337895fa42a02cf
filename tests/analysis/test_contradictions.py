from __future__ import annotations

from typing import Any

import pytest

from coldwarm.analysis.contradictions import contradictions

HERE, THERE = "meta=1.0;ov=2026.4.1;isa=Intel AVX2", "meta=1.0;ov=2026.4.1;isa=Intel SSE4.2"


def start(device: str = "CPU", **told: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"case": {"device": device}, **told}


@pytest.mark.parametrize(
    ("written", "now", "loaded", "said"),
    [
        (HERE, HERE, True, ""),
        (HERE, HERE, False, "so the blob should fit"),
        (HERE, HERE, None, ""),
        (THERE, HERE, False, ""),
        (THERE, HERE, True, f"made for {THERE}, and was loaded where {HERE} is required"),
        (None, HERE, True, ""),
        (HERE, None, False, ""),
    ],
)
def test_requirements_are_held_against_what_was_loaded(
    written: str | None,
    now: str | None,
    loaded: bool | None,  # noqa: FBT001
    said: str,
) -> None:
    cold, warm = start(runtime_requirements=written), start(runtime_requirements=now)
    found = contradictions(warm, cold, loaded=loaded)
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_a_loaded_blob_that_the_device_calls_unsupported_is_a_contradiction() -> None:
    for check, loaded, times in (
        ("UNSUPPORTED", True, 1),
        ("UNSUPPORTED", False, 0),
        ("SUPPORTED", True, 0),
        ("not readable", True, 0),
    ):
        warm = start(compatibility_check=check)
        assert len(contradictions(warm, None, loaded=loaded)) == times


@pytest.mark.parametrize(
    ("asked", "ran", "expected"),
    [
        ("CPU", ["CPU"], True),
        ("GPU", ["GPU.0"], True),
        ("GPU.1", ["GPU.0"], False),
        ("GPU", ["CPU"], False),
        ("AUTO", ["CPU"], True),
        ("AUTO:-CPU", ["CPU"], False),
        ("AUTO:-CPU", ["GPU.0"], True),
        ("AUTO:GPU,CPU", ["GPU.0"], True),
        ("AUTO:GPU,CPU", ["(CPU)"], False),
        ("HETERO:GPU,CPU", ["GPU.0", "CPU"], True),
        ("HETERO:GPU,CPU", ["CPU"], True),
        ("MULTI:GPU,NPU", ["CPU"], False),
        ("BATCH:CPU(4)", ["CPU"], True),
        ("CPU", None, True),
    ],
)
def test_a_model_that_ran_elsewhere_is_told(
    asked: str,
    ran: list[str] | None,
    expected: bool,  # noqa: FBT001
) -> None:
    found = contradictions(start(asked, execution_devices=ran), None, loaded=True)
    told = [f"{asked} was asked for, it ran on {name.strip('()')}" for name in ran or ()]
    assert found == ([] if expected else told)


def test_a_warm_start_on_another_device_than_its_cold_one_is_told() -> None:
    cold, warm = (start("AUTO", execution_devices=[name]) for name in ("GPU.0", "CPU"))
    assert contradictions(warm, cold, loaded=True) == [
        "the cold start ran on GPU.0, this one on CPU"
    ]
    assert contradictions(warm, warm, loaded=True) == []
