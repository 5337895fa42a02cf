"""The page in a real Chromium: it works, asks for nothing, fits, and runs nobody else's script."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import fake_header, write_run

from coldwarm.report import write_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

IMAGE = "<img src=x onerror=alert(1)>"
LIVE = f"{IMAGE}&"
"""Text with an ampersand passes through innerHTML in DataTables."""
SCRIPT = "</script><script>alert(2)</script>"

TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter((each) => !each.closest(".scroll") && !each.closest(".skip"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""

SCROLLING = """() => [...document.querySelectorAll(".scroll")]
  .filter((each) => each.scrollWidth > each.clientWidth)"""
"""What has to be scrolled; a wide table may be, on a small screen, by everybody."""

CUT = """() => [...document.querySelectorAll("td, th")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""
"""Cells whose text reaches into the next one."""

OPEN = "document.querySelectorAll('details').forEach((each) => each.open = true)"


@contextmanager
def opened(
    browser: Browser, path: Path, *, width: int = 1280, scheme: str = "light", script: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """Open a page; what it complains of, asks for or pops up goes into the list."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=script,
    )
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (trouble.append("dialog"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith("data:") or request.url == path.as_uri()
            else trouble.append(f"request: {request.url}")
        ),
    )
    page.goto(path.as_uri())
    yield page, trouble
    context.close()


def column(page: Page, heading: str) -> list[str]:
    cells = page.locator(f'#cases tbody td[data-label^="{heading}"]')
    return [text.split()[0] for text in cells.all_inner_texts()]


@pytest.mark.parametrize(
    ("pages", "width", "scheme"),
    [
        ("page_path", 1280, "light"),
        ("page_path", 1280, "dark"),
        ("page_path", 390, "light"),
        ("page_path", 390, "dark"),
        ("two_hosts_path", 1280, "light"),
        ("two_hosts_path", 390, "dark"),
    ],
)
def test_it_fits_and_asks_for_nothing(
    browser: Browser, request: pytest.FixtureRequest, pages: str, width: int, scheme: str
) -> None:
    path = request.getfixturevalue(pages)
    with opened(browser, path, width=width, scheme=scheme) as (page, trouble):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.evaluate(OPEN)
        assert page.evaluate(TOO_WIDE) == []
        assert page.evaluate(CUT) == []
        if width == 1280:
            assert page.evaluate(f"({SCROLLING})().map((each) => each.ariaLabel)") == []
        assert (
            page.evaluate(
                f"({SCROLLING})().filter((each) => each.tabIndex || !each.ariaLabel).length"
            )
            == 0
        )
        assert trouble == []


def test_paper_is_white_and_holds_the_whole_table(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path, width=720, scheme="dark") as (page, trouble):
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert page.locator("#cases tbody tr").first.evaluate(
            "(row) => getComputedStyle(row).display"
        ) == ("table-row")
        assert page.evaluate(TOO_WIDE) == []
        assert trouble == []


def test_both_schemes_have_grounds_of_their_own(browser: Browser, page_path: Path) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        with opened(browser, page_path, scheme=scheme) as (page, _):
            grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (1280, ("Use the model cache", "compile_model(path)", "as fast to load")),
        (390, ("Use the model cache", "compile_model(path)")),
    ],
)
def test_the_answer_stands_on_the_first_screen(
    browser: Browser, page_path: Path, width: int, said: tuple[str, ...]
) -> None:
    with opened(browser, page_path, width=width) as (page, _):
        for words in said:
            box = page.get_by_text(words).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] < 800, words


def uncached_in(page: Page, direction: str) -> list[float]:
    """Return the column once the table says it is sorted: it is drawn after the click returns."""
    page.locator(f"#cases thead th[aria-sort='{direction}']", has_text="uncached").wait_for()
    return [float(text) for text in column(page, "uncached")]


def test_the_table_sorts_by_number(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, trouble):
        heading = page.locator("#cases thead th", has_text="uncached")
        heading.click()
        rising = uncached_in(page, "ascending")
        heading.click()
        falling = uncached_in(page, "descending")

        assert rising == sorted(rising)
        assert falling == sorted(rising, reverse=True)
        assert len(set(rising)) > 1
        assert trouble == []


def test_the_table_sorts_by_keyboard(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        page.locator("#cases thead th", has_text="uncached").locator("[tabindex='0']").or_(
            page.locator("#cases thead th[tabindex='0']", has_text="uncached")
        ).first.focus()
        page.keyboard.press("Enter")

        rising = uncached_in(page, "ascending")
        assert rising == sorted(rising)


def test_the_table_filters_and_searches(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        everything = len(column(page, "model"))
        verdict = page.locator(".filters").get_by_label("verdict")
        verdict.select_option("silent_miss")
        assert column(page, "cache mode") == ["OPTIMIZE_SIZE"] * 2
        verdict.select_option("")
        assert len(column(page, "model")) == everything

        page.get_by_label("Search").fill("mobilenet")
        assert set(column(page, "model")) == {"mobilenet-v2"}


def test_the_switch_shows_one_group_at_a_time(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, trouble):
        groups = page.locator(".group")
        assert [each.is_visible() for each in groups.all()] == [True, False]

        page.locator(".switch input").first.focus()
        page.keyboard.press("ArrowRight")

        assert [each.is_visible() for each in groups.all()] == [False, True]
        assert trouble == []


def test_a_link_to_charts_switches_to_them(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        page.get_by_role("link", name="Charts of").nth(1).click()

        assert page.locator(".group").nth(1).is_visible()
        assert page.locator(".switch input").nth(1).is_checked()


def test_a_number_opens_its_samples(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        page.locator("#cases tbody tr").first.locator("td.num a").first.click()

        shown = page.locator(".samples[open]")
        assert shown.count() == 1
        assert shown.locator("tbody tr").count() == 16


def test_a_link_leads_there_again(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, trouble):
        links = page.get_by_role("link", name="Charts of")
        links.nth(1).click()
        page.locator(".switch input").nth(0).check(force=True)
        links.nth(1).click()
        assert page.locator(".group").nth(1).is_visible()

        number = page.get_by_role("link", name="samples of").first
        number.click()
        page.locator(".samples[open] summary").click()
        number.click()
        assert page.locator(".samples[open]").count() == 1
        assert trouble == []


def test_rows_and_their_links_say_which_case_they_are_of(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        row = page.locator("#cases tbody tr").first
        assert row.get_by_role("rowheader").inner_text() == "resnet50"
        assert row.get_by_role("link", name="hit: samples of resnet50 / CPU / ").count() == 1


def test_without_scripts_everything_is_there(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path, script=False) as (page, _):
        assert [each.is_visible() for each in page.locator(".group").all()] == [True, True]
        assert not page.locator(".switch").is_visible()
        assert not page.locator(".filters").is_visible()
        assert page.locator("#cases tbody tr").count() == 8


def test_every_image_shows_and_says_what_it_shows(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path, script=False) as (page, _):
        images = page.locator("img").all()
        assert len(images) > 4
        for image in images:
            assert image.evaluate("(each) => each.naturalWidth") > 0
            assert len(image.get_attribute("alt") or "") > 40


def test_headings_do_not_skip_a_level(browser: Browser, page_path: Path) -> None:
    with opened(browser, page_path) as (page, _):
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map((each) => Number(each.tagName[1]))"
        )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


CONTRAST = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const each of document.body.querySelectorAll("*")) {
    const own = [...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !each.checkVisibility() || each.closest("script, style")) continue;
    const [a, b] = [light(parse(getComputedStyle(each).color)), light(ground(each))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${each.outerHTML.slice(0, 80)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, page_path: Path, scheme: str) -> None:
    with opened(browser, page_path, scheme=scheme) as (page, _):
        page.evaluate(OPEN)
        assert page.evaluate(CONTRAST) == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of two runs in which everything that can be named is an attack."""
    directory = tmp_path_factory.mktemp("hostile")
    samples = [
        replace(each, stderr_tail=f"{SCRIPT}{IMAGE}", reason=f"{each.reason} {SCRIPT}{IMAGE}")
        if each.status != "ok"
        else each
        for each in fake_run(
            models=(IMAGE, f"a/path/{SCRIPT}" + "x" * 200 + ".xml"),
            apis=("path",),
            properties=({}, {IMAGE: SCRIPT}),
            rounds=6,
            failure_rate=0.2,
        )
    ]
    header = fake_header()
    changes = {
        "identity": dict.fromkeys(header["identity"], SCRIPT + IMAGE),
        "state": {SCRIPT: IMAGE, IMAGE: [SCRIPT]},
        "devices": {"devices": [{"name": IMAGE, "full_name": SCRIPT, "driver_version": IMAGE}]},
        "experiment": {**header["experiment"], "text": SCRIPT + IMAGE, "question": SCRIPT},
        "models": {IMAGE: {"digests": {SCRIPT: IMAGE}}},
        "command": f"</title>{SCRIPT}",
        "git_commit": IMAGE,
    }
    run = write_run(directory / "run", samples, run_id=f'"><b>{SCRIPT}', **changes)
    other = write_run(
        directory / "other",
        fake_run(2, models=(IMAGE, LIVE), apis=("path",), cache_modes=("default",), rounds=1),
        identity={**header["identity"], "label": LIVE},
    )
    return write_report([run, other], directory / "report", reports=directory)


@pytest.mark.parametrize("width", [1280, 390])
def test_names_run_no_script(browser: Browser, hostile: Path, width: int) -> None:
    with opened(browser, hostile, width=width) as (page, trouble):
        page.evaluate(OPEN)
        for heading in page.locator("#cases thead th").all()[:3]:
            heading.click()
        page.get_by_label("Search").fill("<img")
        page.wait_for_timeout(200)

        assert trouble == []
        assert page.locator("script").count() == 2
        assert page.locator("img:not([src^='data:image/'])").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.get_by_text(IMAGE).count() > 0


@pytest.mark.parametrize(("filtered", "value"), [("run", LIVE), ("model", LIVE), ("model", IMAGE)])
def test_names_of_markup_can_be_filtered_for(
    browser: Browser, hostile: Path, filtered: str, value: str
) -> None:
    with opened(browser, hostile) as (page, trouble):
        page.locator(".filters").get_by_label(filtered).select_option(value)

        shown = page.locator(f'#cases tbody td[data-label="{filtered}"]').all_inner_texts()
        assert set(shown) == {value}
        assert trouble == []


def test_the_policy_stops_a_script_that_got_in(
    browser: Browser, page_path: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "index.html"
    content = page_path.read_text(encoding="utf-8")
    broken.write_text(content.replace("<main>", "<main><script>document.title = 'in'</script>"))

    with opened(browser, broken) as (page, trouble):
        assert page.title() != "in"
        assert any("Content Security Policy" in each for each in trouble)
