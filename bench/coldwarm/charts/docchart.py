"""What the documentation's two charts have in common: heading, footnote, words instead of boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.charts.style import INK, MUTED
from coldwarm.charts.text import printable, width_px, wrapped
from coldwarm.text.numbers import RATIO_DIGITS, ends, interval, ms, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.charts.canvas import Canvas
    from coldwarm.charts.loadtimes import ApiTimes, LoadTimes, Phases
    from coldwarm.text.numbers import Estimate

MARGIN = 16
HEADER_SIZE = 18
SMALL = 12
WORDS_SIZE = 14

TOTAL_SIZES = (14, 13, 12, 11, 10)
"""Font sizes tried for what a panel adds up to."""

KIND_WORDS = {"uncached": "uncached", "cold": "cold", "warm": "proven warm"}


def draw_header(canvas: Canvas, times: LoadTimes) -> None:
    """Write what was measured above the chart, on one line."""
    version = printable(f"OpenVINO {times.openvino_version}" if times.openvino_version else "")
    version = wrapped(version, SMALL, canvas.width * 0.35, lines=1)
    room = canvas.width - 3 * MARGIN - width_px(version, SMALL)
    title = wrapped(printable(times.title), HEADER_SIZE, room, lines=1, bold=True)
    canvas.write(MARGIN, 26, title, size=HEADER_SIZE, bold=True, vertical="center")
    canvas.write(
        canvas.width - MARGIN,
        27,
        version,
        size=SMALL,
        colour=MUTED,
        align="right",
        vertical="center",
    )


def draw_footer(
    canvas: Canvas, times: LoadTimes, apis: Sequence[ApiTimes], top: float, method: str
) -> None:
    """Write below the chart which cases it shows, of how many starts, measured how and where."""
    cases = [wrapped(_case_words(api), SMALL, _room(canvas), lines=1) for api in apis if api.phases]
    host = wrapped(printable(times.host), SMALL, _room(canvas), lines=1)
    text = "\n".join([*cases, wrapped(method, SMALL, _room(canvas), lines=3), host])
    canvas.write(MARGIN, top, text.strip(), size=SMALL, colour=MUTED)


def draw_title(
    canvas: Canvas,
    title: str,
    total: str,
    top: float,
    limits: tuple[float, float],
    *,
    size: float,
    ground: str,
    colour: str = INK,
) -> None:
    """Write a panel's title at the left and what it adds up to at the right, on one line."""
    left, right = limits
    bold = colour != INK
    room = right - left - width_px(title, size, bold=bold) - 2 * MARGIN
    fitting = (small for small in TOTAL_SIZES if width_px(total, small, bold=True) <= room)
    canvas.write(left, top, title, size=size, colour=colour, bold=bold, ground=ground)
    canvas.write(
        right,
        top + 1,
        total,
        size=next(fitting, TOTAL_SIZES[-1]),
        align="right",
        bold=True,
        ground=ground,
    )


def draw_words(canvas: Canvas, words: str, x: float, y: float, width: float) -> None:
    """Write why nothing is drawn, where the boxes would stand."""
    text = wrapped(printable(words), WORDS_SIZE, width, lines=4)
    canvas.write(x, y, text, size=WORDS_SIZE, style="italic")


def load_words(phases: Phases) -> str:
    """Return a median load time with its interval: ``load time 160 ms (150 to 172)``."""
    words = f"load time {ms(phases.load_ms)}"
    return f"{words} ({interval(*phases.load_interval)})" if phases.load_interval else words


def speedup_words(speedup: Estimate) -> str:
    """Return a speedup with its interval: ``2.43 times as fast (2.31 to 2.55)``."""
    words, between = f"{ratio(speedup.value)} times as fast", ends(speedup, RATIO_DIGITS)
    return f"{words} ({between})" if between else words


def _case_words(api: ApiTimes) -> str:
    counts = ", ".join(f"{phases.starts} {KIND_WORDS[kind]}" for kind, phases in api.phases.items())
    return f"Case {printable(api.case)}: {counts} starts."


def _room(canvas: Canvas) -> float:
    return canvas.width - 2 * MARGIN
