"""The history of a host as a document, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.analysis.host_match import label_of
from coldwarm.history.timeline import timelines
from coldwarm.stats.prediction import FEWEST_RUNS
from coldwarm.text.document import (
    MARKDOWN,
    Bullets,
    Cell,
    Column,
    Document,
    Group,
    Table,
    row,
    with_code,
)
from coldwarm.text.numbers import ABSENT, MB, RATIO_DIGITS, ends, number, ratio

if TYPE_CHECKING:
    from coldwarm.history.runs import History
    from coldwarm.history.timeline import Point, Timeline
    from coldwarm.text.document import Row

COLUMNS = (
    Column("run"),
    Column("OpenVINO"),
    Column("commit"),
    Column("speed index", "ms", numeric=True),
    Column("uncached", "ms", numeric=True),
    Column("cold", "ms", numeric=True),
    Column("warm", "ms", numeric=True),
    Column("speedup", numeric=True, notes=MARKDOWN),
    Column("peak memory, warm", "MB", numeric=True, only=MARKDOWN),
    Column("blob", "MB", numeric=True, only=MARKDOWN),
    Column("verdict"),
)


def history_document(history: History) -> Document:
    """Return the history case by case, and what it is good for."""
    groups = tuple(
        Group(timeline.name, tuple(map(_row, timeline.points)))
        for timeline in timelines(history.runs)
    )
    table = (Table(COLUMNS, groups, level=3),) if groups else ()
    return Document((*table, Bullets(tuple(map(with_code, notes(history))))))


def to_json(history: History) -> dict[str, Any]:
    """Return the history as a JSON object."""
    return {
        "runs": [
            {
                "run_id": run.run_id,
                "path": str(run.path),
                "host": label_of(run.header),
                "created_at": run.created_at,
                "openvino_versions": list(run.versions),
                "commit": run.commit or None,
                "speed_index_ms": run.speed_index_ms,
            }
            for run in history.runs
        ],
        "cases": [_timeline(timeline) for timeline in timelines(history.runs)],
        "notes": list(history.notes),
        "damage": list(history.damage),
    }


def notes(history: History) -> list[str]:
    """Return what the columns mean and what the history is good for."""
    cases = [timeline.case_id for timeline in timelines(history.runs)]
    enough = sum(history.counts.get(case_id, 0) >= FEWEST_RUNS for case_id in cases)
    judged = f"cases with {FEWEST_RUNS} runs, whose absolute times `coldwarm compare` judges too"
    return [
        *history.notes,
        *([f"{judged}: {enough} of {len(cases)}"] if history.one_machine else []),
        "uncached, cold, warm: median load time",
        "speed index: time to start and import, which tells how fast the machine was",
        *history.damage,
    ]


def _row(point: Point) -> Row:
    case, times = point.summary, point.summary.load_ms
    speedup = case.speedup
    return row(
        point.run.label,
        point.version or ABSENT,
        point.commit or ABSENT,
        number(point.run.speed_index_ms),
        *(number(each) for each in (times.uncached, times.cold, times.warm)),
        Cell(ratio(speedup.value), ends(speedup, RATIO_DIGITS)),
        *(number(size and size / MB) for size in (case.peak_load_bytes.warm, case.blob_bytes)),
        Cell(case.verdict, case.failed_words),
    )


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {
        "case_id": timeline.case_id,
        "name": timeline.name,
        "points": [
            {"run_id": point.run.run_id, **_plain(point.summary.flat())}
            for point in timeline.points
        ],
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    left_out = ("run_id", "case_id", "name")
    return {key: value for key, value in row.items() if key not in left_out}
