from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment.study import FAULTS, INVALIDATION, Study

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.experiment import Experiment

    Read = Callable[..., Experiment]

HEAD = "name: x\nmatrix: {model: resnet50}\n"


def test_its_name_alone_is_all_of_it(read: Read) -> None:
    assert read(f"{HEAD}study: invalidation").study == Study("invalidation", INVALIDATION, 1)
    assert read(f"{HEAD}study: {{kind: faults}}").study == Study("faults", FAULTS, 10)
    assert read(HEAD).study is None


def test_changes_and_tries_can_be_chosen(read: Read) -> None:
    text = f"{HEAD}study: {{kind: invalidation, changes: [size, nothing, size], tries: 3}}"
    assert read(text).study == Study("invalidation", ("size", "nothing"), 3)
    assert read(text, rounds=5).study == Study("invalidation", ("size", "nothing"), 5)
    one = read(f"{HEAD}study: {{kind: invalidation, changes: size}}").study
    assert one is not None
    assert one.changes == ("size",)


def test_the_plan_knows_the_study(read: Read) -> None:
    plain, one, other = (
        read(f"{HEAD}{study}").digest
        for study in ("", "study: invalidation", "study: {kind: invalidation, tries: 2}")
    )
    assert len({plain, one, other}) == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("study: invalidatio", '3:8: unknown study "invalidatio", did you mean "invalidation"?'),
        ("study: {tries: 2}", "kind"),
        (
            "study: {kind: faults, changes: [bin_content]}",
            "3:33: unknown change of the study faults",
        ),
        (
            "study: {kind: invalidation, changes: [bin_contents]}",
            'unknown change of the study invalidation "bin_contents", did you mean "bin_content"?',
        ),
        ("study: {kind: faults, trys: 2}", '"trys", did you mean "tries"?'),
        ("study: faults\ncompare: {along: api}", "4:1: a study compares nothing"),
        ("study: faults\nsampling: {rounds: 3}", "4:12: a study has no rounds"),
        (
            "study: faults\nexpect: [{api: path, verdict: hit}]",
            "4:1: a study has outcomes, no verdicts",
        ),
    ],
)
def test_says_what_is_wrong_and_where(read: Read, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(HEAD + text)
    assert complaint in str(caught.value)


def test_mistakes_are_told_together(read: Read) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"{HEAD}study: {{kind: faults, tries: 0, changes: [fire]}}\ncolour: blue")
    for part in ("tries", "fire", "colour"):
        assert part in str(caught.value)
