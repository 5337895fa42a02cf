from __future__ import annotations

from typing import Any

import pytest

from coldwarm.experiment.cache_options import RESERVED, check_variable, reserved_in


@pytest.mark.parametrize("name", RESERVED)
def test_each_reserved_property_is_found_with_its_place_wherever_it_is(name: str) -> None:
    forms: list[tuple[Any, tuple[str | int, ...]]] = [
        ({name: "x"}, (name,)),
        ({name.lower(): "x"}, (name.lower(),)),
        ({"DEVICE_PROPERTIES": {"CPU": {name: "x"}}}, ("DEVICE_PROPERTIES", "CPU", name)),
        ({"DEVICE_PROPERTIES_CPU": {name: "x"}}, ("DEVICE_PROPERTIES_CPU", name)),
        ({"A": [1, {name: "x"}]}, ("A", 1, name)),
        ({"DEVICE_PROPERTIES": f"{{CPU:{{FOO:1,{name}:/x}}}}"}, ("DEVICE_PROPERTIES",)),
        ({"DEVICE_PROPERTIES_CPU": f'{{"{name}" : "/x"}}'}, ("DEVICE_PROPERTIES_CPU",)),
        ({"DEVICE_PROPERTIES": {"CPU": f"{name}:/x"}}, ("DEVICE_PROPERTIES", "CPU")),
    ]
    for value, place in forms:
        ((loc, message),) = reserved_in(value)
        assert loc == place
        assert message.upper().startswith(f"{name} IS NOT SET AMONG THE PROPERTIES: ")


@pytest.mark.parametrize(
    "properties",
    [
        {"WEIGHTS_PATH": "/CACHE_DIR/x.bin"},
        {"CACHE_MODEL_PATH": "${model_path}"},
        {"NUM_STREAMS": 2, "ENABLE_MMAP": True},
        {"DEVICE_PROPERTIES": "{CPU:{NUM_STREAMS:2}}"},
        {"NOTE": "says CACHE_DIR"},
    ],
)
def test_what_only_resembles_them_is_taken(properties: dict[str, Any]) -> None:
    assert list(reserved_in(properties)) == []


@pytest.mark.parametrize(
    "name",
    [
        "NEO_CACHE_DIR",
        "cl_cache_dir",
        "ZE_INTEL_NPU_CACHE_DIR",
        "SYCL_CACHE_DIR",
        "CUDA_CACHE_PATH",
    ],
)
def test_no_variable_leads_a_drivers_cache_elsewhere(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} is not set here"):
        check_variable(name)


@pytest.mark.parametrize(
    "name", ["NEO_CACHE_PERSISTENT", "ONEDNN_MAX_CPU_ISA", "OPENVINO_LOG_LEVEL"]
)
def test_other_variables_are_taken(name: str) -> None:
    assert check_variable(name) == name
