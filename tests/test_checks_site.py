"""The pages of checks, and the banner of a broken agent: real sites, parsed and looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect

from agent_catalog.checking.frequency import frequency
from agent_catalog.checking.rules import RULES
from agent_catalog.publishing.checks import MOST_AGENTS
from agent_catalog.publishing.excerpt import excerpt
from agent_catalog.publishing.rules import has_example
from browsing import served
from sites import (
    BuiltSite,
    Tree,
    agent_file,
    assert_sound,
    build_project,
    navigation,
    section,
    select,
    shown,
    write_project,
)

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
TREE: Tree = {
    "agents/retry.md": agent_file("retry", description=f"Does: this. {HOSTILE}", color="red"),
    "agents/hidden.md": agent_file("hidden", description="Does: this\u200b.", color="red"),
    "agents/gone.md": "No frontmatter.\n",
    "agents/gone-too.md": "---\nname: gone-too\ntools: Read\n---\n\nDo.\n",
    "agents/windows.md": b"---\r\nname: windows\r\ndescription: Does: it.\r\n---\r\nDo.\r\n",
    f"agents/{HOSTILE.replace('/', '')}.md": '---\nname: x\ndescription: "a\n---\n',
    "agents/vendor/retry-too.md": agent_file("retry-too", description="Says: hello.", color="red"),
    "agents/twice.md": agent_file("twice", model="sonnet\nmodel: opus", tools="Read", color="red"),
    "agents/long.md": agent_file("long", description="word " * 60 + "is: here. " + "more " * 60),
    "agents/fine.md": agent_file(
        "fine",
        "You say what is wrong, where, and how to mend it, in order of weight.",
        tools="Read",
        color="red",
    ),
}
OPTIONS = {
    "rules": [
        {"codes": ["color-missing"], "severity": "warning"},
        {"codes": ["name-style"], "severity": "off"},
        {"codes": ["tools-inherited"], "severity": "error", "path": "agents/vendor/*"},
    ],
    "accept": [
        {"path": "agents/vendor/*", "codes": ["yaml-*"], "reason": "The vendor's & theirs."}
    ],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    folder = tmp_path_factory.mktemp("checks")
    return build_project(write_project(folder, TREE, plugins=[{"agent-catalog": OPTIONS}]))


@pytest.fixture(scope="module")
def root(site: BuiltSite) -> Iterator[str]:
    with served(site.folder) as url:
        yield url


def open_findings(site: BuiltSite) -> list[tuple[str, dict[str, Any]]]:
    """The URL of each agent with each of its findings that nobody accepted."""
    return [
        (agent["url"], finding)
        for agent in site.catalog["agents"]
        for finding in agent["findings"]
        if not finding["accepted"]
    ]


def rows(page: BeautifulSoup, number: int) -> list[list[str]]:
    table = page.select(".ac-scroll")[number]
    return [select(each, "th, td") for each in table.select("tbody tr")]


# All findings.


def test_every_link_leads_somewhere(site: BuiltSite) -> None:
    assert_sound(site)


def test_findings_are_counted(site: BuiltSite) -> None:
    found = open_findings(site)
    counts = Counter(finding["severity"] for _, finding in found)
    accepted = sum(
        bool(f["accepted"]) for agent in site.catalog["agents"] for f in agent["findings"]
    )
    summary = select(site.page("checks/"), ".ac-summary")[0]

    assert accepted == 1
    assert summary == (
        f"{len(found)} findings in {len({url for url, _ in found})} of {len(TREE)} agents: "
        f"{counts['error']} errors, {counts['warning']} warnings, {counts['info']} notes. "
        "1 more is meant to be."
    )


def test_rules_are_listed_with_the_agents_that_break_them(site: BuiltSite) -> None:
    agents = Counter(code for _, code in {(url, f["code"]) for url, f in open_findings(site)})
    listed = rows(site.page("checks/"), 0)

    assert {row[0].split()[0]: int(row[1]) for row in listed} == agents
    assert {row[0].split()[0]: row[2] for row in listed}["tools-inherited"] == "error, note"
    worst = [row[2].split(",")[0] for row in listed]
    assert worst == sorted(worst, key=["error", "warning", "note"].index)


def test_numbers_lead_to_the_filtered_list(site: BuiltSite, page: Page, root: str) -> None:
    link = site.page("checks/").select_one('.ac-scroll a[href$="finding=color-missing"]')
    assert link
    page.goto(f"{root}checks/{link['href']}")
    expect(page.locator("[data-ac-count]")).to_contain_text(f"{shown(link)} of {len(TREE)}")


def test_the_worst_agents_are_first(site: BuiltSite) -> None:
    problems = Counter(url for url, f in open_findings(site) if f["severity"] != "info")
    checks = site.page("checks/")
    links = [str(each["href"]) for each in checks.select(".ac-scroll")[1].select("th a")]

    listed = {
        f"{href.removeprefix('../').partition('#')[0]}": row
        for href, row in zip(links, rows(checks, 1), strict=True)
    }
    assert {url: int(row[1]) for url, row in listed.items()} == problems
    loaded = ["Not loaded." not in row[2] for row in listed.values()]
    assert loaded == sorted(loaded)
    assert loaded.count(False) == 4


def test_long_lists_are_cut_and_lead_on(tmp_path: Path) -> None:
    tree = {f"agents/a{number}.md": "Nothing.\n" for number in range(MOST_AGENTS + 5)}
    site = build_project(write_project(tmp_path, tree))
    checks = site.page("checks/")

    assert rows(checks, 0)[0][1] == str(MOST_AGENTS + 5)
    assert len(rows(checks, 1)) == MOST_AGENTS
    assert f"All {MOST_AGENTS + 5} agents with problems" in section(checks, "agents")
    rule = site.page("checks/frontmatter-missing/")
    assert len(rule.select(".ac-findings > li")) == MOST_AGENTS
    assert rule.select_one('a[href="../../agents/?finding=frontmatter-missing"]')
    assert_sound(site)


@pytest.mark.parametrize("tree", [{"agents/.keep": ""}, {"agents/fine.md": TREE["agents/fine.md"]}])
def test_nothing_may_be_wrong(tmp_path: Path, tree: Tree) -> None:
    site = build_project(write_project(tmp_path, tree))
    checks = site.page("checks/")

    assert "Nothing was found" in shown(checks.select(".ac-summary")[0])
    assert not checks.select(".ac-scroll")
    assert len(checks.select("dd a")) == len(RULES)
    assert_sound(site)


def test_the_navigation_has_one_entry(site: BuiltSite) -> None:
    entries = navigation(site.page("checks/color-missing/"))

    assert [href for href in entries.values() if "checks" in href or href in {"./", "../"}] == [
        "../"
    ]
    assert entries["Checks"] == "../"


# A rule's page.


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_page_made_from_it(site: BuiltSite, code: str) -> None:
    rule = RULES[code]
    html = site.text(f"checks/{code}/index.html")
    page = BeautifulSoup(html[html.index("<article") : html.index("</article>")], "html5lib")
    text = shown(page)

    assert select(page, "h1") == [code]
    assert f"{rule.title[1:]}.".replace("`", "") in text
    assert " ".join(rule.why.replace("`", "").split()) in text
    assert {str(link["href"]) for link in page.select("article p a")} >= set(rule.sources)
    assert ("check --fix can do it" in text) == rule.fixable
    if counted := frequency().found.get(code):
        assert f"{counted:,} of {frequency().files:,} agent files" in text
    written = [each.get_text() for each in page.select("article pre")]
    assert len(written) == has_example(rule) * (1 + bool(rule.good))
    assert written[1:] == ([rule.good] if written and rule.good else [])


def test_an_example_is_shown_to_the_letter(site: BuiltSite) -> None:
    broken = site.page("checks/frontmatter-late/").select("article pre")[0].get_text()

    assert broken == RULES["frontmatter-late"].bad
    assert broken.startswith("\n")


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("yaml-needs-retry", "warning"),
        ("color-missing", "warning here; note by default"),
        ("name-style", "off here; note by default"),
        ("tools-inherited", "note; error in agents/vendor/*"),
    ],
)
def test_severities_are_those_of_the_options(site: BuiltSite, code: str, severity: str) -> None:
    assert select(site.page(f"checks/{code}/"), ".ac-brief dd")[0] == severity


def test_a_rule_lists_the_agents_that_break_it(site: BuiltSite) -> None:
    page = site.page("checks/yaml-needs-retry/")
    listed = select(page, ".ac-findings > li")

    assert "3 agents of 10 break it; in 1 more it is meant to be." in section(page, "agents")
    assert len(listed) == 4
    assert listed[-1].startswith("retry-too agents/vendor/retry-too.md Line 3:")
    assert listed[-1].endswith("(meant to be: The vendor's & theirs.)")
    assert "No agent breaks it." in section(site.page("checks/utf-16/"), "agents")
    assert "The rule is off." in section(site.page("checks/name-style/"), "agents")


def test_codes_on_an_agents_page_and_at_home_lead_to_the_rule(site: BuiltSite) -> None:
    [code] = site.page("agents/windows/").select('.ac-findings a[href$="yaml-line-ends/"]')
    assert code["href"] == "../../checks/yaml-line-ends/"
    home = site.page("")
    assert home.select_one('.ac-problems a[href="checks/yaml-line-ends/"]')
    assert home.select_one('.ac-problems a[href="agents/?finding=yaml-line-ends"]')


# The banner.


def test_a_banner_shows_the_place_and_why(site: BuiltSite) -> None:
    [banner] = site.page("agents/retry/").select(".ac-banner")
    [marked] = banner.select("mark")
    lines = banner.select("pre")[0].get_text().splitlines()

    assert "Not every tool reads this file as it is meant" in shown(banner)
    assert "Line 3, column 18: not valid YAML" in shown(banner)
    assert [line.split()[0] for line in lines] == ["2", "3", "4"]
    shown_line = lines[1].split(maxsplit=1)[1]
    assert shown_line[-1] == "…"
    assert f"description: Does: this. {HOSTILE}".startswith(shown_line[:-1])
    assert marked.get_text() == ":"
    assert "GitHub do not try again" in shown(banner)


def test_mended_text_is_offered_where_it_is_certain(site: BuiltSite) -> None:
    retry = site.page("agents/retry/")
    [mended] = retry.select("#mended")
    assert mended.get_text() == f"description: |-\n  Does: this. {HOSTILE}\n"
    assert retry.select('[data-ac-copy="#mended"][hidden]')
    assert site.page("agents/windows/").select("#mended")
    assert site.page("agents/vendor/retry-too/").select(".ac-banner #mended")
    # What is copied would not be what is shown, or there is nothing to copy.
    for url in ("agents/hidden/", "agents/gone/", "agents/gone-too/", "agents/twice/"):
        [banner] = site.page(url).select(".ac-banner")
        assert not banner.select("#mended"), url
        assert shown(banner.select("p")[-1])[-1] == ".", url


def test_a_key_that_yaml_does_not_see_is_shown_as_it_is_meant(tmp_path: Path) -> None:
    body = "---\n\nYou say what is wrong, where, and how to mend it, in order of weight.\n"
    told = {"indented": "yaml-unreadable", "swallowed": "key-swallowed", "wide": "yaml-unreadable"}
    lines = {
        "indented": "  description: Reviews a change before a merge.",
        "swallowed": "  description:Reviews a change before a merge.",
        "wide": "description：Reviews a change before a merge.",
    }
    tree: Tree = {
        f"agents/{name}.md": f"---\nname: {name}\n{line}\ntools: Read\ncolor: red\n{body}"
        for name, line in lines.items()
    }
    site = build_project(write_project(tmp_path, tree))
    for name, code in told.items():
        page = site.page(f"agents/{name}/")
        [banner] = page.select(".ac-banner--error")
        [agent] = [each for each in site.catalog["agents"] if each["name"] == name]
        assert select(page, "article h1") == [name]
        assert select(banner, "#mended") == ["description: Reviews a change before a merge."]
        assert [each["code"] for each in agent["findings"]] == [code]
    assert_sound(site)


def test_only_broken_agents_have_a_banner(site: BuiltSite) -> None:
    with_banner = {
        agent["url"]
        for agent in site.catalog["agents"]
        if site.page(agent["url"]).select(".ac-banner")
    }
    without = {agent["url"] for agent in site.catalog["agents"]} - with_banner
    unloaded = {
        agent["url"]
        for agent in site.catalog["agents"]
        if site.page(agent["url"]).select(".ac-banner--error")
    }

    assert without == {"agents/fine/"}
    assert unloaded == {each["url"] for each in site.catalog["agents"] if not each["loadable"]}


def test_hostile_text_stays_text(site: BuiltSite, page: Page, root: str) -> None:
    hostile = next(each["url"] for each in site.catalog["agents"] if "script" in each["path"])
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    for url in (
        "checks/",
        "checks/yaml-needs-retry/",
        "checks/yaml-unreadable/",
        "agents/retry/",
        hostile,
    ):
        parsed = site.page(url)
        assert not parsed.select("article script, article img, article [onerror]"), url
        page.goto(root + url, wait_until="networkidle")
    assert "<script>" in shown(site.page("checks/yaml-unreadable/").select(".ac-findings")[0])
    assert asked == []


def test_the_mended_text_is_copied(browser: Browser, root: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{root}agents/retry/")
    page.click('[data-ac-copy="#mended"]')
    expect(page.locator('[data-ac-copy="#mended"]')).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    context.close()
    assert copied == f"description: |-\n  Does: this. {HOSTILE}\n"


@pytest.mark.parametrize(
    "url", ["checks/", "checks/yaml-needs-retry/", "agents/long/", "agents/retry/"]
)
def test_a_phone_is_wide_enough(page: Page, root: str, url: str) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(root + url)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


# Excerpts.


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("a\nbcd\ne\nf\n", 2, 2, [(1, "a", "", ""), (2, "b", "c", "d"), (3, "e", "", "")]),
        ("ab\n", 1, 3, [(1, "ab", " ", "")]),
        ("ab\r\ncd\r\n", 2, 1, [(1, "ab", "", ""), (2, "", "c", "d")]),
        ("", 1, 1, []),
        ("a\n", 9, 1, []),
    ],
)
def test_an_excerpt_is_a_line_with_one_around(
    text: str, line: int, column: int, expected: list[tuple[int, str, str, str]]
) -> None:
    told = [(each.number, each.before, each.at, each.after) for each in excerpt(text, line, column)]
    assert told == expected


@pytest.mark.parametrize("column", [1, 30, 100, 200, 201])
def test_a_long_line_is_cut_around_the_column(column: int) -> None:
    text = "".join(chr(0x100 + number) for number in range(200))
    [line] = excerpt(text, 1, column)

    assert line.at == (text + " ")[column - 1]
    assert f"{line.before}{line.at}{line.after}".strip("… ") in text
    assert len(line.before) + len(line.after) <= 66
    assert (line.before[:1] == "…") == (column > 41)
    assert (line.after[-1:] == "…") == (column < 177)
