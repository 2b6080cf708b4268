"""What a hostile agent file says stays text: in metadata, names, addresses, commands and logs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from agent_catalog.publishing.characters import one_line
from agent_catalog.publishing.installation import installation
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.project import Project
from agent_catalog.reading.sources import Source
from checks import findings
from repositories import git, repository
from sites import (
    AGENT_CATALOG,
    BuiltSite,
    Tree,
    agent_file,
    assert_sound,
    build_project,
    mkdocs_build,
    run,
    searched,
    write_project,
    write_tree,
)

HOSTILE = r"""
    ---
    name: "x\n::error file=a::forged\n\e[31m\u202e</title><script>run()</script> $(id) `id`"
    description: "Reads </title><script>run()</script>\n::set-output name=a::b\n\e]0;title\a <!-- c -->"
    template: ../../../etc/passwd
    icon: no/such
    hide: [navigation, toc]
    search: {exclude: true, boost: 100}
    tags: [forged]
    location: "javascript:run()"
    title: Forged title
    status: forged
    subtitle: Forged subtitle
    author: Forged author
    canonical: https://evil.example/
    model: "m\n::warning::forged"
    color: "\"><script>run()</script>"
    tools: "Read, mcp__$(id)__`id`, Bash(rm -rf ~ && `id`)"
    ---

    [passwd](../../../etc/passwd) [env](../.env) [mkdocs](../mkdocs.yml)
    [a](javascript:run()) [b](data:text/html,run) [c](//evil.example/) [d](vbscript:run)
    ![e](https://evil.example/pixel.png) [![f](https://evil.example/f.png "t")](https://example.org/)
    :smile: {{ config }} {% raw %}

    ```mermaid
    graph TD; A-->B
    ```
    """
NAME = "h$(id)`x`;'\" &<img src=x>.md"
TREE: Tree = {
    "agents/good.md": agent_file("good", tools="Read"),
    f"agents/{NAME}": HOSTILE,
    "agents/two\nlines ::error::x.md": agent_file("lines"),
    "agents/index.md": agent_file("index"),
    "agents/404.md": agent_file("missing"),
    "agents/CNAME.md": agent_file("cname"),
    "agents/con.md": agent_file("con"),
    "agents/search/assets.md": agent_file("assets"),
    "agents/Good.md": agent_file("capital"),
    ".env": "TOKEN=q7undisclosed\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    folder = tmp_path_factory.mktemp("builder-of-this-machine")
    project = write_project(
        folder,
        TREE,
        repo_url="https://robot:ghp_q7undisclosed@github.com/acme/agents",
        edit_uri="edit/main/docs/",
        site_url="https://acme.example/agents/",
    )
    return mkdocs_build(project, UNTOLD="q7undisclosed")


@pytest.fixture(scope="module")
def url(site: BuiltSite) -> str:
    return next(str(each["url"]) for each in site.catalog["agents"] if each["path"] == NAME)


@pytest.fixture(scope="module")
def page(site: BuiltSite, url: str) -> BeautifulSoup:
    return site.page(url)


def test_no_key_of_the_frontmatter_is_metadata_of_the_page(
    site: BuiltSite, url: str, page: BeautifulSoup
) -> None:
    assert site.code == 0, site.output
    assert page.select_one("article.ac-agent")  # and no page of another template
    assert page.select_one("nav.md-nav--primary")
    head = str(page.head)
    assert "orged title" not in head + str(page.header)
    assert "evil.example" not in head
    assert not page.select("meta[name=author], .md-status, .md-tags")
    assert f"/{url}" in searched(site)
    assert "Forged" not in re.sub(r"<article.*</article>", "", str(page), flags=re.DOTALL)
    for path in site.pages:
        if path != f"{url}index.html":
            assert "Forged" not in site.text(path), path


def test_nothing_of_it_is_markup_anywhere(site: BuiltSite) -> None:
    assert_sound(site, "/agents/")
    for path in site.pages:
        scripts = [each.get_text() for each in site.page(path).select("script")]
        assert not any("run()" in text for text in scripts), path
        assert "<script>run" not in site.text(path), path
        assert "<img src=x" not in site.text(path), path


def test_its_links_lead_to_no_script_no_data_and_no_other_scheme(page: BeautifulSoup) -> None:
    prompt = page.select_one("[data-agent-prompt]")
    assert prompt
    links = {str(each.get_text()): str(each["href"]) for each in prompt.select("a[href]")}
    assert set(links) == {"env", "mkdocs", "e", 'f https://evil.example/f.png "t"'}
    assert links["mkdocs"] == "https://github.com/acme/agents/blob/main/mkdocs.yml"
    assert all(each["rel"] == ["nofollow", "noopener", "ugc"] for each in prompt.select("a"))
    assert not prompt.select("img, .mermaid, .twemoji, iframe, object")
    assert ":smile: {{ config }} {% raw %}" in prompt.get_text()


def test_what_nobody_sees_is_named_in_name_and_description(page: BeautifulSoup) -> None:
    heading, summary = page.select_one("h1"), page.select_one(".ac-summary")
    assert heading
    assert summary
    titles = [str(each["title"]) for each in heading.select(".ac-invisible")]
    assert titles == ["U+001B CONTROL CHARACTER", "U+202E RIGHT-TO-LEFT OVERRIDE"]
    assert "U+001B" in summary.get_text()
    assert "<!-- c -->" in page.get_text()


def test_addresses_are_safe_in_urls_file_systems_and_shells(site: BuiltSite) -> None:
    addresses = {each["path"]: each["raw_url"] for each in site.catalog["agents"]}
    for agent in read_catalog([Source(site.folder.parent / "agents")]).agents:
        address = addresses[agent.path]
        assert re.fullmatch(r"agents(?:/[a-z0-9][a-z0-9._-]*)+\.md", address), agent.path
        found = installation(agent, address, "https://acme.example/agents/")
        if not agent.loadable:
            assert found is None
            continue
        assert found
        assert shlex.split(found.address) == [f"https://acme.example/agents/{address}"]
        assert len(found.commands) == 2
        for command in found.commands:
            line = f"{command.before}X{command.after}"
            assert shlex.join(shlex.split(line)).replace("'&&'", "&&") in {line, quoted_home(line)}
    assert len({address.casefold() for address in addresses.values()}) == len(addresses)
    assert addresses["good.md"] == "agents/good.md"
    taken = ["agents/index.html", "404.html", "CNAME", "agents/404/index.html", "agents/con.md"]
    assert [path for path in taken if path in site.tree] == ["agents/index.html", "404.html"]


def quoted_home(line: str) -> str:
    """The line as `shlex` quotes it: it knows no shell that makes a folder of `~`."""
    return re.sub(r"~/\S+", lambda path: f"'{path[0]}'", line)


def test_no_line_of_a_log_is_its(site: BuiltSite) -> None:
    assert "\x1b" not in site.output
    assert "\u202e" not in site.output
    starts = [line.strip()[:8] for line in site.output.splitlines()]
    assert not any(start.startswith(("::", "lines", "forged")) for start in starts)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("::error::x.md", "[U+003A]:error::x.md"),
        (" ::error::x.md", " [U+003A]:error::x.md"),
        ("a\n::error::x", "a[U+000A]::error::x"),
        ("a##[error]x", "a[U+0023]#[error]x"),
        ("\x1b[31mred\x07", "[U+001B][31mred[U+0007]"),
        ("a::b: c # d ## e", "a::b: c # d ## e"),
    ],
)
def test_a_line_of_a_log_is_no_command_to_the_runner(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_report_is_no_command_to_the_runner(tmp_path: Path) -> None:
    write_tree(tmp_path, {"::error::forged.md": "x", "::debug::a.md": agent_file("a")})
    for arguments in (["check", "."], ["check", ".", "--level", "info"]):
        lines = run(AGENT_CATALOG, *arguments, cwd=tmp_path).stdout.splitlines()
        assert not any(line.strip().startswith("::") for line in lines)
    annotated = run(AGENT_CATALOG, "check", ".", "--format", "github", cwd=tmp_path).stdout
    assert not re.search("^ *::error::forged", annotated, re.MULTILINE)


def test_nothing_of_the_machine_is_published(site: BuiltSite) -> None:
    words = [b"builder-of-this-machine", b"q7undisclosed", b"robot:"]
    for path, data in site.tree.items():
        assert [word for word in words if word in data] == [], path
    assert "ghp_q7undisclosed" not in site.output
    assert "repo_url holds credentials" in site.output
    assert not any(each["path"].startswith("/") for each in site.catalog["agents"])


# Names


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("con.md", True),
        ("team/AUX/a.md", True),
        ("nul.agent.md", True),
        ("lpt1.md", True),
        ("a?.md", True),
        ("dot./a.md", True),
        ("space /a.md", True),
        ("tab\t.md", True),
        ("console.md", False),
        ("a b.md", False),
        ("Ünïcode.md", False),
        ("com.md", False),
        (f"{'a' * 250}.md", False),
    ],
)
def test_names_that_windows_cannot_have(tmp_path: Path, path: str, told: bool) -> None:
    codes = [each.code for each in findings(tmp_path, {path: agent_file("a")})]
    assert ("file-name-unportable" in codes) is told


def test_names_that_differ_in_case_or_encoding_alone(tmp_path: Path) -> None:
    paths = [
        "Team/a.md",
        "team/A.md",
        "caf\u00e9.md",
        "cafe\u0301.md",
        "ss.md",
        "\u00df.md",
        "b.md",
    ]
    found = findings(tmp_path, {path: agent_file("a") for path in paths})
    clashing = {
        each.path.removeprefix("agents/") for each in found if each.code == "file-name-clash"
    }
    assert clashing == {*paths} - {"b.md"}


def test_a_path_that_is_too_long_for_a_file_system_still_has_its_page(tmp_path: Path) -> None:
    deep = "/".join(["f" * 100] * 20)
    tree = {f"agents/{deep}/{name}.md": agent_file(name) for name in ("a", "b")}
    site = build_project(write_project(tmp_path, tree))
    urls = [each["url"] for each in site.catalog["agents"]]
    assert len(set(urls)) == 2
    assert max(map(len, urls)) < 300
    assert_sound(site)


# What links tell of the disk


@pytest.fixture
def project(tmp_path: Path) -> Path:
    repository(tmp_path / "it", {"a.md": "", "docs/b.md": "", ".gitignore": "*.env\nout/\n"})
    write_tree(tmp_path, {"outside.md": "", "it/c.env": "", "it/out/d.md": "", "it/new.md": ""})
    (tmp_path / "it/up").symlink_to(tmp_path)
    (tmp_path / "it/link.md").symlink_to(tmp_path / "outside.md")
    return tmp_path / "it"


PLACES = {
    **dict.fromkeys(["a.md", "docs", "docs/b.md", ".gitignore", "."], True),
    **dict.fromkeys(["../outside.md", "up/outside.md", "/etc/passwd", "..", "a.md/x"], False),
    **dict.fromkeys(["nowhere.md", "x\0y", "x" * 5000], False),
}


@pytest.mark.parametrize(
    ("path", "held"), [*PLACES.items(), ("new.md", True), ("c.env", False), ("out/d.md", False)]
)
def test_links_lead_to_what_git_knows(project: Path, path: str, held: bool) -> None:
    assert Project(project).holds(path) is held


@pytest.mark.parametrize(
    ("path", "held"), [*PLACES.items(), ("out/d.md", True), ("link.md", False), ("up", False)]
)
def test_without_git_links_lead_to_what_is_there_and_no_link(
    project: Path, path: str, held: bool
) -> None:
    (project / ".git").rename(project.parent / "git")
    assert Project(project).holds(path) is held


def test_where_all_is_ignored_links_lead_to_what_is_there(tmp_path: Path) -> None:
    repository(tmp_path, {".gitignore": "scratch/\n"})
    write_tree(tmp_path, {"scratch/a.md": ""})
    assert git(tmp_path, "status", "--porcelain") == ""
    assert Project(tmp_path / "scratch").holds("a.md")
