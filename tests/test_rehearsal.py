"""Publishing rehearsed: hostile pull requests, and what comes of them, the site and the comments."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehearsal import BOT, FakeGitHub, Published, Stage, serving
from repositories import commit, git, repository
from sites import agent_file, broken_links, repeated_ids, select, write_tree

AGENTS = {
    "agents/reviewer.md": agent_file("reviewer", tools="Read, Grep"),
    "agents/team/planner.md": agent_file("planner", tools="Read", model="opus"),
    "agents/team/tester.md": agent_file("tester"),
}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)> @everyone [x](https://evil.example)"
SLOW = "\n".join(
    f"- **item {number}** with `code`, [a link](x{number}) and *more*" for number in range(2_000)
)


def entry(folder: Path, mode: str, path: str, ident: str) -> None:
    git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{ident},{path}")


def blob(folder: Path, data: bytes) -> str:
    return git(folder, "hash-object", "-w", "--stdin", given=data)


def honest(folder: Path) -> None:
    write_tree(folder, {"agents/reviewer.md": agent_file("reviewer", tools="Read, Bash")})


def unseen(folder: Path) -> None:
    write_tree(folder, {"agents/unseen.md": agent_file("unseen")})


def symlink(folder: Path) -> None:
    (folder / "agents/link.md").symlink_to("/etc/passwd")
    (folder / "agents/folder").symlink_to("/etc")
    (folder / "agents/team/tester.md").unlink()
    (folder / "agents/team/tester.md").symlink_to("../../.git/config")


def submodule(folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    entry(folder, "160000", "agents/module.md", head)
    entry(folder, "160000", "agents/module", head)
    write_tree(
        folder,
        {
            ".gitmodules": '[submodule "m"]\n  path = agents/module\n  url = https://evil.example/m\n',
            "agents/added.md": agent_file("added"),
        },
    )


def large(folder: Path) -> None:
    write_tree(folder, {"agents/large.md": agent_file("large", "x" * 10_000_000)})


def many(folder: Path) -> None:
    write_tree(folder, {f"agents/many/{n}.md": agent_file(f"many-{n}") for n in range(500)})


def odd_names(folder: Path) -> None:
    names = ["a\n::set-output name=site_url::https://evil.example\n.md", "::add-mask::main.md"]
    write_tree(folder, {f"agents/{name}": agent_file("odd") for name in names})


def shell(folder: Path) -> None:
    text = agent_file('"$(touch pwned)`touch pwned`"', SCRIPT, description=json.dumps(SCRIPT))
    write_tree(
        folder, {"agents/$(touch pwned).md": text, "agents/-rf.md": agent_file("rf", SCRIPT)}
    )


def generator(folder: Path) -> None:
    evil = "import pathlib; pathlib.Path('pwned').touch()\n"
    write_tree(
        folder,
        {
            "mkdocs.yml": "site_name: Pwned\nhooks: [evil.py]\n",
            "evil.py": evil,
            "sitecustomize.py": evil,
            "agent_catalog/__init__.py": evil,
            ".gitattributes": "*.md filter=evil diff=evil\n",
            ".github/workflows/catalog.yml": "on: push\n",
            "agents/team/planner.md": agent_file("planner", "Changed.", tools="Read"),
        },
    )


def slow(folder: Path) -> None:
    write_tree(
        folder,
        {f"agents/slow/{n}.md": agent_file(f"slow-{n}", f"{n}\n\n{SLOW}") for n in range(90)},
    )


def renamed(folder: Path) -> None:
    (folder / "agents/team/tester.md").rename(folder / "agents/prober.md")


def elsewhere(folder: Path) -> None:
    write_tree(folder, {"README.md": "Other things.\n"})


CHANGES: dict[int, Callable[[Path], None]] = {
    1: honest,
    2: symlink,
    3: submodule,
    5: large,
    6: many,
    7: odd_names,
    8: shell,
    9: generator,
    10: slow,
    11: honest,  # its ref is deleted
    12: honest,  # it is pushed to anew, before the commit is fetched
    13: unseen,  # nobody has checked it
    14: renamed,
    15: elsewhere,
}


def traversal(folder: Path) -> str:
    """A commit with a tree that no disk could hold."""
    inner = git(
        folder, "mktree", "-z", given=b"100644 blob %s\tx.md\0" % blob(folder, b"x").encode()
    )
    outer = git(folder, "mktree", "-z", given=f"040000 tree {inner}\t..\0".encode())
    top = git(folder, "mktree", "-z", given=f"040000 tree {outer}\tagents\0".encode())
    return git(folder, "commit-tree", top, "-p", "main", "-m", "x")


def propose(work: Path, change: Callable[[Path], None]) -> str:
    """Commit a change on a branch of its own."""
    git(work, "checkout", "-q", "-f", "--detach", "main")
    git(work, "clean", "-qfdx")
    change(work)
    git(work, "add", "--all")
    git(work, "commit", "-q", "--allow-empty", "-m", "::error::hostile @everyone")
    return git(work, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    github = FakeGitHub()
    stage = Stage(tmp_path_factory.mktemp("rehearsal"), github)
    stage.work.mkdir()
    repository(stage.work, AGENTS)
    git(stage.folder, "init", "-q", "--bare", "-b", "main", str(stage.origin))
    commits = {number: propose(stage.work, change) for number, change in CHANGES.items()}
    commits[4] = traversal(stage.work)
    commits[16] = git(stage.work, "commit-tree", "main^{tree}", "-m", "of another history")
    for number, ident in commits.items():
        git(stage.work, "push", "-q", str(stage.origin), f"{ident}:refs/pull/{number}/head")
        github.add(number, ident, checked=number != 13)
    # Somebody merged something meanwhile.
    git(stage.work, "checkout", "-q", "-f", "main")
    git(stage.work, "clean", "-qfdx")
    commit(stage.work, {"agents/merged.md": agent_file("merged")})
    git(stage.work, "push", "-q", str(stage.origin), "main")
    git(stage.origin, "update-ref", "-d", "refs/pull/11/head")
    git(stage.origin, "update-ref", "refs/pull/12/head", commits[1])
    github.open[12] = propose(stage.work, renamed)
    github.checked.add(github.open[12])
    github.say(1, "mallory", "<!-- agent-catalog: review -->\nLooks good.")
    with serving(github):
        yield stage


@pytest.fixture(scope="module")
def first(stage: Stage) -> Published:
    return stage.publish("first", SECONDS_PER_PREVIEW="6")


def told(stage: Stage, number: int) -> list[str]:
    return [
        each["body"]
        for each in stage.github.comments.get(number, [])
        if each["user"]["login"] == BOT
    ]


def test_the_site_is_that_of_the_branch_alone(first: Published) -> None:
    rest = {
        path: data for path, data in first.site.tree.items() if not path.startswith("pr-preview/")
    }
    assert rest == first.alone
    assert len(rest) > 50
    assert not any(path.startswith(".") for path in rest)


@pytest.mark.parametrize(
    ("number", "agents"),
    [
        (1, ["reviewer"]),
        (2, []),  # tester.md became a link, so it is removed
        (3, ["added"]),
        (5, ["large"]),
        (9, ["team/planner"]),
        (14, ["prober"]),
    ],
)
def test_a_preview_has_the_agents_of_its_pull_request(
    first: Published, number: int, agents: list[str]
) -> None:
    pages = [f"agents/{agent}/index.html" for agent in agents]
    files = [f"agents/{agent}.md" for agent in agents]
    assert sorted(first.preview(number)) == sorted(["index.html", *pages, *files])


def test_files_with_odd_names_have_plain_addresses(first: Published) -> None:
    for number in (7, 8):
        names = [path for path in first.preview(number) if path.endswith("index.html")]
        assert len(names) == 3
        assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_/.") for name in names)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (6, "it changes 500 agent files"),
        (10, "it took more than 6 seconds"),
        (16, "it has no commit in common"),
    ],
)
def test_a_preview_that_fails_says_why(
    first: Published, stage: Stage, number: int, reason: str
) -> None:
    assert list(first.preview(number)) == ["index.html"]
    page = first.site.page(f"pr-preview/pr-{number}/")
    assert reason in " ".join(select(page, "article p"))
    (comment,) = told(stage, number)
    assert "There is no preview" in comment


@pytest.mark.parametrize("number", [4, 11, 12, 13, 15])
def test_what_is_not_checked_not_there_or_no_agent_has_no_preview(
    first: Published, stage: Stage, number: int
) -> None:
    assert first.preview(number) == {}
    assert told(stage, number) == []


def test_every_page_of_a_preview_says_what_it_is_and_is_not_to_be_indexed(
    first: Published, stage: Stage
) -> None:
    pages = [path for path in first.site.pages if path.startswith("pr-preview/")]
    assert len(pages) > 10
    for path in pages:
        page = first.site.page(path)
        number = int(path.split("/")[1].removeprefix("pr-"))
        (banner,) = select(page, "aside.ac-banner")
        assert (
            f"preview of pull request {number} at commit {stage.github.open[number][:12]}" in banner
        )
        assert [each["content"] for each in page.select('meta[name="robots"]')] == ["noindex"]
    assert "pr-preview" not in first.site.text("sitemap.xml")
    assert not first.site.page("agents/reviewer/").select('meta[name="robots"]')


def test_links_of_previews_lead_somewhere(first: Published) -> None:
    assert broken_links(first.site, root="/crew/") == []
    assert repeated_ids(first.site) == []


def test_the_home_of_a_preview_tells_the_review(first: Published) -> None:
    page = first.site.page("pr-preview/pr-1/")
    assert "1 agent may do more; 1 changed" in select(page, ".ac-summary")[0]
    assert any(
        each.startswith("Escalation: now runs commands") for each in select(page, ".ac-finding")
    )
    links = {str(link["href"]) for link in page.select("article a")}
    assert {"agents/reviewer/", "../../agents/reviewer/"} <= links


def test_nothing_of_a_pull_request_ran(first: Published, stage: Stage) -> None:
    assert list(stage.folder.rglob("pwned")) == []
    assert "Pwned" not in first.site.text("index.html")
    assert first.outputs == ""


def test_prompts_stay_text_in_previews(first: Published) -> None:
    for path in first.preview(8):
        if path.endswith(".html"):
            page = first.site.page(f"pr-preview/pr-8/{path}")
            assert not page.select("article script, article img, article [onerror]")


def test_nothing_hostile_is_logged_or_summarized(first: Published) -> None:
    for text in (first.output, first.summary):
        assert not any(line.lstrip().startswith("::") for line in text.splitlines())
        for hostile in ("pwned", "evil", "everyone", "ghs_secret", "set-output"):
            assert hostile not in text
    assert "| 1 | " in first.summary


def test_comments_hold_nothing_hostile(first: Published, stage: Stage) -> None:
    comments = {number: told(stage, number) for number in stage.github.open}
    assert first
    assert [number for number, each in comments.items() if len(each) > 1] == []
    text = "\n".join(body for each in comments.values() for body in each)
    for hostile in (
        "@",
        "<script",
        "<img",
        "evil.example",
        "onerror",
        "$(",
        "::",
        "passwd",
        "ghs_",
    ):
        assert hostile not in text
    assert all(len(body.splitlines()) <= 64 for each in comments.values() for body in each)


def test_the_comment_links_to_both_pages(first: Published, stage: Stage) -> None:
    (comment,) = told(stage, 1)
    assert first
    assert "[`reviewer`](https://acme.example/crew/pr-preview/pr-1/agents/reviewer/)" in comment
    assert "([before](https://acme.example/crew/agents/reviewer/))" in comment
    assert "**now runs commands (by which it also" in comment


def test_a_comment_of_somebody_else_is_left_alone(first: Published, stage: Stage) -> None:
    assert first
    (theirs,) = (each for each in stage.github.comments[1] if each["user"]["login"] == "mallory")
    assert theirs["body"].endswith("Looks good.")


def test_what_changes_is_followed_by_the_next_run(first: Published, stage: Stage) -> None:
    """A pull request is closed, one is pushed to, one is what it was."""
    assert first
    github = stage.github
    closed = github.open.pop(1)
    github.closed.append(1)
    fetched = git(stage.origin, "rev-parse", "refs/pull/12/head")
    assert fetched == closed
    github.open[12] = fetched
    kept = [dict(each) for each in github.comments[14]]
    for number in (2, 5, 6, 7, 8, 10, 16):
        del github.open[number]
    github.requests.clear()

    second = stage.publish("second")

    assert second.preview(1) == {}
    assert "agents/reviewer/index.html" in second.preview(12)
    assert "agents/prober/index.html" in second.preview(14)
    (comment,) = told(stage, 1)
    assert "its preview is removed" in comment
    assert github.comments[14] == kept
    changes = [each for each in github.requests if each.method != "GET"]
    assert sorted(each.path.split("/")[-1].isdigit() for each in changes) == [False, True]
    assert {each.authorization for each in github.requests} == {"Bearer ghs_secret"}
    assert os.environ.get("GITHUB_TOKEN") != "ghs_secret"


MKDOCS = """
    site_name: Our crew
    site_url: !ENV [SITE_URL, ""]
    repo_url: !ENV [REPO_URL, ""]
    edit_uri: !ENV [EDIT_URI, ""]
    theme: {name: material, font: false}
    plugins: [agent-catalog]
    """


def test_a_project_with_an_mkdocs_yml_is_published_as_it_says(tmp_path: Path) -> None:
    github = FakeGitHub()
    stage = Stage(tmp_path, github)
    stage.work.mkdir()
    # Strict, so that nothing may be wrong with it.
    crew = {"agents/reviewer.md": agent_file("reviewer", tools="Read", model="opus", color="red")}
    repository(stage.work, {**crew, "mkdocs.yml": MKDOCS, "docs/guide.md": "# Guide\n"})
    git(tmp_path, "clone", "-q", "--bare", str(stage.work), str(stage.origin))
    head = propose(stage.work, honest)
    git(stage.work, "push", "-q", str(stage.origin), f"{head}:refs/pull/7/head")
    github.add(7, head)
    with serving(github):
        run = stage.publish("config", CONFIG="mkdocs.yml", EDIT_URI="edit/main/docs/")
    assert {path: data for path, data in run.site.tree.items() if "pr-preview" not in path} == (
        run.alone
    )
    page = run.site.page("pr-preview/pr-7/agents/reviewer/")
    assert "Our crew" in select(page, "title")[0]
    view = f"https://github.example/acme/crew/blob/{head}/agents/reviewer.md"
    assert view in {str(link["href"]) for link in page.select("article a")}
    published = run.site.page("agents/reviewer/")
    assert "https://github.example/acme/crew/commits/main/agents/reviewer.md" in {
        str(link["href"]) for link in published.select("article a")
    }
    assert broken_links(run.site, root="/crew/") == []
    assert len(told(stage, 7)) == 1
