"""From evidence to outcome: samples are made up, nothing is started."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_traces import CASE, NOW, THEN, fake_start, fake_try

from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.faults import judging
from coldwarm.studies.faults.catalog import FAULTS
from coldwarm.studies.study import Judgement

if TYPE_CHECKING:
    from coldwarm.run.attempt import Trace
    from coldwarm.run.sample import Sample

HIT = fake_start("warm")
ANEW = fake_start("warm", loaded_from_cache=False)
WRONG = fake_start("warm", outputs=THEN)
CRASHED = fake_start("warm", status="crashed", reason="ended by SIGBUS", outputs=())
HUNG = fake_start("warm", status="timeout", reason="no result after 30 s: killed", outputs=())
RAISED = fake_start(
    "warm",
    status="failed",
    reason="compile_model: RuntimeError: Exception from src/a.cpp:1:\n"
    "filesystem error: cannot remove: Permission denied [/home/x/12345678.blob]\n\n",
    outputs=(),
)
MESSAGE = (
    "compile_model raises RuntimeError: filesystem error: cannot remove: Permission denied [PATH]"
)
KILLED = fake_start("cold", status="crashed", reason="ended by SIGKILL", outputs=())


def tried(change: str, *starts: Sample, roles: str = "", **changes: Any) -> Trace:  # noqa: ANN401
    names = {"t": "try", "n": "next", "b": "before"}
    roles = roles or "t" + "n" * (len(starts) - 1)
    facts = {"roles": [names[role] for role in roles], "took_ms": [100.0] * len(starts)}
    facts |= changes.pop("facts", {})
    usual = {"study": "faults", "starts": starts, "facts": facts, "answers": {"now": NOW}}
    return fake_try(change, **{**usual, **changes})


def judged(*traces: Trace) -> list[tuple[str, str | None]]:
    return [
        (judgement.outcome, "; ".join(judgement.surprises) or None)
        for judgement in judging.judge(traces)
    ]


@pytest.mark.parametrize(
    ("trace", "outcome", "surprise"),
    [
        (tried("nothing", HIT), "hit", None),
        (tried("truncated", ANEW, HIT), "recovered", None),
        (tried("truncated", ANEW, ANEW), "uncached", None),
        (tried("full_disk", ANEW), "uncached", None),
        (tried("flipped_weights", WRONG), "wrong", judging.WRONG),
        (tried("truncated", replace(ANEW, outputs=THEN)), "wrong", judging.WRONG_ANEW),
        (tried("flipped_topology", CRASHED), "crash", "the process is ended by SIGBUS"),
        (tried("flipped_topology", HUNG), "hang", "hangs"),
        (tried("read_only_damaged", RAISED), "error", MESSAGE),
        (tried("encrypt_raises", RAISED), "error", None),
        (
            tried("truncated", ANEW, CRASHED),
            "crash",
            "the next start: the process is ended by SIGBUS",
        ),
        (tried("killed", KILLED, ANEW, HIT, roles="btn"), "recovered", None),
        (tried("killed", HIT, ANEW, HIT, roles="btn"), "skipped", None),
        (tried("truncated", HIT, answers={"now": None}), "not_comparable", None),
        (tried("truncated", fake_start("warm", status="unsupported")), "unsupported", None),
        (fake_try("killed", skipped="why"), "skipped", None),
    ],
)
def test_one_try(trace: Trace, outcome: str, surprise: str | None) -> None:
    assert judged(trace) == [(outcome, surprise)]


def test_the_other_models_answer_is_told_from_any_wrong_one() -> None:
    answers = {"now": NOW, "other_model": THEN}
    assert judged(
        tried("other_model", WRONG, answers=answers),
        tried("other_model", replace(WRONG, outputs=({"y": "?"},)), answers=answers),
    ) == [("wrong", judging.AS_OTHER), ("wrong", judging.WRONG)]


def test_a_cache_that_is_not_repaired_counts_only_where_the_case_ever_hits() -> None:
    never = replace(CASE, cache_mode="OPTIMIZE_SIZE")
    traces = [
        tried("nothing", HIT),
        tried("empty", ANEW, ANEW),
        tried("full_disk", ANEW),
        tried("nothing", ANEW, ANEW, case=never),
        tried("empty", ANEW, ANEW, case=never),
    ]
    surprises = [surprise for _, surprise in judged(*traces)]
    assert surprises == [None, judging.NEVER_AGAIN, None, NEVER_HITS, None]


def test_a_control_that_misses_once_is_told_from_one_that_never_hits() -> None:
    tries = (tried("nothing", HIT), tried("nothing", ANEW, HIT, number=1))
    assert judged(*tries) == [("hit", None), ("recovered", SHOULD_HIT)]
    assert judged(tries[1]) == [("recovered", NEVER_HITS)]


def test_a_cold_start_that_fails_is_a_finding_of_the_control() -> None:
    cold = replace(CRASHED, kind="cold")
    surprise = "the cold start: the process is ended by SIGBUS"
    alone = tried("empty", cold, facts={"roles": ["cold"]})
    assert judged(alone) == [("crash", surprise)]
    control = tried("nothing", cold, facts={"roles": ["cold"]})
    assert judged(control, alone) == [("crash", surprise), ("crash", None)]
    refused = fake_start("cold", status="unsupported", reason="no CACHE_MODE", outputs=())
    facts: dict[str, Any] = {"facts": {"roles": ["cold"]}, "answers": {"now": ()}}
    (judgement,) = judging.judge([tried("killed", refused, **facts)])
    assert (judgement.outcome, judgement.reason) == ("unsupported", "the cold start: no CACHE_MODE")


def test_what_fails_without_a_cache_too_is_not_put_down_to_the_fault() -> None:
    assert judged(tried("empty", CRASHED, answers={"now": ()})) == [("unsupported", None)]
    assert judged(tried("empty", HIT, answers={"now": ()})) == [("not_comparable", None)]


def test_an_encrypted_blob_that_is_replaced_by_one_in_clear_is_a_surprise() -> None:
    facts = {"sealed_before": True, "sealed_after": False}
    assert judged(tried("no_key", ANEW, HIT, facts=facts)) == [("recovered", judging.IN_CLEAR)]
    facts = {"sealed_before": True, "sealed_after": True}
    assert judged(tried("wrong_key", ANEW, HIT, facts=facts)) == [("recovered", None)]
    facts = {"sealed_before": False}
    assert judged(tried("no_key", ANEW, HIT, facts=facts)) == [("uncached", judging.DROPPED)]
    died = "the process is ended by SIGBUS"
    assert judged(tried("no_key", CRASHED, facts=facts)) == [("crash", died)]


def test_a_crowd_is_as_good_as_its_worst_start_and_shows_every_surprise() -> None:
    traces = [
        tried("stampede", ANEW, CRASHED, ANEW, CRASHED, HIT, roles="ttttn"),
        tried("stampede", ANEW, ANEW, HIT, ANEW, HIT, roles="ttttn"),
        tried("stampede", ANEW, CRASHED, RAISED, ANEW, HIT, roles="ttttn"),
    ]
    first, second, last = judging.judge(traces)
    died = "the process is ended by SIGBUS"
    assert (first.outcome, first.surprises, first.starts) == ("crash", {died: 2}, 4)
    assert (second.outcome, second.surprises, second.starts) == ("recovered", {}, 4)
    assert (last.outcome, last.surprises, last.starts) == ("crash", {died: 1, MESSAGE: 1}, 4)
    assert last.reason == f"1 of 4 starts: ended by SIGBUS; 1 of 4 starts: {MESSAGE}"


def test_the_start_after_a_crowd_is_none_of_it() -> None:
    (judgement,) = judging.judge([tried("stampede", ANEW, ANEW, CRASHED, roles="ttn")])
    assert judgement.reason == "the next start: ended by SIGBUS"
    assert judgement.surprises == {"the next start: the process is ended by SIGBUS": 0}


def test_after_each_crowd_the_next_start_must_hit() -> None:
    crowds = (ANEW, ANEW, ANEW, ANEW, ANEW, HIT)
    assert judged(tried("stampede", *crowds, roles="ttnttn")) == [("uncached", None)]


def test_with_the_api_import_an_error_is_as_it_should_be() -> None:
    case = replace(CASE, api="import")
    raised = replace(RAISED, case=case.axes())
    assert judged(tried("truncated", raised, case=case)) == [("error", None)]


def test_chance_is_left_out_of_messages() -> None:
    one, other = (
        replace(RAISED, reason=(RAISED.reason or "").replace("/home/x/1234", place))
        for place in ("/var/a/9876", "/srv/b/5555")
    )
    assert judging.message_of(one) == judging.message_of(other) == MESSAGE


def test_says_how_long_the_start_that_met_the_fault_took() -> None:
    facts = {"took_ms": [10.0, 250.0, 20.0]}
    (judgement,) = judging.judge([tried("killed", KILLED, ANEW, HIT, roles="btn", facts=facts)])
    assert judgement == Judgement("recovered", "answered right, a good blob", took_ms=250.0)


def test_every_fault_says_what_should_come_of_it() -> None:
    assert all(fault.due and fault.text for fault in FAULTS.values())
    assert all(fault.fine <= set(judging.WORDS) for fault in FAULTS.values())
