"""The documentation's chart "caching_enabled", every width a measured median.

Three rows: no cache, first load, further loads; read_model and compile_model in each, on one time
scale. The gap in which an arrow stands is no time: it is as wide as it must be for compile_model
to begin at the same place in all rows, so that what is right of the dashed line is the price of
writing the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.charts import style
from coldwarm.charts.boxes import BLUE, Box, draw_row
from coldwarm.charts.canvas import Canvas
from coldwarm.charts.docchart import (
    draw_footer,
    draw_header,
    draw_title,
    draw_words,
    load_words,
    speedup_words,
)
from coldwarm.text.numbers import estimated_ms, ms

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from coldwarm.charts.loadtimes import ApiTimes, LoadTimes

WIDTH, HEIGHT = 1088, 624
LEFT, RIGHT = 40, WIDTH - 40
ARROW = 70
ARROW_HEIGHT = 30

BACKDROP = "#b9d6e5"
READ_FILL, COMPILE_FILL = "#ffc599", "#86b3ca"
EXPORT_FILL, EXPORT_STROKE = "#4472c4", "#2f528f"

BACKDROPS = ((52, 144), (206, 298))
"""Top and height of each."""

ROW_TOPS = {"uncached": 60, "cold": 214, "warm": 366}
BOX_TOP, BOX_HEIGHT = 28, 64
EXPORT_INSET = 9
FOOTER_TOP = 514

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


def draw(times: LoadTimes) -> Figure | None:
    """Return the chart, or None when not one of its rows was measured."""
    api = times.read_model
    if not api.phases:
        return None
    with style.applied():
        canvas = Canvas(WIDTH, HEIGHT)
        draw_header(canvas, times)
        for top, height in BACKDROPS:
            canvas.box(16, top, WIDTH - 32, height, fill=BACKDROP, stroke=BLUE, layer=0)
        scale, start = _scale(api)
        for kind in ROW_TOPS:
            _draw_kind(canvas, api, kind, scale, start)
        _draw_guide(canvas, api, scale, start)
        draw_footer(canvas, times, [api], FOOTER_TOP, METHOD)
        return canvas.figure


def alt_text(times: LoadTimes) -> str:
    """Return what the chart shows, in words."""
    api = times.read_model
    parts = [f"Load times of {times.title}."]
    for kind, words in (("uncached", "Without a cache"), ("cold", "First load"), ("warm", "Later")):
        phases = api.phases.get(kind)
        if phases is None:
            parts.append(f"{words}: nothing drawn. {api.missing[kind]}")
            continue
        parts.append(
            f"{words}: read_model {ms(phases.read_model_ms or 0)}, "
            f"compile_model {ms(phases.compile_model_ms)}."
        )
    if "warm" in api.phases and api.speedup is not None:
        parts.append(f"Loading from the cache: {speedup_words(api.speedup)}.")
    if "cold" in api.phases and api.export_ms is not None:
        parts.append(f"{_export_words(api)}.")
    return " ".join(" ".join(parts).split())


def _scale(api: ApiTimes) -> tuple[float, float]:
    """Return pixels per millisecond, and where compile_model begins in every row."""
    read = max(phases.read_model_ms or 0 for phases in api.phases.values())
    longest = max(phases.compile_model_ms for phases in api.phases.values())
    scale = (RIGHT - LEFT - ARROW) / max(read + longest, 1e-6)
    return scale, LEFT + read * scale + ARROW


def _draw_kind(canvas: Canvas, api: ApiTimes, kind: str, scale: float, start: float) -> None:
    top = ROW_TOPS[kind]
    phases = api.phases.get(kind)
    total = _total(api, kind) if phases else ""
    draw_title(canvas, _title(api, kind), total, top, (LEFT, RIGHT), size=15, ground=BACKDROP)
    if phases is None:
        draw_words(canvas, api.missing[kind], LEFT, top + BOX_TOP, RIGHT - LEFT)
        return
    read_ms = phases.read_model_ms or 0
    export = api.drawn_export_ms or 0 if kind == "cold" else 0
    read = Box(
        LEFT,
        read_ms * scale,
        "core.read_model",
        ms(read_ms),
        READ_FILL,
        f"{kind}-read_model",
    )
    compiled = Box(
        start,
        phases.compile_model_ms * scale,
        COMPILE_LABELS[kind],
        ms(phases.compile_model_ms),
        COMPILE_FILL,
        f"{kind}-compile_model",
        taken=export * scale,
    )
    boxes = [read, compiled]
    if export:
        boxes.append(_export_box(api, compiled, export * scale))
    box_top = top + BOX_TOP
    draw_row(
        canvas,
        boxes,
        top=box_top,
        height=BOX_HEIGHT,
        limits=(LEFT, RIGHT),
        ground=BACKDROP,
    )
    canvas.arrow(
        start - ARROW + 8,
        box_top + (BOX_HEIGHT - ARROW_HEIGHT) / 2,
        ARROW - 16,
        ARROW_HEIGHT,
        colour=BLUE,
    )


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


def _draw_guide(canvas: Canvas, api: ApiTimes, scale: float, start: float) -> None:
    if not api.drawn_export_ms:
        return
    x = start + api.phases["uncached"].compile_model_ms * scale
    top = ROW_TOPS["uncached"] + BOX_TOP + BOX_HEIGHT
    bottom = ROW_TOPS["cold"] + BOX_TOP + EXPORT_INSET
    canvas.line((x, top), (x, bottom), colour=BLUE, dashed=True, name="guide")


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
