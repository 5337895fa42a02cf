from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE, fake_start

from coldwarm.experiment import Experiment
from coldwarm.measure.sampler import Sampler
from coldwarm.studies.faults.fault_attempt import ColdFailedError
from coldwarm.studies.faults.good_blobs import Stock
from coldwarm.studies.study import Trial

if TYPE_CHECKING:
    from coldwarm.run.sample import Sample


def test_a_cold_start_that_fails_is_made_once_and_kept_as_evidence(tmp_path: Path) -> None:
    made = []

    def take(*_: object, **__: object) -> Sample:
        made.append(fake_start("cold", status="unsupported", reason="no CACHE_MODE"))
        return made[-1]

    stock = Stock()
    sampler = Sampler(Experiment("x", Path("x.yaml"), (CASE,)), {}, "x", tmp_path)
    bench = SimpleNamespace(sampler=sampler, take=take)
    for number in range(2):
        with pytest.raises(ColdFailedError) as failed:
            stock.good(bench, Trial(CASE, "empty", number), CASE)  # type: ignore[arg-type]
        assert failed.value.sample == made[0]
    assert len(made) == 1
    assert list(tmp_path.iterdir()) == []
