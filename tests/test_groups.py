"""Pages that compare groups of agents by model, color and tool, and the pages of the groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median_low
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page

from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.publishing.overviews import share, tool_sections
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.sources import AgentFile, Source
from browsing import served
from sites import (
    BuiltSite,
    agent_file,
    assert_sound,
    build_project,
    section,
    select,
    shown,
    write_project,
)
from specimens import SPECIMENS

CAPABILITIES = ["read", "write", "execute", "network", "delegate", "mcp"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return build_project(write_project(tmp_path_factory.mktemp("site"), SPECIMENS))


def rows(page: BeautifulSoup) -> dict[str, list[str]]:
    """The cells of each row of a page's tables by its row header."""
    found = [select(each, "th, td") for each in page.select("tbody tr")]
    return {name: cells for name, *cells in found if cells}


def catalog(**tools: str) -> Catalog:
    """A catalog of agents with these keys in their frontmatter."""
    source = Source(Path("agents"), "", "agents")
    return catalog_of(
        tuple(
            read_agent(AgentFile(source, f"{name}.md", agent_file(name, **_keys(text)).encode()))
            for name, text in tools.items()
        )
    )


def _keys(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines() if line)


def group(found: Catalog, title: str) -> Group:
    return next(each for each in found.tools if each.title == title)


# Comparing the groups of a facet.


@pytest.mark.parametrize("facet", ["model", "color"])
def test_groups_are_compared_by_what_their_agents_may_do(site: BuiltSite, facet: str) -> None:
    agents = {agent["url"]: agent for agent in site.catalog["agents"]}
    table = rows(site.page(f"{facet}s/"))
    groups = site.catalog["groups"][facet]
    assert len(table) == len(groups)
    for slug, urls in groups.items():
        members: list[Any] = [agents[url] for url in urls]
        able = Counter(each for agent in members for each in agent["capabilities"])
        tokens = median_low(agent["prompt"]["tokens_estimate"] for agent in members)
        assert table[slug.replace("-", " ").capitalize()] == [
            str(len(members)),
            share(len(members), len(agents)).replace("\xa0", " "),
            *(str(able[each]) for each in CAPABILITIES),
            f"{tokens:,}",
        ]


def test_models_stand_by_family_from_the_largest(site: BuiltSite) -> None:
    assert list(rows(site.page("models/"))) == ["Opus", "Sonnet", "Inherit", "Not set"]


def test_a_bar_tells_listed_from_inherited(site: BuiltSite) -> None:
    [opus] = [each for each in site.page("models/").select("tbody tr") if "Opus" in shown(each)]
    inherited = opus.select("td .ac-bar__rest")
    assert len(inherited) == len(CAPABILITIES)  # both inherit all, and one is not loaded
    assert {part["width"] for part in inherited} == {"50.0%"}


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(0, 9, "0 %"), (1, 1000, "<1 %"), (1, 3, "33 %"), (999, 1000, ">99 %"), (5, 5, "100 %")],
)
def test_a_share_is_none_or_all_only_of_none_or_all(count: int, total: int, shown: str) -> None:
    assert share(count, total).replace("\xa0", " ") == shown


def test_other_colors_are_named_with_their_counts(tmp_path: Path) -> None:
    tree = {
        "agents/a.md": agent_file("a", color='"#059669"'),
        "agents/b.md": agent_file("b", color="teal"),
        "agents/c.md": agent_file("c", color="teal"),
        "agents/d.md": agent_file("d", color="red"),
    }
    page = build_project(write_project(tmp_path, tree)).page("colors/")
    assert "Written as teal 2 #059669 1" in section(page, "others").replace("\xa0", " ")
    assert [mark["fill"] for mark in page.select("#others ~ p svg")] == ["teal", "#059669"]


# The tools.


def test_tools_stand_by_kind_and_by_what_they_are_for(site: BuiltSite) -> None:
    page = site.page("tools/")
    assert select(page, "article h2") == ["Claude Code", "MCP servers", "Not recognised"]
    assert select(page, 'th[scope="rowgroup"]') == [
        *("Read files", "Run commands", "Start other agents", "Serve the session itself"),
    ]
    table = rows(page)
    assert table["Bash"] == ["1", "Runs shell commands.", "yes"]
    assert table["mcp__context7"] == ["1", "get-library-docs"]
    assert table["mcp__github"] == ["1", "all of them"]
    assert "1 name, listed by 1 agent: Juggle." in shown(page)
    assert "6 agents inherit all tools of the session" in shown(page)


def test_the_most_used_tools_are_first_and_each_is_in_one_section() -> None:
    found = catalog(
        a="tools: Write, Edit, Read, mcp__x, bash",
        b="tools: Edit, Glob, Read, mcp__y",
        c="tools: Read, Grep, mcp__y, Juggle",
        d="tools: read, execute, github/list",  # as Copilot calls them
    )
    sections = {each.slug: each for each in tool_sections(found.tools)}
    own = sections["claude-code"].parts
    assert [each.title for each in own["Read files"]] == ["Read", "Glob", "Grep"]
    assert [each.title for each in own["Change files"]] == ["Edit", "Write"]
    assert [each.title for each in sections["mcp-servers"].parts[""]] == [
        *("mcp__y", "mcp__github", "mcp__x"),
    ]
    assert {
        part: [each.title for each in groups] for part, groups in sections["copilot"].parts.items()
    } == {"Read files": ["read"], "Run commands": ["execute"]}
    [unknown] = sections["not-recognised"].parts[""]
    assert unknown.spellings == ("bash", "Juggle")
    shown = [
        each for part in sections.values() for groups in part.parts.values() for each in groups
    ]
    assert sorted(each.slug for each in shown) == sorted(each.slug for each in found.tools)


def test_hundreds_of_servers_stay_readable(tmp_path: Path) -> None:
    tree = {
        f"agents/{n}.md": agent_file(f"n{n}", tools=", ".join(f"mcp__s{n + m}" for m in range(3)))
        for n in range(200)
    }
    site = build_project(write_project(tmp_path, tree))
    page = site.page("tools/")
    [rest] = page.select("details")
    assert len(page.select("article table")[0].select("tbody tr")) == 12
    assert len(rest.select("tbody tr")) == 202 - 12
    assert shown(rest.select("summary")[0]).startswith("190 more servers, each listed by at most 3")
    assert len(site.page("agents/").select(".ac-list a")) >= 200


# A group's page.


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("models/opus/", ["broken", "retried"]),
        ("models/inherit/", ["silent"]),
        ("colors/red/", ["broken", "silent"]),
        ("colors/not-recognised/", ["retried"]),
        ("tools/agent/", ["reviewer"]),
        ("tools/mcp-context7/", ["reviewer"]),
        ("tools/not-recognised/", ["reviewer"]),
    ],
)
def test_a_groups_page_lists_its_agents(site: BuiltSite, url: str, names: list[str]) -> None:
    text = section(site.page(url), "agents").split()
    everyone = {agent["name"] for agent in site.catalog["agents"] if " " not in agent["name"]}
    assert [word for word in text if word in everyone] == names


def test_a_groups_page_says_what_it_is_and_what_its_agents_may_do(site: BuiltSite) -> None:
    page = site.page("models/opus/")
    text = shown(page.select("article")[0])
    assert text.startswith("Opus Anthropic's larger model, for complex work. 2 agents of 11 (18")
    assert "Written as claude-opus-4-8 1 opus 1" in text.replace("\xa0", " ")
    hrefs = [str(link["href"]) for link in page.select("article .ac-chart a")]
    assert "../../agents/?model=opus&can=execute" in hrefs
    assert len(hrefs) == len(CAPABILITIES)
    contents = select(page.select(".md-nav--secondary")[0], "a")
    assert contents == ["What they can do", "Agents"] == select(page, "article h2")


# A tool's page.


def test_a_tools_page_says_what_it_gives(site: BuiltSite) -> None:
    page = site.page("tools/bash/")
    assert "Runs shell commands." in shown(page)
    assert select(page, ".ac-badge") == [
        *("tool of Claude Code", "capability runs commands", "asks first yes"),
        "subagents may have it",
    ]
    specifiers = "With a specifier Bash(git diff *) 1 What stands in parentheses limits nothing"
    assert specifiers in shown(page).replace("\xa0", " ")
    assert "formerly Task" in select(site.page("tools/agent/"), ".ac-badge")


def test_a_tools_page_says_who_may_use_it(site: BuiltSite) -> None:
    who = section(site.page("tools/bash/"), "who")
    assert "List it 1" in who
    assert "Inherit all tools 6" in who
    hrefs = [str(link["href"]) for link in site.page("tools/bash/").select(".ac-chart a")]
    assert hrefs == ["../../agents/?tool=bash", "../../agents/?tool=all"]
    never = section(site.page("tools/askuserquestion/"), "who")
    assert "No subagent is given this tool" in never
    assert "Inherit" not in never
    assert "Inherit" not in section(site.page("tools/not-recognised/"), "who")


def test_whom_a_tool_is_denied_to_is_named(tmp_path: Path) -> None:
    tree = {
        "agents/a.md": agent_file("lister", tools="Bash"),
        "agents/b.md": agent_file("denied", disallowedTools="Bash(git *)"),
        "agents/c.md": agent_file("free"),
    }
    site = build_project(write_project(tmp_path, tree))
    who = section(site.page("tools/bash/"), "who")
    assert "Denied to 1 agent: denied ." in who
    assert "Inherit all tools 1" in who
    assert_sound(site)


def test_denial_reaches_as_far_as_it_does_in_agent_tools() -> None:
    found = catalog(
        lists="tools: Bash, Read, mcp__git, mcp__web, ListMcpResourcesTool",
        one="disallowedTools: mcp__git",
        part="disallowedTools: mcp__web__fetch",
        servers="disallowedTools: mcp__*",
        everything="disallowedTools: '*'",
        plain="disallowedTools: Read",
    )
    denied = {each.title: [agent.name for agent in found.denying(each)] for each in found.tools}
    assert denied == {
        "Bash": ["everything"],
        "Read": ["everything", "plain"],
        "mcp__git": ["one", "servers", "everything"],
        "mcp__web": ["servers", "everything"],
        "ListMcpResourcesTool": ["servers", "everything"],
    }
    assert found.inheriting == 4  # who is denied everything inherits nothing
    assert found.inheriting_tool(group(found, "mcp__git")) == 2


def test_a_servers_page_counts_the_tools_that_are_named(tmp_path: Path) -> None:
    tree = {
        "agents/a.md": agent_file("a", tools="mcp__docs__find, mcp__docs__get"),
        "agents/b.md": agent_file("b", tools="mcp__docs__find"),
    }
    page = build_project(write_project(tmp_path, tree)).page("tools/mcp-docs/")
    text = section(page, "who").replace("\xa0", " ")
    assert "Tools named find 2 get 1" in text


# All of these pages.

PAGES = [
    *("", "models/", "models/opus/", "colors/", "colors/red/", "colors/not-recognised/"),
    *("tools/", "tools/bash/", "tools/mcp-context7/", "tools/not-recognised/"),
]


@pytest.mark.parametrize("url", PAGES)
def test_tables_have_captions_and_headers(site: BuiltSite, url: str) -> None:
    for table in site.page(url).select("article table"):
        assert shown(table.select("caption")[0])
        assert all(header.get("scope") for header in table.select("th"))
        for each in table.select("tbody tr"):
            assert each.select('th[scope="row"], th[scope="rowgroup"]')


@pytest.mark.parametrize("url", PAGES)
def test_nothing_needs_inline_styles_or_scripts(site: BuiltSite, url: str) -> None:
    article = site.page(url).select("article")[0]
    assert article.select("[style], script, style, [onclick]") == []


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    long = "unbreakable" * 12
    tree = {
        **SPECIMENS,
        f"agents/{long}/wide.md": agent_file(
            long, tools=f"mcp__{long}__{long}, {long}, Bash({long})", color=long, model=long
        ),
        "agents/broken2.md": "---\nname: [\n---\n",
    }
    site = build_project(write_project(tmp_path_factory.mktemp("narrow"), tree))
    with served(site.folder) as url:
        yield url


@pytest.mark.browser
@pytest.mark.parametrize("url", [each for each in PAGES if "context7" not in each])
def test_no_page_scrolls_sideways_on_a_small_phone(page: Page, root: str, url: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(root + url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    beyond = page.evaluate(
        """() => [...document.querySelectorAll("article *")]
            .filter((each) => !each.closest(".ac-scroll, .ac-spellings, .ac-list, pre"))
            .filter((each) => each.getBoundingClientRect().right > 361)
            .map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert beyond == []
