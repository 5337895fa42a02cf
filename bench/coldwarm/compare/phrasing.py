"""A comparison in words and numbers, for every format that people read."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.compare.explanations import EXPLAINED
from coldwarm.compare.result import BETTER, INCONCLUSIVE, SHOWN
from coldwarm.text.numbers import ABSENT, counted, megabytes, ms, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldwarm.analysis.metrics import Metric
    from coldwarm.compare.result import CaseResult, Comparison, MetricChange, MetricResult, SideInfo

SMALLEST_P = 0.001
SMALL_PERCENT = 0.95
"""Below it a change is shown with one decimal, lest something real be called zero."""


def headline(comparison: Comparison) -> str:
    """Return the verdict of the whole comparison in one line."""
    total = counted(len(comparison.cases), "case")
    if not comparison.cases:
        parts = ["Nothing compared: base and head have no case in common"]
    elif comparison.regressed:
        parts = [f"REGRESSION: {len(comparison.regressed)} of {total} got worse"]
    else:
        parts = [f"No regression found in {total}"]
        better = sum(1 for case in comparison.cases if case.verdicts & set(BETTER))
        open_cases = sum(1 for case in comparison.cases if INCONCLUSIVE in case.verdicts)
        parts += [f"{better} got better"] if better else []
        parts += [f"{open_cases} partly inconclusive"] if open_cases else []
    if comparison.dropped:
        parts.append(f"{len(comparison.dropped)} dropped for lack of time")
    if comparison.failed_starts:
        parts.append(failed_starts(comparison))
    return ", ".join(parts)


def failed_starts(comparison: Comparison) -> str:
    """Return how many starts failed, as a heading: what failed can have no number below."""
    return f"{counted(comparison.failed_starts, 'start')} FAILED"


def setting(comparison: Comparison) -> list[str]:
    """Return what stands on the two sides, a line each."""
    base, head = comparison.base, comparison.head
    shorts = [_short(side.versions) for side in (base, head)]
    # Builds of one version are told apart by what follows the number.
    if shorts[0] == shorts[1] and base.versions != head.versions:
        shorts = [", ".join(side.versions) for side in (base, head)]
    if comparison.axis is not None:
        return [
            f"{head.label} against {base.label}, neighbouring starts in pairs",
            f"run {_side(head, shorts[1])}",
        ]
    return [
        f"base {_side(base, shorts[0])}",
        f"head {_side(head, shorts[1])}",
        *(f"differs: {each}" for each in comparison.differences),
    ]


def _short(versions: tuple[str, ...]) -> str:
    return ", ".join(dict.fromkeys(version.partition("-")[0] for version in versions))


def _side(side: SideInfo, version: str) -> str:
    parts = [
        side.run_id,
        f"on {side.host}" if side.host else "",
        f"OpenVINO {version}" if version else "",
        f"commit {side.commit}" if side.commit else "",
        f"speed index {side.speed_index_ms:.0f} ms" if side.speed_index_ms else "",
    ]
    return ", ".join(filter(None, parts))


def rule(comparison: Comparison) -> str:
    """Return what decided, and what a change must reach."""
    names = [m.METRICS[name].label for name in comparison.deciding]
    threshold = f"{100 * comparison.threshold:g} %"
    return (
        f"Deciding: {', '.join(names)} (threshold {threshold}), peak memory, blob size, encrypted "
        "share, verdict and answer; all other metrics are informational."
    )


def select(comparison: Comparison, kind: str) -> list[tuple[CaseResult, MetricResult]]:
    """Return the results of one kind.

    ``worse``, ``excused``, ``better``, ``open``, ``changed``, or ``told``: answers that do not
    decide.
    """
    tests: dict[str, Callable[[MetricResult], bool]] = {
        "worse": lambda result: result.is_regression,
        "excused": lambda result: result.is_excused,
        "better": lambda result: result.verdict in BETTER,
        "open": lambda result: result.verdict == INCONCLUSIVE,
        "changed": lambda result: result.verdict == "changed",
        "told": lambda result: result.metric is m.ANSWER and not result.decides,
    }
    return [
        (case, result)
        for case in comparison.cases
        for result in case.results
        if tests[kind](result)
    ]


def sentences(comparison: Comparison, kind: str) -> list[str]:
    """Return one sentence per result of a kind; what all lack for the same reason is said once."""
    found = select(comparison, kind)
    alike = Counter((result.metric, result.reason) for _, result in found)
    told: dict[str, None] = {}
    for case, result in found:
        count = alike[result.metric, result.reason]
        of_all = result.reason.startswith("too few") or result.reason.endswith(EXPLAINED)
        short = count > 1 and (kind == "told" or (kind == "open" and of_all))
        together = f"{result.metric.subject} of {count} cases: {result.reason}"
        told[together if short else sentence(case, result)] = None
    return list(told)


def sentence(case: CaseResult, result: MetricResult) -> str:
    """Return one finding as a sentence, such as "resnet50 / CPU / path: warm start 12 % slower"."""
    subject, reason = result.metric.subject, result.reason
    if result.metric.unit == "word":
        told = f"{subject} {_sides(result)}"
    elif result.change is None:
        told = f"{subject} {result.verdict}: {_sides(result)}"
    elif result.verdict == INCONCLUSIVE:
        told = f"{subject} inconclusive, {signed(result.change)} {_bounds(result, signed_ends)}"
    else:
        told = f"{subject} {_moved(result)} {_bounds(result, _plain_ends)}{_detail(case, result)}"
    tail = f": {reason}" if reason else ""
    return f"{case.name}: {told.rstrip()}{tail}{f' ({result.excuse})' if result.excuse else ''}"


def _moved(result: MetricResult) -> str:
    change, metric = result.change, result.metric
    if change is None:
        return ""
    word = metric.larger if change.value > 1 else metric.smaller
    return f"{_percent(abs(change.value - 1))} {word}"


def _bounds(result: MetricResult, ends: Callable[[MetricChange], str]) -> str:
    interval = ends(result.change) if result.change is not None else ""
    return f"({', '.join(filter(None, (interval, _samples(result))))})"


def _detail(case: CaseResult, result: MetricResult) -> str:
    if result.metric is not m.SPEEDUP:
        return f", {_sides(result)}" if result.metric not in m.TIMES else ""
    parts = [f", {_sides(result)}"]
    for metric in (m.UNCACHED_LOAD, m.WARM_LOAD):
        found = case.result(metric.name)
        if found is not None:
            parts.append(f"{metric.label.removesuffix(' load time')} {_sides(found)}")
    return "; ".join(parts)


def both(result: MetricResult) -> str:
    """Return what the two sides have, once where it is the same word."""
    return f"{result.base} on both sides" if result.base == result.head else _sides(result)


def _sides(result: MetricResult) -> str:
    return f"{value(result.metric, result.base)}, now {value(result.metric, result.head)}"


def _samples(result: MetricResult) -> str:
    n, more = result.base_samples, result.head_samples
    if more is not None:
        return f"{n} and {more} rounds"
    return counted(n, result.sampled.removesuffix("s"))


def _plain_ends(change: MetricChange) -> str:
    """Return the interval of a change that has a direction, the smaller end first."""
    if change.low is None or change.high is None:
        return ""
    if change.low < 1 < change.high:
        return signed_ends(change)
    near, far = sorted((abs(change.low - 1), abs(change.high - 1)))
    return f"{_digits(near)} to {_digits(far)} %"


def _percent(share: float) -> str:
    return f"{_digits(share)} %"


def _digits(share: float) -> str:
    """Return per cents: whole ones, but not "0" for what is small and real."""
    hundredths = 100 * share
    if hundredths and hundredths < 1:
        return f"{hundredths:.{min(3, -math.floor(math.log10(hundredths)))}f}"
    return f"{hundredths:.0f}"


def same_line(case: CaseResult) -> str:
    """Return one line on a case in which nothing changed."""
    verdict = case.result(m.VERDICT.name)
    parts = []
    if verdict is not None and verdict.base != "hit":
        known = f" ({verdict.excuse})" if verdict.excuse else ""
        parts.append(f"{both(verdict)}{known}")
    for result in case.results:
        if result.decides and result.change is not None and result.change.p is not None:
            ends = signed_ends(result.change)
            parts.append(f"{result.metric.subject} {signed(result.change)} ({ends})")
    return ": ".join(filter(None, (case.name, ", ".join(parts))))


def is_quiet(case: CaseResult) -> bool:
    """Return whether nothing that decides is anything but the same."""
    return case.verdicts <= {"same"}


def closing(comparison: Comparison) -> Iterable[str]:
    """Return what remains to be said: sight, rule."""
    if comparison.sight:
        yield f"{comparison.sight}."
    yield rule(comparison)


def verdict(result: MetricResult) -> str:
    """Return the verdict of a result as tables show it."""
    return "info" if result.verdict == SHOWN else result.verdict


def value(metric: Metric, number: float | str | None) -> str:
    """Return a value of a metric with its unit."""
    if number is None or isinstance(number, str):
        return number or ("none" if metric.unit == "word" else ABSENT)
    if metric.unit == "x":
        return f"{number:.2f} x"
    return {"ms": ms, "bytes": megabytes, "share": percent}[metric.unit](number)


def samples(result: MetricResult) -> str:
    """Return on how many samples a result rests: pairs, rounds of each side, or earlier runs."""
    n, more = result.base_samples, result.head_samples
    if not n and not more:
        return ""
    return f"{n}+{more}" if more is not None else f"{n}{'' if result.sampled == 'pairs' else 'r'}"


def signed(change: MetricChange) -> str:
    """Return a change with its sign."""
    if not change.relative:
        return f"{change.value:+.0f} ms"
    return f"{_signed(change.value)} %"


def signed_ends(change: MetricChange) -> str:
    """Return the interval of a change with signs, empty where it has none."""
    if change.low is None or change.high is None:
        return ""
    if not change.relative:
        return f"{change.low:+.0f} to {change.high:+.0f}"
    return f"{_signed(change.low)} to {_signed(change.high)} %"


def p_value(change: MetricChange | None) -> str:
    """Return the adjusted p value of what decides, the plain one of what is informational."""
    if change is None:
        return ""
    p = change.p if change.adjusted_p is None else change.adjusted_p
    if p is None:
        return ""
    return f"<{SMALLEST_P}" if p < SMALLEST_P else f"{p:.3f}"


def _signed(ratio: float) -> str:
    change = 100 * (ratio - 1)
    if abs(change) < SMALL_PERCENT:
        return f"{change:+.1f}" if round(change, 1) else "0"
    return f"{change:+.0f}"
