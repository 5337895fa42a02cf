from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ColdwarmError
from coldwarm.machine.devices import (
    Device,
    DeviceReport,
    expand_all,
    missing_devices,
    physical_devices,
    query_devices,
    why_missing,
)
from coldwarm.machine.environment import worker_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ANSWER = {
    "version": "2026.4.1",
    "devices": [
        {
            "name": "CPU",
            "full_name": "AMD EPYC",
            "driver_version": None,
            "capabilities": ["FP32", "EXPORT_IMPORT"],
            "errors": {},
        }
    ],
    "virtual": [],
    "absent": {"GPU": "Cannot load library", "NPU": ""},
}


def report(*names: str) -> DeviceReport:
    absent = {"GPU": "no driver", "NPU": "its plugin found no device"}
    present = {name.partition(".")[0] for name in names}
    return DeviceReport(
        version="2026.4.1",
        devices=tuple(Device(name) for name in names),
        absent={plugin: why for plugin, why in absent.items() if plugin not in present},
    )


@pytest.mark.parametrize(
    ("device", "physical"),
    [
        ("CPU", ("CPU",)),
        ("GPU.1", ("GPU.1",)),
        ("AUTO", ()),
        ("AUTO:", ()),
        ("AUTO:GPU,CPU", ("GPU", "CPU")),
        ("AUTO:-GPU", ()),
        ("AUTO:CPU,-NPU", ("CPU",)),
        ("HETERO:CPU", ("CPU",)),
        ("MULTI:CPU(2),GPU.0(4)", ("CPU", "GPU.0")),
        ("BATCH:CPU(4)", ("CPU",)),
        ("BATCH:AUTO", ()),
        ("AUTO:CPU,", ("CPU",)),
    ],
)
def test_device_strings_name_physical_devices(device: str, physical: tuple[str, ...]) -> None:
    assert physical_devices(device) == physical


@pytest.mark.parametrize(
    ("names", "device", "missing"),
    [
        (["CPU"], "CPU", ()),
        (["CPU"], "cpu", ("cpu",)),
        (["CPU"], "CPU.0", ("CPU.0",)),
        (["CPU"], "GPU", ("GPU",)),
        (["CPU"], "AUTO:GPU,CPU,NPU", ("GPU", "NPU")),
        (["CPU", "GPU"], "GPU.0", ()),
        (["CPU", "GPU"], "GPU.1", ("GPU.1",)),
        (["CPU", "GPU.0", "GPU.1"], "GPU", ()),
        (["CPU", "GPU.0", "GPU.1"], "HETERO:GPU.1,CPU", ()),
        (["CPU", "GPU.0", "GPU.1"], "GPU.2", ("GPU.2",)),
        (["CPU"], "BATCH:GPU(4)", ("GPU",)),
    ],
)
def test_what_is_missing_is_named(names: list[str], device: str, missing: tuple[str, ...]) -> None:
    assert missing_devices(report(*names), device) == missing


def test_the_reason_names_each_device_that_is_missing() -> None:
    assert why_missing(report("CPU"), "GPU.0") == "no GPU.0 on this host: no driver"
    assert why_missing(report("CPU"), "MULTI:GPU,NPU") == (
        "no GPU on this host: no driver; no NPU on this host: its plugin found no device"
    )
    assert why_missing(report("CPU"), "AUTO:GPU,CPU") == "no GPU on this host: no driver"
    assert why_missing(report("CPU"), "TPU") == "no TPU on this host: there is CPU"
    assert why_missing(report(), "TPU") == "no TPU on this host: there is no device at all"
    assert why_missing(report("CPU"), "CPU") is None
    assert why_missing(report("CPU"), "AUTO") is None


def test_an_openvino_without_the_cpu_is_broken_and_one_that_lists_nothing_too() -> None:
    assert why_missing(report(), "CPU") is None
    assert why_missing(DeviceReport("1", failure="it was ended by SIGSEGV"), "GPU") is None


def test_all_stands_for_every_physical_device() -> None:
    assert expand_all(report("CPU", "GPU.0", "GPU.1", "NPU")) == ("CPU", "GPU.0", "GPU.1", "NPU")


def test_a_good_answer_becomes_a_report(script: Callable[[str], str]) -> None:
    found = query_devices(script(f"echo 'noise of a sitecustomize'; echo '{json.dumps(ANSWER)}'"))
    assert found.available_devices == ("CPU",)
    assert found.devices[0].export_import is True
    assert found.absent["NPU"] == "its plugin found no device"


def test_an_answer_given_before_a_crash_counts(script: Callable[[str], str]) -> None:
    python = script(f"echo '{json.dumps(ANSWER)}'; kill -SEGV $$")
    assert query_devices(python).available_devices == ("CPU",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("echo 'Segmentation fault: 11'", "answered 'Segmentation fault: 11'"),
        ("echo '[1, 2]'", "which is not what was expected"),
        ("echo '{}'", "which is not what was expected"),
        ("printf '\\377\\376'", "which is not what was expected"),
        ("exit 7", "ended with exit code 7"),
        ("echo 'driver exploded' >&2; kill -ABRT $$", "was ended by SIGABRT"),
        ("echo 'driver exploded' >&2; exit 1", "it printed: driver exploded"),
    ],
)
def test_no_usable_answer_is_an_error_that_says_what_came(
    script: Callable[[str], str], body: str, words: str
) -> None:
    python = script(body)
    with pytest.raises(ColdwarmError) as caught:
        query_devices(python)
    assert words in str(caught.value)
    assert f"{python} -c" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("kill -SEGV $$", "it was ended by SIGSEGV"),
        ("exit 1", "it ended with exit code 1"),
        ("sleep 600", "it did not answer in time and was killed"),
        ("""echo '{"version": "1", "error": "RuntimeError: no"}'""", "RuntimeError: no"),
    ],
)
def test_an_openvino_that_fails_over_its_devices_is_reported(
    script: Callable[[str], str], body: str, failure: str
) -> None:
    python = script("""echo '{"version": "1"}'; """ + body)
    found = query_devices(python, timeout_s=1)
    assert (found.version, found.available_devices, found.failure) == ("1", (), failure)


def test_a_process_that_hangs_is_killed_and_said(script: Callable[[str], str]) -> None:
    with pytest.raises(ColdwarmError, match=r"was killed after 0\.5 s"):
        query_devices(script("sleep 600"), timeout_s=0.5)


def test_a_long_garbage_answer_is_cut(script: Callable[[str], str]) -> None:
    with pytest.raises(ColdwarmError) as caught:
        query_devices(script("yes garbage | head -c 100000"))
    assert len(str(caught.value)) < 1000


def test_an_interpreter_that_is_missing_is_said() -> None:
    with pytest.raises(ColdwarmError, match=r"cannot start /nowhere/python .*check its path"):
        query_devices("/nowhere/python")


def test_a_runtime_without_openvino_is_said(script: Callable[[str], str]) -> None:
    python = script("""echo '{"error": "ModuleNotFoundError: No module named openvino"}'""")
    with pytest.raises(ColdwarmError, match="No module named openvino; install it there"):
        query_devices(python)


@pytest.mark.real
def test_this_machine_has_a_cpu_that_exports() -> None:
    found = query_devices(sys.executable)
    cpu = next(device for device in found.devices if device.name == "CPU")
    assert cpu.full_name
    assert cpu.export_import is True
    assert [device.name for device in found.virtual] == ["AUTO", "HETERO", "MULTI", "BATCH"]
    # Each plugin is either a device or gives a reason for being none.
    present = {name.partition(".")[0] for name in found.available_devices}
    assert present | set(found.absent) == {"CPU", "GPU", "NPU"}
    assert all(found.absent.values())


@pytest.mark.real
def test_what_the_runtime_prints_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "openvino.py").write_text(
        """
import os
print("hello")
os.write(1, b"from C")

def get_version():
    print("still talking")
    return "fake"

class Core:
    available_devices = ["GPU.0"]

    def get_property(self, device, name):
        os.write(1, b"noise")
        if name == "FULL_DEVICE_NAME":
            return "Fake GPU"
        if name == "GPU_DRIVER_VERSION":
            return "31.0"
        if device == "NPU":
            return []
        raise RuntimeError(f"no {name} on {device}")
""",
        encoding="utf-8",
    )
    env = worker_environment(os.environ, runtime_env={"PYTHONPATH": str(tmp_path)})
    found = query_devices(sys.executable, env)
    assert found.version == "fake"
    assert found.devices == (
        Device(
            "GPU.0",
            "Fake GPU",
            "31.0",
            None,
            {"OPTIMIZATION_CAPABILITIES": "no OPTIMIZATION_CAPABILITIES on GPU.0"},
        ),
    )
    assert found.absent == {
        "CPU": "no AVAILABLE_DEVICES on CPU",
        "NPU": "its plugin found no device",
    }


@pytest.mark.real
def test_telemetry_is_not_even_imported(tmp_path: Path) -> None:
    (tmp_path / "openvino_telemetry.py").write_text("raise SystemExit('telemetry was imported')")
    env = worker_environment(os.environ, runtime_env={"PYTHONPATH": str(tmp_path)})
    assert "CPU" in query_devices(sys.executable, env).available_devices
