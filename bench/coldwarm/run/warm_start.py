"""What a warm start was, by its evidence: the one definition of a proven hit.

The sampling rule and every report go by it, so that none settles what another calls unproven.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.run.proof import is_loaded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.run.reference_answers import ReferenceAnswers

    Record = Mapping[str, Any]

PROVEN = ("hit", "not_comparable")
"""Verdicts whose time is that of a start from the cache: a proven hit with no wrong answer."""


def chain_of(record: Record) -> tuple[Any, ...]:
    """Return what a warm start shares with its cold start, and with no other."""
    place = record.get("sitting", 0), record["round"], record["block"]
    return record["run_id"], record["case_id"], *place


def verdict_of(warm: Record, cold: Record | None, answers: ReferenceAnswers) -> str:
    """Return the verdict of a warm start that worked.

    Args:
        warm: a stored sample, or the fields of a `Sample`.
        cold: the start that wrote its blob, None where it is not known.
        answers: the references of the run.

    Returns:
        ``not_cached``, ``silent_miss``, ``partial``, ``hit``, ``stale``, ``wrong`` or
        ``not_comparable``.
    """
    if not warm.get("blobs_before"):
        return "not_cached"
    if not is_loaded(warm) or says_so_always(cold):
        return "silent_miss"
    if not left_blobs_alone(warm):
        return "partial"
    return answers.judge(warm, cold or warm)


def says_so_always(cold: Record | None) -> bool:
    """Return whether even the cold start, which found nothing, says that it was loaded."""
    return cold is not None and is_loaded(cold)


def left_blobs_alone(warm: Record) -> bool:
    """Return whether no blob was added, removed or rewritten."""
    return list(warm.get("blobs_before") or ()) == list(warm.get("blobs_after") or ())
