"""What a pull request changes, its preview, and the process that makes it."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from agent_catalog.comparing.relatives import relatives
from agent_catalog.previewing.isolation import Answer, IsolationError, Limits, isolated
from agent_catalog.previewing.preview import PreviewUrls
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.sources import Source
from repositories import commit, git, repository
from sites import (
    AGENT_CATALOG,
    REPOSITORY,
    BuiltSite,
    agent_file,
    assert_sound,
    run,
    section,
    select,
    write_tree,
)

# A process of its own


def test_what_is_done_apart_hands_back_what_it_says() -> None:
    ours = os.getpid()
    answer = isolated(lambda: {"pid": str(os.getpid())}, Limits())
    assert answer["pid"] != str(ours)


def _eat() -> Answer:
    return {"much": str(len(bytes(8 * 1024**3)))}


def _fail() -> Answer:
    raise KeyError("text of a file")


def _end() -> Answer:
    os._exit(0)


def _hang() -> Answer:
    time.sleep(60)
    return {}


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (_eat, "it took too much memory"),
        (_fail, r"the generator failed \(KeyError\)$"),
        (_end, "the generator ended without a result"),
        (_hang, "it took more than 0.5 seconds"),
        (lambda: {"much": "x" * 2_000_000}, "the generator ended without a result"),
    ],
)
def test_what_goes_wrong_apart_is_told(work: object, reason: str) -> None:
    limits = Limits(seconds=0.5 if work is _hang else 20)
    start = time.monotonic()
    assert callable(work)
    with pytest.raises(IsolationError, match=reason):
        isolated(work, limits)
    assert time.monotonic() - start < 15


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    file = tmp_path / "alive"

    def work() -> Answer:
        if os.fork() == 0:
            time.sleep(2)
            file.touch()
            os._exit(0)
        time.sleep(60)
        return {}

    with pytest.raises(IsolationError):
        isolated(work, Limits(seconds=0.3))
    time.sleep(2.2)
    assert not file.exists()


# Addresses


def test_own_pages_are_in_the_preview_and_others_in_the_site() -> None:
    urls = PreviewUrls(
        place="pr-preview/pr-7",
        own=frozenset({"agents/a"}),
        others=frozenset({"agents/b/", "models/"}),
    )
    assert urls.page("agents/a") == "pr-preview/pr-7/agents/a/"
    assert urls.page("agents/b") == "agents/b/"
    assert urls.page("models/new") == "models/"
    assert urls.page("pr-preview/pr-7/index") == "pr-preview/pr-7/"
    assert (
        urls.relative(urls.page("agents/b"), "pr-preview/pr-7/agents/a") == "../../../../agents/b/"
    )


# Previews of a project


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two sources below a folder of its repository, built."""
    folder = tmp_path_factory.mktemp("crew")
    tree = {
        "sub/mkdocs.yml": """
            site_name: Crew
            site_url: https://acme.example/crew/
            repo_url: https://github.example/acme/crew
            use_directory_urls: false
            theme: {name: material, font: false}
            plugins:
              - agent-catalog:
                  sources: [{folder: ours, label: ours}, {folder: theirs, label: theirs}]
            """,
        "sub/docs/guide.md": "# Guide\n",
        "sub/ours/reviewer.md": agent_file(
            "reviewer", "See [the planner](planner.md).", tools="Read", model="sonnet"
        ),
        "sub/ours/planner.md": agent_file("planner", tools="Read", model="sonnet"),
        "sub/theirs/writer.md": agent_file("writer", tools="Read", model="sonnet"),
    }
    repository(folder, tree)
    done = run(
        AGENT_CATALOG.with_name("mkdocs"),
        "build",
        "-q",
        "-d",
        str(folder / "site"),
        cwd=folder / "sub",
    )
    assert done.returncode == 0, done.stdout
    (folder / ".git/info/exclude").write_text("site\n*.json\n")
    return folder


def preview(
    crew: Path, *arguments: str, code: int = 0, **pulls: str
) -> tuple[BuiltSite, list[dict[str, str]]]:
    numbered = [
        {"number": int(name.removeprefix("n")), "commit": ident} for name, ident in pulls.items()
    ]
    (crew / "pulls.json").write_text(json.dumps(numbered))
    command = ["preview", "--site", str(crew / "site"), "--pulls", str(crew / "pulls.json")]
    done = run(
        AGENT_CATALOG, *command, "--out", str(crew / "out.json"), *arguments, cwd=crew / "sub"
    )
    assert done.returncode == code, done.stdout
    outcomes = json.loads((crew / "out.json").read_text()) if code == 0 else []
    return BuiltSite(crew / "site", done.stdout), outcomes


@pytest.fixture(scope="module")
def told(crew: Path) -> tuple[BuiltSite, str]:
    """A site with a preview, and the card that is told of it."""
    write_tree(
        crew / "sub",
        {
            "ours/reviewer.md": agent_file(
                "reviewer", "See [the planner](planner.md).", tools="Read, Bash", model="opus"
            ),
            "theirs/planner.md": agent_file("planner", tools="[]", model="haiku", color="pink"),
        },
    )
    head = commit(crew)
    git(crew, "reset", "-q", "--hard", "HEAD~1")
    site, outcomes = preview(crew, n7=head)
    assert [each["state"] for each in outcomes] == ["shown"]
    return site, outcomes[0]["card"]


@pytest.fixture(scope="module")
def shown(told: tuple[BuiltSite, str]) -> BuiltSite:
    return told[0]


def test_a_preview_shows_changed_agents_of_every_source(shown: BuiltSite) -> None:
    assert sorted(path for path in shown.tree if path.startswith("pr-preview/")) == [
        "pr-preview/pr-7/agents/ours/reviewer.html",
        "pr-preview/pr-7/agents/ours/reviewer.md",
        "pr-preview/pr-7/agents/theirs/planner.html",
        "pr-preview/pr-7/agents/theirs/planner.md",
        "pr-preview/pr-7/index.html",
    ]


def test_the_card_leads_to_pages_of_the_site(told: tuple[BuiltSite, str]) -> None:
    site, card = told
    root = "https://acme.example/crew/"
    links = re.findall(r"\]\((.*?)\)", card)
    assert set(links) == {
        f"{root}agents/ours/reviewer.html",
        f"{root}pr-preview/pr-7/agents/ours/reviewer.html",
        f"{root}pr-preview/pr-7/agents/theirs/planner.html",
    }
    assert all((site.folder / link.removeprefix(root)).is_file() for link in links)


def test_a_preview_is_part_of_the_site(shown: BuiltSite) -> None:
    assert_sound(shown, root="/crew/")
    page = shown.page("pr-preview/pr-7/agents/ours/reviewer.html")
    assert "reviewer" in select(page, "title")[0]
    links = {str(link["href"]) for link in page.select("article a")}
    assert "../../../../agents/ours/planner.html" in links  # the prompt's, to what is not changed
    assert "../../../../models/index.html" in links  # no other agent has this model
    assert "https://github.example/acme/crew/pull/7" in {
        str(link["href"]) for link in page.select("aside a")
    }


def test_nothing_that_is_not_merged_is_offered_for_use(shown: BuiltSite) -> None:
    page = shown.page("pr-preview/pr-7/agents/ours/reviewer.html")
    assert "Install" not in select(page, "dt")
    actions = {link.text: str(link["href"]) for link in page.select(".ac-actions a")}
    assert set(actions) == {"Download", "View source"}
    start = "https://github.example/acme/crew/blob/"
    assert re.fullmatch(rf"{start}[0-9a-f]{{40}}/sub/ours/reviewer\.md", actions["View source"])
    assert "Install" in select(shown.page("agents/ours/reviewer.html"), "dt")


def test_a_name_that_clashes_with_the_site_is_told(shown: BuiltSite) -> None:
    page = shown.page("pr-preview/pr-7/index.html")
    told = section(page, "collisions")
    assert "2 agents are now called planner" in told
    links = {str(link["href"]) for link in page.select("article a")}
    assert {"../../agents/ours/planner.html", "agents/theirs/planner.html"} <= links


def test_an_earlier_preview_goes_and_the_site_stays(crew: Path, shown: BuiltSite) -> None:
    own = crew / "site/pr-preview/pr-7-notes/index.html"  # a page of the author's
    own.parent.mkdir()
    own.write_text("<p>Notes</p>")
    before = {path: data for path, data in shown.tree.items() if "pr-preview" not in path}
    write_tree(crew / "sub", {"ours/planner.md": agent_file("planner", "Anew.", tools="Read")})
    head = commit(crew)
    git(crew, "reset", "-q", "--hard", "HEAD~1")
    site, _ = preview(crew, n8=head, n9=git(crew, "rev-parse", "HEAD"))
    tree = site.tree
    assert {path: data for path, data in tree.items() if "pr-preview" not in path} == before
    assert {path.split("/")[1] for path in tree if path.startswith("pr-preview/")} == {
        "pr-7-notes",
        "pr-8",
    }
    again, _ = preview(crew, n8=head)
    assert again.tree == tree
    shutil.rmtree(own.parent)


def test_what_is_left_when_the_time_for_all_is_over_is_told_of(crew: Path) -> None:
    head = git(crew, "rev-parse", "HEAD")
    site, outcomes = preview(crew, "--altogether", "0.01", n11=head, n12=head)
    assert outcomes[1]["state"] == "failed"
    assert "others took the 0.01 seconds" in site.text("pr-preview/pr-12/index.html")
    assert "#12: no preview: others took" in site.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--site", str(REPOSITORY / "docs")), "holds no site of a catalog"),
        (("--base", "nowhere"), "'nowhere' is no revision"),
        (("--pulls", str(REPOSITORY / "pyproject.toml")), "is no list of pull requests"),
        (("--config", str(REPOSITORY / "pyproject.toml")), ""),
    ],
)
def test_wrong_use_is_refused(crew: Path, arguments: tuple[str, ...], message: str) -> None:
    site, _ = preview(crew, *arguments, code=2)
    assert message in site.output
    assert "Traceback" not in site.output


# What previews ask of other modules


def test_relatives_of_some_are_those_that_all_have(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        {
            "a.md": agent_file("a", description="Reviews SQL queries for slow joins."),
            "b.md": agent_file("b", description="Reviews SQL queries with slow joins."),
            "c.md": agent_file("a", description="Writes letters."),
            "d.md": agent_file("d", description="Bakes bread."),
        },
    )
    catalog = read_catalog([Source(tmp_path)])
    every = relatives(catalog)
    some = relatives(catalog, {("", "a.md"), ("", "d.md")})
    assert some == {key: every[key] for key in (("", "a.md"), ("", "d.md"))}
    assert [each.key for each in some["", "a.md"]] == [("", "c.md"), ("", "b.md")]
