"""The starts of one kind of a case, or of a baseline: how many worked, and what they were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from coldwarm.analysis.verdict import DROPPED
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import FAILURES
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

COLUMNS = (
    *("status", "verdict", "verdict_reason", "remedy", "load_ms"),
    *("outputs_digest", "inputs_digest", "openvino_version", "memory_method"),
)
"""What is used of a frame."""


class Judged(NamedTuple):
    """The starts with one verdict.

    Attributes:
        starts: how many there are.
        first: place of the first of them among all starts.
        reason: why, of the first.
        remedy: what can be done, of the first.
    """

    starts: int
    first: int
    reason: str
    remedy: str


@dataclass(frozen=True, eq=False)
class StartsOfKind:
    """The starts of one kind.

    Attributes:
        planned: how many there are, those that were dropped for lack of time included.
        judged: verdict to the starts that have it; most uncached and cold starts have none.
        failures: how many failed themselves.
        load_ms: load times of those that worked, of warm ones of proven hits, in the order of
            measuring.
        answers: digests of the answers of uncached starts and hits.
        inputs: digests of what those starts were asked; empty where they did not record it.
        versions: the OpenVINO versions of starts that worked.
        memory_methods: how memory was read.
    """

    planned: int = 0
    judged: Mapping[str, Judged] = field(default_factory=dict)
    failures: int = 0
    load_ms: tuple[float, ...] = ()
    answers: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    memory_methods: frozenset[str] = frozenset()

    @property
    def made(self) -> int:
        """Return how many starts were made, those included that failed before they began."""
        return self.planned - self.count(DROPPED)

    @property
    def failed(self) -> int:
        """Return how many failed, or could not be made because their cold start failed."""
        return self.count("failed")

    @property
    def worst(self) -> str | None:
        """Return the worst verdict, None where nothing was judged."""
        return worst(self.judged)

    def count(self, verdict: str) -> int:
        """Return how many starts have a verdict."""
        return self.judged[verdict].starts if verdict in self.judged else 0


def worst(verdicts: Collection[str]) -> str | None:
    """Return the worst of some verdicts, None of none."""
    return next((verdict for verdict in VERDICTS if verdict in verdicts), None)


def together(kinds: Iterable[StartsOfKind]) -> dict[str, Judged]:
    """Return the verdicts of starts of several kinds, with reason and remedy of the first."""
    found: dict[str, Judged] = {}
    for kind in kinds:
        for verdict, judged in kind.judged.items():
            known = found.get(verdict)
            first = judged if known is None or judged.first < known.first else known
            starts = judged.starts + (known.starts if known else 0)
            found[verdict] = first._replace(starts=starts)
    return found


def starts_of_kind(group: pd.DataFrame, kind: str) -> StartsOfKind:
    """Return what the starts of one kind were.

    Args:
        group: those starts, indexed by their place among all, with `COLUMNS` as plain objects.
        kind: ``uncached``, ``cold`` or ``warm``.
    """
    status, verdict, reasons, remedies, load, answers, inputs, versions, methods = (
        group[name].tolist() for name in COLUMNS
    )
    places = group.index.tolist()
    counts: Counter[str] = Counter(each for each in verdict if isinstance(each, str))
    firsts = {name: verdict.index(name) for name in counts}
    good = [place for place, each in enumerate(status) if each == "ok"]
    counting = good if kind != "warm" else [place for place in good if verdict[place] in PROVEN]
    answering = good if kind == "uncached" else [n for n in good if verdict[n] == "hit"]
    return StartsOfKind(
        planned=len(status),
        judged={
            name: Judged(counts[name], places[place], reasons[place], remedies[place])
            for name, place in firsts.items()
        },
        failures=sum(each in FAILURES for each in status),
        load_ms=tuple(load[place] for place in counting if load[place] == load[place]),
        answers=_words(answers, answering),
        inputs=_words(inputs, answering),
        versions=_words(versions, good),
        memory_methods=_words(methods, good),
    )


def _words(values: list[str | None], places: list[int]) -> frozenset[str]:
    found = {values[place] for place in places}
    return frozenset(each for each in found if isinstance(each, str))
