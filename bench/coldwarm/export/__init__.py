"""Samples as files for other programs: one module per format, each with a function `write`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from coldwarm.errors import ColdwarmError
from coldwarm.frames import COLUMNS, WHOLE

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "parquet")
"""Every format; the module of the same name writes it, and is imported only when it is used."""


class Writer(Protocol):
    """What a module of this package offers."""

    def write(self, frame: pd.DataFrame, file: BinaryIO) -> None:
        """Write one row per sample."""


def export(frame: pd.DataFrame, fmt: str, destination: Path | BinaryIO) -> None:
    """Write samples in one of `FORMATS`.

    Args:
        frame: samples, with the columns of `coldwarm.frames` and whichever were added.
        fmt: the format.
        destination: a file to create or replace, or a binary stream.

    Raises:
        ColdwarmError: when the file cannot be written, or the format needs a package that is
            not installed.
    """
    writer = cast("Writer", importlib.import_module(f"{__name__}.{fmt}"))
    rows = _with_whole_numbers(frame)
    if not isinstance(destination, Path):
        writer.write(rows, destination)
        return
    try:
        with destination.open("wb") as file:
            writer.write(rows, file)
    except OSError as err:
        msg = f"cannot write {destination}: {err.strerror or err}"
        raise ColdwarmError(msg) from err


def _with_whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with counts and bytes as whole numbers: NaN had made floats of them."""
    whole = {column.name for column in COLUMNS if column.holds == WHOLE}
    return frame.astype(dict.fromkeys(whole.intersection(frame.columns), "Int64"))
