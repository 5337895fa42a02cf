from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from changing_sampler import ChangingSampler

from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure import plan
from coldwarm.measure.ratios import SpeedupRatios
from coldwarm.measure.session import Session
from coldwarm.models import resolve
from coldwarm.run import store
from coldwarm.run.reference_answers import ReferenceAnswers

if TYPE_CHECKING:
    from pathlib import Path

    from changing_sampler import Change

    from coldwarm.measure.plan import Start
    from coldwarm.run.sample import Sample

# Answers like a real worker, at once. What it does hangs on the content of the model's file.
FAKE_WORKER = """
import json, os, sys
job = json.load(sys.stdin)
says = open(job["model"]).read()
blob = job["cache_dir"] and os.path.join(job["cache_dir"], "1.blob")
hit = bool(blob) and os.path.exists(blob)
if "crash when cold" in says and job["kind"] == "cold":
    os.abort()
if "crash when larger" in says and job["larger"]:
    partial = {"phases_ns": {"compile_model": 1}, "first_inference_total_ns": 2,
               "outputs": [{"digests": [says]}], "step": "larger_shape"}
    os.pwrite(job["partial_fd"], json.dumps(partial).encode(), 0)
    os.abort()
outputs = [{"digests": [says]}]
if job["larger"] and "dynamic" in says:
    outputs.append({"digests": [says + " larger"], "larger": True})
error = None
if "reject FOO" in says and "FOO" in job["config"]:
    error = {"phase": "compile_model", "type": "RuntimeError", "message": "no FOO here"}
elif blob and not hit:
    with open(blob, "w") as file:
        file.write("x" * 100)
load = {"uncached": 400, "cold": 500, "warm": 100}[job["kind"]] * 1_000_000
print(json.dumps({
    "phases_ns": {"interpreter": 1, "compile_model": load},
    "harness_ns": 1,
    "first_inference_total_ns": load + 2,
    "loaded_from_cache": hit,
    "inputs_digest": "of " + str(job["seed"]),
    "outputs": outputs,
    **({"error": error} if error else {}),
}), flush=True)
if "at exit when cold" in says and job["kind"] == "cold":
    os._exit(7) if "fail" in says else os.abort()
"""


ONE_ROUND = Sampling(min_rounds=1, max_rounds=1)
TWO_ROUNDS = Sampling(min_rounds=2, max_rounds=2)
STARTS_PER_BLOCK = 3


class Recorder:
    """Progress that counts, and that can press Ctrl-C."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.samples: list[Sample] = []
        self.skips = 0
        self.told: list[str] = []
        self._stop_after = stop_after

    def begin(self, description: str) -> None:
        if self._stop_after is not None and len(self.samples) >= self._stop_after:
            raise KeyboardInterrupt(description)

    def taken(self, sample: Sample) -> None:
        self.samples.append(sample)

    def skipped(self, starts: int) -> None:
        self.skips += starts

    def tell(self, sentence: str) -> None:
        self.told.append(sentence)


class Bench:
    """An experiment on fake workers, in one directory."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp_path = tmp_path
        self.run = tmp_path / "run"
        self.caches = tmp_path / "caches"
        self.caches.mkdir()
        self.worker = tmp_path / "fake_worker.py"
        self.worker.write_text(FAKE_WORKER)
        store.create_run(self.run, {"run_id": "a run"})

    def model(self, name: str, says: str = "plain") -> str:
        (self.tmp_path / name).write_text(says)
        return name

    def experiment(self, *cases: Case, sampling: Sampling = TWO_ROUNDS) -> Experiment:
        paths = {case.model: self.tmp_path / case.model for case in cases}
        source = self.tmp_path / "experiment.yaml"
        return Experiment("fake", source, cases, sampling, model_paths=paths)

    def measure(
        self,
        experiment: Experiment,
        stop_after: int | None = None,
        change: Change = lambda *_: None,
    ) -> Recorder:
        names = {case.model for case in experiment.cases}
        files = {name: resolve(name, experiment.model_paths) for name in names}
        command = (sys.executable, str(self.worker))
        sampler = ChangingSampler(
            experiment, files, "a run", self.caches, command=command, change=change
        )
        progress = Recorder(stop_after)
        with store.open_run(self.run) as writer:
            stored = store.read_run(self.run)
            Session(sampler, writer, stored, progress).run()
        return progress

    def stored(self) -> list[Sample]:
        return store.read_run(self.run).samples()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def planned(experiment: Experiment) -> list[tuple[int, int, str, str]]:
    rounds = range(experiment.sampling.max_rounds)
    units = [unit for number in rounds for unit in plan.plan_round(experiment, number)]
    return [
        (start.round, start.position, start.kind, start.case.model)
        for unit in units
        for start in unit.starts
    ]


def taken(samples: list[Sample]) -> list[tuple[int, int, str, str]]:
    return [(s.round, s.position, s.kind, s.case["model"]) for s in samples]


def test_every_planned_start_is_stored_once_in_the_planned_order(bench: Bench) -> None:
    experiment = bench.experiment(
        Case(bench.model("a.onnx")),
        Case(bench.model("b.onnx")),
        sampling=replace(TWO_ROUNDS, warm_starts=2),
    )
    progress = bench.measure(experiment)
    assert taken(bench.stored()) == planned(experiment)
    assert len(progress.samples) == 2 * (2 + 2 * 3)


def test_warm_starts_find_the_blob_of_their_own_cold_start(bench: Bench) -> None:
    bench.measure(
        bench.experiment(Case(bench.model("a.onnx")), sampling=replace(TWO_ROUNDS, warm_starts=2))
    )
    samples = bench.stored()
    assert all(not s.blobs_before for s in samples if s.kind == "cold")
    assert all(s.is_loaded and s.blobs_after == s.blobs_before for s in samples if s.kind == "warm")
    inodes = {(s.round, blob.inode) for s in samples for blob in s.blobs_before or ()}
    assert Counter(number for number, _ in inodes) == {0: 1, 1: 1}


def test_no_cache_directory_is_left(bench: Bench) -> None:
    bench.measure(bench.experiment(Case(bench.model("a.onnx"))))
    assert list(bench.caches.iterdir()) == []


@pytest.mark.parametrize("stop_after", range(1, 12))
def test_resume_measures_the_divided_block_again_and_loses_nothing(
    bench: Bench, stop_after: int
) -> None:
    experiment = bench.experiment(Case(bench.model("a.onnx")), Case(bench.model("b.onnx")))
    with pytest.raises(KeyboardInterrupt):
        bench.measure(experiment, stop_after)
    before = bench.stored()
    assert list(bench.caches.iterdir()) == []
    progress = bench.measure(experiment)
    after = bench.stored()
    whole = stop_after - stop_after % STARTS_PER_BLOCK
    assert progress.skips == whole
    assert after[:stop_after] == before
    assert taken(after[:whole] + after[stop_after:]) == planned(experiment)
    assert [s.sitting for s in after] == [0] * stop_after + [1] * (12 - whole)
    assert all(s.is_loaded for s in after if s.kind == "warm")
    ratios = SpeedupRatios(ReferenceAnswers(store.read_run(bench.run).references))
    for sample in after:
        ratios.add(sample)
    assert {case.case_id: len(ratios.of(case.case_id)) for case in experiment.cases} == {
        case.case_id: 2 for case in experiment.cases
    }


@pytest.mark.parametrize("lost", range(STARTS_PER_BLOCK * 2))
def test_a_damaged_line_has_its_block_measured_again_apart_from_the_old_one(
    bench: Bench, lost: int
) -> None:
    experiment = bench.experiment(
        Case(bench.model("a.onnx")), Case(bench.model("b.onnx")), sampling=ONE_ROUND
    )
    bench.measure(experiment)
    file = bench.run / store.SAMPLES_FILE
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:lost], b"\x00 no record\n", *lines[lost + 1 :]]))
    again = bench.measure(experiment).samples
    assert len(again) == STARTS_PER_BLOCK
    assert {(s.sitting, s.block) for s in again} == {(1, lost // STARTS_PER_BLOCK)}
    assert bench.measure(experiment).samples == []


def test_a_finished_run_has_nothing_left_to_do(bench: Bench) -> None:
    experiment = bench.experiment(Case(bench.model("a.onnx")))
    bench.measure(experiment)
    assert bench.measure(experiment).samples == []


def test_warm_starts_of_a_failed_cold_start_are_dropped(bench: Bench) -> None:
    experiment = bench.experiment(
        Case(bench.model("a.onnx", "crash when cold")), sampling=replace(TWO_ROUNDS, warm_starts=2)
    )
    bench.measure(experiment)
    by_kind = {(s.kind, s.status, s.reason) for s in bench.stored()}
    assert by_kind == {
        ("uncached", "ok", None),
        ("cold", "crashed", "ended by SIGABRT in interpreter"),
        ("warm", "dropped", "its cold start failed"),
    }


@pytest.mark.parametrize(("says", "status"), [("abort", "crashed"), ("fail", "failed")])
def test_a_cold_start_that_ended_badly_after_it_had_reported_left_a_blob_to_start_from(
    bench: Bench, says: str, status: str
) -> None:
    case = Case(bench.model("a.onnx", f"{says} at exit when cold"))
    bench.measure(bench.experiment(case, sampling=ONE_ROUND))
    made = {sample.kind: sample for sample in bench.stored()}
    assert (made["cold"].status, made["cold"].ended_in) == (status, "exit")
    assert made["cold"].load_ns == 500_000_000
    assert made["warm"].is_ok
    assert made["warm"].blobs_before == made["cold"].blobs_after != ()


def test_an_unsupported_case_is_tried_in_one_round_only(bench: Bench) -> None:
    rejected = Case(bench.model("a.onnx", "reject FOO"), properties={"FOO": 1})
    fine = Case("a.onnx")
    progress = bench.measure(
        bench.experiment(rejected, fine, sampling=Sampling(min_rounds=3, max_rounds=3))
    )
    unsupported = [s for s in bench.stored() if s.status == "unsupported"]
    assert {s.round for s in unsupported} == {0}
    assert {s.kind for s in unsupported} == {"uncached", "cold", "warm"}
    assert all("FOO=1" in (s.reason or "") for s in unsupported)
    assert sum(s.is_ok for s in bench.stored()) == 3 * 3
    assert progress.skips == 2 * 3


def test_where_nothing_compiles_every_start_fails_and_the_host_is_asked_once(bench: Bench) -> None:
    asked = bench.tmp_path / "asked"
    broken = FAKE_WORKER.replace('"reject FOO" in says and "FOO" in job["config"]', "True")
    note = f"if 'ReLU' in says: print('asked', file=open({str(asked)!r}, 'a'))\nblob = "
    bench.worker.write_text(broken.replace("blob = ", note, 1))
    bench.measure(bench.experiment(Case(bench.model("a.onnx")), sampling=ONE_ROUND))
    reason = (
        "nothing compiles here: on CPU not even a model of one operation without properties; "
        "compile_model: RuntimeError: no FOO here"
    )
    failed = {(s.kind, s.status, s.ended_in) for s in bench.stored() if s.reason == reason}
    assert failed == {(kind, "failed", "compile_model") for kind in ("cold", "uncached")}
    assert asked.read_text() == "asked\n"


def test_settled_cases_cost_no_more_time(bench: Bench) -> None:
    experiment = bench.experiment(
        Case(bench.model("a.onnx")), sampling=Sampling(12, 30, precision=0.05)
    )
    progress = bench.measure(experiment)
    # The fake's times never vary: the interval is as narrow as can be at the first look.
    assert len(progress.samples) == 12 * 3
    assert progress.skips == 18 * 3


def test_the_most_rounds_end_a_run_that_is_not_settled(bench: Bench) -> None:
    experiment = bench.experiment(
        Case(bench.model("a.onnx")), sampling=Sampling(1, 3, precision=0.05)
    )
    progress = bench.measure(experiment)
    assert {s.round for s in bench.stored()} == {0, 1, 2}
    assert progress.skips == 0


def test_references_are_taken_once_per_content_of_the_model(bench: Bench) -> None:
    def replace_model(start: Start, _: object) -> None:
        (bench.tmp_path / start.case.model).write_text("new content")

    bench.measure(
        bench.experiment(Case(bench.model("a.onnx")), sampling=ONE_ROUND),
        change=replace_model,
    )
    references = store.read_run(bench.run).references
    assert [entry["answers"] for entry in references] == [
        [[{"digests": ["plain"]}]] * 2,
        [[{"digests": ["new content"]}]] * 2,
    ]
    assert {entry["inputs_digest"] for entry in references} == {"of 1"}
    assert {sample.inputs_digest for sample in bench.stored()} == {"of 1"}


def test_a_key_reaches_the_worker_and_nothing_else(bench: Bench) -> None:
    keys_file = bench.tmp_path / "keys"
    spy = f"open({str(keys_file)!r}, 'a').write((job['key'] or '') + ' ')"
    bench.worker.write_text(FAKE_WORKER.replace("error = None", f"{spy}\nerror = None"))
    case = Case(bench.model("a.onnx"), encryption="aes-256-gcm")
    bench.measure(bench.experiment(case, sampling=ONE_ROUND))
    cold_key, warm_key = keys_file.read_text().split()
    assert cold_key == warm_key
    assert len(bytes.fromhex(cold_key)) == 32
    stored = b"".join(file.read_bytes() for file in bench.run.iterdir())
    assert cold_key.encode() not in stored


def test_only_the_first_warm_start_of_a_blob_is_asked_at_a_larger_shape(bench: Bench) -> None:
    case = Case(bench.model("a.onnx", "dynamic"))
    sampling = Sampling(min_rounds=2, max_rounds=2, warm_starts=2)
    bench.measure(bench.experiment(case, sampling=sampling))
    asked = {(each.kind, each.chain): len(each.outputs) for each in bench.stored()}
    assert asked == {("uncached", 0): 1, ("cold", 0): 1, ("warm", 0): 2, ("warm", 1): 1}


def test_a_crash_at_a_larger_shape_loses_nothing_and_is_not_repeated(bench: Bench) -> None:
    case = Case(bench.model("a.onnx", "crash when larger"))
    bench.measure(bench.experiment(case, sampling=ONE_ROUND))
    assert {each.status for each in bench.stored()} == {"ok"}
    (reference,) = store.read_run(bench.run).references
    assert reference["answers"] == [[{"digests": ["crash when larger"]}]] * 2
    assert "SIGABRT" in reference["larger_refused"]


def test_a_warm_start_that_crashes_where_its_reference_answers_keeps_its_times(
    bench: Bench,
) -> None:
    def damage(start: Start, _: object) -> None:
        (bench.tmp_path / "crash").touch()

    when = f"if os.path.exists({str(bench.tmp_path / 'crash')!r}): says += ' crash when larger'"
    bench.worker.write_text(FAKE_WORKER.replace("blob = job", f"{when}\nblob = job", 1))
    case = Case(bench.model("a.onnx", "dynamic"))
    bench.measure(bench.experiment(case, sampling=ONE_ROUND), change=damage)
    warm = next(each for each in bench.stored() if each.kind == "warm")
    assert (warm.status, warm.load_ns) == ("ok", 1)
    assert "SIGABRT" in (warm.larger_refused or "")
