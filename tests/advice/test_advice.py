"""Advice from made-up runs: proven settings only, intervals before medians."""

from __future__ import annotations

import ast
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import OUTCOMES, QUIET, fake_frame, fake_run, not_as_wanted
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.advice import Advice, advise
from coldwarm.analysis.summarise import summarise
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from coldwarm.experiment.case import Case


def advice_on(**options: Any) -> list[Advice]:  # noqa: ANN401
    frame = fake_frame(fake_run(**options))
    return advise(summarise(frame), source="configs/quick.yaml")


def one(**options: Any) -> Advice:  # noqa: ANN401
    (advice,) = advice_on(**options)
    return advice


def said(advice: Advice, topic: str) -> str:
    return " ".join(each.text for each in advice.statements if each.topic == topic)


def warm_takes(factor: float) -> Any:  # noqa: ANN401
    def effect(case: Case, kind: str) -> float:
        del case
        return factor if kind == "warm" else 1.0

    return effect


def test_the_fastest_proven_setting_is_advised_with_its_numbers() -> None:
    advice = one(noise=QUIET)

    assert advice.outcome == "use"
    assert advice.case is not None
    assert (advice.case.axes["api"], advice.case.axes["cache_mode"]) == ("path", "default")
    assert advice.headline == (
        "Use the cache with compile_model(path): loading goes from 400 ms to 139 ms, "
        "2.88 (2.88 to 2.88) times as fast."
    )
    assert "CACHE_DIR" in advice.snippet
    assert advice.command == ""


def test_what_was_no_hit_is_named_with_its_remedy() -> None:
    text = said(one(), "not advised")

    assert text.startswith("read_model + compile_model, OPTIMIZE_SIZE: silent_miss.")
    assert "Remedy: pass WEIGHTS_PATH" in text


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(OUTCOMES), min_size=4, max_size=4),
    st.integers(1, 8),
    st.floats(0.3, 5.0),
)
def test_nothing_unproven_is_ever_advised(
    outcomes: list[str], rounds: int, warm_factor: float
) -> None:
    found: dict[str, str] = {}

    def outcome(case: Case) -> str:
        if case.case_id not in found:
            found[case.case_id] = outcomes[len(found)]
        return found[case.case_id]

    advice = one(rounds=rounds, outcome=outcome, effect=warm_takes(warm_factor))

    if advice.case is None:
        assert advice.outcome == "unproven"
        assert advice.snippet == ""
        assert advice.command or set(outcomes) == {"unsupported"}
        return
    speedup = advice.case.speedup
    assert advice.case.verdict in PROVEN
    if rounds >= 6:
        assert (advice.outcome == "use") == (speedup.low > 1)  # type: ignore[operator]
    elif rounds == 5 and advice.outcome != "few_rounds":
        assert speedup.low >= 1.2 or speedup.high <= 1 / 1.2  # type: ignore[operator]
    else:
        assert advice.outcome == "few_rounds"
        assert advice.command
    assert bool(advice.snippet) == (advice.outcome != "few_rounds")
    ast.parse(advice.snippet)


FASTER, SLOWER, BETWEEN = [2.0, 1.4, 3.0, 1.25, 1.21], [0.5, 0.7, 0.8, 0.82, 0.6], [1.4, 1.1]


@pytest.mark.parametrize(
    ("ratios", "outcome"),
    [
        *((FASTER[:n], "few_rounds") for n in range(1, 5)),
        *((SLOWER[:n], "few_rounds") for n in range(1, 5)),
        (FASTER, "use"),
        (SLOWER, "skip"),
        ([*FASTER[:4], 1.19], "few_rounds"),
        ([*SLOWER[:4], 0.84], "few_rounds"),
        ([*FASTER[:4], 0.5], "few_rounds"),
        ([*FASTER[:4], *BETWEEN], "use"),
        ([*SLOWER[:4], 0.9, 0.99], "skip"),
        ([*FASTER[:4], *SLOWER[:2]], "unclear"),
        ([*FASTER, *BETWEEN], "use"),
        ([1.1, 1.2, 0.9, 1.3, 0.8, 1.1, 1.0], "unclear"),
    ],
)
def test_what_so_many_rounds_decide(ratios: list[float], outcome: str) -> None:
    advice = seen(ratios)

    assert advice.outcome == outcome
    assert advice.case is not None
    assert advice.case.speedup.rounds == len(ratios)
    if outcome == "few_rounds":
        assert advice.headline.startswith("Too few rounds for advice: with compile_model(path)")
        assert f" in {len(ratios)} round" in advice.headline
    assert ("93.75 %" in advice.headline) == (len(ratios) == 5 and outcome != "few_rounds")
    assert bool(said(advice, "confidence")) == (len(ratios) == 5 and outcome != "few_rounds")


@pytest.mark.parametrize("kind", ["uncached", "cold"])
def test_a_start_that_is_missing_makes_no_round(kind: str) -> None:
    """Six rounds of which one has no baseline are five; a cold start fails its case."""
    frame = frame_of([*FASTER, 1.5])
    first = frame.index[frame["kind"] == kind][0]
    lost = frame.loc[[first]].assign(status="failed", verdict="failed", load_ms=float("nan"))
    frame.loc[[first]] = lost

    (advice,) = advise(summarise(frame))

    if kind == "cold":
        assert advice.outcome == "unproven"
    else:
        assert advice.case is not None
        assert advice.case.speedup.rounds == 5
        assert (advice.outcome, "93.75 %" in advice.headline) == ("use", True)


def test_hits_without_an_uncached_start_have_no_speedup() -> None:
    frame = frame_of(FASTER)
    frame = frame[frame["kind"] != "uncached"]

    (advice,) = advise(summarise(frame))

    assert (advice.outcome, advice.case) == ("unproven", None)
    assert "no uncached start to compare with" in advice.headline


def test_a_setting_with_too_few_rounds_is_named_next_to_the_advised_one() -> None:
    frame = fake_frame(fake_run(apis=["path"], rounds=6, noise=QUIET))
    size = frame["cache_mode"] == "OPTIMIZE_SIZE"
    frame = frame[~(size & (frame["round"] > 2))]

    (advice,) = advise(summarise(frame))

    assert advice.outcome == "use"
    assert said(advice, "not advised") == (
        "compile_model(path), OPTIMIZE_SIZE: too few rounds, 2.88 to 2.88 times as fast in 3."
    )


def frame_of(ratios: Sequence[float]) -> pd.DataFrame:
    """Return one case whose rounds had these speedups."""
    frame = fake_frame(
        fake_run(apis=["path"], cache_modes=["default"], rounds=len(ratios), noise=QUIET)
    )
    warm = frame["kind"] == "warm"
    frame.loc[warm, "load_ms"] = [400 / ratios[number] for number in frame.loc[warm, "round"]]
    frame.loc[frame["kind"] == "uncached", "load_ms"] = 400.0
    return frame


def seen(ratios: Sequence[float]) -> Advice:
    frame = frame_of(ratios)
    (advice,) = advise(summarise(frame))
    return advice


def test_too_few_rounds_advise_what_to_run() -> None:
    (advice,) = advice_on(models=["my model.onnx"], rounds=4)

    assert advice.outcome == "few_rounds"
    assert shlex.split(advice.command) == [
        *("coldwarm", "run", "configs/quick.yaml"),
        *("--only", "model=my model.onnx", "--only", "device=CPU", "--rounds", "12"),
    ]


def test_a_cache_that_makes_loading_slower_is_advised_against() -> None:
    advice = one(noise=QUIET, effect=warm_takes(4.0))

    assert advice.outcome == "skip"
    assert advice.headline.startswith("Do without the cache: with compile_model(path) loading goes")
    assert "CACHE_DIR" not in advice.snippet
    assert said(advice, "pays back") == ""


def test_an_interval_with_1_in_it_proves_no_gain() -> None:
    advice = one(apis=["path"], rounds=8, effect=warm_takes(400 / 139))

    assert advice.outcome == "unclear"
    assert "until more rounds say otherwise" in advice.headline
    assert "CACHE_DIR" not in advice.snippet
    assert advice.command


def test_a_setting_that_cannot_be_told_apart_is_said_to_be_so() -> None:
    text = said(one(apis=["path"], rounds=20), "fastest")

    assert "Against compile_model(path), OPTIMIZE_SIZE there is no difference that counts" in text
    assert "simplest" in text


def test_a_slower_setting_is_named_with_its_interval() -> None:
    text = said(one(models=["vgg19"], cache_modes=["default"], noise=QUIET), "fastest")

    assert "read_model + compile_model takes 7.09 times (7.09 to 7.09) as long as it" in text


def test_a_single_setting_has_nothing_to_be_compared_with() -> None:
    assert "nothing to compare" in said(one(apis=["path"], cache_modes=["default"]), "fastest")


def test_the_smallest_cache_is_named_beside_the_advised_one() -> None:
    text = said(one(noise=QUIET, apis=["path"]), "smallest")

    assert text == (
        "56 MB of cache with compile_model(path), OPTIMIZE_SIZE, 101 MB with "
        "compile_model(path); the model's files have 102 MB."
    )


def test_the_leanest_setting_is_named() -> None:
    text = said(one(noise=QUIET, cache_modes=["default"]), "leanest")

    assert text.startswith("A warm load peaks at 243 MB with compile_model(path); without")


def test_the_starts_that_pay_the_tax_back_are_counted() -> None:
    text = said(one(noise=QUIET, cache_modes=["default"]), "pays back")

    assert "first start 80 ms (80 to 80) longer" in text
    assert "the first warm start pays that back (0.3 would do)" in text


def test_a_tax_that_cannot_be_told_from_nothing_is_said_to_be_so() -> None:
    def no_export(case: Case, kind: str) -> float:
        del case
        return 400 / 480 if kind == "cold" else 1.0

    text = said(one(apis=["path"], cache_modes=["default"], effect=no_export), "pays back")

    assert "is not distinguishable from zero" in text


def test_what_encryption_covers_is_said_in_so_many_words() -> None:
    advice = one(encryptions=["none", "aes-256-gcm"], cache_modes=["default"], rounds=12)
    text = said(advice, "encryption")

    assert advice.case is not None
    assert advice.case.axes["encryption"] == "none"
    assert "0.17 % of the blob is encrypted; weights are unencrypted" in text
    assert "no cost that could be proven" in text


def test_the_cost_of_calling_is_told_from_that_of_the_cipher() -> None:
    def effect(case: Case, kind: str) -> float:
        slow = {"none": 1.0, "identity": 1.1, "aes-256-gcm": 1.4}
        return slow[case.encryption] if kind == "warm" else 1.0

    ciphers = ["none", "identity", "aes-256-gcm"]
    options = {"apis": ["path"], "cache_modes": ["default"], "noise": QUIET, "effect": effect}
    text = said(one(encryptions=ciphers, **options), "encryption")

    assert "Calling adds 15 ms (15 to 15), aes-256-gcm itself 43 ms (43 to 43)." in text
    assert text.count("Calling adds") == 1
    assert "Calling adds" not in said(one(encryptions=ciphers[::2], **options), "encryption")


def test_an_encoding_is_not_called_encryption() -> None:
    text = said(one(encryptions=["base64"], cache_modes=["default"]), "encryption")

    assert "of the blob goes through the callbacks; weights are unencrypted" in text


def test_encryption_that_costs_is_said_to_cost() -> None:
    def slow_codec(case: Case, kind: str) -> float:
        return 2.0 if case.encryption == "base64" and kind == "warm" else 1.0

    options = {"encryptions": ["none", "base64"], "apis": ["path"], "cache_modes": ["default"]}
    advice = one(**options, effect=slow_codec, noise=QUIET)

    assert "Loading takes 2.03 times (2.03 to 2.03) as long as without." in said(
        advice, "encryption"
    )


def test_callbacks_that_were_never_called_are_a_finding() -> None:
    advice = one(devices=["AUTO"], encryptions=["aes-256-gcm"], apis=["path"])

    assert "the device never called the callbacks: the blob is unencrypted" in said(
        advice, "encryption"
    )
    assert advice.case is None
    assert advice.headline == (
        "Nothing to advise: encryption was asked for, and the device never called the callbacks."
    )
    assert (advice.snippet, advice.command) == ("", "")


def test_encryption_is_advised_where_nothing_else_was_measured() -> None:
    advice = one(encryptions=["aes-256-gcm"], cache_modes=["default"])

    assert advice.case is not None
    assert "AESGCM" in advice.snippet


def test_other_states_of_the_disk_are_told_apart() -> None:
    advice = one(storages=["evicted", "hot"], apis=["path"], cache_modes=["default"])

    assert advice.storage == "hot"
    assert advice.headline.endswith("times as fast. That is for storage hot.")
    assert said(advice, "storage").startswith("With storage evicted: ")


def test_advice_on_another_state_of_the_disk_says_so() -> None:
    advice = one(storages=["evicted"], apis=["path"], cache_modes=["default"])

    assert advice.headline.endswith(" That is for storage evicted.")


def test_storage_that_was_not_reached_is_a_caveat() -> None:
    samples = fake_run(storages=["evicted", "hot"], apis=["path"], cache_modes=["default"])
    frame = fake_frame(not_as_wanted(samples))
    (advice,) = advise(summarise(frame))

    text = said(advice, "storage")
    assert text.startswith("That the files were hot could not be proven in 24 starts.")
    assert text.endswith("That the files were evicted could not be proven in 24 starts.")


def test_answers_that_cannot_be_compared_are_mentioned() -> None:
    samples = fake_run(apis=["path"], cache_modes=["default"])
    frame = fake_frame(samples)
    frame["verdict"] = frame["verdict"].replace("hit", "not_comparable")

    (advice,) = advise(summarise(frame))

    assert advice.outcome == "use"
    assert "answers not compared" in said(advice, "answers")


@pytest.mark.parametrize("outcome", ["failed", "silent_miss", "not_cached", "wrong"])
def test_one_bad_start_in_a_case_rules_it_out(outcome: str) -> None:
    samples = fake_run(apis=["path"], cache_modes=["default"])
    frame = fake_frame(samples)
    last = frame.index[frame["kind"] == "warm"][-1]
    frame.loc[last, "verdict"] = outcome

    (advice,) = advise(summarise(frame))

    assert advice.case is None


def test_what_is_not_there_needs_no_further_run() -> None:
    advice = one(devices=["GPU"])

    assert advice.headline == (
        "Nothing to advise, it is unsupported here: the device is not available on this host."
    )
    assert advice.command == ""


def test_each_model_device_and_runtime_is_advised_apart() -> None:
    found = advice_on(
        models=["resnet50", "vgg19"], devices=["CPU", "AUTO"], apis=["path"], rounds=6
    )

    assert {(each.model, each.device) for each in found} == {
        ("resnet50", "CPU"),
        ("resnet50", "AUTO"),
        ("vgg19", "CPU"),
        ("vgg19", "AUTO"),
    }
