from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure.plan import (
    MAX_CHAINS_PER_BLOCK,
    Start,
    baseline_of,
    blocks,
    plan_round,
    starts_per_round,
    uncached_axes,
    unique,
)

repeatable = settings(deadline=None, derandomize=True, max_examples=40)


def experiment(
    *cases: Case, seed: int = 1, warm_starts: int = 1, along: str | None = None
) -> Experiment:
    sampling = Sampling(seed=seed, warm_starts=warm_starts)
    return Experiment("e", Path("e.yaml"), cases, sampling, compare_along=along)


def starts(planned: Experiment, number: int = 0) -> list[Start]:
    return [start for unit in plan_round(planned, number) for start in unit.starts]


def order(planned: Experiment, number: int = 0) -> list[str]:
    """Return a round as a person would tell it."""
    return [
        f"{start.position} in block {start.block}: {start.kind} {start.case.name}"
        for start in starts(planned, number)
    ]


def test_two_models_are_two_blocks_with_a_baseline_each() -> None:
    two = experiment(Case("big"), Case("small"), seed=3)
    assert order(two, 0) == [
        "0 in block 0: uncached small / CPU / path",
        "1 in block 0: cold small / CPU / path",
        "2 in block 0: warm small / CPU / path",
        "3 in block 1: cold big / CPU / path",
        "4 in block 1: warm big / CPU / path",
        "5 in block 1: uncached big / CPU / path",
    ]
    assert order(two, 1) == [
        "0 in block 0: uncached big / CPU / path",
        "1 in block 0: cold big / CPU / path",
        "2 in block 0: warm big / CPU / path",
        "3 in block 1: cold small / CPU / path",
        "4 in block 1: warm small / CPU / path",
        "5 in block 1: uncached small / CPU / path",
    ]


def test_two_cache_modes_are_one_block_with_one_baseline() -> None:
    speed, size = (Case("m", cache_mode=mode) for mode in ("OPTIMIZE_SPEED", "OPTIMIZE_SIZE"))
    assert order(experiment(size, speed, seed=3)) == [
        "0 in block 0: cold m / CPU / path / OPTIMIZE_SIZE",
        "1 in block 0: warm m / CPU / path / OPTIMIZE_SIZE",
        "2 in block 0: uncached m / CPU / path",
        "3 in block 0: cold m / CPU / path / OPTIMIZE_SPEED",
        "4 in block 0: warm m / CPU / path / OPTIMIZE_SPEED",
    ]


def test_several_warm_starts_follow_their_cold_one_and_are_counted() -> None:
    chain = next(
        unit
        for unit in plan_round(experiment(Case("m"), warm_starts=3), 0)
        if unit.starts[0].kind == "cold"
    )
    assert [(start.kind, start.chain) for start in chain.starts] == [
        ("cold", 0),
        ("warm", 0),
        ("warm", 1),
        ("warm", 2),
    ]
    assert chain.case == Case("m")


def test_import_is_compared_with_the_uncached_start_of_read_model() -> None:
    both = experiment(Case("m", api="import"), Case("m", api="read_model"))
    uncached = [start.case for start in starts(both) if start.kind == "uncached"]
    assert uncached == [Case("m", api="read_model")]
    assert Case("m", api="import").baseline_id == Case("m", api="read_model").baseline_id


def test_what_an_uncached_start_sees_asks_for_a_baseline_of_its_own() -> None:
    changes = (
        {"model": "n"},
        {"device": "GPU"},
        {"api": "read_model"},
        {"runtime": "openvino==2025.4.1"},
        {"properties": {"NUM_STREAMS": 2}},
        {"storage": "evicted"},
    )
    for change in changes:
        other = Case(**{"model": "m", **change})  # type: ignore[arg-type]
        assert len(blocks([Case("m"), other])) == 2, change
        assert baseline_of(other).case_id != baseline_of(Case("m")).case_id


def test_what_only_a_cache_sees_does_not() -> None:
    for change in ({"cache_mode": "OPTIMIZE_SIZE"}, {"encryption": "base64"}):
        other = Case("m", **change)  # type: ignore[arg-type]
        (block,) = blocks([Case("m"), other])
        assert block.baselines == (Case("m"),)
        assert uncached_axes(other) == uncached_axes(Case("m"))


def test_an_uncached_sample_has_neither_cache_mode_nor_encryption() -> None:
    axes = uncached_axes(Case("m", api="import", cache_mode="OPTIMIZE_SIZE", encryption="base64"))
    assert axes == {
        "model": "m",
        "device": "CPU",
        "api": "read_model",
        "runtime": "installed",
        "properties": {},
        "storage": "hot",
    }


def test_a_compared_axis_puts_its_values_into_one_block_each_with_its_baseline() -> None:
    runtimes = ("installed", "openvino==2025.4.1")
    cases = [Case(model, runtime=runtime) for model in "ab" for runtime in runtimes]
    assert [[case.model for case in block.cases] for block in blocks(cases)] == [
        ["a"],
        ["a"],
        ["b"],
        ["b"],
    ]
    compared = blocks(cases, "runtime")
    assert [[(case.model, case.runtime) for case in block.cases] for block in compared] == [
        [("a", "installed"), ("a", "openvino==2025.4.1")],
        [("b", "installed"), ("b", "openvino==2025.4.1")],
    ]
    assert [len(block.baselines) for block in compared] == [2, 2]


def test_a_large_group_is_split_but_never_between_compared_values() -> None:
    modes = ("default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE")
    codecs = ("none", "identity", "base64")
    cases = [Case("m", cache_mode=mode, encryption=codec) for mode in modes for codec in codecs]
    assert [len(block.cases) for block in blocks(cases)] == [4, 4, 1]
    compared = blocks(cases, "encryption")
    assert [[case.encryption for case in block.cases] for block in compared] == [
        list(codecs),
        list(codecs),
        list(codecs),
    ]
    many = [Case("m", encryption=f"codec:e{n},d{n}") for n in range(6)]
    assert [len(block.cases) for block in blocks(many, "encryption")] == [6]


def test_a_start_is_known_by_its_round_and_position() -> None:
    assert starts(experiment(Case("m")), 3)[2].key == (3, 2)


def test_another_seed_and_another_round_give_another_order() -> None:
    cases = [Case(model) for model in "abcdefgh"]
    first = experiment(*cases)
    assert order(first, 0) == order(first, 0)
    assert order(first, 0) != order(first, 1)
    assert order(first, 0) != order(experiment(*cases, seed=2), 0)


def test_over_many_rounds_every_start_of_a_block_comes_first_sometimes() -> None:
    planned = experiment(Case("m"), Case("m", cache_mode="OPTIMIZE_SIZE"))
    first = Counter(starts(planned, number)[0].case.name for number in range(300))
    kinds = Counter(starts(planned, number)[0].kind for number in range(300))
    assert set(first) == {"m / CPU / path", "m / CPU / path / OPTIMIZE_SIZE"}
    assert 60 < kinds["uncached"] < 140


def test_unique_keeps_the_first_of_each() -> None:
    assert unique([Case("b"), Case("a"), Case("b")]) == (Case("b"), Case("a"))


def test_no_cases_no_starts() -> None:
    assert plan_round(experiment(), 0) == ()
    assert starts_per_round(experiment()) == 0


some_cases = st.lists(
    st.builds(
        Case,
        model=st.sampled_from("ab"),
        device=st.sampled_from(["CPU", "GPU"]),
        api=st.sampled_from(["read_model", "path", "import"]),
        cache_mode=st.sampled_from(["default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE"]),
        encryption=st.sampled_from(["none", "base64"]),
        runtime=st.sampled_from(["installed", "openvino==2025.4.1"]),
        properties=st.sampled_from([{}, {"NUM_STREAMS": 1}]),
        storage=st.sampled_from(["hot", "evicted"]),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda case: case.case_id,
)
axes = st.sampled_from([None, "model", "api", "cache_mode", "encryption", "runtime", "storage"])


@repeatable
@given(some_cases, axes, st.integers(0, 3), st.integers(0, 99), st.integers(1, 3))
def test_every_round_makes_every_start_once_and_cold_before_warm(
    cases: list[Case], along: str | None, number: int, seed: int, warm: int
) -> None:
    planned = experiment(*cases, seed=seed, warm_starts=warm, along=along)
    made = starts(planned, number)
    assert [start.position for start in made] == list(range(len(made)))
    assert {start.round for start in made} == {number}
    assert len(made) == starts_per_round(planned)
    chains = Counter((s.case.case_id, s.kind, s.chain) for s in made if s.kind != "uncached")
    assert set(chains.values()) == {1}
    assert {case_id for case_id, _, _ in chains} == {case.case_id for case in cases}
    for unit in plan_round(planned, number):
        kinds = [start.kind for start in unit.starts]
        assert kinds in (["uncached"], ["cold", *["warm"] * warm])
        positions = [start.position for start in unit.starts]
        assert positions == list(range(positions[0], positions[0] + len(positions)))


@repeatable
@given(some_cases, axes, st.integers(0, 3))
def test_every_chain_has_its_baseline_once_in_its_block(
    cases: list[Case], along: str | None, number: int
) -> None:
    made = starts(experiment(*cases, along=along), number)
    for block in {start.block for start in made}:
        members = [start for start in made if start.block == block]
        places = [start.position for start in members]
        assert places == list(range(places[0], places[0] + len(places)))
        baselines = Counter(s.case.baseline_id for s in members if s.kind == "uncached")
        assert set(baselines.values()) == {1}
        assert set(baselines) == {s.case.baseline_id for s in members if s.kind != "uncached"}


@repeatable
@given(some_cases, axes)
def test_blocks_are_small_but_for_what_is_compared(cases: list[Case], along: str | None) -> None:
    def apart_from_compared(case: Case) -> str:
        return repr({axis: value for axis, value in case.axes().items() if axis != along})

    parts = blocks(cases, along)
    assert Counter(c.case_id for part in parts for c in part.cases) == Counter(
        case.case_id for case in cases
    )
    block_of = {case.case_id: index for index, part in enumerate(parts) for case in part.cases}
    together: dict[str, set[int]] = {}
    for case in cases:
        together.setdefault(apart_from_compared(case), set()).add(block_of[case.case_id])
    assert all(len(found) == 1 for found in together.values())
    for part in parts:
        compared = {apart_from_compared(case) for case in part.cases}
        assert len(part.cases) <= MAX_CHAINS_PER_BLOCK or len(compared) == 1


@repeatable
@given(some_cases)
def test_a_round_does_not_depend_on_the_rounds_before(cases: list[Case]) -> None:
    planned = experiment(*cases)
    later = order(planned, 5)
    for number in range(3):
        plan_round(planned, number)
    assert order(planned, 5) == later
