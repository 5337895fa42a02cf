from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, FakeModel, fake_frame, fake_run

from coldwarm.charts.loadtimes import LoadTimes, load_times

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

HOSTILE = [
    r"$x_1$ $\frac{1}{0}$ \alpha",
    "<img src=x onerror=alert(1)> --> ]]> <!-- </svg><script>",
    "x" * 200,
    "word " * 40,
    "line\nbreak\ttab\r bell\a escape\x1b[31m nul\0 caf\udce9",
    "日本語 🙂 \u202e right to left",
    "",
]
"""Model names from experiment files and from other people's runs."""


@pytest.fixture(params=HOSTILE, ids=ascii)
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def hostile_names() -> list[str]:
    return HOSTILE


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """A run of two models, with hits, silent misses, failures and an unsupported device."""
    return fake_frame(
        fake_run(models=("resnet50", "gpt2"), devices=("CPU", "GPU"), failure_rate=0.03)
    )


@pytest.fixture(scope="session")
def times_of() -> Callable[..., LoadTimes]:
    """Return the load times of a made-up run of one model on a machine without noise."""

    def build(model: FakeModel | None = None, **options: object) -> LoadTimes:
        settings: dict[str, object] = {"noise": QUIET, **options}
        if model:
            settings |= {"models": ("m",), "times": {"m": model}}
        (times,) = load_times(fake_frame(fake_run(**settings)))  # type: ignore[arg-type]
        return times

    return build
