"""The command `agent-catalog diff`: what it takes, what it says, and how it exits."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent_catalog.__main__ import main
from repositories import commit, git, repository
from sites import AGENT_CATALOG, ENVIRONMENT, REPOSITORY, agent_file, run, write_tree

SONNET = agent_file("a", model="sonnet", tools="Read")
OPUS = agent_file("a", model="opus", tools="Read, Bash")
TOLD = """\
1 agent may do more; 1 changed

changed  {}a.md
  ESCALATION: now runs commands (by which it also changes files and uses the network)
  gained the tool Bash
  model sonnet → opus
"""


def call(folder: Path, *arguments: str) -> Result:
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, ["diff", *arguments])


def diff(folder: Path, *arguments: str) -> str:
    done = call(folder, *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(folder: Path, *arguments: str) -> str:
    done = call(folder, *arguments)
    assert done.exit_code == 2
    return done.output.splitlines()[-1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with two commits, and a third state on disk."""
    repository(tmp_path, {"agents/a.md": SONNET, "docs/index.md": "# Text\n"})
    git(tmp_path, "tag", "first")
    commit(tmp_path, {"agents/a.md": OPUS})
    write_tree(tmp_path, {"agents/a.md": OPUS.replace("opus", "haiku")})
    return tmp_path


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("first", "main"),
        ("HEAD~1", "HEAD"),
        ("first:agents", "main"),
        ("first", "main:agents"),
        ("first:agents/", "main:/agents"),
        ("refs/tags/first", "HEAD^0"),
    ],
)
def test_two_revisions_are_compared(project: Path, base: str, head: str) -> None:
    assert diff(project, base, head) == TOLD.format("agents/")


def test_an_abbreviated_commit_is_a_revision(project: Path) -> None:
    base, head = (git(project, "rev-parse", "--short", each) for each in ("first", "main"))

    assert diff(project, base, head) == TOLD.format("agents/")


@pytest.mark.parametrize("folder", ["agents", "./agents"])
def test_a_revision_is_compared_with_a_folder(project: Path, folder: str) -> None:
    assert diff(project, "HEAD", folder).splitlines()[2:] == [
        "changed  agents/a.md",
        "  model opus → haiku",
    ]
    assert "model haiku → opus" in diff(project, folder, "HEAD")


def test_two_folders_are_compared_without_git(tmp_path: Path) -> None:
    write_tree(tmp_path, {"old/a.md": SONNET, "new/a.md": OPUS})

    done = run(sys.executable, "-m", "agent_catalog", "diff", "old", "./new", cwd=tmp_path, PATH="")

    assert (done.returncode, done.stdout) == (0, TOLD.format(""))


def test_a_revision_is_read_from_a_folder_below(project: Path) -> None:
    assert diff(project / "docs", "first", "main") == TOLD.format("agents/")
    assert "model opus → haiku" in diff(project / "docs", "main", "../agents")


def test_a_bare_repository_will_do(project: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(project), "bare.git")

    assert diff(tmp_path / "bare.git", "first", "main") == TOLD.format("agents/")


def test_sources_lie_below_both_sides(project: Path) -> None:
    commit(project, {"plugins/x/agents/a.md": agent_file("b")})
    options = ["--source", "agents", "--source", "x=plugins/x/agents"]

    told = json.loads(diff(project, "first", "HEAD", *options, "--format", "json"))
    on_disk = json.loads(diff(project, "first", ".", *options, "--format", "json"))

    assert [(each["after"]["source"], each["after"]["address"]) for each in told["changes"]] == [
        ("", "a"),
        ("x", "x/a"),
    ]
    assert on_disk == told
    assert "added    plugins/x/agents/a.md" in diff(project, "first", "HEAD", *options)


def test_what_only_one_side_has_is_new(tmp_path: Path) -> None:
    repository(tmp_path, {"README": ""})
    commit(tmp_path, {".claude/agents/a.md": SONNET})

    assert "added    .claude/agents/a.md" in diff(tmp_path, "HEAD~1", "HEAD")
    assert "removed  .claude/agents/a.md" in diff(tmp_path, "HEAD", "HEAD~1")


# Folders behind symbolic links.


def linked(folder: Path, links: dict[str, str]) -> str:
    """Commit links, in place of what is there."""
    for path, target in links.items():
        place = folder / path
        if place.is_symlink():
            place.unlink()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    return commit(folder)


@pytest.mark.parametrize(
    ("links", "folder"),
    [
        ({".claude/agents": "../agents"}, ".claude/agents"),
        ({".claude": "config", "config/agents": "../agents"}, ".claude/agents"),
        ({"crew": ".claude/agents", ".claude/agents": "./../agents/"}, "crew"),
        ({"crew": "plugins", "plugins/all": "..", "inner": "crew/all/agents"}, "inner"),
    ],
    ids=["to the folder", "in the middle", "a chain", "a chain through the top"],
)
def test_a_folder_is_read_through_links(tmp_path: Path, links: dict[str, str], folder: str) -> None:
    repository(tmp_path, {"agents/a.md": SONNET})
    base = linked(tmp_path, links)
    head = commit(tmp_path, {"agents/a.md": OPUS})
    (tmp_path / "agents/a.md").write_text("not committed")

    assert diff(tmp_path, f"{base}:{folder}", head) == TOLD.format(f"{folder}/")
    assert diff(tmp_path, base, f"{head}:{folder}") == TOLD.format(f"{folder}/")
    assert diff(tmp_path, base, head, "--source", folder) == TOLD.format(f"{folder}/")
    assert diff(tmp_path, base, head) == TOLD.format("agents/")  # both usual ones are one folder


def test_a_folder_that_becomes_a_link_is_compared_with_where_it_leads(tmp_path: Path) -> None:
    base = git(repository(tmp_path, {".claude/agents/a.md": SONNET}), "rev-parse", "HEAD")
    (tmp_path / ".claude/agents").rename(tmp_path / "agents")
    head = linked(tmp_path, {".claude/agents": "../agents"})

    assert diff(tmp_path, base, head) == ""
    assert diff(tmp_path, base, ".claude/agents") == ""
    assert diff(tmp_path, f"{base}:.claude/agents", f"{head}:agents") == ""
    write_tree(tmp_path, {"agents/a.md": OPUS})
    opus = commit(tmp_path)
    assert diff(tmp_path, base, opus) == TOLD.format(".claude/agents/")
    assert diff(tmp_path, base, ".claude/agents") == TOLD.format(".claude/agents/")
    assert "gained" not in diff(tmp_path, opus, base)


def test_a_link_that_is_led_elsewhere_changes_the_agents(tmp_path: Path) -> None:
    repository(tmp_path, {"one/a.md": SONNET, "two/a.md": OPUS})
    base = linked(tmp_path, {".claude/agents": "../one"})
    head = linked(tmp_path, {".claude/agents": "../two"})

    assert diff(tmp_path, base, head) == TOLD.format(".claude/agents/")


def test_a_link_that_only_one_revision_has_brings_its_agents(tmp_path: Path) -> None:
    base = git(repository(tmp_path, {"crew/a.md": SONNET}), "rev-parse", "HEAD")
    head = linked(tmp_path, {".claude/agents": "../crew"})

    assert diff(tmp_path, base, head).startswith("1 added\n")
    assert diff(tmp_path, head, base).startswith("1 removed\n")
    assert "has no folder '.claude/agents'" in refused(tmp_path, f"{base}:.claude/agents", head)


def test_a_link_that_git_does_not_know_is_followed_on_disk_alone(project: Path) -> None:
    (project / "mine").symlink_to("agents")

    assert diff(project, "main", "mine").splitlines()[2:] == [
        "changed  agents/a.md",
        "  model opus → haiku",
    ]


@pytest.mark.parametrize(
    ("links", "reason"),
    [
        ({".claude/agents": "/etc"}, "leads out of the repository by a symbolic link"),
        ({".claude/agents": "../../crew"}, "leads out of the repository by a symbolic link"),
        ({".claude": "../crew"}, "leads out of the repository by a symbolic link"),
        (
            {".claude/agents": "../crew", "crew": ".claude/agents"},
            "leads in a circle, or through too many symbolic links",
        ),
    ],
)
def test_links_that_lead_away_are_refused(
    tmp_path: Path, links: dict[str, str], reason: str
) -> None:
    repository(tmp_path / "work", {"README": ""})
    write_tree(tmp_path / "crew", {"agents/a.md": SONNET})
    linked(tmp_path / "work", links)

    for arguments in (["HEAD~1", "main"], ["main:.claude/agents", "HEAD~1"]):
        told = refused(tmp_path / "work", *arguments)
        side = next(each for each in arguments if each.startswith("main"))
        assert told == f"Error: '{side}': '.claude/agents' {reason}"
    write_tree(tmp_path / "work", {"agents/a.md": SONNET})
    commit(tmp_path / "work")
    assert "added    agents/a.md" in diff(tmp_path / "work", "HEAD~1", "HEAD")


def test_head_is_compared_with_where_it_parted(project: Path) -> None:
    git(project, "checkout", "-q", "--", ".")
    git(project, "checkout", "-qb", "side", "first")
    commit(project, {"agents/b.md": agent_file("b", "Quite new.")})

    assert diff(project, "main", "side").startswith("1 added, 1 changed\n")
    assert diff(project, "--merge-base", "main", "side").startswith("1 added\n")
    assert diff(project, "--merge-base", "main", "agents").startswith("1 added\n")


def test_nothing_is_said_of_what_is_the_same(project: Path) -> None:
    assert diff(project, "main", "main") == ""
    assert diff(project, "agents", "agents", "--exit-code") == ""
    assert json.loads(diff(project, "main", "main", "--format", "json"))["changes"] == []


def test_the_exit_status_tells_of_changes_if_asked(project: Path) -> None:
    done = run(AGENT_CATALOG, "diff", "first", "main", "--exit-code", cwd=project)

    assert (done.returncode, done.stdout) == (1, TOLD.format("agents/"))


def test_the_card_is_markdown_with_links(project: Path) -> None:
    card = diff(
        project,
        *("first", "main", "--format", "markdown"),
        *("--before-url", "https://example.org/", "--after-url", "https://example.org/pr-7"),
    )

    assert card == (
        "### What changes for users of these agents\n\n"
        "1 agent may do more; 1 changed.\n\n"
        "- **Escalation:** changed [`a`](https://example.org/pr-7/agents/a/)"
        " ([before](https://example.org/agents/a/)): **now runs commands "
        "(by which it also changes files and uses the network)**; gained the tool `Bash`;"
        " model Sonnet → Opus\n"
    )


def test_output_is_utf8_wherever_it_goes(project: Path) -> None:
    done = subprocess.run(
        [AGENT_CATALOG, "diff", "first", "main"],
        cwd=project,
        env=ENVIRONMENT | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode() == TOLD.format("agents/")


def test_names_of_files_cannot_forge_lines(tmp_path: Path) -> None:
    write_tree(tmp_path, {"old/x": "", "new/a\n::error::\x1b[31mb.md": SONNET})

    told = diff(tmp_path, "./old", "./new")

    assert "added    a[U+000A]::error::[U+001B][31mb.md\n" in told


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["mian", "main"], "'mian' is neither a folder nor a revision"),
        (["./mian", "main"], "there is no folder './mian'"),
        (["first..main", "main"], "give BASE and HEAD as two arguments"),
        (["main:agnts", "main"], "'main:agnts' has no folder 'agnts'"),
        (["main:agents/a.md", "main"], "'main:agents/a.md' has no folder 'agents/a.md'"),
        (["main:../x", "main"], "the path starts at the top of the repository"),
        (["main", "first", "--source", "crew"], "'main' has no folder 'crew'"),
        (["main", "first", "--source", "../x"], "the path starts at the top"),
        (["main", "first", "--source", "a=b", "--source", "a=c"], "have the label 'a'"),
        (["docs", "main", "--merge-base"], "'docs' is no revision"),
        (["main", "first", "--after-url", "https://x.org"], "are for --format markdown"),
        (["main", "first", "--format", "markdown", "--after-url", "x"], "'x' is no URL of a site"),
        (["main"], "Missing argument 'HEAD'"),
    ],
)
def test_wrong_use_is_refused_with_the_reason(
    project: Path, arguments: list[str], reason: str
) -> None:
    assert reason in refused(project, *arguments)


def test_a_folder_named_like_a_revision_is_refused(project: Path) -> None:
    write_tree(project, {"first/a.md": SONNET})

    assert refused(project, "first", "main") == (
        "Error: 'first' is a folder and a revision: "
        "write './first' for the folder or 'first^0' for the revision"
    )
    assert diff(project, "./first", "first:agents") == ""
    assert diff(project, "first^0", "main") == TOLD.format("agents/")


def test_a_revision_with_both_usual_folders_or_none_is_refused(tmp_path: Path) -> None:
    repository(tmp_path, {"README": ""})
    assert refused(tmp_path, "main", "HEAD") == (
        "Error: 'HEAD' has neither agents nor .claude/agents: "
        "say where its agents are, as in 'HEAD:agents' or with --source agents"
    )

    commit(tmp_path, {"agents/a.md": SONNET, ".claude/agents/b.md": SONNET})

    assert "'HEAD' has agents and .claude/agents: say where" in refused(tmp_path, "HEAD~1", "HEAD")
    assert "removed  agents/a.md" in diff(tmp_path, "HEAD", "HEAD~1", "--source", "agents")


def test_outside_of_a_repository_git_says_why(tmp_path: Path) -> None:
    assert "there is no folder 'main', and git says: not a git repository" in (
        refused(tmp_path, "main", "HEAD")
    )


def test_the_example_of_the_guide_is_what_is_told(tmp_path: Path) -> None:
    guide = (REPOSITORY / "docs/guide/review-changes.md").read_text(encoding="utf-8")
    before, after, told = (
        re.findall(rf'^```\w+ title="{title}"\n(.*?)^```$', guide, re.MULTILINE | re.DOTALL)[0]
        for title in ("Before", "After", "Told")
    )
    write_tree(tmp_path, {"old/deployer.md": before, "new/deployer.md": after})

    assert diff(tmp_path, "./old", "./new") == told
