from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.errors import ConfigError
from coldwarm.experiment import (
    Case,
    Expectation,
    Experiment,
    Sampling,
    WorkerOptions,
    read_experiment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[..., Experiment]
    Complaint = Callable[..., str]

repeatable = settings(deadline=None, derandomize=True)

WHOLE = """\
# yaml-language-server: $schema=schema.json
# Does it use every key?

name: whole
matrix:
  model: [resnet50, {name: own, path: own.onnx, inputs: {x: {shape: [1, 3], dtype: f32}}}]
  device: CPU
  api: [read_model, path]
  cache_mode: OPTIMIZE_SIZE
  encryption: [none, "codec:encrypt, decrypt"]
  runtime: {python: python3, env: {B: on, A: 1}}
  properties: [{NOTE: "${model_path}", NUM_STREAMS: 1, PERF_COUNT: true, HINT: "1"}]
  storage: hot
include:
  - {model: other.onnx, device: "AUTO:GPU,CPU"}
exclude:
  - {model: own, encryption: "codec:encrypt,decrypt"}
  - {api: [read_model], encryption: "codec:encrypt,decrypt", model: resnet50}
sampling: {rounds: {min: 12, max: 60}, warm_starts: 2, precision: 5%, time_budget: 10m,
           timeout: 90s, seed: 7}
cache_root: caches
compare: {along: encryption}
expect:
  - {api: [read_model, path], model: own, verdict: silent_miss, note: known, until: 2027-01-01}
worker: {telemetry: on, env: {OMP_NUM_THREADS: 2}}
"""


def test_reads_every_key(read: Read, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").touch()
    (tmp_path / "other.onnx").touch()
    (tmp_path / "caches").mkdir()
    experiment = read(WHOLE)
    runtime = '{"env": {"A": "1", "B": "on"}, "python": "python3"}'
    properties = {
        "NOTE": "${model_path}",
        "NUM_STREAMS": 1,
        "PERF_COUNT": True,
        "HINT": "1",
    }
    common: dict[str, Any] = {
        "cache_mode": "OPTIMIZE_SIZE",
        "runtime": runtime,
        "properties": properties,
    }
    assert experiment == Experiment(
        name="whole",
        source=Path("experiment.yaml"),
        question="Does it use every key?",
        cases=(
            Case("resnet50", api="read_model", **common),
            Case("resnet50", api="path", **common),
            Case("resnet50", api="path", encryption="codec:encrypt,decrypt", **common),
            Case("own", api="read_model", **common),
            Case("own", api="path", **common),
            Case("other.onnx", device="AUTO:GPU,CPU"),
        ),
        sampling=Sampling(
            min_rounds=12,
            max_rounds=60,
            precision=0.05,
            time_budget_s=600,
            warm_starts=2,
            timeout_s=90,
            seed=7,
        ),
        worker=WorkerOptions(telemetry=True, env={"OMP_NUM_THREADS": "2"}),
        cache_root=tmp_path / "caches",
        compare_along="encryption",
        expect=(
            Expectation(
                {"model": "own", "api": "read_model"}, "silent_miss", "known", "2027-01-01"
            ),
            Expectation({"model": "own", "api": "path"}, "silent_miss", "known", "2027-01-01"),
        ),
        inputs={"own": {"x": {"shape": [1, 3], "dtype": "f32"}}},
        model_paths={"own": tmp_path / "own.onnx", "other.onnx": tmp_path / "other.onnx"},
    )


def test_what_was_read_is_plain_data(read: Read, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").touch()
    (tmp_path / "other.onnx").touch()
    (tmp_path / "caches").mkdir()
    experiment = read(WHOLE)
    for case in experiment.cases:
        for value in case.axes().values():
            assert type(value) in (str, dict)
        for value in case.properties.values():
            assert type(value) in (str, int, bool)
    json.dumps([case.axes() for case in experiment.cases])
    assert len(experiment.digest) == 12


def test_a_few_lines_are_an_experiment(read: Read) -> None:
    experiment = read("name: small\nmatrix: {model: resnet50}\n")
    assert experiment.cases == (Case("resnet50"),)
    assert experiment.sampling == Sampling()
    assert experiment.worker == WorkerOptions()
    assert (experiment.cache_root, experiment.compare_along, experiment.expect) == (None, None, ())
    assert (experiment.inputs, experiment.model_paths) == ({}, {})


def test_included_cases_alone_are_an_experiment(read: Read) -> None:
    experiment = read("name: x\ninclude:\n  - {model: gpt2, api: read_model}\n")
    assert experiment.cases == (Case("gpt2", api="read_model"),)


def test_a_mapping_may_give_a_built_in_model_its_inputs(read: Read) -> None:
    experiment = read("name: x\nmatrix: {model: {name: gpt2, inputs: {ids: {shape: [1, 8]}}}}\n")
    assert experiment.inputs == {"gpt2": {"ids": {"shape": [1, 8]}}}
    assert experiment.model_paths == {}


def test_a_scalar_input_has_an_empty_shape(read: Read) -> None:
    experiment = read("name: x\nmatrix: {model: {name: gpt2, inputs: {t: {shape: []}}}}\n")
    assert experiment.inputs == {"gpt2": {"t": {"shape": []}}}


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        ("{rounds: 5}", Sampling(min_rounds=5, max_rounds=5)),
        ("{rounds: 5, time_budget: 1m}", Sampling(5, 5, time_budget_s=60)),
        ("{rounds: {min: 5, max: 9}, time_budget: 1m}", Sampling(5, 9, time_budget_s=60)),
        ("{precision: 5%}", Sampling(12, 60, precision=0.05)),
        ("{rounds: {min: 18, max: 24}, precision: 5%}", Sampling(18, 24, precision=0.05)),
        ("{rounds: 12, precision: 5%}", Sampling(12, 12, precision=0.05)),
        ("{seed: 0, warm_starts: 3}", Sampling(seed=0, warm_starts=3)),
    ],
)
def test_sampling(read: Read, sampling: str, expected: Sampling) -> None:
    experiment = read(f"name: x\nmatrix: {{model: resnet50}}\nsampling: {sampling}\n")
    assert experiment.sampling == expected


def test_rounds_and_seed_from_outside_win(read: Read) -> None:
    text = "name: x\nmatrix: {model: resnet50}\nsampling: {precision: 5%, time_budget: 1m}\n"
    assert read(text, rounds=3, seed=9).sampling == Sampling(3, 3, seed=9)


def test_rounds_and_seed_from_outside_are_checked(complaint: Complaint) -> None:
    text = "name: x\nmatrix: {model: resnet50}\n"
    assert complaint(text, rounds=0) == "--rounds 0: at least one round is measured"
    assert complaint(text, seed=-1) == "--seed -1: a seed is zero or more"


class TestDevices:
    TEXT = "name: x\nmatrix: {model: resnet50, device: [all, 'HETERO:CPU']}\n"

    def test_all_stands_for_those_of_this_host(self, read: Read) -> None:
        cases = read(self.TEXT, devices=lambda: ("CPU", "GPU.0")).cases
        assert [case.device for case in cases] == ["CPU", "GPU.0", "HETERO:CPU"]

    def test_a_device_that_is_named_too_comes_once(self, read: Read) -> None:
        cases = read(self.TEXT, devices=lambda: ("CPU", "HETERO:CPU")).cases
        assert [case.device for case in cases] == ["CPU", "HETERO:CPU"]

    def test_the_host_is_asked_only_then(self, read: Read) -> None:
        def never() -> tuple[str, ...]:
            pytest.fail("asked for devices")

        assert read("name: x\nmatrix: {model: resnet50}\n", devices=never).cases

    def test_rules_may_name_devices_that_another_host_has(self, read: Read) -> None:
        rules = "exclude: [{device: GPU}]\nexpect: [{device: NPU, verdict: partial}]\n"
        assert len(read(self.TEXT + rules, devices=lambda: ("CPU",)).cases) == 2

    def test_a_host_without_any(self, complaint: Complaint) -> None:
        text = "name: x\nmatrix: {model: resnet50, device: all}\nexclude: [{device: CPU}]\n"
        for devices in (lambda: ("CPU",), tuple, None):
            assert complaint(text, devices=devices).startswith(
                "experiment.yaml: no case is left for the devices of this host"
            )


def test_filters_leave_what_belongs_to_other_models_out(read: Read, tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        (tmp_path / name).touch()
    text = (
        "name: x\nmatrix:\n  model:\n"
        "    - {path: a.onnx, inputs: {x: {shape: [1]}}}\n"
        "    - {path: b.onnx, inputs: {x: {shape: [2]}}}\n"
        "expect: [{model: a.onnx, verdict: hit}]\n"
    )
    experiment = read(text, only=["model=b.onnx"])
    assert [case.model for case in experiment.cases] == ["b.onnx"]
    assert experiment.inputs == {"b.onnx": {"x": {"shape": [2]}}}
    assert experiment.model_paths == {"b.onnx": tmp_path / "b.onnx"}
    assert len(experiment.expect) == 1


def test_the_rule_that_is_offered_for_models_without_weights_can_be_pasted(
    read: Read, complaint: Complaint, tmp_path: Path
) -> None:
    for name in ("a.onnx", "b, [c].onnx"):
        (tmp_path / name).touch()
    text = (
        'name: x\nmatrix:\n  model: [resnet50, a.onnx, "b, [c].onnx"]\n'
        '  properties: [{}, {WEIGHTS_PATH: "${model_bin}", A: true, B: "1", C: [1.5, x]}]\n'
    )
    offered = complaint(text).splitlines()[0].partition("add to exclude: ")[2]
    cases = read(f"{text}exclude:\n  - {offered}\n").cases
    assert [case.model for case in cases if case.properties] == ["resnet50"]
    assert len(cases) == 4


def test_mistakes_in_the_file_come_before_those_in_filters(complaint: Complaint) -> None:
    text = "name: x\nmatrix: {model: resnet50, api: pth}\n"
    assert complaint(text, only=["api=pth"]).startswith("experiment.yaml:2:32: unknown api")


@pytest.mark.parametrize("text", ["", "\n", "# Only a question?\n", "---\n"])
def test_an_empty_file(complaint: Complaint, text: str) -> None:
    shown = complaint(text)
    assert shown.startswith("experiment.yaml:")
    assert "empty" in shown or "no value" in shown


def test_paths_are_relative_to_the_file_not_to_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "net.onnx").touch()
    path = tmp_path / "configs" / "x.yaml"
    path.write_text("name: x\nmatrix: {model: net.onnx}\ncache_root: .\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    experiment = read_experiment(Path("configs/x.yaml"), known_models=())
    assert experiment.source == Path("configs/x.yaml")
    assert experiment.model_paths == {"net.onnx": tmp_path / "configs" / "net.onnx"}
    assert experiment.cache_root == tmp_path / "configs"


def test_the_file_is_named_as_the_user_named_it(tmp_path: Path) -> None:
    path = tmp_path / "configs" / ".." / "x.yaml"
    (tmp_path / "configs").mkdir()
    path.write_text("name: x\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_experiment(path, known_models=())
    assert str(raised.value).startswith(f"{path}:1:1: ")


def assert_read_or_refused(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    try:
        experiment = read_experiment(path, known_models=("resnet50",), devices=lambda: ("CPU",))
    except ConfigError as err:
        assert str(err).startswith(f"{path}:")  # noqa: PT017 (both outcomes are right)
    else:
        assert experiment.cases
        assert experiment.digest


@repeatable
@given(st.text(st.characters() | st.sampled_from(":-[]{}&*!|>'\"#%@`,?~ \n\t")))
def test_any_text_is_an_experiment_or_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    assert_read_or_refused(tmp_path_factory.getbasetemp() / "any.yaml", text)


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Draw a whole experiment in which a few pieces were replaced."""
    text = WHOLE
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 8))
        pieces = ["[", "]", "{", "}", ":", ",", "\n", "~", "all", "import", "x: y", '"', "*a", "-"]
        text = text[:start] + draw(st.sampled_from(pieces)) + text[end:]
    return text


@repeatable
@given(broken())
def test_a_damaged_experiment_is_an_experiment_or_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    for name in ("own.onnx", "other.onnx"):
        (folder / name).touch()
    (folder / "caches").mkdir(exist_ok=True)
    assert_read_or_refused(folder / "damaged.yaml", text)


KEYS = (
    *("name", "matrix", "include", "exclude", "sampling", "cache_root", "compare", "expect"),
    *("worker", "model", "device", "api", "cache_mode", "encryption", "runtime", "properties"),
    *("storage", "rounds", "min", "max", "precision", "timeout", "along", "verdict", "path"),
    *("inputs", "shape", "dtype", "python", "env", "telemetry", "until", "seed", "odd"),
)
SCALARS = (
    *("resnet50", "CPU", "all", "path", "import", "default", "none", "base64", "hot", "installed"),
    *("5", "0", "-1", "5%", "10m", "on", "hit", "2026-01-01", "", ".", "x.onnx", "x\ny", "A:B,C"),
)
DATA = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)
FILES = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS[:9], DATA))


@repeatable
@given(FILES)
def test_any_shape_is_an_experiment_or_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, Any]
) -> None:
    text = json.dumps(data, indent=1)
    plain = text.translate({ord('"'): None}) if not set(text) & set("%\\") else text
    for form in (text, plain):
        assert_read_or_refused(tmp_path_factory.getbasetemp() / "shape.yaml", form)


def test_names_are_short_and_safe_for_directories(complaint: Complaint, read: Read) -> None:
    for good in ("a", "7", "nightly-2026.4_x", "x" * 64):
        assert read(f"name: {good}\nmatrix: {{model: resnet50}}\n").name == good
    for bad in ("../x", "a b", "-x", ".hidden", "x" * 65, "ä", "a/b"):
        assert "cannot name a directory" in complaint(f"name: {bad}\nmatrix: {{model: resnet50}}\n")
