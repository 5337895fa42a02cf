from __future__ import annotations

from typing import Any

import pytest
from fake_samples import fake_frame, fake_run
from fake_store import fake_header

from coldwarm.analysis.host_match import Relation, host_notes, relation, speed_index_ms


def header(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"identity": {**fake_header()["identity"], **changes}}


KIND = "Fake CPU 3000 @ 2.10GHz, 2 threads, 24 GiB, x86_64, hypervisor kvm"
OTHER_MARKS = {"machine": "m2", "boot": "b2"}


@pytest.mark.parametrize(
    ("changes", "found", "note"),
    [
        ({}, Relation.MACHINE, ""),
        ({"label": "b2"}, Relation.MACHINE, "One machine under two names: fake-host and b2"),
        (
            {"kernel": "6.2.0", "container": "docker"},
            Relation.MACHINE,
            (
                "The host changed between the runs: kernel 6.1.0 and 6.2.0 and container none and "
                "docker"
            ),
        ),
        ({"memory_bytes": 25_000_100_000}, Relation.MACHINE, ""),
        ({"cpu_model": None}, Relation.MACHINE, ""),
        (
            {"machine": None, "boot": "b2", "label": "runner-7"},
            Relation.KIND,
            (
                f"The same kind of machine (fake-host and runner-7: {KIND}), not known to be the "
                "same machine. Absolute times do not decide"
            ),
        ),
        (
            OTHER_MARKS,
            Relation.KIND,
            f"Two machines of the same kind (fake-host: {KIND}). Absolute times do not decide",
        ),
        (
            {**OTHER_MARKS, "memory_bytes": 50_000_000_000},
            Relation.NONE,
            (
                "Different hosts (memory 24 GiB and 48 GiB): only ratios, verdicts and wrong "
                "answers decide; times, bytes and memory are shown. A speedup may differ because "
                "the hosts do"
            ),
        ),
    ],
)
def test_what_two_runs_have_in_common(changes: dict[str, Any], found: Relation, note: str) -> None:
    assert relation(header(), header(**changes)) is found
    assert host_notes(header(), header(**changes)) == [note][: bool(note)]


def test_an_id_with_other_hardware_is_called_a_copy() -> None:
    (note,) = host_notes(header(), header(logical_cores=4))
    assert "threads 2 and 4" in note
    assert note.endswith("Their machine ids are the same: a rebuilt machine, or a copied id")


def test_a_run_that_does_not_say_where_it_was_made_is_of_no_other_kind() -> None:
    assert relation({}, header()) is Relation.KIND
    (note,) = host_notes({"identity": "odd"}, header())
    assert note == (
        "The hosts (unknown host and fake-host) cannot be compared: the hardware is not known in "
        "the base. Absolute times do not decide"
    )


def test_the_speed_index_is_the_median_of_starting_and_importing() -> None:
    frame = fake_frame(fake_run(rounds=3))
    expected = (frame["interpreter_ms"] + frame["import_ms"]).median()
    assert speed_index_ms(frame) == expected


def test_where_nothing_started_there_is_no_index() -> None:
    frame = fake_frame(fake_run(rounds=1))
    frame["status"] = "failed"
    assert speed_index_ms(frame) is None
