from __future__ import annotations

from typing import Any

import pytest
from fake_samples import fake_frame, fake_run
from fake_store import fake_header

from coldwarm.hosts import other_host, other_system, speed_index_ms


def header(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"identity": {**fake_header()["identity"], **changes}}


@pytest.mark.parametrize(
    ("changes", "host", "system"),
    [
        ({}, [], []),
        ({"host_id": "other"}, ["host id fake-host and other"], []),
        ({"logical_cores": 4}, ["logical cores 2 and 4"], []),
        ({"kernel": "6.2.0"}, [], ["kernel 6.1.0 and 6.2.0"]),
        ({"memory_bytes": 25_000_100_000}, [], []),
        ({"memory_bytes": 50_000_000_000}, [], ["memory 23 GiB and 47 GiB"]),
        ({"cpu_model": None}, [], []),
    ],
)
def test_hardware_makes_another_host_the_rest_is_named(
    changes: dict[str, Any], host: list[str], system: list[str]
) -> None:
    assert other_host(header(), header(**changes)) == host
    assert other_system(header(), header(**changes)) == system


def test_runs_that_do_not_say_where_they_were_made_are_taken_at_their_word() -> None:
    assert other_host({}, header()) == []


def test_the_speed_index_is_the_median_of_starting_and_importing() -> None:
    frame = fake_frame(fake_run(rounds=3))
    expected = (frame["interpreter_ms"] + frame["import_ms"]).median()
    assert speed_index_ms(frame) == expected


def test_where_nothing_started_there_is_no_index() -> None:
    frame = fake_frame(fake_run(rounds=1))
    frame["status"] = "failed"
    assert speed_index_ms(frame) is None
