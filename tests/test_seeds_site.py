"""The five files the project started from, as a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_catalog.checking.rules import RULES
from fidelity import list_items, prompt_of, read_prompt, share_shown
from sites import AGENT_CATALOG, BuiltSite, assert_sound, run, select

pytestmark = pytest.mark.seeds


@pytest.fixture(scope="module")
def site(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    folder = tmp_path_factory.mktemp("seeds")
    done = run(AGENT_CATALOG, "build", seeds, "--out", "site", cwd=folder)
    assert done.returncode == 0, done.stdout
    return BuiltSite(folder / "site", done.stdout)


def each(site: BuiltSite, key: str) -> list[object]:
    """A value of every agent, in the order of the files."""
    return [agent[key] for agent in site.catalog["agents"]]


def test_there_is_a_page_for_each_file(seeds: Path, site: BuiltSite) -> None:
    files = sorted(path.name for path in seeds.glob("*.md"))
    assert each(site, "path") == files
    assert each(site, "url") == [f"agents/{name.removesuffix('.md')}/" for name in files]
    assert each(site, "name") == [
        *("backend-engineer", "backend-engineer", "backend-developer"),
        *("python-backend-engineer", "backend-developer"),
    ]
    assert f"5 agents, {35 + len(RULES)} pages in site" in site.output


def test_every_example_is_on_its_page(site: BuiltSite) -> None:
    pages = [site.page(str(url)) for url in each(site, "url")]
    assert [len(page.select("[data-agent-example]")) for page in pages] == [3, 3, 4, 2, 0]
    for page in pages:
        for example in page.select("[data-agent-example]"):
            assert "assistant" in select(example, "dt")
            assert all(select(example, "dt") + select(example, "dd"))


def test_examples_are_parted_from_the_prose(site: BuiltSite) -> None:
    for url in each(site, "url"):
        prose = " ".join(select(site.page(str(url)), ".ac-summary, .ac-prose"))
        assert prose
        assert "<example>" not in prose
        assert "\\n" not in prose


def test_models_colors_and_tools(site: BuiltSite) -> None:
    assert each(site, "model") == ["sonnet"] * 4 + ["inherit"]
    assert each(site, "color") == ["red", "green", None, "green", "orange"]
    tools = [agent["tools"] for agent in site.catalog["agents"]]
    assert [each["mode"] for each in tools] == ["all", "listed", "all", "all", "all"]
    allowed = tools[1]["allowed"]
    assert len(allowed) == 19
    assert [tool["server"] for tool in allowed if tool["server"]] == ["context7"] * 2
    assert all(tool["known"] for tool in allowed)
    sizes = {
        facet: {name: len(urls) for name, urls in groups.items()}
        for facet, groups in site.catalog["groups"].items()
    }
    assert sizes["model"] == {"sonnet": 4, "inherit": 1}
    assert sizes["color"] == {"red": 1, "orange": 1, "green": 2, "not-set": 1}
    assert sizes["tool"]["mcp-context7"] == 1


def test_four_files_need_the_retry_of_agent_tools(site: BuiltSite) -> None:
    codes = [[finding["code"] for finding in found] for found in each(site, "findings")]  # type: ignore[attr-defined]  # parsed JSON
    assert [found.count("yaml-needs-retry") for found in codes] == [1, 1, 1, 1, 0]
    assert all(each(site, "loadable"))


def test_those_of_one_name_or_purpose_know_of_each_other(site: BuiltSite) -> None:
    pages = [site.page(str(url)) for url in each(site, "url")]
    why = [select(page, "#see-also ~ ul .ac-facts span:first-child") for page in pages]
    both = "Same name, similar purpose"
    near = "Similar purpose"
    assert why == [[both, near], [both, near], [both], [near, near], [both]]


def test_the_whole_prompt_is_shown(seeds: Path, site: BuiltSite) -> None:
    for agent in site.catalog["agents"]:
        data = (seeds / agent["path"]).read_bytes()
        assert (site.folder / agent["raw_url"]).read_bytes() == data
        shown = read_prompt(site.text(f"{agent['url']}index.html"))
        prompt = prompt_of(data)
        assert share_shown(prompt, shown.seen) == 1
        assert shown.items == list_items(prompt)


def test_every_page_is_sound(site: BuiltSite) -> None:
    assert_sound(site)
