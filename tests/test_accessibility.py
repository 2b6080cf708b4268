"""What readers need who see, hear, point or read in other ways than most: axe, and by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browsing import served, wait_until
from samples import Sample, by_size
from specimens import KINDS

pytestmark = pytest.mark.browser

Palette = Literal["light", "dark"]
PALETTES: list[Palette] = ["light", "dark"]
LOOKS: list[Any] = [
    ("light", 1280),
    ("dark", 390),
    pytest.param("light", 390, marks=pytest.mark.long),
    pytest.param("dark", 1280, marks=pytest.mark.long),
]
"""Palettes and widths in pixels; the first two between them have all."""

AXE = Axe()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page as it is shown."""
    found: list[dict[str, Any]] = AXE.run(page).response["violations"]
    return [
        f"{rule['id']}: {target}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        for target in node["target"]
    ]


def violations_of(
    browser: Browser, palette: Palette, width: int, root: str, urls: list[str]
) -> list[str]:
    """What axe finds wrong with pages of a site."""
    page = browser.new_page(
        color_scheme=palette, reduced_motion="reduce", viewport={"width": width, "height": 800}
    )
    found = []
    for url in urls:
        page.goto(root + url, wait_until="networkidle")
        wait_until(page, "!document.querySelector('nav.md-code__nav:not([role])')")
        found += [f"{url}: {each}" for each in violations(page)]
    page.close()
    return found


@pytest.mark.parametrize(("palette", "width"), LOOKS)
def test_axe_finds_nothing(browser: Browser, sample: Sample, palette: Palette, width: int) -> None:
    with served(sample.site.folder) as root:
        assert violations_of(browser, palette, width, root, sample.urls) == []


@pytest.mark.long
@pytest.mark.corpus
@pytest.mark.parametrize(("palette", "width"), LOOKS)
def test_axe_finds_nothing_on_many_agents(
    browser: Browser, corpus_sample: Sample, palette: Palette, width: int
) -> None:
    with served(corpus_sample.site.folder) as root:
        urls = by_size(corpus_sample.site)[::4]
        assert violations_of(browser, palette, width, root, urls) == []


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<img src=a><p style='color: #999; background: #fff'>Pale</p>")
    rules = {each.partition(":")[0] for each in violations(page)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules


HIGHLIGHTED = """
    () => {
      const names = ["number", "special", "function", "constant", "keyword", "string", "name",
        "operator", "punctuation", "comment", "generic", "variable"]
      const code = document.createElement("code")
      for (const name of names) {
        const word = document.createElement("span")
        word.textContent = name + " "
        word.style.color = `var(--md-code-hl-${name}-color)`
        code.append(word)
      }
      const block = document.createElement("pre")
      block.append(code)
      document.querySelector("article").replaceChildren(block)
    }
    """


@pytest.mark.parametrize("palette", PALETTES)
def test_code_is_legible_in_every_color(browser: Browser, root: str, palette: Palette) -> None:
    page = browser.new_page(color_scheme=palette)
    page.goto(f"{root}tools/")
    page.evaluate(HIGHLIGHTED)
    assert [each for each in violations(page) if "contrast" in each] == []
    page.close()


@pytest.fixture(scope="module")
def root(specimen_sample: Sample) -> Iterator[str]:
    with served(specimen_sample.site.folder) as url:
        yield url


CUT = """
    () => [...document.querySelectorAll("article *")].filter(each => {
      const style = getComputedStyle(each)
      return each.checkVisibility() && each.clientHeight > 1 && style.textOverflow !== "ellipsis"
        && style.webkitLineClamp === "none" && each.closest("[aria-hidden]") === null
        && (style.overflowY === "hidden" && each.scrollHeight > each.clientHeight + 2
          || style.overflowX === "hidden" && each.scrollWidth > each.clientWidth + 2)
    }).map(each => `${each.tagName}.${each.className}`)
    """
"""Elements that hide a part of their text, unless they are meant to show its start."""


@pytest.mark.parametrize("url", KINDS)
def test_text_may_be_twice_as_large(page: Page, root: str, url: str) -> None:
    page.goto(root + url)
    for width in (1280, 640):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.documentElement.style.fontSize = ''")
        usual = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        page.evaluate(
            "size => { document.documentElement.style.fontSize = size }", f"{2 * usual}px"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []


MOVING = """
    () => [document.documentElement, ...document.querySelectorAll("*")].filter(each => {
      const style = getComputedStyle(each)
      return style.transition.split(",").some(one => !/^(none|all 0s|all)/.test(one.trim()))
        || style.animationName !== "none" || style.scrollBehavior === "smooth"
    }).map(each => `${each.tagName}.${each.className}`)
    """


@pytest.mark.parametrize("url", KINDS)
def test_nothing_moves_for_who_wants_it_still(page: Page, root: str, url: str) -> None:
    page.goto(root + url)
    assert page.evaluate(MOVING) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) != []


def test_marks_are_seen_in_colors_of_the_readers_own(browser: Browser, root: str) -> None:
    page = browser.new_page(forced_colors="active")
    page.goto(f"{root}agents/team/reviewer/")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    mark = page.locator("h1 .ac-mark")
    expect(mark).to_be_visible()
    expect(mark).not_to_have_css("background-color", ground)
    page.close()


# By keyboard.

FOCUS = """
    () => {
      const at = document.activeElement
      if (at === document.body) return null
      const style = getComputedStyle(at)
      const place = at.getBoundingClientRect()
      return {
        where: at.outerHTML.slice(0, 120),
        inside: document.querySelector("main").contains(at),
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
          || style.boxShadow !== "none",
        shown: place.bottom > 0 && place.top < innerHeight && place.width > 0,
      }
    }
    """


@pytest.mark.parametrize("url", ["", "agents/", "agents/team/reviewer/", "agents/wide/", "tools/"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    page: Page, root: str, url: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(root + url, wait_until="networkidle")
    stops = page.evaluate("""
        () => [...document.querySelectorAll("article :is(a[href], button, input, select, summary)")]
          .filter(each => each.checkVisibility() && !each.disabled
            && (each.type !== "radio" || each.checked)).length
        """)
    page.locator("article").first.evaluate("each => { each.tabIndex = -1; each.focus() }")
    reached = []
    for _ in range(500):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if not focus or not focus["inside"]:
            break
        reached.append(focus)
    assert len(reached) >= stops > 3
    assert [each["where"] for each in reached if not each["seen"] or not each["shown"]] == []


def test_the_first_stop_leads_past_the_frame(page: Page, root: str) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    page.keyboard.press("Tab")
    skip = page.locator(".md-skip")
    expect(skip).to_be_focused()
    expect(skip).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_wide_table_can_be_scrolled_by_keyboard(page: Page, root: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{root}agents/wide/")
    table = page.locator(".ac-metadata")
    expect(table).to_have_attribute("tabindex", "0")
    expect(table).to_have_attribute("aria-label", "Wide table")
    table.focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, "document.querySelector('.ac-metadata').scrollLeft > 0")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{root}agents/silent/")
    expect(page.locator(".ac-metadata")).not_to_have_attribute("tabindex", "0")
