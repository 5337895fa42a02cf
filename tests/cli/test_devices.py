from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from fake_samples import fake_frame, fake_run

from coldwarm.analysis.summarise import summarise
from coldwarm.cli import devices

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary

REMEDY = "check that the cache directory is writable and its disk has room"


def trial(names: list[str], *_: object) -> dict[str, CaseSummary]:
    """Return what a trial finds where only the CPU cannot write its cache."""
    samples = fake_run(
        devices=names,
        apis=["path"],
        cache_modes=["default"],
        rounds=1,
        outcome=lambda case: "not_cached" if case.device == "CPU" else "hit",
    )
    return {each.axes["device"]: each for each in summarise(fake_frame(samples))}


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = SimpleNamespace(name="CPU", full_name="Fake", driver_version=None, export_import=True)
    seen = SimpleNamespace(devices=[cpu], virtual=[], version="2026.4", absent={}, failure=None)
    monkeypatch.setattr(devices, "look_at_host", lambda: SimpleNamespace(devices=seen))
    monkeypatch.setattr(devices, "try_devices", trial)


def coldwarm_devices(*args: str) -> str:
    return CliRunner().invoke(devices.command, args, catch_exceptions=False).stdout


def test_a_device_without_a_cache_has_its_remedy() -> None:
    lines = " ".join(coldwarm_devices().split())
    assert (
        f"CPU: not_cached: the cold start left no blob, and OpenVINO said nothing. Remedy: {REMEDY}"
        in lines
    )
    assert "AUTO:" not in lines


def test_json_holds_verdict_reason_and_remedy() -> None:
    found = {
        each["device"]: each for each in json.loads(coldwarm_devices("--format", "json"))["devices"]
    }
    assert (found["CPU"]["verdict"], found["CPU"]["remedy"]) == ("not_cached", REMEDY)
    assert (found["AUTO"]["verdict"], found["AUTO"]["remedy"]) == ("hit", "")


def test_without_a_trial_there_is_no_verdict() -> None:
    (cpu, *_) = json.loads(coldwarm_devices("--no-trial", "--format", "json"))["devices"]
    assert (cpu["verdict"], cpu["reason"], cpu["remedy"]) == (None, None, None)
