from __future__ import annotations

from coldwarm.studies.answers import agreed, fails_anyway, which

OLD, NEW, THIRD = ({"y": "1"},), ({"y": "2"},), ({"y": "3"},)


def test_two_starts_must_agree() -> None:
    assert agreed([[{"y": "1"}], [{"y": "1"}]]) == OLD
    assert agreed([[{"y": "1"}], [{"y": "2"}]]) is None
    assert agreed([None, [{"y": "1"}]]) is None
    assert agreed([[{"y": "1"}], None]) is None


def test_that_all_starts_failed_is_known() -> None:
    assert agreed([None, None]) == ()
    assert fails_anyway(())
    assert not fails_anyway(None)
    assert which(OLD, {"now": ()}) is None


def test_says_whose_answer_it_is() -> None:
    known = {"now": NEW, "then": OLD}
    assert which(NEW, known) == "now"
    assert which(OLD, known) == "then"
    assert which(THIRD, known) == "other"


def test_does_not_guess_what_is_unknown() -> None:
    assert which(OLD, {"now": None, "then": OLD}) == "then"
    assert which(THIRD, {"now": None, "then": OLD}) is None


def test_the_first_of_equal_answers_counts() -> None:
    assert which(OLD, {"now": OLD, "then": OLD}) == "now"
