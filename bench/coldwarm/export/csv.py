"""CSV: UTF-8, comma, line feed, a header; byte for byte the same for the same samples.

Numbers keep their last digit, missing values are empty, times are UTC in ISO 8601. Text that a
spreadsheet would run as a formula (it begins with ``=``, ``+``, ``-``, ``@``, tab or carriage
return) gets a leading apostrophe: names come from experiment files and from other people's runs.
Line ends inside a cell become line feeds, because few readers agree on a lone carriage return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

if TYPE_CHECKING:
    from typing import Any

FORMULA = r"\A(?=[=+\-@\t\r])"

LINE_END = r"\r\n?"

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def write(frame: pd.DataFrame, file: BinaryIO) -> None:
    """Write one row per sample."""
    cells = pd.DataFrame({name: _cells(frame[name]) for name in frame.columns})
    text = cells.to_csv(index=False, lineterminator="\n")
    file.write(text.encode())


def _cells(column: pd.Series[Any]) -> pd.Series[Any]:
    cells = column
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        cells = column.dt.strftime(TIME_FORMAT)
    elif pd.api.types.is_string_dtype(column.dtype):
        safe = column.str.replace(FORMULA, "'", regex=True)
        cells = safe.str.replace(LINE_END, "\n", regex=True)
    return cells
