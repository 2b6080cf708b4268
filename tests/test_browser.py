"""The site in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import served
from samples import Sample
from specimens import KINDS, REVIEWER, SPECIMENS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def root(specimen_sample: Sample) -> Iterator[str]:
    with served(specimen_sample.site.folder) as url:
        yield url


def test_the_source_is_one_click_away(page: Page, root: str) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    source = page.locator("[data-ac-view=source] pre")
    expect(source).not_to_be_visible()
    page.get_by_role("radio", name="Source").check()
    expect(source).to_be_visible()
    expect(source).to_contain_text("A zero-width")
    expect(page.locator("[data-agent-prompt]")).not_to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-agent-prompt]")).to_be_visible()
    page.get_by_text("The frontmatter as written").click()
    expect(page.locator("details pre")).to_contain_text("tools: Read, Bash(git diff *)")


@pytest.fixture
def clipboard(page: Page, root: str) -> Callable[[], str]:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=root)
    return lambda: page.evaluate("navigator.clipboard.readText()")


def test_the_prompt_is_copied_to_the_letter(
    page: Page, root: str, clipboard: Callable[[], str]
) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    button = page.locator(".ac-prompt [data-ac-copy]")
    button.click()
    expect(button).to_have_text("Copied")
    assert clipboard() == REVIEWER.removeprefix("\n").split("---\n\n", 1)[1]
    expect(button).to_have_text("Copy prompt")


def test_the_install_command_is_copied_with_the_files_address(
    page: Page, root: str, clipboard: Callable[[], str]
) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    page.get_by_role("button", name="Copy", exact=True).click()
    target = ".claude/agents"
    fetched = f"curl -fsSL '{root}agents/team/reviewer.md' -o"
    assert clipboard() == f"mkdir -p {target} && {fetched} {target}/reviewer.md"
    page.get_by_role("radio", name="All my projects").check()
    page.get_by_role("button", name="Copy", exact=True).click()
    assert clipboard() == f"mkdir -p ~/{target} && {fetched} ~/{target}/reviewer.md"


def test_what_cannot_be_copied_is_said(page: Page, root: str) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    page.route("**/reviewer.md", lambda route: route.abort())
    page.get_by_role("button", name="Copy prompt").click()
    expect(page.get_by_role("button", name="Cannot copy here")).to_be_visible()


def test_badges_explain_themselves(page: Page, root: str) -> None:
    page.goto(f"{root}agents/elsewhere/reviewer/")
    badge = page.get_by_role("link", name="all tools")
    expect(badge).to_have_accessible_description(re.compile("Nothing limits its tools"))
    tip = page.get_by_role("tooltip")
    expect(tip).to_have_count(0)
    badge.hover()
    expect(tip).to_contain_text("Nothing limits its tools")
    page.mouse.move(0, 0)
    expect(tip).to_have_count(0)
    badge.focus()
    expect(tip).to_contain_text("Nothing limits its tools")


def test_the_file_downloads_as_it_is(page: Page, root: str) -> None:
    page.goto(f"{root}agents/crlf/")
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert download.value.suggested_filename == "crlf.md"
    assert download.value.path().read_bytes() == SPECIMENS["agents/crlf.md"]


def test_the_palette_stays_as_chosen(page: Page, root: str) -> None:
    page.goto(f"{root}agents/team/reviewer/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_title("Switch to dark mode").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.goto(f"{root}models/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_the_palette_is_the_systems_at_first(browser: Browser, root: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(root)
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.close()


def test_from_the_list_to_an_agent_and_on_to_its_model(page: Page, root: str) -> None:
    page.goto(root)
    page.locator("article").get_by_role("link", name="12 agents").click()
    page.locator("article").get_by_role("link", name="silent").click()
    expect(page).to_have_url(f"{root}agents/silent/")
    expect(page.get_by_role("heading", level=1)).to_have_text("silent")
    page.locator("article").get_by_role("link", name="inherit").click()
    expect(page).to_have_url(f"{root}models/inherit/")
    expect(page.locator("article")).to_contain_text("Only talks, for it has no tools.")


def test_the_table_of_contents_leads_into_the_prompt(page: Page, root: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{root}agents/team/reviewer/")
    page.locator(".md-sidebar--secondary").get_by_role("link", name="When to invoke").click()
    expect(page).to_have_url(re.compile("#prompt-when-to-invoke$"))
    expect(page.locator("#prompt-when-to-invoke")).to_be_in_viewport()


def test_the_table_of_contents_leads_to_the_source_where_that_is_shown(
    page: Page, root: str
) -> None:
    page.set_viewport_size({"width": 1280, "height": 500})
    page.goto(f"{root}agents/team/reviewer/")
    page.get_by_role("radio", name="Source").check()
    page.evaluate("scrollTo(0, 0)")
    source = page.locator("[data-ac-view=source]")
    expect(source).not_to_be_in_viewport()
    page.locator(".md-sidebar--secondary").get_by_role("link", name="When to invoke").click()
    expect(source).to_be_in_viewport()


SPILLING = """
    () => {
      const width = document.documentElement.clientWidth
      const clips = element => {
        for (let each = element.parentElement; each; each = each.parentElement)
          if (getComputedStyle(each).overflowX !== "visible") return each !== document.body
        return false
      }
      return [...document.querySelectorAll("main *, header *, footer *")]
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > width + 1)
        .filter(each => !clips(each))
        .map(each => `${each.tagName}.${each.className}`)
    }
    """


@pytest.mark.parametrize("url", KINDS)
def test_nothing_is_wider_than_a_phone(page: Page, root: str, url: str) -> None:
    page.goto(root + url)
    for width in (390, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.eval_on_selector_all("details", "all => all.forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(SPILLING) == []


def test_what_spills_over_is_found(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    wide = '<div class="wide" style="width: 900px">x</div>'
    page.set_content(f"<main>{wide}<div style='overflow-x: auto'>{wide}</div></main>")
    assert page.evaluate(SPILLING) == ["DIV.wide"]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_complete_without_scripts(browser: Browser, root: str, width: int) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{root}agents/team/reviewer/")
    expect(page.locator("[data-agent-prompt]")).to_be_visible()
    expect(page.locator("[data-agent-prompt] h3").first).to_be_visible()
    for example in page.locator("[data-agent-example]").all():
        expect(example).to_be_visible()
    for cell in page.locator("article td").all():
        expect(cell).to_be_visible()
    page.get_by_role("radio", name="Source").check()
    expect(page.locator("[data-ac-view=source] pre")).to_be_visible()
    assert page.locator("button:visible", has_text="Copy").count() == 0
    expect(page.get_by_text("Save the file in")).to_be_visible()
    page.goto(f"{root}agents/")
    assert page.locator("article .ac-list a").count() == 12
    expect(page.locator("article .ac-list a").last).to_be_visible()
    context.close()
