"""The catalog within MkDocs: as hook and as plugin, options, strictness, navigation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sites import (
    REPOSITORY,
    BuiltSite,
    Tree,
    agent_file,
    assert_sound,
    build_project,
    mkdocs_build,
    navigation,
    refusal,
    searched,
    section,
    select,
    shown,
    write_project,
    write_tree,
)
from specimens import SPECIMENS

TREE: Tree = {
    "agents/team/one.md": agent_file("one", model="sonnet", color="red", tools="Read, Bash"),
    "agents/two.md": agent_file("two", "See [one](team/one.md).", model="haiku"),
}
RETRIED = agent_file("retried", description="Helps: with all of it")
UNREADABLE = """
    ---
    name: unreadable
    description: "open
    ---

    Body
    """


# Hook and plugin.


def as_hook(folder: Path, tree: Tree, hook: str, **options: object) -> Path:
    """Write a project with the catalog as a hook."""
    settings = {"plugins": ["search"], "hooks": [hook], "extra": {"agent_catalog": options}}
    return write_project(folder, tree, **settings)


def test_hook_and_plugin_build_the_same_site(tmp_path: Path) -> None:
    plugin = mkdocs_build(write_project(tmp_path / "plugin", TREE), "--strict")
    by_path = as_hook(tmp_path / "hook", TREE, str(REPOSITORY / "hooks/catalog.py"))
    hook = mkdocs_build(by_path, "--strict")
    copy = as_hook(tmp_path / "copy", TREE, "hooks/catalog.py", sources=["agents"])
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(REPOSITORY / "hooks", copy / "hooks", ignore=ignored)
    copied = mkdocs_build(copy, "--strict")
    assert [plugin.code, hook.code, copied.code] == [0, 0, 0], (
        plugin.output + hook.output + copied.output
    )
    assert "agents/team/one/index.html" in plugin.tree
    assert hook.tree == plugin.tree
    assert copied.tree == plugin.tree


def test_a_copied_hook_runs_the_package_beside_it(tmp_path: Path) -> None:
    project = as_hook(tmp_path, TREE, "hooks/catalog.py")
    shutil.copytree(REPOSITORY / "hooks", project / "hooks")
    package = project / "hooks/agent_catalog/__init__.py"
    package.write_text("raise SystemExit('the copy is loaded')", encoding="utf-8")
    assert "the copy is loaded" in mkdocs_build(project).output


# Options.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sorces": "agents"}, "{}.sorces: there is no such option"),
        ({"sources": [{"folder": "agents", "lable": "a"}]}, "{}.sources.0.lable: there is no"),
        ({"sources": "nowhere"}, "{}.sources.0.folder: there is no folder 'nowhere'"),
        ({"sources": ["agents", "./agents"]}, "{}.sources: two folders have the label"),
        ({"accept": [{"path": "*", "codes": ["a"]}]}, "{}.accept.0.reason: "),
        ({"accept": 5}, "{}.accept: "),
    ],
)
def test_a_wrong_option_is_refused_by_its_full_name(
    tmp_path: Path, options: dict[str, object], message: str
) -> None:
    plugins = ["search", {"agent-catalog": options}]
    plugin = refusal(write_project(tmp_path / "plugin", TREE, plugins=plugins))
    assert message.format("agent-catalog") in plugin
    hook = as_hook(tmp_path / "hook", TREE, str(REPOSITORY / "hooks/catalog.py"), **options)
    assert message.format("extra.agent_catalog") in refusal(hook)


@pytest.mark.parametrize("door", ["hook", "plugin"])
def test_a_refusal_is_one_line_and_no_traceback(tmp_path: Path, door: str) -> None:
    if door == "hook":
        hook = str(REPOSITORY / "hooks/catalog.py")
        project = as_hook(tmp_path, TREE, hook, acept=[])
    else:
        project = write_project(tmp_path, TREE, plugins=[{"agent-catalog": {"acept": []}}])
    site = mkdocs_build(project)
    assert site.code == 1
    error, _, aborted = site.output.strip().splitlines()
    assert error.startswith("ERROR")
    assert error.endswith(".acept: there is no such option")
    assert aborted.startswith("Aborted with")
    assert not site.folder.exists()


def test_several_wrong_options_are_named_in_one_run(tmp_path: Path) -> None:
    plugins = [{"agent-catalog": {"sorces": "agents", "acept": []}}]
    message = refusal(write_project(tmp_path, TREE, plugins=plugins))
    assert "agent-catalog.sorces: " in message
    assert "agent-catalog.acept: " in message


def test_sources_are_relative_to_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = write_project(tmp_path / "project", TREE)
    monkeypatch.chdir(tmp_path)
    assert len(build_project(project).catalog["agents"]) == 2


def test_several_sources_are_told_apart_by_their_labels(tmp_path: Path) -> None:
    tree = {
        "core/agents/one.md": agent_file("one"),
        "extra/.claude/agents/one.md": agent_file("one", description="Another one."),
        "third/one.md": agent_file("one", "[Next](../core/agents/one.md)"),
    }
    sources = ["core/agents", "extra/.claude/agents", {"folder": "third", "label": "more"}]
    project = write_project(tmp_path, tree, plugins=[{"agent-catalog": {"sources": sources}}])
    site = build_project(project)
    assert [agent["url"] for agent in site.catalog["agents"]] == [
        *("agents/core/one/", "agents/extra/one/", "agents/more/one/"),
    ]
    assert [agent["source"] for agent in site.catalog["agents"]] == ["core", "extra", "more"]
    next_one = site.page("agents/more/one/").select("[data-agent-prompt] a")[0]
    assert next_one["href"] == "../../core/one/"
    assert_sound(site)


# Findings.


def test_each_finding_is_a_line_and_all_fail_a_strict_build(tmp_path: Path) -> None:
    tree = {**TREE, "agents/a.md": RETRIED, "agents/sub/b.md": UNREADABLE, "agents/c.md": b""}
    project = write_project(tmp_path, tree)
    site = mkdocs_build(project, "--strict")
    warnings = [line for line in site.output.splitlines() if line.startswith("WARNING")]
    assert [line.split("agent_catalog: ")[1].split(" ")[0] for line in warnings] == [
        *("agents/a.md:3:19:", "agents/c.md:1:1:", "agents/sub/b.md:3:14:"),
    ]
    codes = ["[yaml-needs-retry]", "[frontmatter-missing]", "[yaml-unreadable]"]
    assert [line.split(" ")[-1] for line in warnings] == codes
    assert site.code == 1
    assert "Aborted with 3 warnings in strict mode!" in site.output
    assert "Traceback" not in site.output


def test_findings_do_not_fail_a_build_that_is_not_strict(tmp_path: Path) -> None:
    site = build_project(write_project(tmp_path, {"agents/a.md": RETRIED}))
    assert len(site.warnings) == 1
    assert "yaml-needs-retry" in shown(site.page("agents/a/"))


def test_accepted_findings_are_shown_but_pass_a_strict_build(tmp_path: Path) -> None:
    accept = {
        "path": "agents/old/*",
        "codes": ["yaml-needs-retry", "yaml-unreadable"],
        "reason": "Kept for <history>.",
    }
    tree = {**TREE, "agents/old/a.md": RETRIED, "agents/old/b.md": UNREADABLE}
    project = write_project(tmp_path, tree, plugins=[{"agent-catalog": {"accept": [accept]}}])
    site = mkdocs_build(project, "--strict")
    assert site.code == 0, site.output
    assert "Meant to be: Kept for <history>." in section(site.page("agents/old/a/"), "findings")
    findings = [each for agent in site.catalog["agents"] for each in agent["findings"]]
    assert [each["accepted"] for each in findings if each["severity"] != "info"] == [
        "Kept for <history>."
    ] * 2


def test_only_the_named_files_and_rules_are_accepted(tmp_path: Path) -> None:
    accept = {"path": "agents/a.md", "codes": ["yaml-needs-retry"], "reason": "So be it."}
    tree = {"agents/a.md": RETRIED, "agents/b.md": RETRIED, "agents/sub/a.md": UNREADABLE}
    plugins = [{"agent-catalog": {"accept": [accept]}}]
    site = build_project(write_project(tmp_path, tree, plugins=plugins))
    reported = [warning for warning in site.warnings if "[yaml-" in warning]
    assert len(reported) == 2
    assert not any("agents/a.md" in warning for warning in reported)


def test_the_options_say_what_fails_a_strict_build(tmp_path: Path) -> None:
    rules = [{"codes": ["color-missing"], "severity": "error", "path": "agents/b.md"}]
    options = {"rules": rules, "fail_on": "error"}
    tree = {"agents/a.md": RETRIED, "agents/b.md": agent_file("b")}
    site = build_project(write_project(tmp_path, tree, plugins=[{"agent-catalog": options}]))
    (warning,) = site.warnings
    assert "agents/b.md:2:1: the agent has no color to be told by [color-missing]" in warning
    assert any("[yaml-needs-retry]" in note for note in site.notes)


def test_a_file_can_except_itself(tmp_path: Path) -> None:
    text = agent_file("a", tools="Read, Raed").replace(
        "---\n", "---\n# agent-catalog: ignore[tool-misspelt] It is <called> so.\n", 1
    )
    site = build_project(write_project(tmp_path, {"agents/a.md": text}))
    assert site.warnings == []
    assert "Meant to be: It is <called> so." in section(site.page("agents/a/"), "findings")


def test_dead_links_are_told_but_pass_a_strict_build(tmp_path: Path) -> None:
    tree = {"agents/a.md": agent_file("a", "See [b](b.md).")}
    site = build_project(write_project(tmp_path, tree))
    assert site.warnings == []
    (agent,) = site.catalog["agents"]
    (found,) = [each for each in agent["findings"] if each["code"] == "dead-link"]
    assert (found["line"], found["column"]) == (6, 9)
    assert found["message"] == "the link to `b.md` leads nowhere"
    counted = len(agent["findings"])
    assert f"notes on agent files: {counted}; " in "\n".join(site.notes)


# Navigation and the author's own pages.

STRICT_NAVIGATION = {
    "validation": {"nav": {"omitted_files": "warn"}, "links": {"anchors": "warn"}},
}


def test_without_nav_the_sections_stand_in_the_navigation(tmp_path: Path) -> None:
    site = build_project(write_project(tmp_path, TREE, **STRICT_NAVIGATION))
    links = navigation(site.page(""))
    assert set(links.values()) >= {"agents/", "models/", "models/haiku/", "colors/red/", "tools/"}
    assert not {"agents/two/", "agents/team/one/", "tools/bash/"} & set(links.values())
    assert site.warnings == []


def test_with_nav_the_sections_follow_the_authors_entries(tmp_path: Path) -> None:
    tree = {**TREE, "docs/index.md": "# Welcome\n", "docs/guide.md": "# Guide\n"}
    nav = ["index.md", {"Read this": "guide.md"}]
    project = write_project(tmp_path, tree, nav=nav, **STRICT_NAVIGATION)
    site = build_project(project)
    links = navigation(site.page(""))
    assert list(links) == [
        *("Welcome", "Read this", "Agents"),
        *("Models", "Sonnet", "Haiku"),
        *("Colors", "Red", "Not set", "Tools", "Checks"),
    ]
    assert site.warnings == []
    assert select(site.page(""), "article h1") == ["Welcome"]


def test_the_author_decides_where_the_sections_stand(tmp_path: Path) -> None:
    tree = {**TREE, "docs/index.md": "# Welcome\n", "docs/guide.md": "# Guide\n"}
    nav = [
        "index.md",
        {"Crew": ["agents/index.md", "models/index.md"]},
        "models/haiku.md",
        "guide.md",
    ]
    site = build_project(write_project(tmp_path, tree, nav=nav, **STRICT_NAVIGATION))
    links = navigation(site.page("colors/red/"))
    assert list(links) == [
        *("Welcome", "Agents", "Models", "Sonnet", "Haiku", "Guide"),
        *("Colors", "Red", "Not set", "Tools", "Checks"),
    ]
    entries = site.page("colors/red/").select(".md-nav--primary > ul > li")
    assert [select(each, "a")[0] for each in entries][2:4] == ["Haiku", "Guide"]
    assert site.warnings == []
    assert_sound(site)


def test_the_author_names_the_catalogs_pages(tmp_path: Path) -> None:
    nav = [{"Start": "index.md"}, {"Everybody": "agents/index.md"}, {"By model": "models/index.md"}]
    site = build_project(write_project(tmp_path, TREE, nav=nav, **STRICT_NAVIGATION))
    page = site.page("colors/")
    assert list(navigation(page))[:2] == ["Start", "Everybody"]
    assert "By model" in select(page, ".md-nav--primary label")
    assert site.warnings == []


def test_agents_can_be_reached_without_the_navigation(tmp_path: Path) -> None:
    site = build_project(write_project(tmp_path, TREE))
    page = site.page("models/haiku/")
    assert [link["href"] for link in page.select(".ac-list a")] == ["../../agents/two/"]
    for url in ("", "agents/two/"):
        assert "team/one" not in str(site.page(url).select(".md-nav--primary"))


def test_the_authors_page_stands_where_the_catalogs_would(tmp_path: Path) -> None:
    tree = {**TREE, "docs/models/index.md": "# Which model\n\nTake the small one.\n"}
    site = build_project(write_project(tmp_path, tree, **STRICT_NAVIGATION))
    page = site.page("models/")
    assert select(page, "article h1") == ["Which model"]
    assert "Take the small one." in shown(page)
    assert select(site.page("models/haiku/"), ".ac-list a") == ["two"]
    assert site.warnings == []
    assert "models/index.md of the documentation stands in" in "\n".join(site.notes)
    assert_sound(site)


def test_an_agents_address_taken_by_a_page_is_told(tmp_path: Path) -> None:
    tree = {**TREE, "docs/agents/two.md": "# Mine\n"}
    site = build_project(write_project(tmp_path, tree))
    assert select(site.page("agents/two/"), "article h1") == ["Mine"]
    assert [warning for warning in site.warnings if "agents/two.md" in warning] == [
        "agent_catalog: agents/two.md: a page of the documentation has this agent's address"
    ]


@pytest.mark.parametrize("name", ["index.md", "README.md"])
@pytest.mark.parametrize("directories", [True, False])
def test_the_overview_stands_where_the_author_wants_it(
    tmp_path: Path, name: str, *, directories: bool
) -> None:
    marker = "<!-- agent-catalog: overview -->"
    tree = {
        **TREE,
        f"docs/{name}": f"# Welcome\n\nFirst this.\n\n{marker}\n\nThen that.\n",
        "docs/guide/start.md": f"# Start\n\n{marker}\n",
        "docs/about.md": "# About\n",
    }
    project = write_project(tmp_path, tree, use_directory_urls=directories)
    site = build_project(project)
    home = site.page("")
    text = shown(home.select("article")[0])
    assert text.index("First this.") < text.index("2 agents") < text.index("Then that.")
    assert select(home, "article h1") == ["Welcome"]
    start = site.page("guide/start/" if directories else "guide/start.html")
    assert "2 agents" in shown(start)
    assert "2 agents" not in shown(site.page("about/" if directories else "about.html"))
    assert site.warnings == []
    assert_sound(site)


# An agent's frontmatter and the site.

HOSTILE = """
    ---
    name: "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
    description: '"><script>alert(3)</script> A calm first sentence.'
    title: <script>alert(4)</script>
    template: 404.html
    hide: [navigation, toc]
    search: {exclude: true}
    tags: nonsense
    icon: no/such/icon
    status: zebrafinch
    ---
    Title: zebrafinch
    Template: 404.html

    [TOC] {{ config.site_name }} ::: os.path
    """


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    tree = {**TREE, "agents/hostile.md": HOSTILE}
    features = {"name": "material", "font": False, "features": ["navigation.tabs"]}
    project = write_project(
        tmp_path_factory.mktemp("hostile"),
        tree,
        theme=features,
        plugins=["search", "agent-catalog"],
    )
    return build_project(project)


def test_frontmatter_is_no_page_metadata(hostile: BuiltSite) -> None:
    page = hostile.page("agents/hostile/")
    assert len(page.select("[data-agent-prompt]")) == 1
    assert navigation(page)
    assert page.select(".md-nav--secondary a")
    assert "/agents/hostile/" in searched(hostile)
    assert "zebrafinch" in section(page, "metadata")
    assert "Template: 404.html" in shown(page.select("[data-agent-prompt]")[0])
    assert hostile.warnings == []


def test_frontmatter_reaches_no_other_page(hostile: BuiltSite) -> None:
    with_it = {path for path, data in hostile.tree.items() if b"zebrafinch" in data}
    assert with_it == {
        *("agents/hostile.md", "agents/hostile/index.html", "compare/hostile.json"),
        "catalog.json",
    }
    assert [url for url, text in searched(hostile).items() if "zebrafinch" in text["content"]] == [
        "/agents/hostile/"
    ]


def test_a_hostile_name_is_text_wherever_it_stands(hostile: BuiltSite) -> None:
    name = "</title><script>alert(1)</script><img src=x onerror=alert(2)>"
    for path in hostile.pages:
        page = hostile.page(path)
        assert not [each for each in page.select("script") if "alert(" in each.get_text()]
        assert not page.select("[onerror], img[src=x]")
        assert len(page.select("title")) == 1
    page = hostile.page("agents/hostile/")
    assert select(page, "title") == [f"{name} - Crew"]
    assert select(page, "article h1") == [name]
    [description] = page.select("meta[name=description]")
    assert str(description["content"]).startswith('"><script>alert(3)</script> A calm')
    assert name in select(hostile.page("agents/"), ".ac-list a")


# The same input gives the same bytes.


def test_the_same_files_give_the_same_site(tmp_path: Path) -> None:
    tree = {**SPECIMENS, "docs/index.md": "# Home\n"}
    first = write_project(tmp_path / "first", tree)
    elsewhere = write_project(tmp_path / "quite/another place", tree)
    once = mkdocs_build(first, PYTHONHASHSEED="1").tree
    again = mkdocs_build(first, PYTHONHASHSEED="2").tree
    assert once.keys() == again.keys()
    assert [path for path in once if once[path] != again[path]] == []
    other = mkdocs_build(elsewhere, PYTHONHASHSEED="3").tree
    assert [path for path in once if once[path] != other.get(path)] == []
    assert once.keys() == other.keys()
    assert any(path.endswith(".pf_meta") for path in once)


def test_a_page_stays_as_it_is_when_other_agents_come(tmp_path: Path) -> None:
    before = build_project(write_project(tmp_path / "a", TREE)).text("agents/team/one/index.html")
    more = {**TREE, "agents/team/two.md": agent_file("second", model="sonnet", color="red")}
    after = build_project(write_project(tmp_path / "b", more)).text("agents/team/one/index.html")
    assert after == before


def test_the_site_and_the_documentation_are_no_sources(tmp_path: Path) -> None:
    tree = {"one.md": agent_file("one"), "docs/page.md": "# A page\n"}
    project = write_project(tmp_path, tree, plugins=[{"agent-catalog": {"sources": "."}}])
    first = build_project(project)
    second = build_project(project)
    assert [agent["path"] for agent in second.catalog["agents"]] == ["one.md"]
    assert second.catalog == first.catalog


def test_a_removed_agent_leaves_nothing_behind(tmp_path: Path) -> None:
    project = write_project(tmp_path, TREE)
    build_project(project)
    (project / "agents/two.md").unlink()
    site = build_project(project)
    assert not [path for path in site.tree if "two" in path or "haiku" in path]


def test_an_empty_source_is_an_empty_catalog(tmp_path: Path) -> None:
    site = build_project(write_project(tmp_path, {"agents/README.md": "Soon."}))
    assert site.catalog["agents"] == []
    assert "0 agents" in shown(site.page(""))
    assert site.warnings == []
    assert_sound(site)


def test_no_line_of_the_log_is_forged(tmp_path: Path) -> None:
    key = '"x\\n::warning file=x::forged\\nINFO    -  fine": 1\n'
    tree = {
        "agents/a.md": f"---\nname: a\ndescription: b\n{key}{key}---\n\nDo it.\n",
        "agents/b\n::error::forged.md": "no frontmatter",
    }
    site = mkdocs_build(write_project(tmp_path, tree))
    assert "forged" in site.output
    assert not [
        line for line in site.output.splitlines() if line.startswith(("::", "INFO    -  fine"))
    ]


def test_agents_in_the_sites_own_folder_are_refused_and_kept(tmp_path: Path) -> None:
    tree = {"out/agents/a.md": agent_file("a")}
    plugins = [{"agent-catalog": {"sources": "out/agents"}}]
    project = write_project(tmp_path, tree, plugins=plugins, site_dir="out")
    assert "empties at every build" in mkdocs_build(project).output
    assert (tmp_path / "out/agents/a.md").is_file()


def test_agents_outside_of_the_project_are_not_linked_to_its_repository(tmp_path: Path) -> None:
    tree = {
        "project/README.md": "Read me.",
        "elsewhere/a.md": agent_file("a", "[b](b.md) [read](README.md)"),
        "elsewhere/b.md": agent_file("b"),
    }
    plugins = [{"agent-catalog": {"sources": "../elsewhere"}}]
    write_tree(tmp_path, tree)
    project = write_project(
        tmp_path / "project",
        {},
        plugins=plugins,
        repo_url="https://github.com/a/b",
        edit_uri="edit/main/docs/",
    )
    page = build_project(project).page("agents/a/")
    assert "View source" not in shown(page)
    assert select(page, ".ac-dead-link") == ["read README.md"]


@pytest.mark.parametrize(
    "settings", [{"edit_uri": "?query=docs/"}, {"edit_uri_template": "x/{path}"}]
)
def test_addresses_that_are_no_paths_are_not_guessed_from(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    project = write_project(tmp_path, TREE, repo_url="https://bitbucket.org/a/b", **settings)
    site = build_project(project)
    assert not any("View source" in site.text(page) for page in site.pages)
