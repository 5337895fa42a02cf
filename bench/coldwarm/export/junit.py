"""JUnit XML, which every CI server shows: of a run, or of a comparison.

A silent miss, a wrong answer or a regression is a ``failure``; starts that failed are an
``error``; what is unsupported, or known and expected, is ``skipped`` with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree as ET

from coldwarm.analysis import metrics as m
from coldwarm.analysis.host_match import label_of
from coldwarm.compare import phrasing
from coldwarm.compare.expectations import expectations_of
from coldwarm.export import outcome as o
from coldwarm.export.timings import timings
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.compare import Comparison
    from coldwarm.compare.result import CaseResult
    from coldwarm.export.timings import Timing

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped; what a dying process prints may be anything."""

TAGS = {o.FAILED: "failure", o.ERROR: "error", o.SKIPPED: "skipped", o.KNOWN: "skipped"}


@dataclass(frozen=True)
class Test:
    """One test case.

    Attributes:
        name: of the test.
        result: one of the results of `coldwarm.export.outcome`.
        message: why it did not pass.
        kind: what the message is about, in a word.
        seconds: how long it took, None where nothing was measured.
        facts: what else is known about it.
        printed: more lines about it.
    """

    name: str
    result: str
    message: str = ""
    kind: str = ""
    seconds: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    printed: tuple[str, ...] = ()


def write(analysed: AnalysedRun, file: BinaryIO) -> None:
    """Write a run: one test per case and kind, its median load time as its duration."""
    header = analysed.run.header
    today = datetime.now(UTC).date()
    tests = [_of_timing(timing, header, today) for timing in timings(analysed)]
    name = str((header.get("experiment") or {}).get("name", "coldwarm"))
    attributes = {"timestamp": analysed.frame["started_at"].min().strftime("%Y-%m-%dT%H:%M:%S")}
    if header.get("identity"):
        attributes["hostname"] = label_of(header)
    _write(name, tests, attributes, (), file)


def write_comparison(comparison: Comparison, file: BinaryIO) -> None:
    """Write a comparison: one test per case, its regressions as its failure."""
    tests = [_of_comparison(case) for case in comparison.cases]
    tests += [
        Test(each.partition(": ")[0], o.SKIPPED, each, "dropped") for each in comparison.dropped
    ]
    tests += [Test(name, o.SKIPPED, "only in the base") for name in comparison.only_base]
    tests += [Test(name, o.SKIPPED, "only in the head") for name in comparison.only_head]
    told = (
        phrasing.headline(comparison),
        *phrasing.setting(comparison),
        *comparison.failures,
        *comparison.warnings,
        *comparison.news,
        *phrasing.closing(comparison),
    )
    _write("coldwarm compare", tests, {}, told, file)


def _of_timing(timing: Timing, header: Mapping[str, Any], today: date) -> Test:
    outcome = o.outcome_of(timing, expectations_of(header), today)
    median = vars(timing.summary.load_ms)[timing.kind]
    return Test(
        timing.name,
        outcome.result,
        outcome.sentence,
        timing.verdict,
        None if median is None else median / 1e3,
        {"load_ms": median, **timing.facts()},
        outcome.news,
    )


def _of_comparison(case: CaseResult) -> Test:
    verdict = case.result(m.VERDICT.name)
    base, head = (verdict.base, verdict.head) if verdict is not None else (None, None)
    worse = [phrasing.sentence(case, result) for result in case.results if result.is_regression]
    known = [phrasing.sentence(case, result) for result in case.results if result.excuse]
    facts = {result.metric.name: result.head for result in case.results}
    if head == "failed" and known and not worse:
        return Test(case.name, o.KNOWN, "\n".join(known), "failed", None, facts)
    if head == "failed" or (case.failed and not worse):
        failed = f"{case.name}: {counted(case.failed, 'start')} of the head failed"
        return Test(case.name, o.ERROR, "\n".join(worse) or failed, "failed", None, facts)
    if worse:
        return Test(case.name, o.FAILED, "\n".join(worse), "regression", None, facts)
    if verdict is not None and head == "unsupported":
        both = "unsupported on both sides"
        reason = both if base == head else phrasing.sentence(case, verdict)
        return Test(case.name, o.SKIPPED, reason, "", None, facts)
    return Test(case.name, o.PASSED, facts=facts, printed=tuple(known))


def _write(
    name: str,
    tests: Iterable[Test],
    attributes: Mapping[str, str],
    told: Iterable[str],
    file: BinaryIO,
) -> None:
    suite = ET.Element("testsuite", {"name": _clean(name), **attributes})
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    seconds = 0.0
    for test in tests:
        suite.append(_testcase(name, test))
        counts["tests"] += 1
        seconds += test.seconds or 0.0
        tag = TAGS.get(test.result)
        if tag is not None:
            counts[tag if tag == "skipped" else f"{tag}s"] += 1
    totals = {key: str(value) for key, value in counts.items()} | {"time": repr(seconds)}
    suite.attrib |= totals
    printed = "\n".join(told)
    if printed:
        ET.SubElement(suite, "system-out").text = _clean(printed)
    root = ET.Element("testsuites", totals)
    root.append(suite)
    ET.indent(root)
    file.write(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _testcase(suite: str, test: Test) -> ET.Element:
    element = ET.Element("testcase", {"classname": _clean(suite), "name": _clean(test.name)})
    if test.seconds is not None:
        element.set("time", repr(test.seconds))
    facts = {key: value for key, value in test.facts.items() if value is not None}
    if facts:
        properties = ET.SubElement(element, "properties")
        for key, value in facts.items():
            ET.SubElement(properties, "property", {"name": key, "value": _clean(str(value))})
    tag = TAGS.get(test.result)
    if tag is not None:
        first, _, _ = test.message.partition("\n")
        problem = ET.SubElement(element, tag, {"message": _clean(first)})
        if test.kind:
            problem.set("type", _clean(test.kind))
        problem.text = _clean(test.message)
    if test.printed:
        ET.SubElement(element, "system-out").text = _clean("\n".join(test.printed))
    return element


def _clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
