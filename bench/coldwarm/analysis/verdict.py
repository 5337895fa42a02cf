"""Evidence to verdict: what each warm start really was, why, and what can be done about it.

Works on stored records. Verdicts are derived whenever a run is read: a warm start may have been
measured before its baseline, and these rules improve while the evidence stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from coldwarm.analysis.answer_check import Finding, explain_answer
from coldwarm.analysis.asked import zero_words
from coldwarm.analysis.contradictions import contradictions
from coldwarm.analysis.frame import frame_from_records, text_series
from coldwarm.experiment.axes import LLM
from coldwarm.run.proof import FILE, is_loaded, proof_of
from coldwarm.run.reference_answers import ReferenceAnswers
from coldwarm.run.sample import OUT_OF_TIME
from coldwarm.run.warm_start import chain_of, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldwarm.run.store import Run

LLM_MISSED = "compiled again, no error: the pipeline wrote its blob anew"

SAYS_SO_ALWAYS = (
    "LOADED_FROM_CACHE is true even at the cold start, which found nothing to load: nothing proves "
    "a hit"
)

KEEP_ALL = "check that every blob of this device is kept"

DROPPED = "dropped"
"""What a start is that was not made for lack of time: nothing that could be good or bad."""

Record = dict[str, Any]


class Judge:
    """Judges the records of one run.

    Args:
        records: stored samples of the run, warm and cold.
        references: stored references of the run.
    """

    def __init__(self, records: Iterable[Record], references: Iterable[Record]) -> None:
        self._cold = {chain_of(record): record for record in records if record["kind"] == "cold"}
        self._answers = ReferenceAnswers(references)

    def judge(self, record: Record) -> Finding:
        """Return what this start was, and what the runtime says to the contrary."""
        if record["status"] != "ok":
            return _not_ok(record)
        if record["kind"] != "warm":
            return Finding(None)
        cold = self._cold_of(record)
        finding = self._explain(verdict_of(record, cold, self._answers), record, cold)
        if finding.verdict == "not_cached":
            return finding
        said = contradictions(record, cold, loaded=proof_of(record)["loaded"])
        return finding._replace(reason="; ".join(filter(None, (finding.reason, *said))))

    def _explain(self, verdict: str, record: Record, cold: Record | None) -> Finding:
        if verdict == "not_cached":
            return _not_cached(record, cold)
        if verdict == "silent_miss" and is_loaded(record):
            return Finding(verdict, SAYS_SO_ALWAYS)
        if verdict == "silent_miss":
            return _silent_miss(record, cold)
        if verdict == "partial":
            return _partial(record)
        return explain_answer(verdict, record, cold or record, self._answers)

    def _cold_of(self, record: Record) -> Record | None:
        return self._cold.get(chain_of(record))


def judge_all(records: Sequence[Record], references: Iterable[Record]) -> list[Finding]:
    """Return a finding for each record, in their order."""
    judge = Judge(records, references)
    return [judge.judge(record) for record in records]


def made(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the judged samples without those that were dropped for lack of time."""
    return frame[frame["verdict"] != DROPPED]


def _not_ok(record: Record) -> Finding:
    status, reason = record["status"], record.get("reason") or record["status"]
    if status == "unsupported":
        return Finding("unsupported", record.get("reason") or "", record.get("remedy") or "")
    if status == "dropped" and reason == OUT_OF_TIME:
        return Finding(
            DROPPED,
            "not measured, the time budget had no room for it",
            "raise `time_budget`, or measure fewer cases with --only",
        )
    return Finding("failed", reason, zero_words(record.get("zero_inputs") or ()))


def _not_cached(record: Record, cold: Record | None) -> Finding:
    # AUTO lacks the capability and caches all the same.
    if record.get("export_import") is False and not record["case"]["device"].startswith("AUTO"):
        return Finding(
            "not_cached",
            "the device does not list EXPORT_IMPORT, so OpenVINO compiles at every start",
        )
    if cold is None:
        return Finding(
            "not_cached",
            "there was no blob, and the record of the cold start is missing",
            "measure its block again with --resume",
        )
    if cold.get("blobs_after"):
        return Finding("not_cached", "the blob that the cold start wrote was gone")
    return Finding(
        "not_cached",
        "the cold start left no blob, and OpenVINO said nothing",
        "check that the cache directory is writable and its disk has room",
    )


def _silent_miss(record: Record, cold: Record | None) -> Finding:
    case = record["case"]
    if case.get("api") == LLM:
        return _llm_miss(record)
    if proof_of(record)["loaded"] is None:
        return Finding(
            "silent_miss", "the device does not report LOADED_FROM_CACHE: nothing proves a hit"
        )
    raised = (record.get("encryption") or {}).get("error")
    if raised:
        return Finding(
            "silent_miss",
            f"compiled again, no error: the decrypt callback raised {raised}",
            _remedy_of_codec(str(case.get("encryption"))),
        )
    lost = _names(cold, "blobs_after") - _names(record, "blobs_before") if cold else set()
    if lost:
        return Finding(
            "silent_miss",
            f"compiled again, no error: blobs that the cold start wrote were gone "
            f"({', '.join(sorted(lost))})",
            KEEP_ALL,
        )
    reason = (
        f"compiled again, no error: LOADED_FROM_CACHE is false beside a blob; {_written(record)}"
    )
    if case.get("cache_mode") != "OPTIMIZE_SIZE":
        return Finding("silent_miss", reason)
    is_ir = any(name.endswith(".xml") for name in record.get("model_digests") or {})
    properties = case.get("properties") or {}
    if not is_ir:
        return Finding("silent_miss", reason, "use OPTIMIZE_SPEED, or convert the model to IR")
    if case.get("api") == "read_model" and "WEIGHTS_PATH" not in properties:
        return Finding(
            "silent_miss",
            reason,
            'pass WEIGHTS_PATH: "${model_bin}", use compile_model(path), or OPTIMIZE_SPEED',
        )
    return Finding("silent_miss", reason, "use OPTIMIZE_SPEED")


def _partial(record: Record) -> Finding:
    by_file = proof_of(record)["by"] == FILE
    loaded = "the file was imported" if by_file else "LOADED_FROM_CACHE is true"
    return Finding(
        "partial",
        f"{loaded}, but the start changed the cache: {_changed_blobs(record)}",
        KEEP_ALL,
    )


def _remedy_of_codec(encryption: str) -> str:
    """Return what helps when a callback could not decrypt what it had encrypted."""
    if ":" in encryption:
        return f"see that {encryption} decrypts what it encrypted"
    damage = "delete the cache directory: the blob is damaged"
    if encryption == "aes-256-gcm":
        return f"decrypt with the key that encrypted the blob; if it was that key, {damage}"
    return damage


def _llm_miss(record: Record) -> Finding:
    """Return what is known of a pipeline that did not map the blob that lay there."""
    if proof_of(record)["loaded"] is None:
        return Finding(
            "silent_miss",
            "the pipeline neither mapped a blob into memory nor wrote one: nothing proves a hit",
        )
    properties = record["case"].get("properties") or {}
    if properties.get("ATTENTION_BACKEND") == "SDPA":
        return Finding("silent_miss", LLM_MISSED, "use OPTIMIZE_SPEED")
    return Finding("silent_miss", LLM_MISSED, "pass ATTENTION_BACKEND: SDPA")


def _names(record: Record, inventory: str) -> set[str]:
    return {blob["name"] for blob in record.get(inventory) or ()}


def _written(record: Record) -> str:
    """Return what a start that missed did to the cache, without the names of blobs."""
    changed = _changed_blobs(record)
    ways = [way for way in ("added", "rewritten", "removed") if f" {way}" in changed]
    return f"a blob was {' and '.join(ways)}" if ways else "no blob was added or rewritten"


def _changed_blobs(record: Record) -> str:
    before = {blob["name"]: blob for blob in record.get("blobs_before") or ()}
    after = {blob["name"]: blob for blob in record.get("blobs_after") or ()}
    words = [
        *(f"{name} removed" for name in before.keys() - after.keys()),
        *(f"{name} added" for name in after.keys() - before.keys()),
        *(
            f"{name} rewritten"
            for name in before.keys() & after.keys()
            if before[name] != after[name]
        ),
    ]
    return ", ".join(sorted(words))


def judged_frame(runs: Iterable[Run]) -> pd.DataFrame:
    """Return the samples of runs with their `verdict`, `verdict_reason` and `remedy`.

    Starts that are not judged have no verdict.
    """
    frames = []
    for run in runs:
        findings = judge_all(run.records, run.references)
        frame = frame_from_records(run.records)
        frame["verdict"] = text_series([finding.verdict for finding in findings])
        frame["verdict_reason"] = text_series([finding.reason for finding in findings])
        frame["remedy"] = text_series([finding.remedy for finding in findings])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
