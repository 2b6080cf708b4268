"""Some 1,500 agent files as they were found in public repositories, as one site."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from fidelity import list_items, prompt_of, read_prompt, share_shown
from sites import AGENT_CATALOG, BuiltSite, assert_sound, outline, run

pytestmark = pytest.mark.corpus

FILES = 1467
SAMPLE = slice(None, None, 37)
"""Of pages that are read as browsers read them, which is slow: one in 37, from every repository."""


@pytest.fixture(scope="module")
def site(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    folder = tmp_path_factory.mktemp("corpus")
    done = run(AGENT_CATALOG, "build", corpus, "--out", "site", cwd=folder)
    yield BuiltSite(folder / "site", done.stdout, done.returncode)
    shutil.rmtree(folder)  # 120 MB


def test_the_build_is_calm(site: BuiltSite) -> None:
    assert site.code == 0, site.output
    assert "Traceback" not in site.output
    assert "WARNING" not in site.output
    assert f"{FILES:,} agents, " in site.output


def test_each_file_is_published_with_a_page_of_its_own(corpus: Path, site: BuiltSite) -> None:
    agents = site.catalog["agents"]
    files = sorted(path.relative_to(corpus).as_posix() for path in corpus.rglob("*.md"))
    assert sorted(agent["path"] for agent in agents) == files
    assert len(files) == FILES
    assert len({agent["url"].lower() for agent in agents}) == FILES
    wrong = [
        agent["path"]
        for agent in agents
        if (site.folder / agent["raw_url"]).read_bytes() != (corpus / agent["path"]).read_bytes()
        or not (site.folder / agent["url"] / "index.html").is_file()
    ]
    assert wrong == []


def test_the_catalog_is_valid_by_its_own_schema(site: BuiltSite) -> None:
    schema = json.loads(site.text("catalog.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(site.catalog)


def test_no_prompt_loses_words_or_list_items(corpus: Path, site: BuiltSite) -> None:
    losses = []
    for agent in site.catalog["agents"]:
        prompt = prompt_of((corpus / agent["path"]).read_bytes())
        page = read_prompt(site.text(f"{agent['url']}index.html"))
        share = share_shown(prompt, page.seen)
        if page.prompts != 1 or share < 0.99 or page.items != list_items(prompt):
            losses.append((agent["path"], page.prompts, round(share, 3), page.items))
    assert losses == []


def test_the_list_of_all_agents_is_slim(site: BuiltSite) -> None:
    html = (site.folder / "agents" / "index.html").read_bytes()
    rows = site.page("agents/").select("[data-ac-rows] li[data-in]")
    assert len(rows) == FILES
    assert len(html) / FILES <= 700  # bytes for each agent, filters included


def test_every_page_is_sound(site: BuiltSite) -> None:
    assert_sound(site)


def test_browsers_see_the_same_as_these_tests(site: BuiltSite) -> None:
    for agent in site.catalog["agents"][SAMPLE]:
        html = site.text(f"{agent['url']}index.html")
        page, reader = site.page(agent["url"]), read_prompt(html)
        [prompt] = page.select("[data-agent-prompt]")
        assert len(prompt.select("li")) == reader.items, agent["path"]
        assert prompt.get_text().split() == reader.text.split(), agent["path"]
        assert [str(each["id"]) for each in page.select("[id]")] == outline(html).ids
        assert len(page.select("[data-agent-example]")) == len(agent["examples"])
