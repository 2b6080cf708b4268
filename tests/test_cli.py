"""The command line: a site from folders, and what is right where it is used wrongly."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent_catalog.__main__ import main
from agent_catalog.checking.rules import RULES
from sites import AGENT_CATALOG, BuiltSite, agent_file, assert_sound, run, select, write_tree


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command is called: beside two folders of agents and one of other files."""
    monkeypatch.chdir(tmp_path)
    return write_tree(
        tmp_path,
        {
            "crew/one.md": agent_file("one", model="sonnet", color="Red", tools="Read, Bash"),
            "crew/team/two.md": agent_file("two", description="Helps: with all"),
            "crew/README.md": "No agent.\n",
            "crew/broken.md": '---\nname: broken\ndescription: "open\n---\n\nBody\n',
            "guests/agents/one.md": agent_file("one", "[Two](../../crew/team/two.md)"),
            "papers/thesis.txt": "Years of work.\n",
        },
    )


def call(*arguments: str) -> Result:
    """Call the command within this process."""
    return CliRunner().invoke(main, arguments)


def agent_paths(site: BuiltSite) -> list[str]:
    return [agent["path"] for agent in site.catalog["agents"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["agent-catalog", "Commands:", "build", "--version"]),
        (["build", "-h"], ["SOURCE...", "--out DIR", "--title", "no mkdocs.yml is needed"]),
        (["--version"], ["agent-catalog, version "]),
    ],
)
def test_help_and_version(arguments: list[str], words: list[str]) -> None:
    result = CliRunner().invoke(main, arguments, prog_name="agent-catalog")
    assert result.exit_code == 0
    assert [word for word in words if word not in result.output] == []


def test_a_folder_becomes_a_site(folder: Path) -> None:
    done = run(
        AGENT_CATALOG, "build", "crew", "--out", "out/site", "--title", "The <crew>", cwd=folder
    )
    assert done.returncode == 0, done.stdout
    site = BuiltSite(folder / "out/site")
    assert agent_paths(site) == ["broken.md", "one.md", "team/two.md"]
    assert select(site.page(""), "article h1") == ["The <crew>"]
    assert select(site.page("agents/one/"), "title") == ["one - The <crew>"]
    assert_sound(site)
    lines = done.stdout.splitlines()
    assert f"3 agents, {16 + len(RULES)} pages in out/site" in lines
    assert "  skipped   1 file, such as README.md" in lines
    assert "  models    Sonnet 1, Not set 2" in lines
    assert "  colors    Red 1, Not set 2" in lines
    assert "  tools     2 tools named" in lines
    assert "  broken    1 file that Claude Code does not load" in lines
    assert any(line.endswith(" 1 yaml-unreadable") for line in lines)
    assert any(line.endswith(" 1 yaml-needs-retry") for line in lines)


def test_two_folders_are_told_apart_by_their_names(folder: Path) -> None:
    done = run(
        *(sys.executable, "-m", "agent_catalog"),
        *("build", "crew", "guests/agents", "--out", "site"),
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout
    site = BuiltSite(folder / "site")
    assert [agent["source"] for agent in site.catalog["agents"]] == [*["crew"] * 3, "guests"]
    assert (folder / "site/agents/guests/one/index.html").is_file()
    assert select(site.page("agents/guests/one/"), "#see-also ~ ul .ac-list__name") == ["one"]
    assert_sound(site)


def test_a_folder_can_be_given_a_label(folder: Path) -> None:
    (folder / "a=b").mkdir()
    result = call("build", "core=crew", "more=crew/team", "a=b", "--out", "site")
    assert result.exit_code == 0, result.output
    sources = [agent["source"] for agent in BuiltSite(folder / "site").catalog["agents"]]
    assert sources == [*["core"] * 3, "more"]
    assert call("build", "x=crew", "x=guests", "--out", "site").exit_code == 2
    assert "there is no folder 'nowhere'" in call("build", "x=nowhere", "--out", "site").output


def test_the_folder_called_from_does_not_matter(folder: Path) -> None:
    run(AGENT_CATALOG, "build", "crew", "--out", "a", cwd=folder)
    run(AGENT_CATALOG, "build", ".", "--out", "../b", cwd=folder / "crew")
    assert BuiltSite(folder / "a").tree == BuiltSite(folder / "b").tree
    assert (folder / "a/agents/one/index.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (["build"], "Missing argument 'SOURCE...'"),
        (["build", "crew"], "Missing option '--out'"),
        (["build", "crew", "--out"], "requires an argument"),
        (["build", "nowhere", "--out", "site"], "there is no folder 'nowhere'"),
        (["build", "crew/one.md", "--out", "site"], "'crew/one.md'"),
        (["build", "crew", "--out", "crew/one.md"], "'crew/one.md' is a file"),
        (["build", "crew", "--out", "papers"], "other files in it; name a new or an empty one"),
        (["build", "crew", "--out", "crew"], "would overwrite the source crew"),
        (["build", "crew/team", "--out", "crew"], "would overwrite the source crew/team"),
        (["build", "crew", "guests/agents", "--out", "."], "would overwrite the source"),
        (
            ["build", "crew", "crew", "--out", "site"],
            "two folders have the same label; give one another: LABEL=FOLDER",
        ),
        (["build", "", "--out", "site"], "there is no folder ''"),
        (["build", "crew", "--out", "crew/one.md/site"], "--out crew/one.md/site: Not a directory"),
        (["build", "crew", "--out", "site", "--titel", "x"], "No such option '--titel'"),
        (["biuld", "crew"], "No such command 'biuld'"),
    ],
)
def test_wrong_use_is_explained(folder: Path, arguments: list[str], right: str) -> None:
    before = BuiltSite(folder).tree
    result = call(*arguments)
    assert result.exit_code == 2
    assert right in result.output
    assert "Error: " in result.output
    assert "Traceback" not in result.output
    assert BuiltSite(folder).tree == before


def test_a_link_to_the_source_is_no_place_for_the_site(folder: Path) -> None:
    (folder / "link").symlink_to("crew")
    result = call("build", "crew", "--out", "link")
    assert result.exit_code == 2
    assert (folder / "crew/one.md").is_file()


def test_a_site_that_is_there_is_replaced(folder: Path) -> None:
    assert call("build", "crew", "--out", "site").exit_code == 0
    (folder / "crew/one.md").unlink()
    result = call("build", "crew", "--out", "site")
    assert result.exit_code == 0
    assert agent_paths(BuiltSite(folder / "site")) == ["broken.md", "team/two.md"]
    assert not (folder / "site/agents/one").exists()


def test_an_empty_folder_can_be_written_to(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert call("build", "crew", "--out", "empty").exit_code == 0
    assert (folder / "empty/index.html").is_file()


def test_a_site_inside_its_source_is_not_read_as_agents(folder: Path) -> None:
    first = call("build", ".", "--out", "public")
    second = call("build", ".", "--out", "public")
    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    assert first.output == second.output
    paths = agent_paths(BuiltSite(folder / "public"))
    assert "crew/one.md" in paths
    assert not [path for path in paths if path.startswith("public/")]


def test_a_folder_without_agents_is_an_empty_catalog(folder: Path) -> None:
    result = call("build", "papers", "--out", "site")
    assert result.exit_code == 0
    [count, nothing] = result.output.splitlines()[-2:]
    assert count.startswith("0 agents, ")
    assert "no Markdown file" in nothing
    assert_sound(BuiltSite(folder / "site"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_gets_a_page(folder: Path) -> None:
    (folder / "crew/one.md").chmod(0)
    result = call("build", "crew", "--out", "site")
    assert result.exit_code == 0
    assert "file-unreadable" in result.output


def test_links_are_not_followed_out_of_the_source(folder: Path) -> None:
    (folder / "crew/thesis.md").symlink_to("../papers/thesis.txt")
    (folder / "crew/loop").symlink_to(".")
    assert call("build", "crew", "--out", "site").exit_code == 0
    site = BuiltSite(folder / "site")
    assert agent_paths(site) == ["broken.md", "one.md", "team/two.md"]
    assert not [path for path, data in site.tree.items() if b"Years of work" in data]


def test_the_source_is_left_as_it_is(folder: Path) -> None:
    before = BuiltSite(folder / "crew").tree
    shutil.copytree(folder / "crew", folder / "copy")
    assert call("build", "crew", "--out", "site").exit_code == 0
    assert BuiltSite(folder / "crew").tree == before
    assert sorted(path.name for path in folder.iterdir()) == [
        *("copy", "crew", "guests", "papers", "site"),
    ]
