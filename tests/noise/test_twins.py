from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, fake_run
from fake_sides import stored_run

from coldwarm.compare import ComparisonError
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure import plan
from coldwarm.noise.twins import twins

if TYPE_CHECKING:
    from coldwarm.run.store import Run

MODES = ("OPTIMIZE_SPEED", "OPTIMIZE_SIZE")


def experiment(**changes: object) -> Experiment:
    cases = tuple(Case("m", cache_mode=mode) for mode in MODES)
    return Experiment("quick", Path("quick.yaml"), cases, Sampling(), **changes)


def twin_run(**changes: object) -> Run:
    options = {"apis": ("path",), "cache_modes": ("default", "default"), "rounds": 12}
    return stored_run(fake_run(**{**options, **changes}))


def test_every_case_is_planned_twice_in_one_block() -> None:
    for number in range(20):
        units = plan.plan_round(plan.twice(experiment()), number)
        chains = [unit.starts[0] for unit in units if unit.starts[0].kind == "cold"]
        for mode in MODES:
            blocks = [each.block for each in chains if each.case.cache_mode == mode]
            assert len(blocks) == 2
            assert len(set(blocks)) == 1


def test_compared_values_and_their_twins_share_a_block() -> None:
    doubled = plan.twice(experiment(compare_along="cache_mode"))
    (block,) = plan.blocks(doubled.cases, "cache_mode")
    assert len(block.cases) == 4
    assert len(block.baselines) == 1


def test_a_doubled_experiment_is_another_one_with_another_name() -> None:
    doubled = plan.twice(experiment())
    assert doubled.name == "quick-noise"
    assert doubled.digest != experiment().digest
    assert plan.starts_per_round(doubled) == 1 + 4 * 2


def test_twins_have_the_same_rounds_and_other_starts() -> None:
    ((name, base, head),) = twins(twin_run())
    assert name == "resnet50 / CPU / path"
    assert list(base.by_round.index) == list(head.by_round.index)
    assert not (base.by_round["warm_load"] == head.by_round["warm_load"]).any()


def test_who_went_first_is_drawn_by_lot_round_by_round() -> None:
    run = twin_run(rounds=40, noise=QUIET)
    records = []
    for number in range(40):
        chains = [r for r in run.records if r["round"] == number and r["kind"] == "warm"]
        first = min(chains, key=lambda record: record["position"])
        records += [
            {**record, "load_ns": 1_000_000 if record is first else 2_000_000}
            for record in run.records
            if record["round"] == number
        ]
    ((_, base, _),) = twins(replace(run, records=records))
    first_times = (base.by_round["warm_load"] == 1).sum()
    assert 10 <= first_times <= 30


def test_several_warm_starts_stay_with_their_chain() -> None:
    ((_, base, head),) = twins(twin_run(warm_starts=3, rounds=4))
    assert base.judged_starts == head.judged_starts == base.proven == 12


def test_a_chain_that_was_cut_off_has_no_twin() -> None:
    run = twin_run(rounds=3)
    last = max(
        (r for r in run.records if r["round"] == 2 and r["kind"] != "uncached"),
        key=lambda record: record["position"],
    )
    records = [r for r in run.records if r["round"] < 2 or r["position"] < last["position"] - 1]
    ((_, base, head),) = twins(replace(run, records=records))
    assert {len(base.by_round), len(head.by_round)} == {2, 3}


def test_a_run_that_measured_nothing_twice_is_refused() -> None:
    with pytest.raises(ComparisonError, match="make such a run with `coldwarm noise CONFIG`"):
        twins(twin_run(cache_modes=("default",)))
    with pytest.raises(ComparisonError, match="holds no start"):
        twins(replace(twin_run(rounds=1), records=[]))
