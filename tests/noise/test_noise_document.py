from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldwarm.noise import MetricNoise, NoiseReport
from coldwarm.noise.noise_document import noise_document
from coldwarm.text.markdown import render_markdown
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.text.document import Document

GOLDEN = Path(__file__).parent / "golden"

REPORT = NoiseReport(
    run_id="20261001T120000Z-quick-noise",
    host="vm",
    tests=2,
    threshold=0.05,
    false_alarms=0.021,
    cases=(
        MetricNoise(
            "resnet50 / CPU / path",
            "warm_load",
            12,
            0.131,
            smallest=0.204,
            rounds=((0.05, None), (0.1, 42), (0.2, 18)),
        ),
        MetricNoise(
            "resnet50 / CPU / path",
            "cold_load",
            12,
            0.2,
            flagged=True,
            rounds=((0.05, None), (0.1, None), (0.2, 60)),
        ),
        MetricNoise("vgg19 / CPU / read_model / OPTIMIZE_SIZE", "warm_load", 0, None),
    ),
)


@pytest.mark.parametrize(
    ("render", "name"), [(render_terminal, "text.txt"), (render_markdown, "text.md")]
)
def test_looks_as_expected(render: Callable[[Document], str], name: str) -> None:
    assert render(noise_document(REPORT)) == (GOLDEN / name).read_text(encoding="utf-8")


def test_fits_a_terminal() -> None:
    assert max(map(len, render_terminal(noise_document(REPORT)).splitlines())) <= 80
