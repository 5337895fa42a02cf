from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import Any

import pytest

from coldwarm.measure.diagnosis import ONE_OPERATION, Broken, diagnose, smallest_job
from coldwarm.measure.exhaustion import ran_out
from coldwarm.measure.runner import Ending
from coldwarm.measure.unsupported import Unsupported
from coldwarm.run.sample import Job

JOB = Job("cold", "path", "m.xml", "CPU", cache_dir="cache", cache_mode="OPTIMIZE_SIZE")

REJECTED = Unsupported("CACHE_MODE=OPTIMIZE_SIZE is rejected: no")

EXHAUSTED = [os.strerror(errno.ENOSPC), "std::bad_alloc", os.strerror(errno.EAGAIN).upper()]


def raised(phase: str = "compile_model", message: str = "no", **more: Any) -> Ending:  # noqa: ANN401
    error = {"phase": phase, "type": "RuntimeError", "message": message}
    return Ending("failed", f"{phase}: {message}", {"error": error, **more}, ended_in=phase)


def crashed(phase: str) -> Ending:
    return Ending("crashed", f"ended by SIGSEGV in {phase}", ended_in=phase)


class Host:
    """An OpenVINO that rejects OPTIMIZE_SIZE, and counts how often it was asked."""

    def __init__(self, *, compiles: bool = True, missing: str | None = None) -> None:
        self._works = compiles
        self._missing = missing
        self.probes = 0

    def _attempt(self, job: Job) -> Ending:
        return raised() if job.cache_mode or not self._works else Ending("ok")

    def _compiles(self, job: Job) -> bool:
        assert job == JOB
        self.probes += 1
        return self._works

    def says(self, ending: Ending) -> Broken | Unsupported | None:
        return diagnose(JOB, ending, self._attempt, missing=self._missing, compiles=self._compiles)


def test_where_something_compiles_the_case_is_to_blame() -> None:
    assert Host().says(raised()) == REJECTED


@pytest.mark.parametrize("phase", ["create_core", "compile_model", "export_model", "import_model"])
def test_where_nothing_compiles_the_host_is_broken_and_the_case_is_not_blamed(phase: str) -> None:
    for ending in (raised(phase), crashed(phase)):
        assert Host(compiles=False).says(ending) == Broken(
            "nothing compiles here: on CPU not even a model of one operation without properties; "
            f"{ending.reason}"
        )


def test_a_device_that_is_not_here_is_unsupported_unless_it_is_served_all_the_same() -> None:
    missing = "no GPU on this host: no driver"
    assert Host(compiles=False, missing=missing).says(raised()) == Unsupported(missing)
    assert Host(missing=missing).says(raised()) == REJECTED


@pytest.mark.parametrize("message", EXHAUSTED)
def test_what_the_machine_ran_out_of_is_no_lack_of_support(message: str) -> None:
    assert Host().says(raised(message=message)) is None
    host = Host(compiles=False, missing="no GPU on this host")
    assert isinstance(host.says(raised(message=message)), Broken)


@pytest.mark.parametrize(
    "ending",
    [
        raised("import"),
        raised("read_model"),
        raised("inputs"),
        crashed("first_inference"),
        crashed("exit"),
        raised(encryption={"error": "ValueError: bad key"}),
        Ending("failed", "reported no result, ended in interpreter", ended_in="interpreter"),
        Ending(
            "crashed", "ended by SIGKILL in compile_model", {}, "", "compile_model", killed=True
        ),
    ],
    ids=lambda ending: str(ending.reason),
)
def test_what_failed_elsewhere_asks_nothing(ending: Ending) -> None:
    host = Host(compiles=False)
    assert host.says(ending) is None
    assert host.probes == 0


def test_a_crash_of_one_model_is_no_broken_host() -> None:
    assert Host().says(crashed("compile_model")) is None


def test_a_missing_package_is_told_in_the_workers_words() -> None:
    ending = raised("setup")
    ending.result["error"] |= {"unavailable": True, "message": "needs cryptography"}
    assert Host().says(ending) == Unsupported("needs cryptography")


def test_the_smallest_start_has_no_options_but_the_same_device_and_runtime() -> None:
    given = replace(JOB, device="AUTO", runtime="other", config={"FOO": 1}, encryption="base64")
    assert smallest_job(given) == Job(
        "uncached", "read_model", str(ONE_OPERATION), "AUTO", runtime="other"
    )
    assert "Const" not in ONE_OPERATION.read_text(encoding="utf-8"), "it needs no file of weights"


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("MemoryError", "", True),
        ("PermissionError", "[Errno 13] x", True),
        ("OSError", f"[Errno 28] {os.strerror(errno.ENOSPC)}: 'exported.blob'", True),
        ("RuntimeError", "failed to map segment from shared object", True),
        ("RuntimeError", "NotFound: Unsupported property FOO by CPU plugin.", False),
    ],
)
def test_exhaustion_is_told_by_type_or_by_the_words_of_the_system(
    kind: str, message: str, *, expected: bool
) -> None:
    assert ran_out({"type": kind, "message": message}) is expected
