"""In a real Chromium no attack runs, opens a dialog or fetches anything, whatever is clicked.

Each test is made twice: as a visitor's browser does it, and without the policy that pages carry
for scripts, so that what is before the policy is tested by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Response,
    TimeoutError,  # noqa: A004 (it is Playwright's that is meant)
    expect,
)

from attacked import attacked_site, unguarded_site
from browsing import served
from payloads import payloads, sample
from sites import BuiltSite

pytestmark = pytest.mark.browser

_FRAMES = 20
"""Pages to open at a time, in frames of one page."""
_BATCH = 1_000

_WATCH = """
    for (const name of ["alert", "confirm", "prompt", "print", "open"])
        window[name] = (...values) => caught(`${name}(${values})`.slice(0, 200));
    for (const name of ["PWN", "xss", "XSS", "pwned"])
        Object.defineProperty(window, name, { set: () => caught(name), get: () => undefined });
"""
"""Says what attacks call; runs before anything of a page does."""

_OPEN = """async (urls) => {
    const frames = urls.map(url => Object.assign(document.createElement("iframe"), {src: url}));
    const loaded = frames.map(frame => new Promise(done => { frame.onload = done; }));
    document.body.replaceChildren(...frames);
    await Promise.all(loaded);
    const found = [];
    for (const frame of frames) {
        const page = frame.contentDocument;
        if (!page) { found.push(`${frame.src}: left for elsewhere`); continue; }
        const say = what => found.push(`${new URL(page.URL).pathname}: ${what}`);
        if (page.URL !== frame.src) say(`was ${frame.src}`);
        for (const link of page.querySelectorAll("a[href], area[href]"))
            if (!["http:", "https:", "mailto:"].includes(link.protocol)) say(link.outerHTML);
        for (const each of page.querySelectorAll("article *")) {
            for (const attribute of each.attributes)
                if (attribute.name.startsWith("on")) say(each.outerHTML.slice(0, 200));
            for (const kind of ["mouseover", "mouseenter", "pointerdown", "focus", "error", "load"])
                each.dispatchEvent(new Event(kind));
        }
    }
    return found;
}"""
"""Opens pages in frames, touches all that is in them, and says what is wrong with them."""


class Watched:
    """A browser's context, and what went on in it that should not."""

    def __init__(self, context: BrowserContext, root: str) -> None:
        self.events: list[str] = []
        """What ran, was asked for or failed."""
        self._root = root
        context.expose_binding("caught", lambda _, what: self._say(f"ran {what}"))
        context.add_init_script(_WATCH)
        context.on("dialog", self._opened)
        context.on("console", self._console)
        context.on("weberror", lambda error: self._say(f"error {error.error}"))
        context.on("request", lambda request: self._requested(request.url))
        context.on("response", self._answered)
        self.page = context.new_page()

    def _say(self, what: str) -> None:
        self.events.append(what)

    def _opened(self, dialog: Dialog) -> None:
        self._say(f"dialog {dialog.type}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        favicon = message.location["url"].endswith("/favicon.ico")
        if message.type in {"error", "warning"} and not favicon:
            self._say(f"console {message.text[:200]}")

    def _requested(self, url: str) -> None:
        if not url.startswith((self._root, "data:", "blob:", "about:")):
            self._say(f"asked for {url[:200]}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and urlsplit(response.url).path != "/favicon.ico":
            self._say(f"{response.status} {response.url[:200]}")

    def look_through(self, root: str, urls: list[str]) -> None:
        """Open pages, a few at a time."""
        self.page.goto(f"{root}catalog.schema.json")  # has no policy for frames
        for start in range(0, len(urls), _FRAMES):
            self.events += self.page.evaluate(
                _OPEN, [root + url for url in urls[start : start + _FRAMES]]
            )


@contextmanager
def watched(browser: Browser, root: str, *, bypass_csp: bool = False) -> Iterator[Watched]:
    context = browser.new_context(bypass_csp=bypass_csp, permissions=["clipboard-write"])
    context.set_default_timeout(20_000)
    yield Watched(context, root)
    context.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return attacked_site(tmp_path_factory.mktemp("attacked"), sample(60))


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


@pytest.fixture(params=[False, True], ids=["as visited", "without policy"])
def visit(request: pytest.FixtureRequest, browser: Browser, root: str) -> Iterator[Watched]:
    with watched(browser, root, bypass_csp=request.param) as found:
        yield found
        assert found.events == []


def _urls(site: BuiltSite) -> list[str]:
    return [path.removesuffix("index.html") for path in site.pages]


def test_no_page_does_anything(visit: Watched, site: BuiltSite, root: str) -> None:
    visit.look_through(root, _urls(site))


def test_search_shows_attacks_as_text(visit: Watched, root: str) -> None:
    page = visit.page
    page.goto(root, wait_until="networkidle")
    page.get_by_role("button", name="Search").click()
    for query in ("script alert", "img onerror", "javascript", "svg onload"):
        page.get_by_role("searchbox").fill(query)
        expect(page.locator(".ac-search ol")).to_have_attribute("aria-busy", "false")
        expect(page.locator(".ac-search li").first).to_be_visible()
        for result in page.locator(".ac-search li a").all()[:5]:
            result.hover()
        assert page.locator(".ac-search li").locator("script, img, iframe, object").count() == 0
    page.locator(".ac-search li a").first.click()
    page.wait_for_load_state()


def test_the_list_filters_attacks_as_text(visit: Watched, root: str) -> None:
    page = visit.page
    page.goto(f"{root}agents/")
    form = page.locator("[data-ac-filters]")
    form.get_by_role("searchbox").fill("script")
    expect(page.locator(".ac-list li:visible").first).to_be_visible()
    openers = form.locator("[popovertarget]").all()
    assert len(openers) > 3
    for opener in openers:
        opener.click()
        choice = form.locator("[popover]:popover-open [type=checkbox]:enabled").last
        choice.click()
        choice.click()
        opener.click()
    for row in page.locator(".ac-list li:visible a").all()[:10]:
        row.hover()


def test_agents_are_compared_as_text(visit: Watched, site: BuiltSite, root: str) -> None:
    places = [agent["url"].removeprefix("agents/").strip("/") for agent in site.catalog["agents"]]
    for one, other in zip(places[::6], places[1::6], strict=False):
        visit.page.goto(f"{root}compare/?a={one}&b={other}")
        expect(visit.page.locator("[data-result]")).to_be_visible()
        assert visit.page.locator("[data-result]").locator("script, img, iframe").count() == 0


def test_an_agents_page_is_used_without_harm(visit: Watched, site: BuiltSite, root: str) -> None:
    page = visit.page
    for agent in site.catalog["agents"][::12]:
        page.goto(root + agent["url"])
        for control in page.locator("article").get_by_role("button").all():
            if control.is_visible():
                control.click()
        for choice in page.locator("article label:visible").all():
            choice.click()
        for part in page.locator("article details:visible > summary").all():
            part.click()
        for thing in page.locator("article [title]:visible, article .ac-badges a").all()[:8]:
            thing.hover()


def test_without_the_guards_attacks_run(browser: Browser, tmp_path: Path) -> None:
    site = unguarded_site(tmp_path, sample(40))
    with served(site.folder) as root, watched(browser, root, bypass_csp=True) as found:
        for agent in site.catalog["agents"]:
            with suppress(TimeoutError):  # which is a way to do harm, too
                found.page.goto(root + agent["url"], wait_until="domcontentloaded", timeout=5000)
        assert sum(each.startswith("ran ") for each in found.events) > 100
        assert sum(each.startswith("asked for ") for each in found.events) > 5


@pytest.mark.long
@pytest.mark.parametrize("batch", range(-(-len(payloads()) // _BATCH)))
def test_no_attack_of_all_does_anything(batch: int, browser: Browser, tmp_path: Path) -> None:
    site = attacked_site(tmp_path, payloads()[batch * _BATCH :][:_BATCH])
    with served(site.folder) as root, watched(browser, root, bypass_csp=True) as found:
        found.look_through(root, _urls(site))
        assert found.events == []
