"""Takes the pictures of the documentation: builds this repository's site and looks at a page.

They are true on the day they are taken; `make screenshots` takes them again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

_ROOT = Path(__file__).parents[1]
_IMAGES = _ROOT / "docs" / "images"
_PAGE = "agents/review/diff-reviewer/"
_VIEWPORT: ViewportSize = {"width": 1000, "height": 800}
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""In the order of `.ci/browser`; without any of them, Playwright's own is taken."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


@contextmanager
def _served(folder: str) -> Iterator[str]:
    """Serve a folder on this machine; gives the URL of its root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _take(browser: Browser, url: str, scheme: Literal["light", "dark"]) -> None:
    page = browser.new_page(viewport=_VIEWPORT, color_scheme=scheme)
    page.goto(url, wait_until="networkidle")
    target = _IMAGES / f"agent-page-{scheme}.png"
    page.screenshot(path=target)
    print(f"{target.relative_to(_ROOT)}: {target.stat().st_size / 1000:.0f} kB")
    page.close()


def main() -> None:
    """Build the site, and write the pictures to `docs/images/`."""
    _IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as site, sync_playwright() as playwright:
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", site]
        subprocess.run(command, cwd=_ROOT, check=True)
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, _CHROMIUMS)), None),
            args=["--no-sandbox"],  # containers have none; the page is our own
        )
        with _served(site) as root:
            _take(browser, root + _PAGE, "light")
            _take(browser, root + _PAGE, "dark")
        browser.close()


if __name__ == "__main__":
    main()
