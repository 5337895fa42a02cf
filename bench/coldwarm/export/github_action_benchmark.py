"""JSON for github-action-benchmark, tool ``customSmallerIsBetter``: medians, a line per number.

Load times in milliseconds, sizes in bytes. What was not proven, or of which starts
failed, has no line, so that a chart has a gap there and no false point.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from coldwarm.export.timings import timings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.export.timings import Timing

MS_PER_S = 1e3


def write(analysed: AnalysedRun, file: BinaryIO) -> None:
    """Write the load time of each case and kind, its peak memory, and the size of the blob."""
    entries = [entry for timing in timings(analysed) for entry in _entries(timing)]
    text = json.dumps(entries, indent=2, allow_nan=False, ensure_ascii=False)
    file.write(text.encode() + b"\n")


def _entries(timing: Timing) -> Iterator[dict[str, Any]]:
    summary, kind = timing.summary, timing.kind
    if not timing.is_benchmark:
        return
    first, third = np.quantile(timing.load_s, (0.25, 0.75), method="hazen")
    yield {
        "name": f"{summary.name}: {kind} load time",
        "unit": "ms",
        "value": vars(summary.load_ms)[kind],
        "range": f"± {(third - first) / 2 * MS_PER_S:.1f}",
        "extra": "\n".join(_words(timing)),
    }
    yield from _bytes(f"{summary.name}: {kind} peak memory", vars(summary.peak_load_bytes)[kind])
    if kind == "cold":
        yield from _bytes(f"{summary.name}: blob", summary.blob_bytes)


def _bytes(name: str, size: float | None) -> Iterator[dict[str, Any]]:
    if size is not None:
        yield {"name": name, "unit": "bytes", "value": size}


def _words(timing: Timing) -> Iterator[str]:
    yield f"median of {len(timing.load_s)} starts, ± half the interquartile range"
    speedup = timing.summary.speedup
    if timing.kind == "warm" and speedup.value is not None:
        yield f"speedup {speedup.value:.2f}"
    if timing.summary.failed_words:
        yield f"failed starts: {timing.summary.failed_words}"
    if timing.summary.verdicts:
        yield f"warm starts: {timing.summary.verdicts}"
