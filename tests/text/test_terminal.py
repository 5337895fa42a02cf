"""A document in a terminal: what wraps, what stays whole, what a table gives way on."""

from __future__ import annotations

import pytest

from coldwarm.text.document import (
    MARKDOWN,
    TERMINAL,
    Bullets,
    Cell,
    Code,
    Column,
    Document,
    Folded,
    Group,
    Heading,
    Only,
    Paragraph,
    Span,
    Table,
    row,
    strong,
    with_code,
)
from coldwarm.text.terminal import render_terminal, styled_lines


def shown(*blocks: object, width: int = 30) -> list[str]:
    return render_terminal(Document(blocks), width).splitlines()  # type: ignore[arg-type]


def table(*rows: object, columns: tuple[Column, ...], **options: object) -> Table:
    return Table(columns, (Group("", rows),), **options)  # type: ignore[arg-type]


def test_blocks_are_set_apart_but_for_what_follows_its_heading() -> None:
    assert shown(
        Paragraph("One."), Heading("Title"), Bullets(("a", "b", Bullets(("c",)))), Code("ls -l\nls")
    ) == ["One.", "", "Title", "- a", "- b", "  - c", "", "    ls -l", "    ls"]


def test_second_lines_stand_under_the_first_word_of_an_item() -> None:
    assert shown(Bullets(("one two three four", Bullets(("one two three four",)))), width=12) == [
        *("- one two", "  three four"),
        *("  - one two", "    three", "    four"),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("it took about 1234 ms", ["it took about", "1234 ms"]),
        ("it took about 1 234 ms", ["it took about", "1 234 ms"]),
        ("it took about 34 %.", ["it took about", "34 %."]),
        ("/a/path/longer/than/all", ["/a/path/longer/than/all"]),
        ("well-known-name-of-it", ["well-known-name-of-it"]),
    ],
)
def test_numbers_keep_their_units_and_long_words_stay_whole(text: str, lines: list[str]) -> None:
    assert shown(Paragraph(text), width=17) == lines


def test_no_character_reaches_a_terminal_that_it_would_obey() -> None:
    (line,) = shown(Paragraph(("model ", Span("\x1b[2Jno\nway\u202e", "bad"), " here")), width=80)
    assert line == "model \ufffd[2Jno way\ufffd here"


def test_styles_and_code() -> None:
    document = Document((Paragraph((strong("Worse: "), *with_code("see `coldwarm report` now"))),))
    (line,) = styled_lines(document)
    assert line.plain == "Worse: see `coldwarm report` now"
    assert [(span.start, span.end, span.style) for span in line.spans] == [(0, 7, "bold")]


def test_what_markdown_alone_shows_is_left_out_and_folded_parts_are_not() -> None:
    document = Document(
        (Only(MARKDOWN, (Paragraph("for a page"),)), Only(TERMINAL, (Paragraph("here"),))),
        (Folded("More", (Paragraph("open"),)), Folded("None", ())),
    )
    assert render_terminal(document) == "here\n\nMore\nopen\n"


COLUMNS = (Column("case"), Column("cold tax", "ms", numeric=True), Column("p", only=MARKDOWN))


def test_headings_are_as_narrow_as_their_numbers_and_end_together() -> None:
    assert shown(table(row("resnet50", "12", "0.1"), columns=COLUMNS)) == [
        "          cold",
        "           tax",
        "case        ms",
        "resnet50    12",
    ]


def test_a_column_of_text_gives_way_where_a_table_is_too_wide() -> None:
    lines = shown(table(row("a long name of a case", "1 234", "0.1"), columns=COLUMNS), width=20)
    assert lines[-2:] == ["a long name of 1 234", "a case"]
    assert max(map(len, lines)) <= 20


def test_numbers_are_ascii_and_notes_are_in_brackets() -> None:
    columns = (Column("a", numeric=True), Column("b", notes=MARKDOWN), Column("c"))
    drawn = shown(table(row("\u22121\u202f234", Cell("x", "y"), Cell("", "z")), columns=columns))
    assert drawn == ["     a  b  c", "-1 234  x  (z)"]


def test_words_may_take_several_columns() -> None:
    columns = (Column("metric"), Column("base"), Column("head"), Column("verdict"))
    rows = (
        row("load", "1 ms", "2 ms", "slower"),
        row("answer", Cell("right, now wrong", span=2), "worse"),
    )
    assert shown(table(*rows, columns=columns), width=40) == [
        "metric  base  head  verdict",
        "load    1 ms  2 ms  slower",
        "answer  right, now  worse",
        "        wrong",
    ]


@pytest.mark.parametrize(("titles", "lines"), [(None, 6), (TERMINAL, 6), (MARKDOWN, 3)])
def test_groups_stand_below_each_other_under_one_heading(titles: object, lines: int) -> None:
    groups = tuple(Group(name, (row(name, "1", ""),)) for name in ("first", "second"))
    drawn = shown(Table((Column("case"), Column("n"), Column("")), groups, titles=titles))  # type: ignore[arg-type]
    assert drawn.count("") == (2 if lines > 3 else 0)
    assert len([line for line in drawn if line]) == (5 if lines > 3 else 3)


def test_rows_of_another_medium_are_left_out() -> None:
    rows = (row("a", "1", "", only=MARKDOWN), row("b", "2", "", only=TERMINAL), row("c", "3", ""))
    drawn = shown(table(*rows, columns=(Column("x"), Column("y"), Column("z"))))
    assert drawn == ["x  y  z", "b  2", "c  3"]
