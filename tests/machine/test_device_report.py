from __future__ import annotations

import json

import pytest

from coldwarm.machine.devices import Device, DeviceReport, plain_error

REPORT = DeviceReport(
    version="2026.4.1",
    devices=(Device("CPU", "AMD EPYC", None, ("FP32", "EXPORT_IMPORT")),),
    virtual=(Device("BATCH", "BATCH", errors={"OPTIMIZATION_CAPABILITIES": "Unsupported"}),),
    absent={"NPU": "its plugin found no device"},
)


def test_a_report_survives_json() -> None:
    data = json.loads(json.dumps(REPORT.to_json()))
    assert data["available_devices"] == ["CPU"]
    assert DeviceReport.from_json(data) == REPORT


def test_a_plugin_that_loads_and_finds_nothing_gets_a_reason() -> None:
    data = {"version": "1", "devices": [], "virtual": [], "absent": {"NPU": ""}}
    assert DeviceReport.from_json(data).absent == {"NPU": "its plugin found no device"}


@pytest.mark.parametrize("key", ["version", "devices", "virtual", "absent"])
def test_an_incomplete_answer_is_refused(key: str) -> None:
    data = REPORT.to_json()
    del data[key]
    with pytest.raises(KeyError):
        DeviceReport.from_json(data)


@pytest.mark.parametrize(
    ("capabilities", "export_import"),
    [(("FP32", "EXPORT_IMPORT"), True), (("FP32",), False), ((), False), (None, None)],
)
def test_export_import_is_unknown_where_capabilities_are(
    capabilities: tuple[str, ...] | None, *, export_import: bool | None
) -> None:
    assert Device("X", capabilities=capabilities).export_import is export_import


CANNOT_LOAD = """\
Exception from src/inference/src/cpp/core.cpp:268:
Cannot load library "/opt/venv/openvino/../libs/libopenvino_intel_gpu_plugin.so": \
libOpenCL.so.1: cannot open shared object file: No such file or directory
"""
NO_DEVICE = """\
Exception from src/inference/src/cpp/core.cpp:268:
Exception from src/inference/src/dev/plugin.cpp:112:
Check '!m_device_map.empty()' failed at src/plugins/intel_gpu/src/plugin.cpp:559:
[GPU] Can't get it as no supported devices found.


"""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            CANNOT_LOAD,
            (
                'Cannot load library "libopenvino_intel_gpu_plugin.so": libOpenCL.so.1: '
                "cannot open shared object file: No such file or directory"
            ),
        ),
        (NO_DEVICE, "[GPU] Can't get it as no supported devices found."),
        # 2024.6 quotes with the other marks.
        ("Cannot load library '/opt/libs/libx.so': gone", "Cannot load library 'libx.so': gone"),
        ("plain words", "plain words"),
        ("", ""),
    ],
)
def test_an_exception_is_reduced_to_what_it_says(text: str, plain: str) -> None:
    assert plain_error(text) == plain
