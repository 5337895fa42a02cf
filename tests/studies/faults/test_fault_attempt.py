from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from fake_traces import CASE, fake_start

from coldwarm.studies.faults.fault_attempt import TRY, Trying
from coldwarm.studies.launch_conditions import Circumstances
from coldwarm.studies.study import Trial


def test_the_wait_for_the_instant_is_no_part_of_a_start() -> None:
    wait_ns = 60 * 10**9
    sample = fake_start("cold", first_inference_total_ns=wait_ns + 10**9)
    bench = SimpleNamespace(take=lambda *_, **__: sample)
    trying = Trying(bench, Trial(CASE, "stampede", 0), None, None)  # type: ignore[arg-type]
    trying.take(TRY, circumstances=Circumstances({"at_ns": time.monotonic_ns() + wait_ns}))
    trying.take(TRY)
    assert trying.took_ms == [pytest.approx(1000, abs=500), 61_000]
