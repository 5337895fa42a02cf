"""The documentation's chart "caching_enabled", every width a measured median.

Three rows: without a cache, first load, further loads. Between read_model and compile_model stands
an arrow; the gap it needs is not time, and it is as wide as it must be for compile_model
to begin at the same place in all rows, so that what is right of the dashed line is the price of
writing the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Polygon

from coldwarm.charts import style
from coldwarm.charts.boxes import BLUE, Box, Layout, Panel, draw_ground, draw_line, draw_panel
from coldwarm.charts.sheet import Chart, Sheet
from coldwarm.charts.time_words import foot, load_words, speedup_words
from coldwarm.text.numbers import estimated_ms, ms

if TYPE_CHECKING:
    from coldwarm.charts.loadtimes import ApiTimes, LoadTimes

TITLE = "Caching enabled: without a cache, first load, further loads"

WIDTH, HEIGHT = 1088, 624
LEFT, RIGHT = 40, WIDTH - 40
ARROW = 70
ARROW_HEIGHT = 30

BACKDROP = "#b9d6e5"
READ_FILL, COMPILE_FILL = "#ffc599", "#86b3ca"
EXPORT_FILL, EXPORT_STROKE = "#4472c4", "#2f528f"

BACKDROPS = ((0, 142), (150, 290))
"""Top and height of each."""

TOPS = {"uncached": 8, "cold": 158, "warm": 306}
BODY = 440
LAYOUT = Layout(LEFT, RIGHT, 15, 28, 60, BACKDROP)
EXPORT_INSET = 9

TITLES = {
    "uncached": "Caching is disabled or not available",
    "cold": "Caching is enabled (very first load, model is not cached)",
    "warm": "2nd and further loads, cache file is available, compile_model is much faster now",
}
NOT_PROVEN = "2nd and further loads, no proven hit"
NOT_FASTER = "2nd and further loads, cache file is available, compile_model is not faster here"
COMPILE_LABELS = {
    "uncached": "core.compile_model",
    "cold": "core.compile_model (+ export)",
    "warm": "core.compile_model (import only)",
}

METHOD = (
    "Boxes are as wide as the medians of their phases, on one time scale; the gap at the arrow is "
    "no time. Load time: median of read_model + compile_model, its 95 % interval in brackets. "
    "Export: compile_model cold minus uncached, of the medians as drawn, and by rounds: estimated "
    "from each round's own difference; drawn when the interval of that excludes zero. Estimates of "
    "export and speedup: Hodges-Lehmann with 95 % intervals."
)


def draw(times: LoadTimes) -> Chart | None:
    """Return the chart, or None when not one of its rows was measured."""
    api = times.read_model
    if not api.phases:
        return None
    heading, said = f"Load times of {times.title}", finding(api)
    scale, start = _scale(api)
    with style.applied():
        sheet = Sheet(heading, said, BODY, foot(times, [api], METHOD), size=(WIDTH, HEIGHT))
        for top, height in BACKDROPS:
            draw_ground(sheet, top, height, BACKDROP)
        for kind, top in TOPS.items():
            draw_panel(sheet, _panel(api, kind, scale, start), top, LAYOUT)
            if kind in api.phases:
                _draw_arrow(sheet, start - ARROW + 8, _middle(kind), ARROW - 16)
        if api.drawn_export_ms:
            _draw_guide(sheet, start + api.phases["uncached"].compile_model_ms * scale)
        return Chart(TITLE, " ".join(f"{heading}. {_rows(api)} {said}".split()), sheet.figure)


def finding(api: ApiTimes) -> str:
    """Return what the chart says."""
    parts = []
    if "warm" in api.phases and api.speedup is not None:
        parts.append(f"Loading from the cache: {speedup_words(api.speedup)}.")
    if "cold" in api.phases and api.export_ms is not None:
        parts.append(f"{_export_words(api)}.")
    return " ".join(parts)


def _rows(api: ApiTimes) -> str:
    parts = []
    for kind, words in (("uncached", "Without a cache"), ("cold", "First load"), ("warm", "Later")):
        phases = api.phases.get(kind)
        parts.append(
            f"{words}: nothing drawn. {api.missing[kind]}"
            if phases is None
            else f"{words}: read_model {ms(phases.read_model_ms or 0)}, "
            f"compile_model {ms(phases.compile_model_ms)}."
        )
    return " ".join(parts)


def _scale(api: ApiTimes) -> tuple[float, float]:
    """Return pixels per millisecond, and where compile_model begins in every row."""
    read = max(phases.read_model_ms or 0 for phases in api.phases.values())
    longest = max(phases.compile_model_ms for phases in api.phases.values())
    scale = (RIGHT - LEFT - ARROW) / max(read + longest, 1e-6)
    return scale, LEFT + read * scale + ARROW


def _panel(api: ApiTimes, kind: str, scale: float, start: float) -> Panel:
    phases = api.phases.get(kind)
    if phases is None:
        return Panel(_title(api, kind), "", (), api.missing[kind])
    read_ms = phases.read_model_ms or 0
    export = (api.drawn_export_ms or 0) * scale if kind == "cold" else 0
    read = Box(
        LEFT, read_ms * scale, "core.read_model", ms(read_ms), READ_FILL, f"{kind}-read_model"
    )
    compiled = Box(
        start,
        phases.compile_model_ms * scale,
        COMPILE_LABELS[kind],
        ms(phases.compile_model_ms),
        COMPILE_FILL,
        f"{kind}-compile_model",
        taken=export,
    )
    boxes = [read, compiled, *([_export_box(api, compiled, export)] if export else [])]
    return Panel(_title(api, kind), _total(api, kind), boxes, "")


def _export_box(api: ApiTimes, compiled: Box, width: float) -> Box:
    return Box(
        compiled.right - width,
        width,
        "Export",
        "",
        EXPORT_FILL,
        "cold-export",
        stroke=EXPORT_STROKE,
        ink="#ffffff",
        inset=EXPORT_INSET,
        note=_export_words(api),
    )


def _middle(kind: str) -> float:
    return TOPS[kind] + LAYOUT.box_top + LAYOUT.box_height / 2


def _draw_arrow(sheet: Sheet, x: float, y: float, width: float) -> None:
    """Draw a block arrow to the right whose middle is at y."""
    neck, half, shaft = x + width - ARROW_HEIGHT * 0.55, ARROW_HEIGHT / 2, ARROW_HEIGHT / 4
    upper = [(x, y - shaft), (neck, y - shaft), (neck, y - half), (x + width, y)]
    lower = [(neck, y + half), (neck, y + shaft), (x, y + shaft)]
    sheet.add(Polygon([*upper, *lower], facecolor=BLUE, edgecolor="none"))


def _draw_guide(sheet: Sheet, x: float) -> None:
    half = LAYOUT.box_height / 2
    top, bottom = _middle("uncached") + half, _middle("cold") - half + EXPORT_INSET
    draw_line(sheet, (x, top), (x, bottom), dashed=True, name="guide")


def _title(api: ApiTimes, kind: str) -> str:
    uncached, warm = api.phases.get("uncached"), api.phases.get("warm")
    if kind == "warm" and warm is None:
        return NOT_PROVEN
    if kind == "warm" and uncached is not None and warm is not None:
        faster = warm.compile_model_ms < uncached.compile_model_ms
        return TITLES["warm"] if faster else NOT_FASTER
    return TITLES[kind]


def _total(api: ApiTimes, kind: str) -> str:
    if kind == "warm" and api.speedup is not None:
        # Beside the longest title there is room for one interval.
        return f"load time {ms(api.phases[kind].load_ms)}, {speedup_words(api.speedup)}"
    words = load_words(api.phases[kind])
    if kind == "cold" and api.drawn_export_ms is None and api.export_ms is not None:
        return f"{words}. {_export_words(api)}"
    return words


def _export_words(api: ApiTimes) -> str:
    """Return what writing the cache costs, with its interval, or why it is not drawn."""
    estimate, drawn = api.export_ms, api.drawn_export_ms
    if estimate is None:
        return ""
    if not estimate.bounded:
        return f"Export not drawn: {estimate.shortage}"
    by_rounds = f"by rounds {estimated_ms(estimate)}"
    if drawn is None:
        return f"Export not drawn: {by_rounds}"
    return f"Export: {ms(drawn)}, {by_rounds}"
