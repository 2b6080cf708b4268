"""Pages on paper, printed from the dark palette."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import served
from samples import Sample
from specimens import KINDS

pytestmark = pytest.mark.browser

WIDTH = 688
"""Of the text on a sheet of A4, in pixels of 1/96 inch."""

SHOWN = """
    () => [...document.querySelectorAll("body *")]
      .filter(each => each.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    """

CUT = f"""
    () => ({SHOWN})().filter(each => each.getBoundingClientRect().right > innerWidth + 1
      || getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1
    ).filter(each => !each.matches(".ac-hidden")).map(each => `${{each.tagName}}.${{each.className}}`)
    """

PALE = f"""
    () => ({SHOWN})().filter(each => {{
      const own = [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim())
      const [red, green, blue] = getComputedStyle(each).color.match(/[\\d.]+/g).map(Number)
      return own && 0.2126 * red + 0.7152 * green + 0.0722 * blue > 130
    }}).map(each => `${{each.tagName}}.${{each.className}}: ${{getComputedStyle(each).color}}`)
    """


@pytest.fixture(scope="module")
def root(specimen_sample: Sample) -> Iterator[str]:
    with served(specimen_sample.site.folder) as url:
        yield url


@pytest.fixture
def paper(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(color_scheme="dark", viewport={"width": WIDTH, "height": 1000})
    page.emulate_media(media="print")
    yield page
    page.close()


@pytest.mark.parametrize("url", KINDS)
def test_a_page_prints_dark_on_white_and_whole(paper: Page, root: str, url: str) -> None:
    paper.goto(root + url, wait_until="networkidle")
    expect(paper.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    expect(paper.locator("h1")).to_be_visible()
    assert paper.evaluate(PALE) == []
    assert paper.evaluate(CUT) == []
    for frame in ("header", ".md-sidebar", ".md-footer", ".md-top", "article :is(button, input)"):
        for each in paper.locator(frame).all():
            expect(each).not_to_be_visible()
    assert paper.pdf().startswith(b"%PDF")


def test_prompt_and_examples_are_printed_whole_and_once(paper: Page, root: str) -> None:
    paper.goto(f"{root}agents/team/reviewer/")
    expect(paper.locator("[data-agent-prompt]")).to_be_visible()
    for example in paper.locator("[data-agent-example]").all():
        expect(example.locator("dd").last).to_be_visible()
    expect(paper.get_by_text("tools: Read, Bash(git diff *)")).not_to_be_visible()


def test_what_is_folded_on_the_screen_is_open_on_paper(paper: Page, root: str) -> None:
    paper.goto(f"{root}agents/team/reviewer/")
    paper.locator("article").first.evaluate(
        "each => { each.innerHTML = '<details><summary>More</summary><p>Inside</p></details>' }"
    )
    expect(paper.get_by_text("Inside")).to_be_visible()
    assert paper.get_by_text("Inside").bounding_box()


def test_links_of_a_prompt_say_where_they_lead(paper: Page, root: str) -> None:
    paper.goto(f"{root}agents/team/reviewer/")
    link = paper.locator('[data-agent-prompt] a[href="https://example.org/a"]')
    told = link.evaluate("each => getComputedStyle(each, '::after').content")
    assert "https://example.org/a" in told


def test_numbers_are_not_broken(paper: Page, root: str) -> None:
    paper.goto(f"{root}models/")
    lines = paper.locator(".ac-table th.ac-number, .ac-table td.ac-number").evaluate_all(
        """cells => cells.map((cell) => {
             const range = new Range()
             range.selectNode(document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode())
             return [cell.textContent.trim(), range.getClientRects().length]
           })"""
    )
    assert len(lines) > 10
    assert [cell for cell, count in lines if count > len(cell.split())] == []


def test_the_marks_of_colors_are_printed(paper: Page, root: str) -> None:
    paper.goto(f"{root}agents/team/reviewer/")
    expect(paper.locator("h1 .ac-mark")).to_have_css("print-color-adjust", "exact")
