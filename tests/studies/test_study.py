from __future__ import annotations

from pathlib import Path

from fake_traces import CASE, fake_try

from coldwarm.experiment import Experiment
from coldwarm.experiment.study import INVALIDATION, Study
from coldwarm.models.model_files import find_files
from coldwarm.studies import estimate, plan_trials, study_of
from coldwarm.studies.attempt_runner import copy_model


def test_every_try_is_planned_and_a_round_of_tries_is_a_whole_table() -> None:
    study = Study("invalidation", ("nothing", "size"), tries=2)
    trials = plan_trials(Experiment("x", Path("x.yaml"), (CASE,), study=study))
    assert [(each.change, each.number) for each in trials] == [
        ("nothing", 0),
        ("size", 0),
        ("nothing", 1),
        ("size", 1),
    ]
    assert trials[1].key == fake_try("size").key
    assert plan_trials(Experiment("x", Path("x.yaml"), (CASE,))) == ()


def test_the_estimate_counts_tries_and_starts() -> None:
    study = Study("invalidation", ("nothing", "size"), tries=3)
    sentence = estimate.sentence(Experiment("x", Path("x.yaml"), (CASE,), study=study))
    assert "1 case, 2 changes, each tried 3 times: 6 tries, about 20 starts" in sentence
    once = Study("invalidation", ("size",), tries=1)
    sentence = estimate.sentence(Experiment("x", Path("x.yaml"), (CASE,), study=once))
    assert "1 case, 1 change, each tried 1 time: 1 try, about" in sentence
    many = Study("invalidation", INVALIDATION, tries=9)
    assert "min" in estimate.sentence(Experiment("x", Path("x.yaml"), (CASE,), study=many))


def test_the_estimate_counts_a_crowd_as_long_as_one_start() -> None:
    study = Study("faults", ("staggered",), tries=10)
    sentence = estimate.sentence(Experiment("x", Path("x.yaml"), (CASE,), study=study))
    assert "about 212 starts and 50 s" in sentence


def test_each_kind_keeps_its_word() -> None:
    invalidation = study_of("invalidation")
    assert invalidation.kind == "invalidation"
    for change in INVALIDATION:
        assert invalidation.describe(change)
        assert invalidation.explain(change).endswith(".")
    assert {word.tone for word in invalidation.words.values()} == {"good", "neutral", "bad"}


def test_a_copy_of_a_model_is_the_users_to_lose(tmp_path: Path) -> None:
    original = tmp_path / "m.tflite"
    original.write_bytes(b"model")
    original.chmod(0o400)
    copy = copy_model(find_files("m", original), tmp_path / "copy")
    copy.path.write_bytes(b"other")
    assert original.read_bytes() == b"model"
    assert copy.path.parent == tmp_path / "copy"
