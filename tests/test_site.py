"""The site as its readers get it: agent pages, index pages, files for programs."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from bs4 import BeautifulSoup

from agent_catalog.checking.rules import RULES
from sites import (
    BuiltSite,
    agent_file,
    assert_sound,
    broken_links,
    build_project,
    foreign_loads,
    navigation,
    repeated_ids,
    row,
    section,
    select,
    shown,
    write_project,
    write_tree,
)
from specimens import SPECIMENS

REVIEWER_PAGE = "agents/team/reviewer/"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    project = write_project(tmp_path_factory.mktemp("site"), SPECIMENS)
    return build_project(project)


@pytest.fixture(scope="module")
def reviewer(site: BuiltSite) -> BeautifulSoup:
    return site.page(REVIEWER_PAGE)


# An agent's page.


def test_the_page_opens_with_name_file_and_first_sentence(reviewer: BeautifulSoup) -> None:
    article = reviewer.select("article.ac-agent")[0]
    assert select(article, "h1") == ["reviewer"]
    assert shown(article).startswith(
        "reviewer agents/team/reviewer.md Reads a change before it is merged. model"
    )
    assert shown(reviewer.select("title")[0]) == "reviewer (team/reviewer) - Crew"


def test_badges_give_the_facts(reviewer: BeautifulSoup) -> None:
    badges = [
        f"{select(badge, '.ac-label')[0]} {select(badge, 'a')[0]}"
        for badge in reviewer.select(".ac-badge")
    ]
    assert badges[:5] == [
        "model Sonnet",
        "color blue",
        "tools 4 of 7 tools",
        "permissions plan",
        "effort high",
    ]
    assert "examples 2" in badges
    links = [str(link["href"]) for link in reviewer.select(".ac-badge a")]
    assert links[:2] == ["../../../models/sonnet/", "../../../colors/blue/"]


def test_the_file_can_be_downloaded(reviewer: BeautifulSoup) -> None:
    [link] = reviewer.select("a[download]")
    assert link["href"] == "../reviewer.md"


def test_source_and_edit_links_lead_to_the_repository(tmp_path: Path) -> None:
    tree = {"agents/team/copy-editor.md": agent_file("copy-editor")}
    settings = {"repo_url": "https://github.com/acme/editors", "edit_uri": "edit/main/edit/docs/"}
    site = build_project(write_project(tmp_path, tree, **settings))
    links = {shown(a): a["href"] for a in site.page("agents/team/copy-editor/").select("a[href]")}
    file = "main/edit/agents/team/copy-editor.md"
    assert links["View source"] == f"https://github.com/acme/editors/blob/{file}"
    assert links["Edit"] == f"https://github.com/acme/editors/edit/{file}"
    assert_sound(site)


def test_examples_are_conversations(reviewer: BeautifulSoup) -> None:
    first, second = reviewer.select("[data-agent-example]")
    assert select(first, "dt") == ["user", "assistant"]
    assert select(first, "dd") == ["Is <b>this</b> fine?", "I'll use the reviewer agent."]
    assert shown(first).startswith("Example 1 A pull request is open. user")
    assert shown(first).endswith("Why: A change is to be judged.")
    assert shown(second) == "Example 2 And now? user And now? assistant The reviewer looks again."
    assert first.has_attr("open")
    assert not second.has_attr("open")


def test_prose_and_triggers_say_when_to_use_it(reviewer: BeautifulSoup) -> None:
    text = section(reviewer, "when-to-use-it")
    assert "Says what is wrong, e.g. a lost error. Use it after each commit." in text
    assert "before it is merged" not in text  # the summary says so
    assert "A commit is made Look at its diff." in text
    assert "<example>" not in text


def brief(page: BeautifulSoup) -> dict[str, str]:
    """What stands on the first screen, by its label."""
    labels = page.select(".ac-brief > dt")
    return dict(zip(map(shown, labels), select(page, ".ac-brief > dd"), strict=True))


def test_capabilities_are_told_in_words(reviewer: BeautifulSoup, site: BuiltSite) -> None:
    words = "Lists 7, gets 4: for 2 it depends, 1 it does not get."
    assert f"{words} Needs the MCP servers context7 and github." in brief(reviewer)["Capabilities"]
    assert (
        "By the commands that it runs it can also change files and reach the network."
        in brief(reviewer)["Capabilities"]
    )
    assert select(reviewer, ".ac-chips li") == [
        *("reads files", "changes files, by commands", "runs commands"),
        *("uses the network, by commands", "starts other agents", "MCP: context7, github"),
    ]
    silent = site.page("agents/silent/")
    assert all(chip.startswith("not: ") for chip in select(silent, ".ac-chips li"))


def test_the_cost_is_that_of_description_and_prompt(site: BuiltSite) -> None:
    assert brief(site.page("agents/elsewhere/reviewer/"))["Cost"] == (
        "About 4 tokens of every conversation, for its description; "
        "about 4 tokens when it runs, for its prompt."
    )
    broken = brief(site.page("agents/nameless/"))["Cost"]
    assert broken.startswith(
        "Nothing, while Claude Code does not load it. Once it is fixed: about "
    )


def test_the_install_commands_have_the_files_address(tmp_path: Path) -> None:
    tree = {"agents/it's $(mine)/re`view.md": agent_file("; rm -rf ~"), "agents/a.md": "no agent"}
    site = build_project(write_project(tmp_path, tree, site_url="https://acme.example/it's/"))
    agent = next(agent for agent in site.catalog["agents"] if agent["name"] == "; rm -rf ~")
    page = site.page(agent["url"])
    name = agent["url"].rstrip("/").rpartition("/")[2]
    for command in select(page, ".ac-command pre"):
        words = shlex.split(command)
        assert words[-4] == "-fsSL"
        assert words[-3] == f"https://acme.example/it's/{agent['url'].rstrip('/')}.md"
        assert words[-1].endswith(f".claude/agents/{name}.md")
        assert re.fullmatch(r"[a-z0-9-]+", name)
    assert "Install" not in brief(site.page("agents/a/"))  # no agent tool takes it


def test_without_an_address_the_page_says_where_to_put_the_file(reviewer: BeautifulSoup) -> None:
    assert "Save the file in .claude/agents/ of a project" in brief(reviewer)["Install"]
    [views] = reviewer.select(".ac-install .ac-views")
    assert views.has_attr("hidden")


@pytest.mark.parametrize(
    ("written", "gets", "does", "asks"),
    [
        ("Read", "yes", "Reads a file", "no"),
        (
            "Bash(git diff *)",
            "yes",
            "Runs shell commands. What stands in parentheses limits nothing.",
            "yes",
        ),
        ("Task", "except at the depth limit", "Called Agent today.", "no"),
        (
            "mcp__context7__get-library-docs",
            "yes",
            "get-library-docs of the MCP server context7",
            "yes",
        ),
        ("mcp__github", "yes", "All tools of the MCP server github", "yes"),
        (
            "AskUserQuestion",
            "only as the main agent of a session (claude --agent), never as a subagent",
            "Asks the user a multiple-choice question.",
            "no",
        ),
        (
            "Juggle",
            "no: Claude Code is not known to have it",
            "Not a tool that Claude Code is known to have.",
            "—",
        ),
        ("Write", "no: the file denies it", "Creates a file", "yes"),
    ],
)
def test_each_tool_is_explained(
    reviewer: BeautifulSoup, written: str, gets: str, does: str, asks: str
) -> None:
    [name, given, what, confirmation, _] = row(reviewer, written)
    assert (name, confirmation) == (written, asks)
    assert given.startswith(gets)
    assert does in what


def test_denied_tools_stand_apart(reviewer: BeautifulSoup) -> None:
    assert "Write" in section(reviewer, "denied-tools")
    assert "Read" not in section(reviewer, "denied-tools")


def test_a_table_says_how_many_others_list_a_tool(tmp_path: Path) -> None:
    tree = {f"agents/{name}.md": agent_file(name, tools="Read, Grep") for name in "abc"}
    tree["agents/d.md"] = agent_file("d", tools="Grep, Write", disallowedTools="Write, Read")
    page = build_project(write_project(tmp_path, tree)).page("agents/d/")
    assert row(page, "Grep")[-1] == "3 agents"
    assert row(page, "Write")[-1] == "none"
    assert row(page, "Grep")[1] == "yes"
    assert row(page, "Write")[1] == "no: the file denies it"
    assert row(page, "Read")[-1] == "3 agents"


def test_whoever_lists_no_tools_may_use_all(site: BuiltSite, reviewer: BeautifulSoup) -> None:
    page = site.page("agents/elsewhere/reviewer/")
    assert (
        "All tools: the file lists none, so it inherits every tool of the session."
        in brief(page)["Capabilities"]
    )
    assert "all tools" in select(page, ".ac-badge--warning a")
    assert "every tool" not in brief(reviewer)["Capabilities"]


def test_an_empty_tool_list_means_none(site: BuiltSite) -> None:
    page = site.page("agents/silent/")
    assert "No tools: it can only answer." in brief(page)["Capabilities"]
    assert "all tools" not in shown(page)
    assert "no prompt" in section(page, "system-prompt")


def test_the_prompt_is_rendered_once(reviewer: BeautifulSoup) -> None:
    [prompt] = reviewer.select("[data-agent-prompt]")
    assert select(prompt, "td") == ["high", "stop"]
    assert select(prompt, "pre") == ['print("<b>")']
    assert "errors that are lost" in select(prompt, "ul > li")[0]
    assert select(prompt, "ul ul > li") == ["in callbacks"]


def test_pseudo_tags_comments_and_invisible_characters_are_seen(reviewer: BeautifulSoup) -> None:
    prompt = shown(reviewer.select("[data-agent-prompt]")[0])
    assert "<thinking>Weigh it up.</thinking>" in prompt
    assert "<!-- Nobody is meant to see this. -->" in prompt
    assert "zero-widthU+200Bspace" in prompt


def test_headings_of_the_prompt_stand_below_its_own(reviewer: BeautifulSoup) -> None:
    prompt = reviewer.select("[data-agent-prompt]")[0]
    assert not prompt.select("h1, h2")
    assert select(prompt, "h3, h4") == ["Reviewer", "When to invoke", "Findings"]
    assert len(reviewer.select("h1")) == 1


def test_the_table_of_contents_has_the_prompts_headings(reviewer: BeautifulSoup) -> None:
    contents = reviewer.select(".md-nav--secondary")[0]
    entries = select(contents, "a")
    assert entries[:3] == ["When to use it", "Tools", "System prompt"]
    assert entries[3:6] == ["Reviewer", "When to invoke", "Findings"]
    assert len(contents.select("li li")) == 3
    ids = [str(link["href"]).removeprefix("#") for link in contents.select("a")]
    assert all(reviewer.find(id=ident) for ident in ids)
    assert len(set(ids)) == len(ids)  # the prompt's "Findings" is not the page's


def test_links_of_the_prompt_lead_somewhere_or_are_text(reviewer: BeautifulSoup) -> None:
    prompt = reviewer.select("[data-agent-prompt]")[0]
    links = {shown(link).split()[0]: link for link in prompt.select("a")}
    assert links["page"]["href"] == "../../elsewhere/reviewer/"
    assert links["the"]["href"] == "https://example.org/a"
    assert "nofollow" in links["the"]["rel"]
    assert reviewer.find(id=str(links["below"]["href"])[1:]) is not None
    assert "hole" not in links
    assert "hole nowhere.md" in shown(prompt)


def test_the_source_of_the_prompt_is_on_the_page(reviewer: BeautifulSoup) -> None:
    assert "\n## Findings\n" in reviewer.select("[data-ac-view=source] pre")[0].get_text()
    frontmatter = reviewer.select("details pre")[0].get_text()
    assert '  user: "Is <b>this</b> fine?"\n' in frontmatter
    assert "## Findings" not in frontmatter


def test_the_metadata_has_every_key_as_written(reviewer: BeautifulSoup) -> None:
    table = reviewer.select(".ac-metadata")[0]
    assert row(table, "owner") == ["owner", '"Team <Amber> & Co"', "27"]
    assert row(table, "color") == ["color", "blue", "24"]
    assert row(table, "tools")[1].startswith("Read, Bash(git diff *), Task, mcp__context7__")
    keys = select(table, "tbody tr > :first-child")
    assert keys == [
        *("name", "description", "tools", "disallowedTools", "model", "color"),
        *("effort", "permissionMode", "owner"),
    ]


def test_findings_say_where_and_how_to_mend(reviewer: BeautifulSoup, site: BuiltSite) -> None:
    text = section(reviewer, "findings")
    assert "the link to nowhere.md leads nowhere" in text.replace("`", "")
    assert text.count("dead-link") == 1
    retried = section(site.page("agents/retried/"), "findings")
    assert "line 3" in retried
    assert "yaml-needs-retry" in retried
    assert "quotes" in retried


def test_a_file_that_is_not_loaded_says_so_first(site: BuiltSite, reviewer: BeautifulSoup) -> None:
    page = site.page("agents/broken/")
    [banner] = page.select(".ac-banner--error")
    assert "Claude Code does not load this file" in shown(banner)
    assert "Line " in shown(banner)
    assert "Still shown." in shown(page.select("[data-agent-prompt]")[0])
    assert not reviewer.select(".ac-banner")
    assert not site.page("agents/retried/").select(".ac-banner--error")


def test_namesakes_are_named(reviewer: BeautifulSoup, site: BuiltSite) -> None:
    assert "Judges drawings." in section(reviewer, "see-also")
    links = [str(link["href"]) for link in reviewer.select("#see-also ~ ul a")]
    assert links == [
        "../../elsewhere/reviewer/",
        "../../../compare/?a=team/reviewer&b=elsewhere/reviewer",
    ]
    assert site.page("agents/silent/").find(id="see-also") is None


def test_what_is_no_agent_gets_a_page_that_says_so(tmp_path: Path) -> None:
    tree = {
        "agents/review/SKILL.md": agent_file("review", description="Reviews: all of it."),
        "agents/.claude/commands/ship.md": agent_file("ship", tools="Bash"),
        "agents/helper.md": agent_file("helper"),
    }
    site = build_project(write_project(tmp_path, tree))
    kinds = {agent["path"]: agent["kind"] for agent in site.catalog["agents"]}
    assert kinds == {
        ".claude/commands/ship.md": "command",
        "helper.md": "agent",
        "review/SKILL.md": "skill",
    }
    for agent in site.catalog["agents"]:
        page = site.page(agent["url"])
        is_agent = agent["kind"] == "agent"
        assert (page.find(id="tools") is not None) is is_agent
        assert any(badge.startswith("kind") for badge in select(page, ".ac-badge")) is not is_agent
        assert ("Capabilities" in brief(page)) is is_agent
    assert_sound(site)


def test_a_file_without_frontmatter_is_called_by_its_name(site: BuiltSite) -> None:
    page = site.page("agents/nameless/")
    assert select(page, "article h1") == ["nameless"]
    assert "Just a prompt, and no frontmatter." in shown(page.select("[data-agent-prompt]")[0])
    assert "no metadata" in section(page, "metadata")
    assert "no description" in select(page, ".ac-summary")[0]
    assert page.find(id="when-to-use-it") is None


def test_an_agents_page_has_the_sites_navigation(reviewer: BeautifulSoup) -> None:
    links = navigation(reviewer)
    assert links["Agents"] == "../../"
    assert "reviewer" not in links


# Index pages.


def test_all_agents_are_listed_once_by_folder(site: BuiltSite) -> None:
    page = site.page("agents/")
    hrefs = [str(link["href"]) for link in page.select(".ac-list a")]
    urls = [agent["url"].removeprefix("agents/") for agent in site.catalog["agents"]]
    assert sorted(hrefs) == sorted(urls)
    assert len(urls) == len(SPECIMENS) - 1  # the read-me is no agent
    assert select(page, "article h2") == ["Top folder", "elsewhere", "team"]
    assert "11 agents in 3 folders." in shown(page)


def test_a_row_tells_what_an_agent_is(site: BuiltSite) -> None:
    rows = {select(each, "a")[0]: each for each in site.page("agents/").select(".ac-list > li")}
    reviewer = shown(rows["reviewer"])  # the second one of that name
    assert reviewer.startswith("reviewer Reads a change before it is merged. Sonnet")
    assert reviewer.endswith(
        "Sonnet · blue · reads, runs commands, delegates, MCP · 154 tokens · 3 problems"
    )
    assert "not loaded" not in reviewer
    assert "not loaded" in shown(rows["broken"])


# Files for programs.


def test_raw_files_are_published_byte_for_byte(site: BuiltSite) -> None:
    project = site.folder.parent
    for agent in site.catalog["agents"]:
        data = (project / "agents" / agent["path"]).read_bytes()
        assert (site.folder / agent["raw_url"]).read_bytes() == data
        assert agent["sha256"] == hashlib.sha256(data).hexdigest()
        assert agent["raw_url"] == agent["url"].removesuffix("/") + ".md"


def test_the_catalog_is_valid_by_its_own_schema(site: BuiltSite) -> None:
    schema = json.loads(site.text("catalog.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(site.catalog)


def test_the_catalog_says_what_the_page_says(site: BuiltSite) -> None:
    agents = {agent["path"]: agent for agent in site.catalog["agents"]}
    reviewer = agents["team/reviewer.md"]
    assert reviewer["url"] == REVIEWER_PAGE
    assert reviewer["summary"] == "Reads a change before it is merged."
    assert (reviewer["model"], reviewer["color"]) == ("Sonnet", "blue")
    assert [len(example["turns"]) for example in reviewer["examples"]] == [2, 2]
    assert reviewer["metadata"]["owner"] == "Team <Amber> & Co"
    assert {finding["code"] for finding in reviewer["findings"]} == {
        *("dead-link", "tool-renamed", "tool-unknown", "tool-never-given", "key-unknown"),
        *("hidden-comment", "invisible-characters", "name-repeated", "tool-scope-without-effect"),
    }
    assert not agents["broken.md"]["loadable"]
    assert [path for path in agents if "code" in path] == ["Ünïcode Näme.md"]


def test_groups_of_the_catalog_hold_urls_of_its_agents(site: BuiltSite) -> None:
    urls = {agent["url"] for agent in site.catalog["agents"]}
    for groups in site.catalog["groups"].values():
        assert {url for members in groups.values() for url in members} <= urls
    assert site.catalog["groups"]["model"]["opus"] == ["agents/broken/", "agents/retried/"]


def test_llms_txt_has_a_line_for_each_agent(site: BuiltSite) -> None:
    text = site.text("llms.txt")
    assert text.startswith("# Crew\n")
    lines = [line for line in text.splitlines() if line.startswith("- [")]
    assert len(lines) == 11 + 1
    assert "- [reviewer](agents/team/reviewer.md): Reads a change before it is merged." in lines


# The whole site.


@pytest.mark.parametrize(
    ("settings", "root"),
    [
        ({}, "/"),
        ({"use_directory_urls": False}, "/"),
        ({"site_url": "https://acme.example/crew/"}, "/crew/"),
        (
            {
                "use_directory_urls": False,
                "site_url": "https://acme.example/a/b/",
                "repo_url": "https://github.com/acme/crew",
                "edit_uri": "edit/main/docs/",
            },
            "/a/b/",
        ),
    ],
    ids=["directories", "files", "sub-path", "sub-path-files-repository"],
)
def test_every_page_is_sound(tmp_path: Path, settings: dict[str, object], root: str) -> None:
    site = build_project(write_project(tmp_path, SPECIMENS, **settings))
    assert_sound(site, root)
    for agent in site.catalog["agents"]:
        page = site.page(agent["url"])
        assert len(page.select("[data-agent-prompt]")) == 1
        assert len(page.select("h1")) == 1
        assert (site.folder / agent["raw_url"]).is_file()
    groups = sum(len(members) for members in site.catalog["groups"].values())
    assert (
        len(site.pages) == len(site.catalog["agents"]) + groups + len(RULES) + 8
    )  # indexes, compare, 404


def test_llms_txt_and_sitemap_have_whole_urls_where_the_site_is_known(tmp_path: Path) -> None:
    tree = {"agents/one.md": agent_file("one")}
    site = build_project(write_project(tmp_path, tree, site_url="https://acme.example/crew/"))
    assert "(https://acme.example/crew/agents/one.md)" in site.text("llms.txt")
    assert "<loc>https://acme.example/crew/agents/one/</loc>" in site.text("sitemap.xml")
    [canonical] = site.page("agents/one/").select("link[rel=canonical]")
    assert canonical["href"] == "https://acme.example/crew/agents/one/"


VERSIONED = """
    def on_config(config):
        config.site_url = "https://acme.example/docs/1.2{slashes}"
    """


@pytest.mark.parametrize("slashes", ["", "/", "//"])
@pytest.mark.parametrize("late", [False, True], ids=["setting", "another-plugin"])
def test_every_whole_url_of_the_site_is_below_its_root(
    tmp_path: Path, slashes: str, *, late: bool
) -> None:
    """A plugin that publishes several versions sets the address after MkDocs has checked it."""
    settings: dict[str, object] = {"site_url": f"https://acme.example/docs/1.2{slashes}"}
    if late:
        write_tree(tmp_path, {"versions.py": VERSIONED.format(slashes=slashes)})
        settings = {"site_url": "https://acme.example/docs/", "hooks": ["versions.py"]}
    site = build_project(write_project(tmp_path, SPECIMENS, **settings))

    root = "https://acme.example/docs/1.2/"
    whole = {
        path: re.findall(r"https://acme\.example[^\s\"'<>)]*", data.decode())
        for path, data in site.tree.items()
        if path.endswith((".html", ".txt", ".json", ".js", ".css"))
    }
    assert [url for urls in whole.values() for url in urls if not url.startswith(root)] == []
    assert whole["catalog.json"] == []
    agents = [agent["raw_url"] for agent in site.catalog["agents"]]
    assert whole["llms.txt"] == [*(root + url for url in agents), f"{root}catalog.json"]
    one = "agents/team/reviewer"
    own = whole[f"{one}/index.html"]
    assert own.count(f"{root}assets/agent-catalog/preview.png") == 1  # the picture
    assert own.count(f"{root}{one}.md") == 2  # the commands that install it
    assert own.count(f"{root}{one}/") == 2  # the canonical address, and that for previews
    assert_sound(site, "/docs/1.2/")


def test_the_checks_of_soundness_find_what_is_not(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "index.html": """
                <p id="a"></p><p id="a"></p>
                <a href="b/">ok</a><a href="b/#c">ok</a><a href="https://example.org">ok</a>
                <a href="b/#d">no id</a><a href="../b/">outside</a><a href="javascript:x">no</a>
                <img src="https://example.org/i.png"><img src="i.png" srcset="//cdn.example/i 2x">
                """,
            "b/index.html": '<p id="c"></p><a href="/b/">ok</a><a href="..">ok</a>',
            "style.css": "@import 'https://fonts.example/css'; a { color: url(data:x) }",
        },
    )
    site = BuiltSite(tmp_path)
    assert broken_links(site) == [
        *("index.html: b/#d", "index.html: ../b/", "index.html: javascript:x"),
        "index.html: i.png",
    ]
    assert "b/index.html: /b/" in broken_links(site, "/crew/")
    assert repeated_ids(site) == ["index.html: a"]
    assert foreign_loads(site) == [
        *("index.html: https://example.org/i.png", "index.html: //cdn.example/i"),
        "style.css: https://fonts.example/css",
    ]


def test_whoever_is_denied_everything_can_do_nothing(tmp_path: Path) -> None:
    tree = {
        "agents/a.md": agent_file("a", disallowedTools='"*"'),
        "agents/b.md": agent_file("b", tools="Foo, Bar"),
        "agents/c.md": agent_file("c", tools="TodoWrite"),
        "agents/d.md": agent_file("d", tools="{bash: false}"),
        "agents/e.md": agent_file("e", tools="Read", memory="false"),
    }
    site = build_project(write_project(tmp_path, tree))
    said = {name: brief(site.page(f"agents/{name}/"))["Capabilities"] for name in "abcde"}
    assert said["a"].startswith("No tools: those of the session are denied to it.")
    assert said["b"].startswith("Lists 2 names, and gets no tool by them. not: reads files")
    assert said["c"].startswith("Lists 1, gets 0: for 1 it depends. not: reads files")
    assert said["d"].startswith("All tools: it inherits every tool of the session, less those")
    assert said["e"].startswith("Only the one tool that it lists. reads files not: changes")
    assert "no tools" in select(site.page("agents/a/"), ".ac-badge a")


def test_what_a_memory_adds_is_told_on_the_page_and_in_the_data(tmp_path: Path) -> None:
    tree = {
        "agents/a.md": agent_file("a", tools="Skill, WebFetch", memory="project"),
        "agents/b.md": agent_file("b", tools="Foo", memory="user", disallowedTools="Edit"),
        "agents/c.md": agent_file("c", tools="Read, Write, Edit", memory="user"),
    }
    site = build_project(write_project(tmp_path, tree))
    said = {name: brief(site.page(f"agents/{name}/"))["Capabilities"] for name in "abc"}
    by_memory = "by memory, where auto memory is on."
    assert said["a"].startswith(f"The 2 tools that it lists, and 3 {by_memory} reads files changes")
    assert said["b"].startswith(f"Lists 1 name, and gets no tool by it, and 2 {by_memory} reads")
    assert said["c"].startswith("Only the 3 tools that it lists.")
    rows = {
        row.select("th")[0].get_text(): row.select("td")[0].get_text()
        for row in site.page("agents/a/").select(".ac-tools tbody tr")
    }
    told = by_memory.removesuffix(".")
    assert rows == {"Skill": "yes", "WebFetch": "yes", "Read": told, "Write": told, "Edit": told}
    assert "2 tools, 3 by memory" in select(site.page("agents/a/"), ".ac-badge a")
    effective = {each["path"]: each["tools"]["effective"] for each in site.catalog["agents"]}
    assert [(each["name"], each["gets"], each["why"]) for each in effective["b.md"]] == [
        ("Foo", "no", "unknown-tool"),
        ("Read", "depends", "by-memory"),
        ("Write", "depends", "by-memory"),
        ("Edit", "no", "denied"),
    ]


def test_many_namesakes_do_not_fill_the_page(tmp_path: Path) -> None:
    tree = {f"agents/{number}.md": agent_file("same", f"{number}.") for number in range(30)}
    tree |= {f"agents/{number}/agent.md": f"No name in {number}.\n" for number in range(3)}
    site = build_project(write_project(tmp_path, tree))
    page = site.page("agents/7/")
    assert section(page, "see-also").count("Does what same does.") == 10
    assert "19 more agents of this name" in section(page, "see-also")
    assert page.select("#see-also ~ p a[href='../?text=same']")
    assert not site.page("agents/1/agent/").select("#see-also")
