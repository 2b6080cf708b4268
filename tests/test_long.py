"""What takes minutes: long runs of arbitrary input, and a catalog of 10,000 agents."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Browser, expect

from agent_catalog.publishing.listing import list_page_name
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source
from browsing import served
from sites import AGENT_CATALOG, REPOSITORY, BuiltSite
from strategies import FRAGMENTS, MARKDOWN

pytestmark = pytest.mark.long

STOPWATCH = """() => {
  let pressed;
  window.times = [];
  document.addEventListener("keydown", () => { pressed = performance.now(); }, true);
  document.addEventListener("input", () => {
    document.body.getBoundingClientRect();
    if (pressed) window.times.push(performance.now() - pressed);
  });
}"""

LONG = settings(max_examples=20_000, suppress_health_check=list(HealthCheck))


@LONG
@given(MARKDOWN)
def test_any_prompt_is_rendered(text: str) -> None:
    assert PromptRenderer().render(text, lambda _: None).error == ""


@LONG
@given(FRAGMENTS)
def test_any_file_is_read(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    agent = read_agent(AgentFile(Source(Path()), "a.md", data))
    assert agent.data == data


def test_ten_thousand_agents(tmp_path: Path, browser: Browser) -> None:
    """In hundreds of folders, so that the list of all agents stays in proportion, too."""
    files = sorted((REPOSITORY / "agents").rglob("*.md"))
    for number in range(10_000):
        file = files[number % len(files)]
        target = tmp_path / "agents" / f"team-{number // 20}" / f"{number}-{file.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    command: list[str | Path] = [
        AGENT_CATALOG,
        "build",
        tmp_path / "agents",
        "--out",
        tmp_path / "site",
    ]
    subprocess.run(command, check=True)
    site = BuiltSite(tmp_path / "site")
    agents = site.catalog["agents"]
    assert len(agents) == 10_000
    assert all((site.folder / agent["url"] / "index.html").is_file() for agent in agents)
    numbers = [1, *(int(page.name) for page in (site.folder / "agents" / "-").iterdir())]
    lists = [site.page(f"{list_page_name(each).removesuffix('index')}/") for each in numbers]
    rows = [str(link["href"]) for page in lists for link in page.select("[data-ac-rows] li > a")]
    assert len(rows) == 10_000
    _filter_ten_thousand(browser, site)


def _filter_ten_thousand(browser: Browser, site: BuiltSite) -> None:
    """Filters the list in a browser, and prints what a key press costs."""
    page = browser.new_page()
    with served(site.folder) as root:
        page.goto(f"{root}agents/?text=backend")
        status = page.get_by_role("status")
        expect(status).to_have_text(re.compile("^[0-9,]+ of 10,000 agents"))
        page.evaluate(STOPWATCH)
        for word in ("review", "e", "no such words"):
            page.locator("[name=text]").fill("")
            page.locator("[name=text]").press_sequentially(word)
        expect(status).to_have_text("No agent has all of this.")
        times = sorted(page.evaluate("times"))
    median, most = times[len(times) // 2], times[-1]
    print(f"key press to layout: median {median:.0f} ms, most {most:.0f} ms")  # noqa: T201 (a figure to read, for a limit would fail on a busy machine)
    page.close()
