"""Measure how long a browser takes to load the list and pages of agents, from this machine.

For comparison: the strongest catalog known, with 224 agents, took 1,057 ms for its list and 297
to 358 ms for an agent, in Chromium on two cores. Takes the folder of agent files as its argument
or from AGENT_CATALOG_CORPUS.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "tests"))

from costs import arguments_with_folder

from browsing import launched, served, wait_until
from samples import by_size, corpus

_LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"


def main() -> None:
    """Print the median milliseconds until each page is loaded."""
    arguments = arguments_with_folder(__doc__)
    arguments.add_argument("--agents", type=int, default=224)
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    if not options.folder:
        arguments.error("name a folder of agent files")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        site = corpus(Path(name), Path(options.folder), options.agents).site
        agents = by_size(site)
        pages = {
            "home": "",
            "list": "agents/",
            "agent, small": agents[0],
            "agent, medium": agents[len(agents) // 2],
            "agent, largest": agents[-1],
        }
        browser = launched(playwright)
        with served(site.folder) as root:
            print(f"{len(agents)} agents, median of {options.runs} first visits, ms")
            for label, url in pages.items():
                times = [_load(browser, root + url) for _ in range(options.runs)]
                print(f"{label:15}{statistics.median(times):6.0f}")
        browser.close()


def _load(browser: Browser, url: str) -> float:
    page = browser.new_page()  # in a context of its own, with nothing stored
    page.goto(url, wait_until="load")
    wait_until(page, f"{_LOADED} > 0")
    milliseconds: float = page.evaluate(_LOADED)
    page.close()
    return milliseconds


if __name__ == "__main__":
    main()
