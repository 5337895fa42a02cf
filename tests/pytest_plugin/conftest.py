"""An experiment in a directory of its own, and a `coldwarm run` that measures nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import fake_run
from fake_store import fake_header, write_run

# Imported here lest each inner pytest imports them anew.
from coldwarm.export import outcome  # noqa: F401
from coldwarm.pytest_plugin import measurement

if TYPE_CHECKING:
    from collections.abc import Sequence

EXPERIMENT = """\
name: fake
matrix:
  model: resnet50
  api: [read_model, path]
  cache_mode: OPTIMIZE_SIZE
sampling: {rounds: 2}
"""

PLAN: dict[str, Any] = {"rounds": 2, "cache_modes": ("OPTIMIZE_SIZE",)}
"""The same for made-up samples."""


@dataclass
class FakeColdwarm:
    """Stands in for the command line: `run` leaves a made-up run.

    Attributes:
        options: of the made-up samples.
        header: of the made-up run.
        calls: the arguments of each call.
        code: what it exits with; without a run when it is neither 0 nor 3.
        said: what it says on standard error.
    """

    options: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    calls: list[list[str]] = field(default_factory=list)
    code: int = 0
    said: str = "round 1/2"

    def __call__(self, args: Sequence[str]) -> tuple[int, str]:
        self.calls.append(list(args))
        if self.code in (0, 3):
            options = dict(zip(args[2::2], args[3::2], strict=True))
            run = Path(options["--results"]) / "fake-host" / f"run-{len(self.calls)}"
            write_run(run, fake_run(**{**PLAN, **self.options}), **self.header)
            Path(options["--write-run-path"]).write_text(f"{run}\n")
        return self.code, self.said

    def expect(self, **entry: Any) -> None:  # noqa: ANN401
        """Let the run have come from an experiment with this known finding."""
        expect = [{"note": "", "until": None, **entry}]
        self.header["experiment"] = {**fake_header()["experiment"], "expect": expect}


@pytest.fixture
def coldwarm(monkeypatch: pytest.MonkeyPatch) -> FakeColdwarm:
    fake = FakeColdwarm()
    monkeypatch.setattr(measurement, "run_coldwarm", fake)
    return fake


@pytest.fixture
def place(pytester: pytest.Pytester) -> pytest.Pytester:
    """Give a directory with an experiment in it."""
    (pytester.path / "fake.yaml").write_text(EXPERIMENT)
    # pytest-benchmark asks several programs about the processor, which takes a second.
    pytester.makeconftest("def pytest_benchmark_generate_machine_info(config): return {}")
    # The same plugins as here, none of their caches, and every warning an error.
    options = ("-p", "no:cacheprovider", "-W", "error", "--strict-markers")
    pytester.runpytest_inprocess = partial(  # type: ignore[method-assign]
        pytester.runpytest_inprocess, *options
    )
    return pytester


@pytest.fixture(autouse=True)
def not_a_worker_of_xdist(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an inner pytest-benchmark write its file, which workers of pytest-xdist do not."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
