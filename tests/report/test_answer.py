"""The one sentence for readers who read no further."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import QUIET, fake_frame, fake_run
from fake_store import fake_header, write_run

from coldwarm.advice import advise
from coldwarm.analysis.summarise import summarise
from coldwarm.report.answer import commands, headline, lead, told
from coldwarm.report.evidence import gather

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment.case import Case


def answer(**options: Any) -> tuple[str, str]:  # noqa: ANN401
    frame = fake_frame(fake_run(**{"rounds": 6, "noise": QUIET, "apis": ["path"], **options}))
    summaries = summarise(frame)
    advice = advise(summaries)
    return headline(advice), lead(advice, summaries)


def test_one_model() -> None:
    assert answer() == (
        "Use the model cache: resnet50 loads 2.9 times as fast",
        "The setting to use: compile_model(path) for resnet50.",
    )


def test_several_models_with_one_setting() -> None:
    assert answer(models=["resnet50", "gpt2"]) == (
        "Use the model cache: models load 2.9 to 11 times as fast",
        "The setting to use is the same for all of them: compile_model(path).",
    )


def test_only_some_models_gain() -> None:
    def effect(case: Case, kind: str) -> float:
        return 20.0 if kind == "warm" and case.model == "gpt2" else 1.0

    first, second = answer(models=["resnet50", "gpt2"], effect=effect)

    assert first == "Use the model cache for 1 of 2 models: resnet50 loads 2.9 times as fast"
    assert "The cache makes loading slower for gpt2." in second


def test_nothing_gains() -> None:
    assert answer(effect=lambda _, kind: 9.0 if kind == "warm" else 1.0)[0] == (
        "Do without the model cache: loading from it is slower"
    )


def test_some_lose_and_the_others_are_not_proven() -> None:
    frame = fake_frame(fake_run(models=["resnet50", "gpt2"], apis=["path"], rounds=6, noise=QUIET))
    summaries = summarise(frame)
    gpt2, resnet50 = sorted(advise(summaries), key=lambda each: each.model)
    mixed = [replace(resnet50, outcome="skip"), replace(gpt2, outcome="unproven")]

    assert headline(mixed) == (
        "Do without the model cache for 1 of 2 models: loading from it is slower"
    )
    assert lead(mixed, summaries) == (
        "The cache makes loading slower for resnet50. No hit is proven for gpt2."
    )


def test_nothing_is_proven() -> None:
    assert answer(outcome=lambda _: "silent_miss")[0] == (
        "Nothing to advise: no setting was proven to load from the cache"
    )


def test_few_rounds_are_told_and_what_is_missing() -> None:
    first, second = answer(models=["resnet50", "gpt2"], rounds=4)

    assert first == (
        "Too few rounds for advice: models loaded 2.9 to 11 times as fast in 4 rounds of proven "
        "hits"
    )
    assert second == (
        "Advice needs 6 rounds; 5 are enough if all of them differ by a factor of 1.2 or more in "
        "the same direction."
    )


def test_few_rounds_of_one_model_are_no_silence_on_the_others() -> None:
    def outcome(case: Case) -> str:
        return "silent_miss" if case.model == "gpt2" else "hit"

    first, second = answer(models=["resnet50", "gpt2"], rounds=1, outcome=outcome)

    assert first == (
        "Too few rounds for advice on 1 of 2 models: resnet50 loaded 2.9 times as fast in 1 round "
        "of proven hits"
    )
    assert "No hit is proven for gpt2." in second


@pytest.mark.parametrize(
    ("factor", "start"),
    [
        (1.0, "Use the model cache: resnet50 loads 2.9 times as fast"),
        (9.0, "Do without the model cache: loading from it is slower"),
    ],
)
def test_five_rounds_say_their_confidence(factor: float, start: str) -> None:
    first, _ = answer(rounds=5, effect=lambda _, kind: factor if kind == "warm" else 1.0)

    assert first == f"{start} (93.75 % confidence)"


def test_a_terminal_is_told_the_answer_the_machine_and_what_to_run(tmp_path: Path) -> None:
    busy = {**fake_header()["state"], "load_average": [9.0, 9.0, 9.0]}
    paths = [
        write_run(tmp_path / name, fake_run(apis=["path"], rounds=rounds), state=state)
        for name, rounds, state in (("few", 4, busy), ("many", 12, fake_header()["state"]))
    ]
    few, many = gather(paths)

    headline, missing, machine = told(few)
    assert headline.startswith("Too few rounds for advice: resnet50 loaded ")
    assert missing.startswith("Advice needs 6 rounds")
    assert machine.startswith("The load is 9.00 on 2 usable hardware threads. Starts wait for ")
    assert "In this run speedups of single rounds differ by a factor of " in machine
    (command,) = commands(few)
    assert command.startswith("coldwarm run /home/user/configs/fake.yaml --only model=resnet50 ")

    assert [each.startswith("Use the model cache") for each in told(many)] == [True, False]
    assert told(many, among=[few, many])[0].startswith(f"{many.label}: Use the model cache")
    assert commands(many) == []


def test_traps_are_named() -> None:
    _, second = answer(apis=["path", "read_model"])

    assert second.endswith(
        "Compiled again instead of loaded, without an error: read_model + compile_model, "
        "OPTIMIZE_SIZE."
    )


def test_blobs_in_clear_are_named() -> None:
    _, second = answer(devices=["AUTO"], encryptions=["none", "aes-256-gcm"])

    assert "Asked to encrypt, and the blob is unencrypted: compile_model(path)" in second
