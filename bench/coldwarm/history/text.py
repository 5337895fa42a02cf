"""The history of a host for people: text of 80 columns, Markdown, or plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.analysis.host_match import label_of
from coldwarm.history.timeline import timelines
from coldwarm.stats.prediction import FEWEST_RUNS
from coldwarm.text.escaping import escape_markdown, markdown_table, one_line
from coldwarm.text.numbers import ABSENT, estimated_ratio, megabytes, ms, number, ratio

if TYPE_CHECKING:
    from coldwarm.history.runs import History
    from coldwarm.history.timeline import Point, Timeline

TITLES = ("run", "OpenVINO", "commit", "idx", "uncached", "cold", "warm", "speedup", "verdict")
CELLS = ("{:<16}", "{:<8}", "{:<8}", "{:>4}", "{:>8}", "{:>5}", "{:>5}", "{:>7}", "{}")
MARKDOWN_TITLES = (
    *("run", "OpenVINO", "commit", "speed index", "uncached", "cold", "warm"),
    *("speedup (95 %)", "peak memory, warm", "blob", "verdict"),
)

FAILED = "*"
SOME_FAILED = f"{FAILED} starts failed: the times are those of the others"


def render_text(history: History) -> str:
    """Return the history as text, a table per case."""
    lines = []
    for timeline in timelines(history.runs):
        lines += [
            one_line(timeline.name),
            _line(TITLES),
            *(_row(point) for point in timeline.points),
            "",
        ]
    return "\n".join([*lines, *notes(history)]) + "\n"


def render_markdown(history: History) -> str:
    """Return the history as Markdown, a table per case."""
    lines = []
    for timeline in timelines(history.runs):
        lines += [
            f"### {escape_markdown(timeline.name)}",
            "",
            *markdown_table(
                MARKDOWN_TITLES, map(_markdown_cells, timeline.points), "lll" + 7 * "r" + "l"
            ),
            "",
        ]
    return "\n".join([*lines, *(f"- {note}" for note in notes(history))]) + "\n"


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
    some_failed = any(case.failed_starts for run in history.runs for case in run.cases.values())
    judged = f"cases with {FEWEST_RUNS} runs, whose absolute times `coldwarm compare` judges too"
    return [
        *history.notes,
        *([f"{judged}: {enough} of {len(cases)}"] if history.one_machine else []),
        "times: median ms of a load; idx: ms to start and import, the machine's speed",
        *([SOME_FAILED] if some_failed else []),
        *history.damage,
    ]


def _row(point: Point) -> str:
    times = point.summary.load_ms
    cells = (number(value) for value in (times.uncached, times.cold, times.warm))
    verdict = point.summary.verdict + (FAILED if point.summary.failed_starts else "")
    head = (point.run.label, point.version, point.commit, number(point.run.speed_index_ms))
    return _line((*head, *cells, ratio(point.summary.speedup.value), verdict))


def _line(cells: tuple[str, ...]) -> str:
    return " ".join(map(str.format, CELLS, cells)).rstrip()


def _markdown_cells(point: Point) -> tuple[str, ...]:
    case = point.summary
    return (
        point.run.label,
        point.version or ABSENT,
        point.commit or ABSENT,
        ms(point.run.speed_index_ms),
        ms(case.load_ms.uncached),
        ms(case.load_ms.cold),
        ms(case.load_ms.warm),
        estimated_ratio(case.speedup),
        megabytes(case.peak_load_bytes.warm),
        megabytes(case.blob_bytes),
        f"{case.verdict} ({case.failed_words})" if case.failed_words else case.verdict,
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
