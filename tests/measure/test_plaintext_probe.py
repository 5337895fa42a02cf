from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from coldwarm.measure.plaintext_probe import WINDOW_BYTES, WINDOWS, count_clear_windows

if TYPE_CHECKING:
    from pathlib import Path


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311


class Files:
    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, name: str, content: bytes) -> Path:
        path = self.directory / name
        path.write_bytes(content)
        return path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_weights_in_clear_are_found_wherever_they_stand(files: Files) -> None:
    weights = noise(10_000)
    blob = files.write("blob", noise(77, 1) + weights + noise(5, 2))
    found = count_clear_windows(files.write("bin", weights), [blob], seed=1)
    assert found == (WINDOWS, WINDOWS)


def test_encrypted_weights_are_not_found(files: Files) -> None:
    weights = noise(10_000)
    blob = files.write("blob", bytes(byte ^ 0x55 for byte in weights))
    assert count_clear_windows(files.write("bin", weights), [blob], seed=1) == (0, WINDOWS)


def test_half_of_the_weights_gives_about_half_of_the_windows(files: Files) -> None:
    weights = noise(100_000)
    blob = files.write("blob", weights[:50_000])
    clear, windows = count_clear_windows(files.write("bin", weights), [blob], seed=1)
    assert windows == WINDOWS
    assert 0.2 < clear / windows < 0.8


def test_the_blobs_are_searched_together(files: Files) -> None:
    weights = noise(10_000)
    halves = [
        files.write("a", weights[: 5_000 + WINDOW_BYTES]),
        files.write("b", weights[5_000:]),
    ]
    found = count_clear_windows(files.write("bin", weights), halves, seed=1)
    assert found == (WINDOWS, WINDOWS)


def test_windows_of_one_repeated_value_prove_nothing_and_are_not_taken(files: Files) -> None:
    weights = files.write("bin", bytes(10_000))
    assert count_clear_windows(weights, [files.write("blob", bytes(10_000))], seed=1) == (0, 0)


def test_the_same_seed_takes_the_same_windows(files: Files) -> None:
    weights, blob = noise(100_000), noise(100_000)[:30_000]
    args = files.write("bin", weights), [files.write("blob", blob)]
    counts = [count_clear_windows(*args, seed=seed) for seed in (1, 1, 2, 3, 4)]
    assert counts[0] == counts[1]
    assert len(set(counts)) > 1


def test_what_is_smaller_than_a_window_is_passed_over(files: Files, tmp_path: Path) -> None:
    weights = files.write("bin", noise(10_000))
    tiny, empty, gone = files.write("t", b"x"), files.write("e", b""), tmp_path / "gone"
    assert count_clear_windows(weights, [tiny, empty, gone], seed=1) == (0, WINDOWS)
    assert count_clear_windows(tiny, [weights], seed=1) == (0, 0)
    assert count_clear_windows(files.write("one", noise(64)), [], seed=1) == (0, WINDOWS)


def test_of_a_model_that_is_a_directory_nothing_is_known(files: Files, tmp_path: Path) -> None:
    blob = files.write("blob", noise(10_000))
    assert count_clear_windows(tmp_path, [blob], seed=1) == (0, 0)
