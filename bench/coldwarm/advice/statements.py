"""What the evidence says beside the advice itself, one function per topic.

Each yields statements or nothing. Differences are only called differences when an interval says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice.choice import FEW_ROUNDS_MARGIN, compare, difference, outcome_of
from coldwarm.advice.words import coverage, sentence, setting, storage_doubt
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.decision import PAIRED_THRESHOLD
from coldwarm.stats.ranks import fewest_pairs
from coldwarm.stats.shift import ALPHA
from coldwarm.text.numbers import (
    USUAL_BASIS,
    counted,
    estimated_ms,
    estimated_ratio,
    estimated_times,
    listed,
    megabytes,
    ms,
    percent,
    seen_ratio,
    starts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.advice.choice import Choice, Rounds
    from coldwarm.analysis.cases import CaseSummary

COUNTS = f"proven, and above {100 * PAIRED_THRESHOLD:g} %"

SIZE_STEP_BYTES = 1e5
"""Blobs that differ by less are of one size: they hold paths and versions of different length."""


@dataclass(frozen=True)
class Statement:
    """One thing that the evidence says.

    Attributes:
        topic: what it is about, such as ``fastest`` or ``encryption``.
        text: a sentence or two.
        case_ids: the cases whose samples it rests on.
    """

    topic: str
    text: str
    case_ids: tuple[str, ...] = ()


def is_proven(case: CaseSummary) -> bool:
    """Return whether all warm starts of a case were proven hits, next to uncached ones."""
    return case.verdict in PROVEN and case.speedup.value is not None


def confidence(best: CaseSummary) -> Iterator[Statement]:
    """Say how sure the answer is where it is less sure than usual."""
    speedup = best.speedup
    if speedup.confidence is None or speedup.is_full:
        return
    more = fewest_pairs(ALPHA)
    text = (
        f"{counted(speedup.rounds, 'round')} give {speedup.basis} confidence, and each of them "
        f"shows a change of at least {FEW_ROUNDS_MARGIN:g} times. {more} rounds give "
        f"{USUAL_BASIS}."
    )
    yield Statement("confidence", text, (best.case_id,))


def fastest(choice: Choice, load: Rounds) -> Iterator[Statement]:
    """Compare the advised setting with the others by warm load time."""
    best = choice.best
    text = f"{setting(best)} loads in {ms(best.load_ms.warm)} when warm"
    ids = [best.case_id]
    if not choice.ties and not choice.worse:
        text += ": the only setting to advise, so there is nothing to compare"
    if choice.ties:
        text += (
            f". Against {listed([setting(case) for case in choice.ties])} there is no difference "
            f"that counts ({COUNTS}); it is the simplest of them"
        )
        ids += [case.case_id for case in choice.ties]
    if choice.worse:
        second = min(choice.worse, key=lambda case: load[case.case_id].median())
        slower = compare(load[second.case_id], load[choice.lowest.case_id])
        than = "it" if choice.lowest is best else setting(choice.lowest)
        text += f". {setting(second)} takes {estimated_times(slower)} as long as {than}"
        ids.append(second.case_id)
    yield Statement("fastest", f"{text}.", tuple(ids))


def smallest(proven: Sequence[CaseSummary], best: CaseSummary) -> Iterator[Statement]:
    """Name the setting with the smallest blob; the advised one where it is as small."""
    sized = [case for case in proven if case.blob_bytes]
    if not sized:
        return
    least = min(
        sized, key=lambda case: (round((case.blob_bytes or 0) / SIZE_STEP_BYTES), case is not best)
    )
    text = f"{megabytes(least.blob_bytes)} of cache with {setting(least)}"
    if least is not best:
        text += f", {megabytes(best.blob_bytes)} with {setting(best)}"
    text += f"; the model's files have {megabytes(best.model_bytes)}."
    yield Statement("smallest", text, (least.case_id,))


def leanest(choice: Choice | None, best: CaseSummary) -> Iterator[Statement]:
    """Name the setting with the lowest peak memory; the advised one where it is as lean."""
    if choice is None:
        return
    close = (choice.best, *choice.ties)
    least = best if best in close else choice.best
    text = f"A warm load peaks at {megabytes(least.peak_load_bytes.warm)} with {setting(least)}"
    if least is not best:
        text += f", at {megabytes(best.peak_load_bytes.warm)} with {setting(best)}"
    text += f"; without the cache at {megabytes(best.peak_load_bytes.uncached)}"
    if least is best and len(close) > 1:
        text += f". Against {counted(len(close) - 1, 'other setting')} no difference that counts"
    yield Statement("leanest", f"{text}.", (least.case_id,))


def pays_back(best: CaseSummary) -> Iterator[Statement]:
    """Tell what writing the cache costs, and how many starts pay that back."""
    tax, even = best.cold_tax_ms, best.break_even
    if tax.value is None:
        return
    cost = estimated_ms(tax)
    if tax.low is not None and tax.low <= 0:
        text = (
            f"What writing the cache costs the first start is not distinguishable from zero: {cost}"
        )
    else:
        text = f"Writing the cache makes the first start {cost} longer"
        if even.confidence is not None and even.high is not None and even.high <= 1:
            text += f"; the first warm start pays that back ({starts(even.value)} would do)"
        elif best.break_even_words:
            text += f"; paid back by: {best.break_even_words}"
    yield Statement("pays back", f"{text}.", (best.case_id,))


def first_result(best: CaseSummary) -> Iterator[Statement]:
    """Tell what the gain of loading means from process start to first result."""
    speedup, times = best.first_inference_speedup, best.first_inference_ms
    if speedup.value is None:
        return
    text = (
        f"From process start to first result {ms(times.uncached)} without the cache, "
        f"{ms(times.warm)} with it: {estimated_ratio(speedup)} times as fast."
    )
    if outcome_of(best.speedup) == "use" and outcome_of(speedup) != "use":
        text += " What loading gains is not proven to arrive there."
    yield Statement("first result", text, (best.case_id,))


def answers(best: CaseSummary) -> Iterator[Statement]:
    """Warn when nothing could be said about the answers of the advised setting."""
    if best.verdict == "not_comparable":
        text = "Without a cache the model does not answer the same twice: answers not compared."
        yield Statement("answers", text, (best.case_id,))


def encryption(
    cases: Sequence[CaseSummary], best: CaseSummary | None, load: Rounds
) -> Iterator[Statement]:
    """Tell for each codec what it really covers and what it costs."""
    codecs = dict.fromkeys(case.axes["encryption"] for case in cases)
    for codec in codecs:
        encrypted = [case for case in cases if case.axes["encryption"] == codec]
        ignored = [case for case in encrypted if case.callbacks_ignored]
        covered = [
            case
            for case in encrypted
            if case not in ignored and case.encrypted_share is not None and codec != "none"
        ]
        if ignored:
            yield Statement(
                "encryption",
                f"{codec} was asked for and the device never called the callbacks: the blob is "
                f"unencrypted with {listed([setting(case) for case in ignored])}.",
                _ids(ignored),
            )
        if covered:
            yield _covered(codec, covered, cases, best, load)


def _covered(
    codec: str,
    covered: Sequence[CaseSummary],
    cases: Sequence[CaseSummary],
    best: CaseSummary | None,
    load: Rounds,
) -> Statement:
    like_best = {**best.axes, "encryption": codec} if best is not None else None
    shown = next((case for case in covered if case.axes == like_best), covered[0])
    text = f"{setting(shown)}: {coverage(shown)}."
    shares = [case.encrypted_share or 0.0 for case in covered]
    if max(shares) > min(shares):
        text += f" Over {len(covered)} settings: {percent(min(shares))} to {percent(max(shares))}."
    return Statement("encryption", text + _cost(shown, cases, load), _ids(covered))


def _cost(case: CaseSummary, cases: Sequence[CaseSummary], load: Rounds) -> str:
    plain, calls = (_twin(case, cases, codec) for codec in ("none", "identity"))
    if plain is None or not is_proven(case):
        return ""
    cost = compare(load[case.case_id], load[plain.case_id])
    text = f" Loading takes {estimated_times(cost)} as long as without"
    if cost.low <= 1 <= cost.high:
        text += ": no cost that could be proven"
    if calls is not None and calls is not case:
        calling = difference(load[calls.case_id], load[plain.case_id])
        codec = case.axes["encryption"]
        cipher = difference(load[case.case_id], load[calls.case_id])
        text += f". Calling adds {estimated_ms(calling)}, {codec} itself {estimated_ms(cipher)}"
    return f"{text}."


def _twin(case: CaseSummary, cases: Sequence[CaseSummary], codec: str) -> CaseSummary | None:
    """Return the proven case that differs in its encryption alone."""
    axes = {**case.axes, "encryption": codec}
    return next((each for each in cases if each.axes == axes and is_proven(each)), None)


def doubts(best: CaseSummary) -> Iterator[Statement]:
    """Warn when the files were perhaps not where the storage axis wanted them."""
    doubt = storage_doubt(best)
    if doubt:
        yield Statement("storage", sentence(doubt), (best.case_id,))


def other_storages(group: Sequence[CaseSummary], best: CaseSummary) -> Iterator[Statement]:
    """Tell what the advised setting does where the files are not in the page cache."""
    for case in group:
        storage = case.axes["storage"]
        if case is not best and case.axes == {**best.axes, "storage": storage} and is_proven(case):
            text = (
                f"With storage {storage}: {ms(case.load_ms.uncached)} without the cache, "
                f"{ms(case.load_ms.warm)} with it, {estimated_ratio(case.speedup)} times as fast."
            )
            text = f"{text} {sentence(storage_doubt(case))}".rstrip()
            yield Statement("storage", text, (case.case_id,))


def not_advised(cases: Iterable[CaseSummary], best: CaseSummary | None) -> Iterator[Statement]:
    """Name the settings that were not proven, those of one reason together."""
    same: dict[tuple[str, str, str], list[CaseSummary]] = {}
    for case in cases:
        if case.verdict not in PROVEN:
            same.setdefault((case.verdict, case.reason, case.remedy), []).append(case)
        elif case is not best and is_proven(case) and outcome_of(case.speedup) is None:
            text = (
                f"{setting(case)}: too few rounds, {seen_ratio(case.speedup)} times as fast in "
                f"{case.speedup.rounds}."
            )
            yield Statement("not advised", text, (case.case_id,))
    for (verdict, reason, remedy), group in same.items():
        names = listed([setting(case) for case in group])
        cure = f" Remedy: {remedy}." if remedy else ""
        yield Statement("not advised", f"{names}: {verdict}. {sentence(reason)}{cure}", _ids(group))


def _ids(cases: Iterable[CaseSummary]) -> tuple[str, ...]:
    return tuple(case.case_id for case in cases)
