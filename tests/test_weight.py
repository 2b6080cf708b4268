"""What a first visit costs: requests, bytes, and words in the browser's console."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response

from agent_catalog.publishing.assets import assets
from browsing import served
from samples import Sample, by_size
from sites import BuiltSite

KB = 1000
AGENT = 130 * KB
"""The most that the first visit of an agent's page fetches."""
LIST = 150 * KB
"""The most that the first visit of a list of 224 agents fetches."""


def first_visit(browser: Browser, url: str) -> dict[str, int]:
    """What a browser that has nothing stored fetches to show a page: URLs, and bytes in gzip."""
    page = browser.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (playwright looks at its parameters)
    page.goto(url, wait_until="networkidle")
    weights = {each.url: len(gzip.compress(each.body(), 6, mtime=0)) for each in answers}
    page.close()
    assert len(weights) > 3
    return weights


def explained(weights: dict[str, int]) -> str:
    return "\n".join(f"{weight:8} {url}" for url, weight in weights.items())


@pytest.mark.browser
def test_pages_load_without_a_word_and_from_here_alone(browser: Browser, sample: Sample) -> None:
    page = browser.new_page()
    said: list[str] = []
    requests: list[str] = []
    answers: list[Response] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.on("request", lambda request: requests.append(request.url))
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 (see above)
    with served(sample.site.folder) as root:
        for url in sample.urls:
            page.goto(root + url, wait_until="networkidle")
        page.close()
    assert said == []
    assert [each.url for each in answers if not each.ok and each.status != 304] == []
    assert len(requests) > len(sample.urls)
    assert [each for each in requests if not each.startswith((root, "data:", "blob:"))] == []


@pytest.mark.browser
def test_the_page_of_an_agent_is_light(browser: Browser, sample: Sample) -> None:
    agents = by_size(sample.site)
    with served(sample.site.folder) as root:
        for url in {agents[len(agents) // 2], agents[-1]}:
            weights = first_visit(browser, root + url)
            assert sum(weights.values()) <= AGENT, explained(weights)


@pytest.mark.browser
@pytest.mark.corpus
def test_the_list_of_224_agents_is_light(browser: Browser, corpus_sample: Sample) -> None:
    assert len(corpus_sample.site.catalog["agents"]) == 224
    with served(corpus_sample.site.folder) as root:
        weights = first_visit(browser, f"{root}agents/")
        assert sum(weights.values()) <= LIST, explained(weights)


def own_weights() -> dict[str, int]:
    """The bytes of our own styles and scripts, as they are written, with their comments."""
    return {path: len(data) for path, data in assets().items() if path.endswith((".css", ".js"))}


def test_our_own_styles_and_scripts_are_small() -> None:
    assert sum(own_weights().values()) <= 40 * KB, own_weights()


def around_the_prompt(site: BuiltSite, url: str) -> int:
    """The bytes of an agent's page beside the prompt, rendered and as written."""
    page = site.page(url)
    prompts = page.select("[data-agent-prompt], .ac-prompt .ac-written pre")
    html = (site.folder / url / "index.html").stat().st_size
    return html - sum(len(each.encode_contents()) for each in prompts)


def test_there_is_not_much_around_a_prompt(sample: Sample) -> None:
    agents = [agent["url"] for agent in sample.site.catalog["agents"]]
    weights = {url: around_the_prompt(sample.site, url) for url in agents[:: len(agents) // 40 + 1]}
    assert all(0 < weight <= 60 * KB for weight in weights.values()), weights
