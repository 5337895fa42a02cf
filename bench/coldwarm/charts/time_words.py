"""What the documentation's two charts say in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.charts.lettering import printable
from coldwarm.text.numbers import RATIO_DIGITS, ends, interval, ms, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.charts.loadtimes import ApiTimes, LoadTimes, Phases
    from coldwarm.text.numbers import WithInterval

KIND_WORDS = {"uncached": "uncached", "cold": "cold", "warm": "proven warm"}


def load_words(phases: Phases) -> str:
    """Return a median load time with its interval: ``load time 160 ms (150 to 172)``."""
    words = f"load time {ms(phases.load_ms)}"
    return f"{words} ({interval(*phases.load_interval)})" if phases.load_interval else words


def speedup_words(speedup: WithInterval) -> str:
    """Return a speedup with its interval: ``2.43 times as fast (2.31 to 2.55)``."""
    words, between = f"{ratio(speedup.value)} times as fast", ends(speedup, RATIO_DIGITS)
    return f"{words} ({between})" if between else words


def foot(times: LoadTimes, apis: Sequence[ApiTimes], method: str) -> str:
    """Return which cases a chart shows, of how many starts, measured how, where and with what.

    Args:
        times: what was measured.
        apis: those of it that the chart shows.
        method: how to read the chart.
    """
    cases = [_case_words(api) for api in apis if api.phases]
    version = f"OpenVINO {times.openvino_version}" if times.openvino_version else ""
    place = ", ".join(map(printable, filter(None, [version, times.host])))
    return "\n".join([*cases, method, place])


def _case_words(api: ApiTimes) -> str:
    counts = ", ".join(f"{phases.starts} {KIND_WORDS[kind]}" for kind, phases in api.phases.items())
    return f"Case {printable(api.case)}: {counts} starts."
