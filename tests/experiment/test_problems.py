from __future__ import annotations

from coldwarm.experiment.problems import (
    SHOWN_WIDTH,
    Problem,
    format_problems,
    nearest,
    quote,
    suggestion,
    unknown,
)


def test_shows_place_message_line_and_caret() -> None:
    text = "name: x\nmatrix:\n  devcie: CPU\n"
    shown = format_problems("a.yaml", text, [Problem(2, 2, 6, "unknown axis")])
    assert shown == "a.yaml:3:3: unknown axis\n  3 |   devcie: CPU\n    |   ^~~~~~"


def test_orders_by_place_and_says_nothing_twice() -> None:
    later, first = Problem(1, 0, 1, "later"), Problem(0, 4, 1, "first")
    shown = format_problems("f", "abcdef\nb", [later, first, later])
    assert [line for line in shown.splitlines() if line.startswith("f:")] == [
        "f:1:5: first",
        "f:2:1: later",
    ]


def test_keeps_tabs_so_that_the_caret_stands_below() -> None:
    shown = format_problems("f", "\tx: y", [Problem(0, 1, 1, "m")])
    assert shown.splitlines()[-1] == "    | \t^"


def test_aligns_the_gutter_with_long_line_numbers() -> None:
    shown = format_problems("f", "\n" * 99 + "x", [Problem(99, 0, 1, "m")]).splitlines()
    assert shown[1:] == ["  100 | x", "      | ^"]


def test_cuts_a_long_line_around_the_mistake() -> None:
    text = "a" * 300 + "HERE" + "b" * 300
    _, source, caret = format_problems("f", text, [Problem(0, 300, 4, "m")]).splitlines()
    assert len(source) == len("  1 | ") + SHOWN_WIDTH
    assert source[caret.index("^") :].startswith("HEREb")
    assert caret.endswith("^~~~")


def test_survives_a_place_beyond_the_text() -> None:
    assert format_problems("f", "", [Problem(7, 3, 9, "m")]).startswith("f:8:4: m\n")


def test_never_prints_control_characters() -> None:
    shown = format_problems("f", "a\x1b[31mb", [Problem(0, 0, 1, "m")])
    assert "\x1b" not in shown
    assert quote("a\x1b\n\tb") == '"a\ufffd\\n\\tb"'


def test_quotes_only_the_beginning_of_long_text() -> None:
    assert len(quote("x" * 1000)) == len('""') + 60
    assert quote("x" * 60) == f'"{"x" * 60}"'


def test_suggests_whatever_the_case() -> None:
    assert nearest("optimize_size", ["OPTIMIZE_SPEED", "OPTIMIZE_SIZE"]) == "OPTIMIZE_SIZE"
    assert suggestion("devcie", ["device", "model"]) == ', did you mean "device"?'
    assert suggestion("colour", ["device", "model"]) == ""


def test_names_what_is_allowed() -> None:
    assert unknown("api", "pth", ("path", "import")) == (
        'unknown api "pth", did you mean "path"? Allowed: path, import'
    )
    assert unknown("api", "zzz", ("path",), " or more") == (
        'unknown api "zzz". Allowed: path or more'
    )


def test_the_beginning_of_one_option_means_it() -> None:
    options = ("none", "aes-256-gcm", "mine-that-is-long", "mine-that-is-longer")
    assert nearest("aes", options) == "aes-256-gcm"
    assert nearest("AES", options) == "aes-256-gcm"
    assert nearest("ae", options) is None
    assert nearest("mine", options) is None
    assert nearest("", options) is None
