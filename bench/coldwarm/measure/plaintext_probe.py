"""Do the model's weights stand in clear in a blob? Look for some of them, byte for byte."""

from __future__ import annotations

import mmap
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WINDOW_BYTES = 64
WINDOWS = 50
MIN_DISTINCT_BYTES = 16
"""A window of zeros or of one repeated value stands everywhere and proves nothing."""

TRIES_PER_WINDOW = 20


def count_clear_windows(weights: Path, blobs: Sequence[Path], seed: int) -> tuple[int, int]:
    """Return (windows found verbatim in a blob, windows looked for).

    Args:
        weights: the file that holds the model's weights.
        blobs: the files of the cache.
        seed: of the places at which windows are taken.
    """
    windows = _pick(weights, seed)
    missing = set(windows)
    for blob in blobs:
        if not missing or not _has_window(blob):
            continue
        with blob.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            missing = {window for window in missing if data.find(window) < 0}
    return len(windows) - sum(window in missing for window in windows), len(windows)


def _has_window(file: Path) -> bool:
    return file.is_file() and file.stat().st_size >= WINDOW_BYTES


def _pick(weights: Path, seed: int) -> list[bytes]:
    if not _has_window(weights):
        return []
    size = weights.stat().st_size
    choose = random.Random(seed).randrange  # noqa: S311
    windows = []
    with weights.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for _ in range(WINDOWS * TRIES_PER_WINDOW):
            begin = choose(size - WINDOW_BYTES + 1)
            window = data[begin : begin + WINDOW_BYTES]
            if len(set(window)) >= MIN_DISTINCT_BYTES:
                windows.append(window)
            if len(windows) == WINDOWS:
                break
    return windows
