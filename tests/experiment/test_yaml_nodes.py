from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.experiment.yaml_nodes import KEY, Plain, read_yaml

repeatable = settings(deadline=None, derandomize=True)


def test_scalars_stay_text() -> None:
    document = read_yaml("a: on\nb: 2025.10\nc: [1, true, 'x']\nd: {e: 2026-01-01}\n")
    assert document.data == {
        "a": "on",
        "b": "2025.10",
        "c": ["1", "true", "x"],
        "d": {"e": "2026-01-01"},
    }
    assert document.problems == ()


def test_tells_quoted_text_from_plain_scalars() -> None:
    data = read_yaml("plain: 1\nsingle: '1'\ndouble: \"1\"\nblock: |\n  1\n").data
    assert {key: type(value) for key, value in data.items()} == {
        "plain": Plain,
        "single": str,
        "double": str,
        "block": str,
    }


def test_empty_text_in_quotes_is_a_value() -> None:
    assert read_yaml('a: ""').data == {"a": ""}


def test_an_empty_file_has_no_data_and_no_problem() -> None:
    for text in ("", "\n\n", "# only a comment\n"):
        document = read_yaml(text)
        assert (document.data, document.problems, document.root) == (None, (), None)


@pytest.mark.parametrize("empty", ["", "~", "null"])
def test_a_missing_value_is_a_problem_that_voids_its_place(empty: str) -> None:
    (problem,) = read_yaml(f"a:\n  - b: {empty}\n").problems
    assert problem.loc == ("a", 0, "b")
    assert problem.voids


def test_the_last_of_duplicate_keys_counts_and_both_lines_are_known() -> None:
    document = read_yaml("a: 1\nb: 2\na: 3\n")
    (problem,) = document.problems
    assert problem.message == 'duplicate key "a", first given in line 1'
    assert (problem.line, problem.column, problem.length) == (2, 0, 1)
    assert document.data == {"a": "3", "b": "2"}


def test_aliases_are_not_followed() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    document = read_yaml(bomb)
    assert document.data == {"a": ["x", "x"], "b": [None, None], "c": [None, None]}
    messages = [problem.message.split()[0] for problem in document.problems]
    assert messages == ["the", "the", "aliases", "aliases", "aliases", "aliases"]


def test_merge_keys_are_keys_like_any_other() -> None:
    assert read_yaml("<<: {a: 1}\n").data == {"<<": {"a": "1"}}


def test_tags_create_no_objects() -> None:
    document = read_yaml("a: !!python/object/apply:os.system [ls]\n")
    assert document.data == {"a": ["ls"]}
    assert "tags" in document.problems[0].message


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        ((), (0, 0)),
        (("matrix",), (1, 2)),
        (("matrix", KEY), (0, 0)),
        (("matrix", "api"), (1, 7)),
        (("matrix", "api", 1), (1, 14)),
        (("matrix", "api", KEY), (1, 2)),
        (("matrix", "gone"), (1, 2)),
        (("matrix", "device", 0), (2, 10)),
        (("matrix", "device", 0, "inner"), (2, 10)),
    ],
)
def test_finds_the_place_of_a_value(loc: tuple[str | int, ...], place: tuple[int, int]) -> None:
    document = read_yaml("matrix:\n  api: [path, import]\n  device: CPU\n")
    problem = document.problem(loc, "message")
    assert (problem.line, problem.column) == place


def test_a_list_made_of_one_mapping_has_its_keys() -> None:
    document = read_yaml("properties: {A: 1, B: 2}\n")
    assert document.problem(("properties", 0, "B"), "m").column == len("properties: {A: 1, B: ")


def test_knows_the_key_above_a_value() -> None:
    document = read_yaml("matrix:\n  api: [path]\n")
    assert document.key_of(("matrix", "api", 0)) == "api"
    assert document.key_of(()) == ""


def test_underlines_scalars_on_one_line_only() -> None:
    document = read_yaml("a: word\nb: 'two\n  lines'\nc: [x]\n")
    lengths = [document.problem((key,), "m").length for key in "abc"]
    assert lengths == [4, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        '"\\uD800"',
        '"\\x07"',
        '"\\0": x',
        "a\x00b",
        '"\\UFFFFFFFF"',
        "%YAML " + "9" * 5000,
    ],
)
def test_odd_characters_are_problems(text: str) -> None:
    assert read_yaml(text).problems


def test_deep_nesting_is_a_problem_not_a_crash() -> None:
    (problem,) = read_yaml("[" * 500).problems
    assert problem.message == "not valid YAML: nested more than 20 deep"


def test_mappings_may_be_nested_as_deep_as_experiments_need() -> None:
    assert read_yaml("a: {b: {c: {d: {e: {f: [[[1]]]}}}}}\n").problems == ()


_VALUES = st.recursive(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1), inner, max_size=3)
    ),
    max_leaves=10,
)


@repeatable
@given(_VALUES)
def test_reads_what_yaml_writes(value: object) -> None:
    document = read_yaml(yaml.safe_dump(value, default_style='"'))
    assert document.data == value
    assert document.problems == ()


@repeatable
@given(st.text(st.sampled_from("abc:-[]{}&*!|>'\"#%@`,?~ \n\t\\ux0\x85\u2028\ufeff\x07")))
def test_any_text_is_data_or_has_a_problem(text: str) -> None:
    document = read_yaml(text)
    if document.root is None:
        assert document.problems or document.data is None
    for problem in document.problems:
        assert problem.line >= 0
        assert problem.column >= 0
