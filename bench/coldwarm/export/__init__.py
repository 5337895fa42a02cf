"""A run as a file for other programs: one module per format, each with a function `write`."""

from __future__ import annotations

import importlib
import io
import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from coldwarm.analysis.frame import COLUMNS, WHOLE
from coldwarm.errors import ColdwarmError
from coldwarm.machine.durable_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

TABLES = ("csv", "parquet")
"""Formats with one row per sample."""

BENCHMARKS = ("pytest-benchmark", "github-action-benchmark")
"""Formats with one time per case and kind of start, where all starts worked."""

FORMATS = (*TABLES, *BENCHMARKS, "junit")
"""Every format; the module of the same name writes it, and is imported only when it is used."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Writer(Protocol):
    """What a module of this package offers."""

    def write(self, frame: pd.DataFrame, file: BinaryIO, header: Mapping[str, Any]) -> None:
        """Write judged samples, with what the format has room for of the run's header."""


def export(
    frame: pd.DataFrame,
    fmt: str,
    destination: Path | BinaryIO,
    header: Mapping[str, Any] = NOTHING,
) -> None:
    """Write samples in one of `FORMATS`.

    Args:
        frame: judged samples, with the columns of `coldwarm.analysis.frame` and those added.
        fmt: the format.
        destination: a file to create or replace, or a binary stream.
        header: what run.json says about the run.

    Raises:
        ColdwarmError: when the file cannot be written, or the format needs a package that is
            not installed.
    """
    writer = cast("Writer", importlib.import_module(f"{__name__}.{fmt.replace('-', '_')}"))
    rows = _with_whole_numbers(frame) if fmt in TABLES else frame
    if not isinstance(destination, Path):
        writer.write(rows, destination, header)
        return
    # What cannot be made whole must not cost the file that is there.
    whole = io.BytesIO()
    writer.write(rows, whole, header)
    try:
        _replace(destination, whole.getvalue())
    except OSError as err:
        msg = f"cannot write {destination}: {err.strerror or err}"
        raise ColdwarmError(msg) from err


def _replace(destination: Path, content: bytes) -> None:
    """Put a file in place whole; what is no plain file, such as a device, is written to."""
    place = destination.resolve()
    if place.exists() and not (place.is_file() and os.access(place.parent, os.W_OK)):
        place.write_bytes(content)
        return
    replace_file(place, content)


def _with_whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with counts and bytes as whole numbers: NaN had made floats of them."""
    whole = {column.name for column in COLUMNS if column.holds == WHOLE}
    return frame.astype(dict.fromkeys(whole.intersection(frame.columns), "Int64"))
