"""A document as Markdown: nobody's text acts on it, and it can be cut to the room there is."""

from __future__ import annotations

import pytest

from coldwarm.text.cutting import render_fitting
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
from coldwarm.text.markdown import escaped, render_markdown


def shown(*blocks: object) -> str:
    return render_markdown(Document(blocks))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("resnet50 on CPU", "resnet50 on CPU"),
        ("OPTIMIZE_SIZE", "OPTIMIZE_SIZE"),
        ("_emphasis_", r"\_emphasis\_"),
        ("<img src=x>", r"\<img src=x\>"),
        ("a|b", r"a\|b"),
        ("`code` *bold*", r"\`code\` \*bold\*"),
        ("[text](javascript:alert(1))", r"\[text\](javascript:alert(1))"),
        ("two\n# lines", "two # lines"),
        ("gpj.\u202eexe", "gpj.\N{REPLACEMENT CHARACTER}exe"),
    ],
)
def test_what_markdown_would_act_on_is_escaped(text: str, told: str) -> None:
    assert escaped(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("1. item", r"1\. item"),
        ("===", r"==\="),
        ("-5 % of it", "-5 % of it"),
        ("#1", "#1"),
    ],
)
def test_no_text_begins_a_block_of_another_kind(text: str, told: str) -> None:
    assert shown(Paragraph(text)) == f"{told}\n"
    assert shown(Bullets((text,))) == f"- {told}\n"


def test_blocks() -> None:
    assert shown(
        Heading("A_b *c*", 3),
        Bullets((strong("bold"), Bullets(("in<side",)))),
        Code("echo ```", "sh"),
        Folded("a < b", (Paragraph("text"),)),
        Folded("empty", ()),
    ) == (
        "### A_b \\*c\\*\n\n- **bold**\n  - in\\<side\n\n````sh\necho ```\n````\n\n"
        "<details><summary>a &lt; b</summary>\n\ntext\n\n</details>\n"
    )


def test_code_and_styles() -> None:
    assert escaped(with_code("see `coldwarm report` & more")) == "see `coldwarm report` \\& more"
    assert escaped((Span("wrong", "bad"), Span(" hit", "good"))) == "**wrong** hit"
    assert escaped(Span("a`b", "code")) == "``a`b``"
    assert escaped(Span("`b", "code")) == "`` `b ``"
    assert escaped(Span("a|b", "code"), in_table=True) == r"`a\|b`"


def test_tables() -> None:
    columns = (
        Column("name"),
        Column("tax", "ms", numeric=True, notes=TERMINAL),
        Column("blob", "MB"),
        Column("wide", only=TERMINAL),
    )
    rows = (
        row("a|b\n| c |", Cell("1", "note"), Cell("2", "model 3"), "x"),
        row("words", Cell("some <words>", span=2), "y"),
        row("hidden", "1", "2", "3", only=TERMINAL),
    )
    assert shown(Table(columns, (Group("first", rows), Group("hidden", rows[2:])))) == (
        "#### first\n\n"
        "| name | tax (ms) | blob (MB) |\n| --- | ---: | --- |\n"
        "| a\\|b \\| c \\| | 1 | 2 (model 3) |\n| words | some \\<words\\> |  |\n"
    )


@pytest.mark.parametrize(("titles", "tables"), [(None, 2), (MARKDOWN, 2), (TERMINAL, 1)])
def test_a_group_has_a_table_of_its_own_where_its_title_is_shown(
    titles: object, tables: int
) -> None:
    groups = tuple(Group(name, (row(name),)) for name in ("first", "second"))
    text = shown(Table((Column("case"),), groups, titles=titles))  # type: ignore[arg-type]
    assert (text.count("| --- |"), text.count("####")) == (tables, 2 if tables > 1 else 0)


DOCUMENT = Document(
    (
        Paragraph("verdict"),
        Bullets(tuple(f"item {number}" for number in range(10))),
        Only(TERMINAL, (Paragraph("elsewhere"),)),
    ),
    (Paragraph("first detail"), Paragraph("second detail")),
)


@pytest.mark.parametrize(
    ("room", "there", "gone"),
    [
        (1000, ["second detail", "item 9"], ["CUT", "elsewhere"]),
        (125, ["first detail", "CUT", "item 9"], ["second detail"]),
        (115, ["CUT", "item 9"], ["first detail"]),
        (90, ["CUT", "item 0", "more are left out"], ["item 9", "first detail"]),
        (40, ["verdict", "10 are left out", "CUT"], ["item 0"]),
        (20, ["verdict", "CUT"], ["left out", "item"]),
    ],
)
def test_as_much_as_fits(room: int, there: list[str], gone: list[str]) -> None:
    text = render_fitting(DOCUMENT, lambda each: len(each) <= room, Paragraph("CUT"))
    assert len(text) <= room
    assert all(each in text for each in there)
    assert not any(each in text for each in gone)


def test_nothing_where_there_is_no_room_for_the_verdict() -> None:
    assert render_fitting(DOCUMENT, lambda _: False, Paragraph("CUT")) == ""
