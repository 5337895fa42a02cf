from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from coldwarm.measure.runner import Ending
from coldwarm.measure.unsupported import Unsupported, first_line, why_unsupported
from coldwarm.run.sample import Job

if TYPE_CHECKING:
    from collections.abc import Callable

JOB = Job("cold", "path", "m.xml", "CPU", cache_dir="cache")


def failure(phase: str = "compile_model", message: str = "no") -> dict[str, Any]:
    return {"error": {"phase": phase, "type": "RuntimeError", "message": message}}


class Host:
    """An OpenVINO that raises whenever `refuses` says so; `tried` holds what was asked of it."""

    def __init__(
        self, refuses: Callable[[Job], bool], *, reads: bool = True, chance: bool = False
    ) -> None:
        self._refuses = refuses
        self._reads = reads
        self._chance = chance
        self.tried: list[Job] = []

    def __call__(self, job: Job) -> Ending:
        self.tried.append(job)
        if not self._reads:
            phase = "read_model" if job.api == "read_model" else "compile_model"
            return Ending("failed", "no", failure(phase))
        if self._refuses(job) and not self._chance:
            return Ending("failed", "no", failure())
        return Ending("ok")


def ask(host: Host, job: Job, result: dict[str, Any] | None = None) -> str | None:
    assert host._refuses(job), "the start itself has failed"
    found = answer(host, job, result)
    return None if found is None else found.reason


def answer(host: Host, job: Job, result: dict[str, Any] | None = None) -> Unsupported | None:
    return why_unsupported(job, failure() if result is None else result, host)


def has(key: str) -> Callable[[Job], bool]:
    return lambda job: key in job.config


# What is not supported is named.


def test_a_rejected_property_is_named() -> None:
    host = Host(has("FOO"))
    job = replace(JOB, config={"FOO": 1})
    assert ask(host, job) == "this runtime and device reject the property FOO=1: no"


def test_of_several_properties_the_rejected_one_is_named() -> None:
    host = Host(has("FOO"))
    job = replace(JOB, config={"NUM_STREAMS": 2, "FOO": 1, "BAR": "x"})
    assert ask(host, job) == "this runtime and device reject the property FOO=1: no"


def test_two_rejected_properties_are_both_named() -> None:
    host = Host(lambda job: bool({"FOO", "BAR"} & job.config.keys()))
    job = replace(JOB, config={"FOO": 1, "BAR": 2, "NUM_STREAMS": 2})
    reason = ask(host, job)
    assert reason is not None
    assert "FOO=1" in reason
    assert "BAR=2" in reason


def test_properties_that_only_together_are_rejected_are_each_named() -> None:
    host = Host(lambda job: {"FOO", "BAR"} <= job.config.keys())
    job = replace(JOB, config={"FOO": 1, "BAR": 2, "NUM_STREAMS": 2})
    assert ask(host, job) == (
        "this runtime and device reject the property FOO=1 and the property BAR=2: no"
    )


def test_a_property_is_tried_without_a_cache() -> None:
    host = Host(has("FOO"))
    ask(host, replace(JOB, config={"FOO": 1}, cache_mode="OPTIMIZE_SIZE", encryption="base64"))
    again, *others = host.tried
    assert again.cache_dir == "cache"
    assert {job.cache_dir for job in others} == {None}
    assert {job.kind for job in others} == {"uncached"}


def test_a_rejected_cache_mode_is_named() -> None:
    host = Host(lambda job: job.cache_mode is not None)
    job = replace(JOB, cache_mode="OPTIMIZE_SIZE")
    assert ask(host, job) == "CACHE_MODE=OPTIMIZE_SIZE is rejected: no"
    assert ask(host, replace(job, encryption="base64")) == (
        "CACHE_MODE=OPTIMIZE_SIZE is rejected: no"
    )


def test_rejected_callbacks_are_named() -> None:
    host = Host(lambda job: job.encryption != "none")
    job = replace(JOB, encryption="base64")
    assert ask(host, job) == "encryption callbacks (base64) are rejected: no"
    assert ask(host, replace(job, cache_mode="OPTIMIZE_SIZE")) == (
        "encryption callbacks (base64) are rejected: no"
    )


@pytest.mark.parametrize(
    "refuses",
    [
        lambda job: job.cache_mode is not None or job.encryption != "none",
        lambda job: job.cache_mode is not None and job.encryption != "none",
    ],
    ids=["each is rejected", "only both together are rejected"],
)
def test_where_both_have_to_go_both_are_named(refuses: Callable[[Job], bool]) -> None:
    job = replace(JOB, cache_mode="OPTIMIZE_SIZE", encryption="base64")
    assert ask(Host(refuses), job) == (
        "CACHE_MODE=OPTIMIZE_SIZE is rejected and encryption callbacks (base64) are rejected: no"
    )


def test_a_cache_option_is_not_blamed_for_the_cache_directory() -> None:
    host = Host(lambda job: job.cache_dir is not None)
    assert ask(host, JOB) == "fails only with a cache directory: no"
    for options in ({"cache_mode": "OPTIMIZE_SIZE"}, {"encryption": "base64"}):
        assert ask(host, replace(JOB, **options)) == "fails only with a cache directory: no"  # type: ignore[arg-type]


def test_a_device_that_cannot_export_is_named() -> None:
    host = Host(lambda job: job.api == "import")
    job = replace(JOB, api="import", device="AUTO")
    assert ask(host, job, failure("export_model")) == (
        "AUTO does not export and import this model: no"
    )
    assert host.tried[1].api == "read_model"


def test_an_import_that_only_lacks_the_weights_has_a_remedy() -> None:
    size = replace(JOB, kind="warm", api="import", cache_mode="OPTIMIZE_SIZE", model="/m/a.xml")
    host = Host(lambda job: job.api == "import" and job.config.get("WEIGHTS_PATH") != "/m/a.bin")
    assert answer(host, size, failure("import_model")) == Unsupported(
        "with CACHE_MODE=OPTIMIZE_SIZE the blob holds no weights, and import_model is not told "
        "where they are: no",
        'pass WEIGHTS_PATH: "${model_bin}"',
    )
    rejects = Host(lambda job: job.cache_mode is not None)
    assert answer(rejects, size, failure("import_model")) == Unsupported(
        "CACHE_MODE=OPTIMIZE_SIZE is rejected: no"
    )


def test_a_device_that_does_not_compile_the_model_is_named() -> None:
    host = Host(lambda _: True)
    reason = "BATCH:CPU does not compile this model, with or without a cache: no"
    assert ask(host, replace(JOB, device="BATCH:CPU")) == reason
    assert ask(host, replace(JOB, device="BATCH:CPU", config={"FOO": 1})) == reason


def test_a_model_that_compiles_only_after_read_model_is_told() -> None:
    host = Host(lambda job: job.api == "path")
    assert ask(host, JOB) == (
        "CPU does not compile this model by its path, only after read_model, "
        "with or without a cache: no"
    )


def test_a_missing_package_is_told_in_the_workers_words() -> None:
    error = {
        "phase": "setup",
        "type": "UnavailableError",
        "message": "needs the package cryptography",
        "unavailable": True,
    }
    host = Host(lambda _: True)
    assert ask(host, JOB, {"error": error}) == "needs the package cryptography"
    assert host.tried == []


@pytest.mark.parametrize("kind", ["uncached", "cold", "warm"])
def test_every_kind_of_start_finds_the_rejected_property(kind: str) -> None:
    host = Host(has("FOO"))
    cache = None if kind == "uncached" else "cache"
    job = replace(JOB, kind=kind, cache_dir=cache, config={"FOO": 1})
    assert ask(host, job) == "this runtime and device reject the property FOO=1: no"


# What broke is no lack of support.


@pytest.mark.parametrize("kind", ["uncached", "cold", "warm"])
def test_what_works_the_second_time_broke_by_chance(kind: str) -> None:
    host = Host(lambda _: True, chance=True)
    cache = None if kind == "uncached" else "cache"
    job = replace(JOB, kind=kind, cache_dir=cache, cache_mode="OPTIMIZE_SIZE", config={"FOO": 1})
    assert ask(host, job) is None
    assert host.tried == [job]


@pytest.mark.parametrize("phase", ["import", "setup", "create_core", "read_model", "inputs"])
def test_what_failed_elsewhere_than_in_the_compile_broke(phase: str) -> None:
    host = Host(lambda _: True)
    assert ask(host, JOB, failure(phase)) is None
    assert host.tried == []


def test_a_codec_that_raised_broke() -> None:
    host = Host(lambda job: job.encryption != "none")
    result = {**failure(), "encryption": {"error": "ValueError: bad key"}}
    assert ask(host, replace(JOB, encryption="codec:enc,dec"), result) is None
    assert host.tried == []


def test_a_model_that_cannot_be_read_is_broken() -> None:
    host = Host(lambda _: True, reads=False)
    assert ask(host, JOB) is None
    assert ask(host, replace(JOB, config={"FOO": 1})) is None


def test_a_start_that_reported_no_error_broke() -> None:
    host = Host(lambda _: True)
    assert ask(host, JOB, {}) is None
    assert ask(host, JOB, {"phases_ns": {}}) is None


# The message.


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("no", "no"),
        ("Exception from core.cpp:117:\nException from plugin.cpp:54:\nUnsupported: X\n\n\n", None),
        ("", "no message"),
        (" \n\n ", "no message"),
    ],
)
def test_of_an_exception_the_last_line_says_what_is_wrong(message: str, line: str | None) -> None:
    assert first_line(message) == (line or "Unsupported: X")


def test_the_message_of_the_start_itself_is_told() -> None:
    host = Host(has("FOO"))
    job = replace(JOB, config={"FOO": 1})
    reason = ask(host, job, failure(message="Exception from core.cpp:1:\nNotFound: FOO\n"))
    assert reason == "this runtime and device reject the property FOO=1: NotFound: FOO"
