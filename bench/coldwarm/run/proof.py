"""Was a start loaded from what an earlier one had stored? One field of a stored start, one reader.

Each application has its own way to tell: a flag of the runtime, a blob that is mapped into the
memory of the process, a file that was loaded as the whole of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict  # pydantic takes that of `typing` from Python 3.12 on

from coldwarm.experiment.axes import LLM

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAG, MAPPED, FILE = "flag", "mapped", "file"


class Proof(TypedDict):
    """Whether a start was loaded, and what says so.

    Attributes:
        loaded: None where nothing tells.
        by: `FLAG` (the runtime says so), `MAPPED` (a blob was mapped into memory) or `FILE` (there
            is nothing but the stored file that it could have been loaded from).
    """

    loaded: bool | None
    by: str


def proof_of(record: Mapping[str, Any]) -> Proof:
    """Return the proof of a stored start that came to its first result.

    Runs of before there was one field hold it as LOADED_FROM_CACHE, which an imported model
    never has.

    Args:
        record: a stored sample, or the fields of a `Sample`.
    """
    stored: Proof | None = record.get("proof")
    if stored is not None:
        return stored
    api = record["case"].get("api")
    if api == "import":
        return {"loaded": record["kind"] == "warm", "by": FILE}
    return {"loaded": record.get("loaded_from_cache"), "by": MAPPED if api == LLM else FLAG}


def is_loaded(record: Mapping[str, Any]) -> bool:
    """Return whether something proves that the start was loaded."""
    return proof_of(record)["loaded"] is True
