"""Makes the pictures: those of the documentation, and those of the catalog's identity.

The first show pages of this repository's site, so they are true on the day they are taken. The
others are drawn as SVG; what needs them as PNG is named at each. `make screenshots` makes all of
them again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

_ROOT = Path(__file__).parents[1]
_IMAGES = _ROOT / "docs" / "images"
_IDENTITY = _ROOT / "hooks/agent_catalog/publishing/assets/identity"
_ADDRESSES = {
    "SITE_URL": "https://agents.example/",
    "REPO_URL": "https://github.com/example/agents",
    "EDIT_URI": "edit/main/docs/",
}
"""Of the site as if it were published. The folder answers for it, nothing asks the network."""
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""In the order of `.ci/browser`; without any of them, Playwright's own is taken."""
_MOST_BYTES = 120_000


class Screenshot(NamedTuple):
    """A picture of a page; sizes are in pixels."""

    name: str
    url: str
    """Below the site's root."""
    width: int = 1100
    height: int = 800
    scheme: Literal["light", "dark"] = "light"
    scroll_to: str = ""
    """The selector of what stands at the top, if not the page's start."""


_AGENT = "agents/review/diff-reviewer/"
_SCREENSHOTS = (
    Screenshot("list", "agents/"),
    Screenshot("agent", _AGENT),
    Screenshot("agent-dark", _AGENT, scheme="dark"),
    Screenshot("phone", _AGENT, width=390, height=760),
    Screenshot("compare", "compare/?a=review/diff-reviewer&b=review/pull-request-reviewer"),
)


def _answer(site: Path, route: Route) -> None:
    """Answer a request from the site's folder, as a web server would."""
    file = site / unquote(urlsplit(route.request.url).path).lstrip("/")
    file = file / "index.html" if file.is_dir() else file
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=404)


def _save(page: Page, target: Path) -> None:
    page.screenshot(path=target, animations="disabled", caret="hide")
    size = target.stat().st_size
    print(f"{target.relative_to(_ROOT)}: {size / 1000:.0f} kB")
    if size > _MOST_BYTES:
        sys.exit(f"{target.name} has more than {_MOST_BYTES / 1000:.0f} kB; show less on it")


def _take(browser: Browser, site: Path, shot: Screenshot) -> None:
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    page.route("**", partial(_answer, site))
    answer = page.goto(_ADDRESSES["SITE_URL"] + shot.url, wait_until="networkidle")
    if not answer or not answer.ok:
        sys.exit(f"{shot.url}: there is no such page")
    if shot.scroll_to:
        page.locator(shot.scroll_to).first.evaluate("element => element.scrollIntoView()")
    _save(page, _IMAGES / f"{shot.name}.png")
    page.close()


def _draw(browser: Browser, svg: str, width: int, height: int, target: Path) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{svg}")
    _save(page, target)
    page.close()


def _draw_identity(browser: Browser) -> None:
    favicon = (_IDENTITY / "favicon.svg").read_text(encoding="utf-8")
    # A phone's home screen rounds the corners of it, and shows what is transparent as black.
    icon = favicon.replace("0 0 32 32", "-7 -7 46 46")
    _draw(browser, icon, 180, 180, _IDENTITY / "icon.png")
    # No messenger shows an SVG as a preview.
    preview = Path(__file__).with_name("preview.svg").read_text(encoding="utf-8")
    _draw(browser, preview, 1200, 630, _IDENTITY / "preview.png")


def main() -> None:
    """Draw the identity, build the site with it, and take the screenshots."""
    _IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, _CHROMIUMS)), None),
            # Containers have no sandbox, and the page is our own; letters in grey instead of
            # colors are half of a picture's bytes.
            args=["--no-sandbox", "--disable-lcd-text"],
        )
        _draw_identity(browser)
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder]
        # As it is published, where the header links to the repository.
        repository = {
            "REPO_URL": "https://github.com/example/agents",
            "EDIT_URI": "edit/main/docs/",
        }
        subprocess.run(command, cwd=_ROOT, env=os.environ | repository, check=True)
        for shot in _SCREENSHOTS:
            _take(browser, Path(folder), shot)
        browser.close()


if __name__ == "__main__":
    main()
