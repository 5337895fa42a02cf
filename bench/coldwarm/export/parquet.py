"""Parquet: typed columns for pandas, DuckDB and the like. Needs pyarrow, an optional extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from coldwarm.errors import ColdwarmError

if TYPE_CHECKING:
    import pandas as pd


def write(frame: pd.DataFrame, file: BinaryIO) -> None:
    """Write one row per sample.

    Raises:
        ColdwarmError: when pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to import
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError as err:
        msg = (
            "parquet needs pyarrow, which is not installed: "
            'pip install ".[parquet]" in a clone of coldwarm'
        )
        raise ColdwarmError(msg) from err
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), file)
