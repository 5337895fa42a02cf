"""The one sentence for readers who read no further."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fake_samples import QUIET, fake_frame, fake_run

from coldwarm.advice import advise
from coldwarm.report.answer import headline, lead
from coldwarm.summary import summarise

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case


def answer(**options: Any) -> tuple[str, str]:  # noqa: ANN401
    frame = fake_frame(fake_run(**{"rounds": 6, "noise": QUIET, "apis": ["path"], **options}))
    summaries = summarise(frame)
    advice = advise(frame, summaries)
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
    gpt2, resnet50 = sorted(advise(frame, summaries), key=lambda each: each.model)
    mixed = [replace(resnet50, outcome="skip"), replace(gpt2, outcome="unproven")]

    assert headline(mixed) == (
        "Do without the model cache for 1 of 2 models: loading from it is slower"
    )
    assert lead(mixed, summaries) == (
        "The cache makes loading slower for resnet50. Nothing is proven yet for gpt2."
    )


def test_nothing_is_proven() -> None:
    assert answer(rounds=2)[0] == "Nothing can be advised yet: no setting is proven"


def test_traps_are_named() -> None:
    _, second = answer(apis=["path", "read_model"])

    assert second.endswith(
        "Compiled again instead of loaded, without an error: read_model + compile_model, "
        "OPTIMIZE_SIZE."
    )


def test_blobs_in_clear_are_named() -> None:
    _, second = answer(devices=["AUTO"], encryptions=["none", "aes-256-gcm"])

    assert "Asked to encrypt, and the blob is in clear: compile_model(path)" in second
