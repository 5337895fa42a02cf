"""Small models, and starts of them by the real worker."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import coldwarm
from coldwarm.machine.environment import worker_environment
from coldwarm.measure.cachedir import ChainDir
from coldwarm.measure.runner import Ending, run_worker
from coldwarm.run.sample import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

FOLDER = Path(coldwarm.__file__).parent / "worker"

BUILD = """
import sys
sys.modules["openvino_telemetry"] = None
import numpy as np
import openvino as ov
from openvino import opset13 as op
from openvino.op.util import Variable, VariableInfo

directory = sys.argv[1]

def save(name, results, parameters, sinks=()):
    model = ov.Model(results, list(sinks), parameters, name)
    ov.save_model(model, f"{directory}/{name}.xml", compress_to_fp16=False)

def parameter(name, shape, element):
    node = op.parameter(ov.PartialShape(shape), getattr(ov.Type, element), name=name)
    node.output(0).set_names({name})
    return node

def named(node, name):
    node.output(0).set_names({name})
    return node

weights = np.random.default_rng(1)
x = parameter("x", [1, 640], "f32")
node = x
for _ in range(8):
    constant = op.constant(weights.random((640, 640), dtype=np.float32) / 320 - 1 / 640)
    node = op.relu(op.matmul(node, constant, False, False))
save("chain", [op.result(named(node, "y"))], [x])

inputs = [
    parameter(name, shape, element)
    for name, shape, element in (
        ("a_f32", [2, 3], "f32"), ("a_f16", [2, 3], "f16"), ("a_bf16", [2, 3], "bf16"),
        ("a_f64", [2, 3], "f64"), ("an_i8", [3], "i8"), ("an_i32", [3], "i32"),
        ("an_i64", [3], "i64"), ("a_u8", [3], "u8"), ("a_u16", [3], "u16"),
        ("a_boolean", [3], "boolean"), ("a_string", [2], "string"), ("a_scalar", [], "f32"),
        ("dynamic", [-1, ov.Dimension(4, 9), 3], "f32"),
        ("beam_idx", [-1], "i32"), ("attention_mask", [-1, 5], "i64"), ("mask_bf16", [2], "bf16"),
    )
]
results = [
    op.result(named(op.convert(each, "f32") if "bf16" in each.get_friendly_name()
                    else op.concat([each, each], 0) if each.get_partial_shape().rank.get_length()
                    else op.add(each, op.constant(np.float32(0))),
                    "out_" + each.get_friendly_name()))
    if "string" not in each.get_friendly_name() else op.result(each)
    for each in inputs
]
save("types", results, inputs)

x = parameter("x", [1, 4], "f32")
info = VariableInfo()
info.data_shape, info.data_type, info.variable_id = ov.PartialShape([1, 4]), ov.Type.f32, "sum"
variable = Variable(info)
before = op.read_value(op.constant(np.zeros((1, 4), np.float32)), variable)
after = op.add(before, x)
save("stateful", [op.result(named(after, "sum"))], [x], [op.assign(after, variable)])
"""


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with chain.xml (13 MB), types.xml and stateful.xml."""
    directory = tmp_path_factory.mktemp("models")
    subprocess.run([sys.executable, "-c", BUILD, str(directory)], check=True, timeout=120)
    return directory


@dataclass
class Starter:
    """Makes starts in one cache directory, as the session does."""

    directory: Path
    models: Path
    env: dict[str, str] = field(default_factory=dict)
    timeout_s: float = 120

    @property
    def chain(self) -> ChainDir:
        return ChainDir(self.directory, self.directory / "cache", self.directory / "driver")

    def start(self, kind: str = "uncached", api: str = "path", **changes: Any) -> Ending:  # noqa: ANN401
        """Return how a start of chain.xml ends, or of what `changes` say."""
        for place in (self.chain.cache, self.chain.driver):
            place.mkdir(exist_ok=True)
        job = {
            "model": str(self.models / "chain.xml"),
            "device": "CPU",
            "cache_dir": None if kind == "uncached" else str(self.chain.cache),
            **changes,
        }
        measured = {key: value for key, value in os.environ.items() if key.startswith("COVERAGE_")}
        return run_worker(
            [sys.executable, str(FOLDER / "start.py")],
            Job(kind, api, **job).to_json(),
            env={**worker_environment(os.environ, self.chain.driver), **measured, **self.env},
            timeout_s=self.timeout_s,
            cwd=self.directory,
        )

    def result(self, kind: str = "uncached", api: str = "path", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what a start that goes well reports."""
        ending = self.start(kind, api, **changes)
        assert ending.status == "ok", f"{ending.reason}\n{ending.stderr_tail}"
        return ending.result

    def error(self, kind: str = "uncached", api: str = "path", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what a start that raises reports as its error."""
        ending = self.start(kind, api, **changes)
        assert ending.status == "failed", ending
        error: dict[str, Any] = ending.result["error"]
        return error


@pytest.fixture
def starter(tmp_path: Path, models: Path) -> Starter:
    return Starter(tmp_path, models)


@pytest.fixture(scope="session")
def new_starter(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Callable[[], Starter]:
    """Give starters that outlive a test, so that what one start showed serves several tests."""
    return lambda: Starter(tmp_path_factory.mktemp("start"), models)


@pytest.fixture(scope="session")
def load() -> Iterator[Callable[[str], ModuleType]]:
    """Give a function that loads one of the worker's files: they are scripts, no package."""

    def load_file(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"worker_{name}", FOLDER / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield load_file
    sys.modules.pop("user_codec", None)
