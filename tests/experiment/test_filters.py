from __future__ import annotations

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment.case import Case
from coldwarm.experiment.filters import only_cases

CASES = (
    Case("resnet50", api="path"),
    Case("resnet50", api="read_model"),
    Case("gpt2", api="path", properties={"NUM_STREAMS": 1}),
    Case("gpt2", api="import", runtime="openvino==2025.4.1"),
)


def names(*only: str) -> list[str]:
    return [case.name for case in only_cases(CASES, only)]


def test_no_filter_keeps_everything() -> None:
    assert only_cases(CASES, ()) == CASES


def test_values_of_one_axis_mean_any_of_them() -> None:
    assert only_cases(CASES, ["api=import", "api=read_model"]) == (CASES[1], CASES[3])


def test_different_axes_mean_all_of_them() -> None:
    assert only_cases(CASES, ["model=resnet50", "api=path"]) == (CASES[0],)


def test_values_may_hold_an_equals_sign() -> None:
    assert only_cases(CASES, ["runtime=openvino==2025.4.1"]) == (CASES[3],)


@pytest.mark.parametrize("value", ["{NUM_STREAMS: 1}", '{"NUM_STREAMS": 1}'])
def test_properties_are_written_as_in_the_file_or_as_json(value: str) -> None:
    assert only_cases(CASES, [f"properties={value}"]) == (CASES[2],)


def test_empty_properties_are_a_value() -> None:
    assert len(only_cases(CASES, ["properties={}"])) == 3


@pytest.mark.parametrize(
    ("only", "message"),
    [
        (["resnet50"], "--only resnet50: write axis=value, for example model=resnet50"),
        (
            ["devcie=CPU"],
            (
                '--only devcie=CPU: unknown axis "devcie", did you mean "device"? Allowed: model, '
                "device, api, cache_mode, encryption, runtime, properties, storage"
            ),
        ),
        (
            ["model=resnet5"],
            (
                '--only model=resnet5: no case has model "resnet5", did you mean "resnet50"? '
                "There is: resnet50, gpt2"
            ),
        ),
        (
            ["api=path", "api="],
            '--only api=: no case has api "". There is: path, read_model, import',
        ),
        (
            ["model=resnet50", "api=import"],
            (
                "--only model=resnet50 --only api=import: each of these values occurs, "
                "but in no case together"
            ),
        ),
        (
            ["properties=NUM_STREAMS"],
            (
                "--only properties=NUM_STREAMS: properties are written as in the experiment, "
                "{KEY: value}"
            ),
        ),
        (
            ["properties={A: [}"],
            "--only properties={A: [}: properties are written as in the experiment, {KEY: value}",
        ),
        (
            ['properties={A: "${x}"}'],
            (
                '--only properties={A: "${x}"}: unknown placeholder "x". Allowed: model_bin, '
                "model_path"
            ),
        ),
    ],
)
def test_a_wrong_filter_is_explained(only: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        only_cases(CASES, only)
    assert str(raised.value) == message
