"""Looking at a site in a real browser."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

expect.set_options(timeout=20_000)

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""In the order of `.ci/browser`; without any of them, Playwright's own is taken."""


def chromium() -> str | None:
    """The path of the Chromium that is installed, if there is one."""
    return next(filter(None, map(shutil.which, _CHROMIUMS)), None)


def launched(playwright: Playwright) -> Browser:
    """A Chromium that asks nothing of the network by itself."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    )


def wait_until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait until an expression is true on a page.

    Playwright's `wait_for_function` asks again by `eval`, which the pages' policy forbids.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(20)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; gives the URL of its root."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def checker(name: str) -> Path:
    """A program that `.ci/checker` sets up; without it tests are skipped, but not in a CI run."""
    program = Path(sys.executable).with_name(name)
    if not program.exists():
        assert os.environ.get("CI") != "true", f"{name} is missing: .ci/checker {name}"
        pytest.skip(f"{name} is not set up: .ci/checker {name}")
    return program
