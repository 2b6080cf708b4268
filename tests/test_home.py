"""The home page: what the catalog is, how many agents of which kind, and where to go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page, expect

from browsing import served
from sites import (
    BuiltSite,
    Tree,
    agent_file,
    assert_sound,
    build_project,
    section,
    select,
    shown,
    write_project,
)
from specimens import SPECIMENS

CAPABILITIES = {
    "read": "Reads files",
    "write": "Changes files",
    "execute": "Runs commands",
    "network": "Uses the network",
    "delegate": "Starts other agents",
    "mcp": "Uses MCP servers",
}


def built(folder: Path, tree: Tree) -> BuiltSite:
    return build_project(write_project(folder, tree))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return built(tmp_path_factory.mktemp("many"), SPECIMENS)


@pytest.fixture(scope="module")
def home(site: BuiltSite) -> BeautifulSoup:
    return site.page("")


def chart(page: BeautifulSoup, ident: str) -> dict[str, str]:
    """The rows of the chart below a heading: the number by the name."""
    heading = page.find(id=f"catalog-{ident}")
    assert isinstance(heading, Tag)
    found = heading.find_next("ul")
    assert isinstance(found, Tag)
    rows = [select(row, "a > span") for row in found.select("li")]
    return {row[0]: row[-1] for row in rows}


def headings(page: BeautifulSoup) -> list[str]:
    return select(page, "article h2")


def test_it_says_what_the_site_is_and_how_much_it_holds(home: BeautifulSoup) -> None:
    assert select(home, "article h1") == ["Crew"]
    text = shown(home.select("article")[0])
    assert text.startswith("Crew A catalog of AI agents that are kept as files.")
    assert "11 agents in 3 folders, 3 of which Claude Code does not load. 6 agents inherit" in text


def test_it_leads_to_every_part_of_the_site(site: BuiltSite, home: BeautifulSoup) -> None:
    hrefs = {str(link["href"]) for link in home.select("article a")}
    assert {
        *("agents/", "models/", "colors/", "tools/", "models/opus/", "colors/red/", "tools/bash/"),
        *("agents/?can=execute", "agents/?finding=error", "agents/?tool=all"),
        *("agents/?folder=team", "agents/broken/"),
        *("catalog.json", "catalog.schema.json", "llms.txt"),
    } <= hrefs
    assert_sound(site)


@pytest.mark.parametrize("facet", ["model", "color"])
def test_the_charts_count_what_the_catalog_holds(
    site: BuiltSite, home: BeautifulSoup, facet: str
) -> None:
    groups = site.catalog["groups"][facet]
    names = {slug: slug.replace("-", " ").capitalize() for slug in groups}
    assert chart(home, f"{facet}s") == {
        names[slug]: str(len(members)) for slug, members in groups.items()
    }


def test_the_chart_of_capabilities_counts_agents(site: BuiltSite, home: BeautifulSoup) -> None:
    able = Counter(each for agent in site.catalog["agents"] for each in agent["capabilities"])
    assert chart(home, "capabilities") == {
        CAPABILITIES[each]: str(count) for each, count in able.items()
    }
    assert "by inheriting all tools: 6 agents" in section(home, "catalog-capabilities")


def test_bars_are_as_long_as_their_numbers(home: BeautifulSoup) -> None:
    for row in home.select(".ac-charts section:first-child li"):
        count = int(select(row, ".ac-number")[0])
        parts = [float(str(part["width"]).rstrip("%")) for part in row.select("rect")]
        assert sum(parts) == pytest.approx(100 * count / 11, abs=0.2)
    reading = home.select('a[href="agents/?can=read"] rect')
    assert [part.get("class") for part in reading] == [None, ["ac-bar__rest"]]


def test_what_is_broken_is_named_and_counted(site: BuiltSite, home: BeautifulSoup) -> None:
    problems = section(home, "catalog-problems")
    assert "Claude Code does not load 3 files." in problems
    assert all(name in problems for name in ("broken", "empty", "nameless"))
    found = Counter(
        (finding["severity"], finding["code"])
        for agent in site.catalog["agents"]
        for finding in {each["code"]: each for each in agent["findings"]}.values()
    )
    for (_, code), count in found.items():
        assert f"{code} {count}" in problems.replace("\xa0", " ")
    rows = [select(row, "th, td")[:2] for row in home.select(".ac-problems tbody tr")]
    agents = {
        severity: sum(
            any(finding["severity"] == severity for finding in agent["findings"])
            for agent in site.catalog["agents"]
        )
        for severity in ("error", "warning", "info")
    }
    names = {"error": "Errors", "warning": "Warnings", "info": "Notes"}
    assert rows == [[names[each], str(count)] for each, count in agents.items() if count]


def test_findings_that_are_meant_to_be_are_not_broken(tmp_path: Path) -> None:
    accept = [{"path": "agents/*", "codes": ["yaml-needs-retry"], "reason": "a specimen"}]
    tree = {f"agents/{n}.md": agent_file(f"n{n}", description="So: yes") for n in range(4)}
    project = write_project(
        tmp_path, tree, plugins=["search", {"agent-catalog": {"accept": accept}}]
    )
    page = build_project(project).page("")
    assert "Nothing: Claude Code loads every file" in section(page, "catalog-problems")


def test_a_catalog_without_agents_says_so(tmp_path: Path) -> None:
    site = built(tmp_path, {"agents/README.md": "Not an agent.\n"})
    assert "0 agents: the folders of this catalog have no agent file yet." in shown(site.page(""))
    assert headings(site.page("")) == ["Files for programs"]
    for url in ("models/", "colors/"):
        assert "There are no agents yet." in shown(site.page(url))
    assert "No agent lists a tool." in shown(site.page("tools/"))
    assert_sound(site)


def test_a_catalog_of_one_agent_draws_no_charts(tmp_path: Path) -> None:
    site = built(tmp_path, {"agents/a.md": agent_file("solo", tools="Read", model="opus")})
    home = site.page("")
    assert home.select(".ac-bar, .ac-chart") == []
    assert headings(home) == [
        *("Where to start", "Agents", "Groups", "What is broken", "Files for programs"),
    ]
    assert "1 agent." in shown(home)
    assert "Nothing: Claude Code loads the file, and it has no open problem." in shown(home)
    hrefs = {str(link["href"]) for link in home.select("article a")}
    assert {"agents/a/", "models/opus/", "colors/not-set/", "tools/read/"} <= hrefs
    group = site.page("models/opus/")
    assert group.select(".ac-bar") == []
    assert "The only agent is in this group." in shown(group)
    assert "Reads files." in section(group, "capabilities")
    assert_sound(site)


def test_a_small_catalog_names_its_agents_at_once(tmp_path: Path) -> None:
    tree = {f"agents/{n}.md": agent_file(f"agent-{n}", model="opus") for n in range(5)}
    home = built(tmp_path, tree).page("")
    assert "Agents" in headings(home)
    text = section(home, "catalog-agents")
    assert all(f"agent-{n}" in text for n in range(5))
    assert chart(home, "models") == {"Opus": "5"}
    models = home.find(id="catalog-models")
    assert isinstance(models, Tag)
    assert models.find_next("ul").select(".ac-bar") == []  # type: ignore[union-attr]  # a chart is there


def test_a_large_catalog_names_only_the_first_of_much(tmp_path: Path) -> None:
    tree = {
        **{f"agents/f{n}/a.md": agent_file(f"a{n}", tools=f"mcp__s{n}") for n in range(30)},
        **{f"agents/bad/b{n}.md": f"Broken {n}.\n" for n in range(25)},
    }
    home = built(tmp_path, tree).page("")
    assert "Agents" not in headings(home)
    assert len(chart(home, "tools")) == 10
    assert "All 30 tools" in section(home, "catalog-tools")
    assert len(chart(home, "folders")) == 10
    assert chart(home, "folders")["bad"] == "25"
    assert "All 31 folders" in section(home, "catalog-folders")
    problems = section(home, "catalog-problems")
    assert "b9" not in problems.split()
    assert "and 15 more" in problems


def test_the_contents_list_has_the_headings_in_their_order(home: BeautifulSoup) -> None:
    contents = home.select(".md-nav--secondary")[0].select("a")
    assert [shown(link) for link in contents] == headings(home)
    assert all(home.find(id=str(link["href"]).removeprefix("#")) for link in contents)


def test_hostile_names_are_text(tmp_path: Path) -> None:
    bad = '"<img src=x onerror=alert(1)>"'
    tree = {
        f"agents/{n}.md": agent_file(bad, model=bad, color=bad, tools=bad) for n in range(4)
    } | {"agents/<u>/x.md": "Broken.\n"}
    site = built(tmp_path, tree)
    for url in ("", "models/", "colors/", "tools/", "tools/not-recognised/"):
        page = site.page(url)
        assert page.select("article img, article u") == []
    assert_sound(site)


# In a browser.


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


@pytest.mark.browser
def test_a_row_of_a_chart_leads_to_its_group_by_keyboard(page: Page, root: str) -> None:
    page.goto(root)
    row = page.locator(".ac-chart a", has_text="Opus")
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/models/opus/")
    expect(page.locator("article h1")).to_have_text("Opus")


@pytest.mark.browser
def test_the_first_screen_says_what_and_where(page: Page, root: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(root)
    for text in ("A catalog of AI agents", "11 agents", "All agents", "Search", "Tools"):
        expect(page.locator("article").get_by_text(text).first).to_be_in_viewport()


@pytest.mark.browser
def test_the_page_is_whole_without_scripts(browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(root)
    expect(page.locator(".ac-chart a:visible")).to_have_count(page.locator(".ac-chart a").count())
    page.locator(".ac-chart a", has_text="Red").click()
    expect(page.locator("article h1")).to_have_text("Red")
    context.close()
