"""The list of all agents: what its rows tell, and how it is filtered, in a real browser."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import Tag
from playwright.sync_api import Browser, Page, expect

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.publishing.listing import list_page_name, list_pages
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source
from browsing import served
from sites import AGENT_CATALOG, BuiltSite, agent_file, assert_sound, run, select, shown, write_tree

MODELS = ["sonnet", "claude-sonnet-4-5", "opus", "haiku", "", "gpt-5", "what"]
COLORS = ["red", "Blue", "green", "", "", "#059669"]
TOOLS = [
    "Read, Grep",
    "Bash, Write",
    "mcp__github",
    "",
    "",
    "Task, WebFetch",
    "Juggle",
    "[]",
    "Read",
]
FOLDERS = ["", "team/", "team/inner/", "Ünïcode & Co/"]
ROLES = ["Reviews", "Writes", "Reads", "Révise", "Breaks"]
FACETS = ("model", "color", "can", "tool", "folder", "finding")
BEHIND_A_PAGE = 1600
"""Agents that do not fit on one page of the list."""


def some_agents(count: int) -> dict[str, str]:
    """Agents of all sorts, always the same ones."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    files = {}
    for number in range(count):
        keys = {
            "model": chance.choice(MODELS),
            "color": f'"{chance.choice(COLORS)}"',
            "tools": chance.choice(TOOLS),
            "description": f"{chance.choice(ROLES)} the part {number % 7}"
            + chance.choice(["", "", ": all of it"]),
        }
        body = "[gone](nowhere.md)" if number % 9 == 0 else "Do it. " * chance.randrange(1, 99)
        written = {key: value for key, value in keys.items() if value and value != '""'}
        path = f"agents/{chance.choice(FOLDERS)}agent-{number}.md"
        files[path] = agent_file(f"agent {number % 30}", body, **written)
    return files | {"agents/team/broken.md": "No frontmatter <b>here</b>."}


def build(folder: Path, tree: Mapping[str, str]) -> BuiltSite:
    write_tree(folder, tree)
    done = run(AGENT_CATALOG, "build", "agents", "--out", "site", cwd=folder)
    assert done.returncode == 0, done.stdout
    return BuiltSite(folder / "site", done.stdout)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return build(tmp_path_factory.mktemp("some"), some_agents(90))


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    files = {
        f"agents/team-{number // 70:02}/agent-{number}.md": agent_file(
            f"agent-{number}", model=MODELS[number % 4]
        )
        for number in range(BEHIND_A_PAGE)
    }
    return build(tmp_path_factory.mktemp("large"), files)


# What is expected, from the catalog alone.


@dataclass(frozen=True)
class Known:
    """What the list knows of an agent."""

    url: str
    text: str
    name: str
    size: int
    problems: int
    answers: Mapping[str, frozenset[str]]


@dataclass
class Choice:
    """What a reader has asked of the list."""

    text: str = ""
    sort: str = ""
    values: set[tuple[str, str]] = field(default_factory=set)

    def finds(self, agent: Known, without: str = "") -> bool:
        asked = {name for name, _ in self.values} - {without}
        return all(term in agent.text for term in folded(self.text).split()) and all(
            any((name, value) in self.values for value in agent.answers[name]) for name in asked
        )


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFD", text)
    return "".join(each for each in plain if not unicodedata.combining(each)).lower()


def read_known(site: BuiltSite) -> list[Known]:
    """All agents in the order of the list."""
    source = Source(site.folder.parent / "agents")
    catalog = read_catalog([source])
    records = {record["path"]: record for record in site.catalog["agents"]}
    agents = [agent for folder in catalog.folders for agent in catalog.members(folder)]
    return [known(agent, catalog, records[agent.path]) for agent in agents]


def known(agent: Agent, catalog: Catalog, record: Any) -> Known:
    can = {each.value for each in agent.tools.capabilities if agent.loadable}
    tools = {group.slug for group in catalog.tools if agent.key in group.members}
    mode = {
        "all": {"all"} if agent.loadable else set[str](),
        "none": {"none"},
        "listed": set[str](),
    }[agent.tools.mode.value]
    found = {each[key] for each in record["findings"] for key in ("code", "severity")}
    problems = [each for each in record["findings"] if each["severity"] != "info"]
    [folder] = [group.slug for group in catalog.folders if agent.key in group.members]
    return Known(
        url=record["url"],
        text=folded(f"{record['name']} {record['summary']} {catalog.address(agent)}"),
        name=record["name"],
        size=record["prompt"]["tokens_estimate"],
        problems=len(problems),
        answers={
            "model": frozenset({agent.model.group}),
            "color": frozenset({agent.color.group}),
            "can": frozenset(can | ({"read-only"} if can == {"read"} else set()) or {"none"}),
            "tool": frozenset(tools | mode),
            "folder": frozenset({folder}),
            "finding": frozenset(found | (set() if problems else {"none"})),
        },
    )


def natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]


def expected(agents: list[Known], choice: Choice, models: list[str]) -> list[str]:
    found = [agent for agent in agents if choice.finds(agent)]
    orders: dict[str, Any] = {
        "": lambda _: 0,
        "name": lambda agent: natural(agent.name),
        "model": lambda agent: models.index(min(agent.answers["model"])),
        "size": lambda agent: -agent.size,
        "problems": lambda agent: -agent.problems,
    }
    return [agent.url for agent in sorted(found, key=orders[choice.sort])]


# What is on the page.

STATE = """() => ({
  urls: [...document.querySelectorAll("[data-ac-rows] li > a")]
    .filter(each => each.checkVisibility()).map(each => each.href),
  headings: [...document.querySelectorAll("[data-ac-rows] h2")]
    .filter(each => each.checkVisibility()).map(each => each.textContent),
  counts: [...document.querySelectorAll("[data-ac-filters] [type=checkbox]")].map(each =>
    [each.name, each.value, Number(each.parentNode.querySelector("i").textContent), each.disabled]),
  said: document.querySelector("[data-ac-count]").textContent,
})"""


def state(page: Page) -> Any:
    found = page.evaluate(STATE)
    found["urls"] = [urlsplit(url).path.removeprefix("/") for url in found["urls"]]
    return found


def open_list(page: Page, root: str, query: str = "") -> None:
    page.goto(f"{root}agents/{query}")
    expect(page.locator("[data-ac-filters]")).to_be_visible()


def box(page: Page, name: str, value: str) -> Any:
    return page.locator(f'[data-ac-filters] [name="{name}"][value="{value}"]')


def toggle(page: Page, name: str, value: str) -> None:
    box(page, name, value).evaluate("each => each.click()")


# The page without its script.


def options_of(page: Tag) -> list[tuple[str, str]]:
    return [
        (str(each["name"]), str(each["value"]))
        for each in page.select("[data-ac-filters] [type=checkbox]")
    ]


def test_each_agent_is_listed_once_with_what_it_is_filtered_by(site: BuiltSite) -> None:
    page = site.page("agents/")
    options = options_of(page)
    agents = read_known(site)
    rows = page.select("[data-ac-rows] li")
    assert [f"agents/{row.a['href']}" for row in rows if row.a] == [each.url for each in agents]
    for row, agent in zip(rows, agents, strict=True):
        chosen = [options[int(each, 36)] for each in str(row["data-in"]).split()]
        answers = {(name, each) for name, values in agent.answers.items() for each in values}
        assert set(chosen) == answers
        assert len(chosen) == len(answers)
        assert int(str(row["data-size"])) == agent.size
        assert int(str(row.get("data-problems", "0"))) == agent.problems
    assert {name for name, _ in options} == set(FACETS)


def test_a_row_tells_name_purpose_and_facts(site: BuiltSite) -> None:
    rows = {shown(row) for row in site.page("agents/").select("[data-ac-rows] li")}
    assert rows >= {
        "agent 0 Reviews the part 0 Opus · blue · 1 unknown tool · 7 tokens · agent-0.md · 2 problems",
        "agent 12 Révise the part 5 what · green · MCP · 11 tokens · 1 problem",
        "agent 15 Breaks the part 1: all of it Sonnet · #059669 · 102 tokens · all tools · 2 problems",
        "agent 16 Reviews the part 2 GPT · network, delegates · 81 tokens · 1 problem",
        "agent 17 Reviews the part 3 red · no tools · 65 tokens · agent-17.md · 1 problem",
        "broken 10 tokens · not loaded · 1 problem",
    }


def test_agents_of_one_name_in_one_folder_are_told_apart(site: BuiltSite) -> None:
    page = site.page("agents/")
    rows = [shown(row) for each in page.select(".ac-list") for row in each.select("li")]
    assert len(rows) == len(set(rows))


def test_what_all_agents_share_is_said_once(tmp_path: Path) -> None:
    alike = {f"agents/a{n}.md": agent_file(f"a{n}", model="opus", color="red") for n in range(9)}
    page = build(tmp_path, alike).page("agents/")
    assert select(page, ".ac-shared") == ["All of them: Opus · red · all tools"]
    assert select(page, ".ac-list small") == ["2 tokens"] * 9
    assert page.select(".ac-list .ac-mark") == []
    assert page.select("[popover]") == []  # nothing to choose between
    assert len(page.select("[name=text]")) == 1


@pytest.mark.parametrize("count", [1, 7])
def test_a_short_list_has_no_filters(count: int, tmp_path: Path) -> None:
    files = {f"agents/a{n}.md": agent_file(f"a{n}", color=COLORS[n % 2]) for n in range(count)}
    site = build(tmp_path, files)
    page = site.page("agents/")
    assert page.select("form[data-ac-filters], [data-in]") == []
    assert len(page.select(".ac-list a")) == count
    assert shown(page.select(".ac-list li")[0]).startswith("a0 Does what a0 does. ")
    assert_sound(site)


def test_no_agent_has_the_address_of_a_page_of_the_list(tmp_path: Path) -> None:
    paths = ["-/2.md", "-.md", "- 2.md", "-/index.md"]
    write_tree(tmp_path, {path: agent_file("a") for path in paths})
    catalog = read_catalog([Source(tmp_path)])
    taken = {f"agents/{address}" for address in catalog.addresses.values()}
    assert len(taken) == len(paths)
    assert not any(name.startswith("agents/-") for name in taken)
    assert list_page_name(2) == "agents/-/2"


def test_a_long_list_is_parted_between_folders_where_it_can_be(tmp_path: Path) -> None:
    sizes = {"a": 2, "b": 3, "c": 9, "d": 1, "e": 4}
    files = {f"{name}/{n}.md": agent_file(f"x{n}") for name in sizes for n in range(sizes[name])}
    catalog = read_catalog([Source(write_tree(tmp_path, files))])
    pages = [
        [(each.folder.title, len(each.agents), each.continued) for each in page]
        for page in list_pages(catalog, most=4)
    ]
    assert pages == [
        [("a", 2, False)],
        [("b", 3, False), ("c", 1, False)],
        [("c", 4, True)],
        [("c", 4, True)],
        [("d", 1, False)],
        [("e", 4, False)],
    ]
    assert [len(list_pages(catalog, most=most)) for most in (1, 19, 20)] == [19, 1, 1]


# The script.


@pytest.mark.browser
def test_any_choice_shows_what_the_catalog_says(page: Page, site: BuiltSite, root: str) -> None:
    """A walk at random: rows, their order, and every option's count, against the catalog."""
    chance = random.Random(11)  # noqa: S311 (no secret)
    agents = read_known(site)
    open_list(page, root)
    models = [value for name, value in options_of(site.page("agents/")) if name == "model"]
    choice, most = Choice(), 0
    for _ in range(80):
        counts = state(page)["counts"]
        step = chance.random()
        if step < 0.7:
            open_options = [(name, value) for name, value, _, off in counts if not off]
            name, value = chance.choice(open_options)
            choice.values ^= {(name, value)}
            toggle(page, name, value)
        elif step < 0.85:
            choice.text = chance.choice(["", "révise", "RE", "part 3", "team", "agent 1", "b>"])
            page.locator("[name=text]").fill(choice.text)
        elif step < 0.95:
            choice.sort = chance.choice(["", "name", "model", "size", "problems"])
            page.locator("[name=sort]").select_option(choice.sort)
        elif (choice.values or choice.text or choice.sort) and step > 0.97:
            choice = Choice()
            page.get_by_role("button", name="Reset").click()
        now = state(page)
        assert now["urls"] == expected(agents, choice, models), choice
        assert now["counts"] == [
            [name, value, count, not count and (name, value) not in choice.values]
            for name, value, _, _ in counts
            for count in [
                sum(choice.finds(each, name) and value in each.answers[name] for each in agents)
            ]
        ], choice
        assert len(now["headings"]) == (0 if choice.sort else len(set(now["headings"])))
        most = max(most, len(choice.values))
    assert most > 2


@pytest.mark.browser
def test_a_shared_address_shows_the_same(page: Page, browser: Browser, root: str) -> None:
    open_list(page, root)
    toggle(page, "model", "sonnet")
    toggle(page, "folder", "team/inner")
    page.locator("[name=sort]").select_option("size")
    page.locator("[name=text]").fill("Part 2 & más")
    page.locator("[name=text]").fill("part")
    expect(page).to_have_url(re.compile("text=part"))
    query = urlsplit(page.url).query
    assert parse_qsl(query) == [
        *(("text", "part"), ("sort", "size"), ("model", "sonnet"), ("folder", "team/inner")),
    ]
    other = browser.new_page()
    open_list(other, root, f"?{query}")
    assert state(other) == state(page)
    assert state(other)["urls"]
    expect(other.locator("[name=text]")).to_have_value("part")
    expect(box(other, "model", "sonnet")).to_be_checked()
    other.close()


@pytest.mark.browser
def test_the_way_back_leads_through_the_choices(page: Page, root: str) -> None:
    open_list(page, root)
    whole = state(page)
    toggle(page, "model", "opus")
    first = state(page)
    page.locator("[name=text]").press_sequentially("agent 1", delay=20)
    expect(page).to_have_url(re.compile(r"text=agent\+1"))
    typed = state(page)
    assert len(whole["urls"]) > len(first["urls"]) > len(typed["urls"]) > 0
    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("")
    assert state(page) == first
    page.go_back()
    expect(box(page, "model", "opus")).not_to_be_checked()
    assert state(page) == whole
    page.go_forward()
    page.go_forward()
    expect(page.locator("[name=text]")).to_have_value("agent 1")
    assert state(page) == typed
    page.locator("[data-ac-rows] a:visible").first.click()
    expect(page.locator("[data-agent-prompt]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=text]")).to_have_value("agent 1")
    assert state(page) == typed


@pytest.mark.browser
def test_what_an_address_asks_for_in_vain_is_said(page: Page, root: str) -> None:
    open_list(page, root, "?model=opus&model=nope&sort=luck&x=<img src=x onerror=alert(1)>&text=")
    opus = state(page)
    toggle(page, "model", "opus")
    toggle(page, "model", "opus")
    plain = state(page)
    assert opus["urls"] == plain["urls"]
    assert opus["said"] == (
        f"{plain['said']} Not known here: model=nope. Not known here: sort=luck. "
        "Not known here: x=<img src=x onerror=alert(1)>."
    )
    assert urlsplit(page.url).query == "model=opus"


@pytest.mark.browser
def test_nothing_found_is_said_and_can_be_taken_back(page: Page, root: str) -> None:
    open_list(page, root)
    page.locator("[name=text]").fill("no such words")
    expect(page.get_by_role("status")).to_have_text("No agent has all of this.")
    assert state(page)["urls"] == []
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status")).to_have_text("91 agents in 4 folders.")
    assert len(state(page)["urls"]) == 91
    expect(page.locator("[name=text]")).to_be_focused()
    expect(page).to_have_url(f"{root}agents/")


@pytest.mark.browser
def test_the_keyboard_does_it_all(page: Page, root: str) -> None:
    open_list(page, root)
    looks = "buttons => buttons.map(each => getComputedStyle(each).border)"
    before = page.locator(".ac-filters > button").evaluate_all(looks)
    page.locator("[name=text]").focus()
    page.keyboard.type("agent")
    page.keyboard.press("Tab")  # to the order
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel = page.get_by_role("group", name="Model")
    expect(panel).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(box(page, "model", "opus")).to_be_checked()
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    expect(page.get_by_role("button", name="Model 1")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Color")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
    expect(page.get_by_role("group", name="Color")).not_to_be_visible()
    panel = page.get_by_role("group", name="Findings")
    findings = page.get_by_role("button", name="Findings")
    findings.click()
    panel.locator("input:enabled").last.focus()
    findings.click()  # what opened it closes it
    expect(panel).not_to_be_visible()
    findings.click()
    panel.locator("input:enabled").last.focus()
    page.keyboard.press("Tab")
    expect(panel).not_to_be_visible()
    # The theme leaves a class at what has had the focus.
    assert page.locator(".ac-filters > button").evaluate_all(looks) == before
    chip = page.get_by_role("button", name="Remove Model: Opus")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(page.get_by_role("button", name="Reset")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("91 agents in 4 folders.")


@pytest.mark.browser
def test_a_long_facet_is_searched(page: Page, tmp_path: Path) -> None:
    files = {
        f"agents/a{n}.md": agent_file(f"a{n}", tools=f"mcp__server-{n}, Read") for n in range(30)
    }
    with served(build(tmp_path, files).folder) as root:
        open_list(page, root)
        page.get_by_role("button", name="Tools").click()
        panel = page.get_by_role("group", name="Tools")
        expect(panel.locator("label:visible")).to_have_count(31)
        panel.get_by_role("searchbox").fill("SERVER-2")
        expect(panel.locator("label:visible")).to_have_count(11)
        panel.get_by_role("searchbox").fill("")
        panel.get_by_label("mcp__server-7").check()
        page.locator("[name=text]").fill("a7")
        page.get_by_role("button", name="Tools 1").first.click()
        expect(panel.locator("label:visible")).to_have_count(2)  # the rest would find nothing


@pytest.mark.browser
def test_all_is_there_without_scripts(browser: Browser, root: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{root}agents/?model=opus")
    expect(page.locator("[data-ac-filters]")).not_to_be_visible()
    assert page.locator("[data-ac-filters]").evaluate("each => each.offsetHeight") == 0
    expect(page.locator("[data-ac-rows] li")).to_have_count(91)
    context.close()


def test_a_long_list_is_parted_into_pages(large: BuiltSite) -> None:
    pages = [large.page("agents/"), large.page("agents/-/2/")]
    urls = [str(link["href"]) for page in pages for link in page.select(".ac-list a")]
    assert len(pages[1].select(".ac-list a")) == BEHIND_A_PAGE - 1470
    assert len({url.removeprefix("../../") for url in urls}) == len(urls) == BEHIND_A_PAGE
    for page in pages:
        assert select(page, ".ac-pages a") == ["1", "2"]
    assert select(pages[1], ".ac-pages [aria-current]") == ["2"]
    assert pages[1].select("form[data-ac-filters]") == []
    files = [(large.folder / "agents/-/2" / url / "index.html").resolve() for url in urls[1470:]]
    assert all(file.is_file() for file in files)


@pytest.mark.browser
def test_filters_reach_the_other_pages(page: Page, large: BuiltSite) -> None:
    with served(large.folder) as root:
        open_list(page, root)
        expect(page.locator("[data-ac-rows] li")).to_have_count(1470)
        expect(page.locator(".ac-pages")).to_be_visible()
        page.locator("[name=text]").fill("agent-15")
        expect(page.get_by_role("status")).to_have_text("111 of 1,600 agents.")
        expect(page.locator(".ac-pages")).not_to_be_visible()
        page.get_by_role("link", name="agent-1599").click()
        expect(page).to_have_url(f"{root}agents/team-22/agent-1599/")

        open_list(page, root, "?model=sonnet")
        expect(page.get_by_role("status")).to_have_text("800 of 1,600 agents.")
        expect(page.locator("[data-ac-rows] li:visible")).to_have_count(800)
        page.get_by_role("button", name="Reset").click()
        expect(page.locator("[data-ac-rows] li:visible")).to_have_count(1470)
        expect(page.locator(".ac-pages")).to_be_visible()

        page.route("**/agents/-/2/", lambda route: route.abort())
        open_list(page, root, "?model=sonnet")
        expect(page.get_by_role("status")).to_have_text(
            "736 of 1,600 agents. Part of the list could not be loaded."
        )
