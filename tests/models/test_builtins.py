"""The built-in models themselves, built and run by the real OpenVINO."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from coldwarm.models import digests, list_models, resolve
from coldwarm.models.catalog import all_models, find_model
from coldwarm.models.installed import READY, state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldwarm.models import ModelFiles

pytestmark = pytest.mark.real

SHARED = (
    "resnet50:f32",
    "mobilenet-v2:f32",
    "mobilenet-v2:f16",
    "mobilenet-v2:int8",
    "bert-base:int8",
    "gpt2:int8",
    "whisper-encoder:int8",
    "mobilenet-v2-dynamic:int8",
    "bert-base-dynamic:int8",
)
"""Built once per session and run; the others are only built, and removed again."""

CHECKED = (
    *SHARED,
    *(v.name for v in all_models() if v.base in ("resnet50", "mobilenet-v2")),
    *(v.name for v in all_models() if v.base in ("bert-base", "gpt2")),
    *(v.name for v in all_models() if v.base == "whisper-encoder"),
    "bert-large:int8",
    "resnet50-dynamic:int8",
    "whisper-encoder-dynamic:int8",
)
"""Whose weights are checked here; the others take gigabytes, and the same code makes them."""

SHAPES = {
    "resnet50": {"image": [1, 3, 224, 224]},
    "mobilenet-v2": {"image": [1, 3, 224, 224]},
    "bert-base": {key: [1, 128] for key in ["input_ids", "attention_mask", "token_type_ids"]},
    "whisper-encoder": {"input_features": [1, 80, 3000]},
    "mobilenet-v2-dynamic": {"image": [-1, 3, -1, -1]},
    "bert-base-dynamic": {
        key: [-1, -1] for key in ["input_ids", "attention_mask", "token_type_ids"]
    },
    "gpt2": {
        **{key: [-1, -1] for key in ["input_ids", "attention_mask", "position_ids"]},
        "beam_idx": [-1],
    },
}

INFER = """
import json, sys
sys.modules["openvino_telemetry"] = None
import numpy, openvino

xml, output, feeds = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
exact = {
    "INFERENCE_PRECISION_HINT": "f32",
    "KV_CACHE_PRECISION": "f32",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0",
}
compiled = openvino.Core().compile_model(xml, "CPU", exact)
shapes = {
    port.any_name: [d.get_length() if d.is_static else -1 for d in port.partial_shape]
    for port in compiled.inputs
}
answers = {}
request = compiled.create_infer_request()
for session, steps in enumerate(feeds or [[None]]):
    request.reset_state()
    for step, feed in enumerate(steps):
        if feed is None:
            random = numpy.random.RandomState(1)
            feed = {
                name: random.rand(1, 3, 224, 224) if name == "image"
                else numpy.full([max(1, d) for d in shape], int("mask" in name))
                for name, shape in shapes.items()
            }
        typed = {
            port.any_name: numpy.asarray(feed[port.any_name], port.element_type.to_dtype())
            for port in compiled.inputs
        }
        result = request.infer(typed)
        for port in compiled.outputs:
            answers[f"{session}.{step}.{port.any_name}"] = numpy.array(result[port])
numpy.savez(output, **answers)
kinds = sorted(
    n.get_rt_info()["layerType"].value for n in compiled.get_runtime_model().get_ops()
)
print(json.dumps({"shapes": shapes, "kinds": kinds}))
"""


def infer(
    files: ModelFiles, folder: Path, feeds: object = None
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what is seen of a model on the CPU, and what it answers, in a process of its own."""
    output = folder / "answers.npz"
    command = [sys.executable, "-c", INFER, str(files.path), str(output), json.dumps(feeds)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    with np.load(output) as answers:
        return json.loads(done.stdout), dict(answers)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return a function that runs a model once with seeded inputs, however often it is asked."""
    folder = tmp_path_factory.mktemp("answers")

    @cache
    def once(name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        return infer(resolve(name, {}), folder)

    return once


@pytest.mark.parametrize("name", SHARED)
def test_it_compiles_and_answers_something(name: str, run: Callable[[str], Any]) -> None:
    seen, answers = run(name)
    assert seen["shapes"] == SHAPES[name.partition(":")[0]]
    for answer in answers.values():
        assert np.isfinite(answer).all()
        assert 0.1 < float(answer.std()) < 10


@pytest.mark.parametrize("name", SHARED)
def test_every_node_is_named(name: str) -> None:
    text = resolve(name, {}).path.read_text()
    names = re.findall(r'<layer id="\d+" name="([^"]*)"', text)
    assert len(names) == len(set(names)) > 100
    assert [n for n in names if re.fullmatch(r"[A-Z]\w*_\d+", n)] == []


@pytest.mark.parametrize(
    "name",
    dict.fromkeys(CHECKED),
)
def test_its_weights_have_the_recorded_digest(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name not in SHARED:
        monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path))
    expected = find_model(name).files[1]
    files = resolve(name, {})
    assert files.bin is not None
    found = (files.bin.stat().st_size, digests(files)[files.bin.name])
    if name not in SHARED:
        files.bin.unlink()
    assert found == (expected.bytes, expected.sha256)


def test_resnet50_has_about_102_mb() -> None:
    assert resolve("resnet50", {}).bytes == pytest.approx(102e6, rel=0.01)


def test_two_builds_are_the_same_bit_by_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = resolve("mobilenet-v2:int8", {})
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path))
    second = resolve("mobilenet-v2:int8", {})
    assert first.path != second.path
    assert [file.read_bytes() for file in first.files] == [
        file.read_bytes() for file in second.files
    ]


def test_all_precisions_give_the_same_answer(run: Callable[[str], Any]) -> None:
    f32, f16, int8 = (
        run(f"mobilenet-v2:{precision}")[1]["0.0.logits"] for precision in ("f32", "f16", "int8")
    )
    np.testing.assert_allclose(f16, f32, atol=1e-4)
    np.testing.assert_allclose(int8, f32, atol=1e-4)


def test_a_dynamic_variant_is_the_same_model(run: Callable[[str], Any], tmp_path: Path) -> None:
    name = "mobilenet-v2-dynamic:int8"
    fixed = run("mobilenet-v2:int8")[1]["0.0.logits"]
    np.testing.assert_allclose(run(name)[1]["0.0.logits"], fixed, atol=1e-4)
    files = resolve(name, {})
    assert files.inputs == {"image": {"shape": [1, 3, 224, 224]}}
    assert (
        digests(files)[f"{files.path.stem}.bin"] == find_model("mobilenet-v2:int8").files[1].sha256
    )


def test_bert_takes_any_number_of_tokens(run: Callable[[str], Any], tmp_path: Path) -> None:
    def feed(tokens: int) -> dict[str, Any]:
        ids = {key: [[0] * tokens] for key in ["input_ids", "token_type_ids"]}
        return {**ids, "attention_mask": [[1] * tokens]}

    files = resolve("bert-base-dynamic:int8", {})
    _, answers = infer(files, tmp_path, [[feed(128)], [feed(9)]])
    fixed = run("bert-base:int8")[1]
    assert answers["1.0.last_hidden_state"].shape == (1, 9, 768)
    name = "0.0.last_hidden_state"
    np.testing.assert_allclose(answers[name], fixed[name], atol=1e-3)


def test_half_precision_is_marked_as_compressed() -> None:
    text = resolve("mobilenet-v2:f16", {}).path.read_text()
    assert '<data element_type="f16"' in text
    assert 'attribute name="decompression"' in text
    assert "decompression" not in resolve("mobilenet-v2:f32", {}).path.read_text()


def test_batch_norms_are_operations_of_their_own_and_fold_at_compilation(
    run: Callable[[str], Any],
) -> None:
    text = resolve("resnet50:f32", {}).path.read_text()
    assert text.count('type="BatchNormInference"') == 53
    kinds = run("resnet50:f32")[0]["kinds"]
    assert kinds.count("Convolution") == 53
    assert set(kinds) & {"BatchNormInference", "Multiply", "Eltwise", "Subgraph"} == set()


def test_the_plugin_fuses_the_attention_of_gpt2(run: Callable[[str], Any]) -> None:
    kinds = run("gpt2:int8")[0]["kinds"]
    assert kinds.count("ScaledDotProductAttention") == 12
    assert "Softmax" not in kinds


def test_gpt2_remembers_what_it_was_told(tmp_path: Path) -> None:
    whole = [_tokens([5, 7, 9], start=0)]
    step_by_step = [_tokens([token], start=at) for at, token in enumerate([5, 7, 9])]
    short_masks = [{**feed, "attention_mask": [[1]]} for feed in step_by_step]
    other_past = [_tokens([6, 7], start=0), step_by_step[2]]
    padded = _tokens([0, 0, 5, 7, 9], start=0)
    padded |= {"attention_mask": [[0, 0, 1, 1, 1]], "position_ids": [[0, 0, 0, 1, 2]]}
    feeds = [whole, step_by_step, short_masks, other_past, [padded]]
    _, answers = infer(resolve("gpt2:int8", {}), tmp_path, feeds)
    logits = {name.removesuffix(".logits"): answer[0, -1] for name, answer in answers.items()}
    np.testing.assert_allclose(logits["1.2"], logits["0.0"], atol=1e-4)
    np.testing.assert_array_equal(logits["2.2"], logits["1.2"])
    np.testing.assert_allclose(logits["4.0"], logits["0.0"], atol=1e-4)
    assert float(np.abs(logits["3.1"] - logits["1.2"]).max()) > 0.1


def test_a_damaged_model_is_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path))
    name = "mobilenet-v2:int8"
    files = resolve(name, {})
    assert files.bin is not None
    with files.bin.open("r+b") as file:
        file.seek(1_000_000)
        file.write(bytes(64))
    states = {model.name: model.state for model in list_models()}
    assert states[name] == "damaged"
    told: list[str] = []
    resolve(name, {}, progress=told.append)
    assert told == [f"the built-in model {name} is damaged: building it again (4 MB)"]
    assert state_of(find_model(name)) == READY


def test_two_processes_that_need_the_same_model_both_get_it(tmp_path: Path) -> None:
    code = """
import sys
from coldwarm import models
files = models.resolve("mobilenet-v2:int8", {})
print(models.digests(files)[files.bin.name], *{"openvino", "numpy"} & set(sys.modules))
"""
    environment = {**os.environ, "COLDWARM_CACHE_DIR": str(tmp_path)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    answers = [run.communicate(timeout=120)[0].decode().split() for run in runs]
    assert answers == [[find_model("mobilenet-v2:int8").files[1].sha256]] * 2
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["mobilenet-v2-int8.1"]


def _tokens(ids: list[int], start: int) -> dict[str, Any]:
    end = start + len(ids)
    return {
        "input_ids": [ids],
        "attention_mask": [[1] * end],
        "position_ids": [list(range(start, end))],
        "beam_idx": [0],
    }
