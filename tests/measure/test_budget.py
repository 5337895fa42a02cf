"""What a session makes of a time budget, on machines whose clock is made up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from coldwarm.experiment import Case, Experiment, Sampling
from coldwarm.measure import plan
from coldwarm.measure.budget import Pace, enough_rounds
from coldwarm.measure.runner import Ending
from coldwarm.measure.sampler import Sampler
from coldwarm.measure.session import Session
from coldwarm.models import resolve
from coldwarm.run import store
from coldwarm.run.store import RunWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.run.sample import Job, Sample

MODELS = ("a.onnx", "b.onnx", "c.onnx")
STARTS_PER_BLOCK = 2 + 2 * 2
"""Two baselines and two chains."""


@dataclass
class Clock:
    """Seconds that pass only where a start takes them."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Machine(Sampler):
    """Takes samples without a process; `takes` says how long a start of a model takes at a time."""

    clock: Clock = field(default_factory=Clock)
    takes: Callable[[str, float], float] = lambda _model, _now: 1.0

    def run(self, job: Job, chain: ChainDir) -> Ending:
        took = self.takes(job.model.rpartition("/")[2], self.clock.now)
        limit = self.experiment.sampling.timeout_s
        self.clock.now += min(took, limit)
        if took > limit:
            return Ending("timeout", f"no result after {limit:g} s: killed in import")
        blob = chain.cache / "1.blob"
        hit = blob.exists()
        if job.cache_dir is not None and not hit:
            blob.write_text("blob")
        return Ending(
            "ok",
            result={
                "phases_ns": {"compile_model": 1},
                "first_inference_total_ns": 2,
                "loaded_from_cache": hit and job.cache_dir is not None,
                "outputs": [{"digests": ["1"]}],
            },
        )


class Told:
    """Progress that remembers, and that can press Ctrl-C."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.taken_samples: list[Sample] = []
        self.skips = 0
        self.sentences: list[str] = []
        self._stop_after = stop_after

    def begin(self, description: str) -> None:
        if self._stop_after is not None and len(self.taken_samples) >= self._stop_after:
            raise KeyboardInterrupt(description)

    def taken(self, sample: Sample) -> None:
        self.taken_samples.append(sample)

    def skipped(self, starts: int) -> None:
        self.skips += starts

    def tell(self, sentence: str) -> None:
        self.sentences.append(sentence)


class Lab:
    """An experiment of blocks of two cases, one per model, and the run it is measured into."""

    def __init__(self, tmp_path: Path) -> None:
        self.path = tmp_path / "run"
        self.caches = tmp_path / "caches"
        self.caches.mkdir()
        for name in MODELS:
            (tmp_path / name).write_text(name)
        self.paths = {name: tmp_path / name for name in MODELS}
        self.clock = Clock()
        self.told = Told()
        store.create_run(self.path, {"run_id": "a run"})

    def experiment(self, sampling: Sampling, models: tuple[str, ...] = MODELS) -> Experiment:
        cases = tuple(Case(model, api=api) for model in models for api in ("read_model", "path"))
        return Experiment(
            "fake",
            self.path.parent / "fake.yaml",
            cases,
            sampling,
            compare_along="api",
            model_paths={name: self.paths[name] for name in models},
        )

    def measure(
        self,
        experiment: Experiment,
        takes: float | Callable[[str, float], float] = 1.0,
        stop_after: int | None = None,
    ) -> float:
        """Measure, and return the seconds that it took."""
        began = self.clock.now
        files = {name: resolve(name, experiment.model_paths) for name in experiment.model_paths}
        slow = takes if callable(takes) else lambda _model, _now: takes
        machine = Machine(experiment, files, "a run", self.caches, clock=self.clock, takes=slow)
        self.told = Told(stop_after)
        with store.open_run(self.path) as writer:
            stored = store.read_run(self.path)
            Session(machine, writer, stored, self.told, clock=self.clock).run()
        return self.clock.now - began

    @property
    def samples(self) -> list[Sample]:
        return store.read_run(self.path).samples()

    @property
    def dropped(self) -> dict[str, set[int]]:
        """Return model to the rounds in which its cases are stored as dropped."""
        found: dict[str, set[int]] = {}
        for sample in self.samples:
            if sample.is_out_of_time:
                found.setdefault(sample.case["model"], set()).add(sample.round)
        return found

    @property
    def rounds(self) -> dict[str, int]:
        """Return model to how many complete rounds of its block there are."""
        # A block that was interrupted is there twice, the first time in part.
        places = {(s.case["model"], s.round, s.position) for s in self.samples if s.is_ok}
        made = Counter((model, number) for model, number, _ in places)
        assert set(made.values()) <= {STARTS_PER_BLOCK}, "a block is never measured in part"
        return dict(Counter(model for model, _ in made))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def budget_of(seconds: float, fewest: int = 6, most: int = 8) -> Sampling:
    return Sampling(fewest, most, time_budget_s=seconds)


def test_where_all_fits_nothing_is_dropped(lab: Lab) -> None:
    experiment = lab.experiment(budget_of(1000))
    assert lab.measure(experiment) == 3 * 4 + 8 * 3 * STARTS_PER_BLOCK
    assert lab.rounds == dict.fromkeys(MODELS, 8)
    assert lab.dropped == {}
    assert lab.told.sentences == []


def test_a_slow_machine_drops_whole_blocks_before_the_first_round(lab: Lab) -> None:
    # A block takes 4 + 6 * 6 starts: two of them take 80 s, and the third would take 120.
    experiment = lab.experiment(budget_of(95))
    took = lab.measure(experiment)
    assert lab.rounds == {"a.onnx": 7, "b.onnx": 7}
    assert took == 2 * 4 + 7 * 2 * STARTS_PER_BLOCK
    assert lab.dropped == {"c.onnx": {0}}
    assert {s.kind for s in lab.samples if s.is_out_of_time} == {"cold", "warm"}
    assert lab.told.sentences == ["time budget: no room for 2 cases of c.onnx: dropped"]
    assert len(lab.told.taken_samples) == 7 * 2 * STARTS_PER_BLOCK
    assert lab.told.skips == 7 * STARTS_PER_BLOCK


@pytest.mark.parametrize("start_s", [0.1, 0.9, 1.1, 1.5, 2.4])
@pytest.mark.parametrize(("fewest", "most"), [(6, 8), (2, 6), (5, 5), (12, 12)])
def test_what_is_measured_gets_enough_rounds_in_time(
    lab: Lab, start_s: float, fewest: int, most: int
) -> None:
    sampling = budget_of(240, fewest, most)
    took = lab.measure(lab.experiment(sampling), start_s)
    enough = enough_rounds(sampling)
    assert min(lab.rounds.values()) >= enough
    assert took <= 240 + start_s * STARTS_PER_BLOCK * len(lab.rounds) / 2
    assert lab.rounds.keys() | lab.dropped.keys() == set(MODELS)
    assert not lab.rounds.keys() & lab.dropped.keys()
    # Nothing was dropped that had room.
    with_one_more = (len(lab.rounds) + 1) * (4 + (enough - 0.5) * STARTS_PER_BLOCK) * start_s
    assert len(lab.rounds) == len(MODELS) or with_one_more > 240


def test_a_large_model_does_not_keep_a_small_one_behind_it_out(lab: Lab) -> None:
    lab.measure(lab.experiment(budget_of(130)), lambda model, _: 3.0 if model == "b.onnx" else 1.0)
    assert lab.rounds.keys() == {"a.onnx", "c.onnx"}
    # Its first references show what it takes.
    references = store.read_run(lab.path).references
    assert len({entry["baseline_id"] for entry in references}) == 6


def test_references_are_paid_from_the_budget(lab: Lab) -> None:
    # 5.5 rounds of two blocks take 66 s, and their references 8.
    assert lab.measure(lab.experiment(budget_of(73, 6, 6))) <= 73
    assert lab.rounds == {"a.onnx": 6}


def test_one_block_is_measured_whatever_it_takes(lab: Lab) -> None:
    assert lab.measure(lab.experiment(budget_of(1)), 5.0) == (4 + STARTS_PER_BLOCK) * 5
    assert lab.rounds == {"a.onnx": 1}
    assert lab.dropped == {"b.onnx": {0}, "c.onnx": {0}}
    assert lab.told.sentences == [
        "time budget: no room for 2 cases of b.onnx and 2 cases of c.onnx: dropped",
        "time budget: no room for 6 rounds of 2 cases of a.onnx, measured all the same",
        "time budget: used up after 1 of 6 rounds",
    ]


def test_the_rounds_of_what_is_kept_stay_shuffled_as_planned(lab: Lab) -> None:
    experiment = lab.experiment(budget_of(95))
    lab.measure(experiment)
    planned = [
        start.key
        for number in range(7)
        for unit in plan.plan_round(experiment, number)
        for start in unit.starts
        if start.case.model != "c.onnx"
    ]
    assert [(s.round, s.position) for s in lab.samples if s.is_ok] == planned
    first = {(s.round, s.block) for s in lab.samples if s.case["model"] == "a.onnx"}
    assert len({block for _, block in first}) > 1


@pytest.mark.parametrize("stop_after", [0, 1, 7, 33])
def test_a_run_that_is_continued_measures_the_same_blocks(lab: Lab, stop_after: int) -> None:
    experiment = lab.experiment(budget_of(95))
    with pytest.raises(KeyboardInterrupt):
        lab.measure(experiment, 1.0, stop_after)
    before = lab.samples
    # A machine with time for everything, now.
    lab.measure(experiment, 0.1)
    assert lab.samples[: len(before)] == before
    assert lab.rounds == dict.fromkeys(lab.rounds, 8)
    if stop_after:
        assert lab.dropped == {"c.onnx": {0}}


def test_a_run_that_ended_while_it_dropped_cases_drops_the_others_too(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = lab.experiment(budget_of(95))
    append = RunWriter.append

    def dies(writer: RunWriter, sample: Sample) -> None:
        append(writer, sample)
        if sample.is_out_of_time:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(RunWriter, "append", dies)
        with pytest.raises(KeyboardInterrupt):
            lab.measure(experiment)
    assert len(lab.samples) == 1
    lab.measure(experiment, 0.1)
    assert len([s for s in lab.samples if s.is_out_of_time]) == 2 * 2
    assert lab.rounds == {"a.onnx": 8, "b.onnx": 8}


def test_a_machine_that_becomes_slower_drops_blocks_between_rounds(lab: Lab) -> None:
    # All three fit while references are taken and in the first round.
    lab.measure(lab.experiment(budget_of(150)), lambda _, now: 1.0 if now < 30 else 3.0)
    assert lab.rounds["a.onnx"] >= 5
    assert "c.onnx" in lab.dropped
    assert lab.rounds["c.onnx"] == min(lab.dropped["c.onnx"])
    assert lab.clock.now <= 150 + 3 * STARTS_PER_BLOCK


def test_a_round_that_takes_far_longer_than_expected_ends_between_two_blocks(lab: Lab) -> None:
    # The machine was asleep for an hour in the second block of the first round.
    def asleep(_model: str, now: float) -> float:
        return 3600.0 if now == 12 + 9 else 1.0

    patient = replace(budget_of(150), timeout_s=7200)
    took = lab.measure(lab.experiment(patient), asleep)
    assert took == 12 + 12 + 3599
    assert sorted(lab.rounds.values()) == [1, 1]
    assert list(lab.dropped.values()) == [{0}]
    assert lab.told.sentences[-1] == "time budget: used up after 0 of 6 rounds"


@pytest.mark.parametrize(("hangs_from", "most_s"), [(0, 50 + 2 * 40), (14, 50 + 40)])
def test_a_block_whose_starts_hang_overdraws_the_budget_by_a_start(
    lab: Lab, hangs_from: int, most_s: int
) -> None:
    sampling = replace(budget_of(50), timeout_s=40)
    experiment = lab.experiment(sampling, MODELS[:1])
    took = lab.measure(experiment, lambda _, now: 1000.0 if now >= hangs_from else 1.0)
    assert took <= most_s
    statuses = Counter(sample.status for sample in lab.samples)
    assert statuses["timeout"] >= 1
    assert statuses["dropped"] >= 1
    # Nothing more is measured where it goes on.
    assert lab.measure(experiment) == 0


def test_without_a_budget_a_slow_machine_measures_everything(lab: Lab) -> None:
    sampling = replace(budget_of(0, 2, 2), time_budget_s=None)
    lab.measure(lab.experiment(sampling), 100.0)
    assert lab.rounds == dict.fromkeys(MODELS, 2)
    assert lab.dropped == {}


def test_the_calibration_says_how_slow_a_machine_is_until_a_start_does() -> None:
    pace = Pace({"small": 1.0, "large": 3.0}, slowness=2.0)
    assert pace.start_s("large") == 6.0
    pace.saw("small", 8.0, starts=2)
    assert (pace.start_s("small"), pace.start_s("large")) == (4.0, 12.0)
