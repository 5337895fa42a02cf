"""A run as a file for other programs: one module per format, each with a function `write`."""

from __future__ import annotations

import importlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from coldwarm.analysis.frame import COLUMNS, WHOLE
from coldwarm.errors import ColdwarmError
from coldwarm.machine.durable_files import replace_file

if TYPE_CHECKING:
    import pandas as pd

    from coldwarm.analysis.analysed_run import AnalysedRun

TABLES = ("csv", "parquet")
"""Formats with one row per sample."""

BENCHMARKS = ("pytest-benchmark", "github-action-benchmark")
"""Formats with one time per case and kind of start, where all starts worked."""

FORMATS = (*TABLES, *BENCHMARKS, "junit")
"""Every format; the module of the same name writes it, and is imported only when it is used."""


class Writer(Protocol):
    """What a module of this package offers."""

    def write(self, content: Any, file: BinaryIO) -> None:  # noqa: ANN401
        """Write a run: a table takes its judged samples, every other format the analysed run."""


def export(analysed: AnalysedRun, fmt: str, destination: Path | BinaryIO) -> None:
    """Write a run in one of `FORMATS`.

    Args:
        analysed: the run.
        fmt: the format.
        destination: a file to create or replace, or a binary stream.

    Raises:
        ColdwarmError: when the file cannot be written, or the format needs a package that is
            not installed.
    """
    writer = cast("Writer", importlib.import_module(f"{__name__}.{fmt.replace('-', '_')}"))
    content = _with_whole_numbers(analysed.frame) if fmt in TABLES else analysed
    if not isinstance(destination, Path):
        writer.write(content, destination)
        return
    # What cannot be made whole must not cost the file that is there.
    whole = io.BytesIO()
    writer.write(content, whole)
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
