"""Folders of revisions behind symbolic links, in real repositories."""

from __future__ import annotations

import os
import random
from itertools import product
from pathlib import Path

import pytest

from agent_catalog.reading.linked_folders import LinkError, find_linked
from agent_catalog.reading.revisions import Repository, RevisionError, read_revision
from agent_catalog.reading.sources import Source
from repositories import commit, git, repository
from sites import agent_file

OUT = r"^'{}' leads out of the repository by a symbolic link$"
CIRCLE = r"^'{}' leads in a circle, or through too many symbolic links$"


def link(folder: Path, links: dict[str, str]) -> None:
    for path, target in links.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)


def find(folder: Path, path: str, revision: str = "HEAD") -> str | None:
    where = Repository(folder)
    found = where.find_commit(revision)
    assert found
    return find_linked(where, found, path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with agents, a submodule and no link yet."""
    tree = {"agents/a.md": agent_file("a"), "agents/team/b.md": agent_file("b"), "x/y/c.txt": "c"}
    repository(tmp_path, tree)
    head = git(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{head},module")
    git(tmp_path, "commit", "-qm", "module")
    return tmp_path


@pytest.mark.parametrize(
    ("links", "path", "folder"),
    [
        ({".claude/agents": "../agents"}, ".claude/agents", "agents"),
        ({".claude/agents": "../agents"}, ".claude/agents/team", "agents/team"),
        ({".claude/agents": "../agents/"}, ".claude/agents", "agents"),
        ({"crew": "agents/team"}, "crew", "agents/team"),
        ({"crew": "./agents"}, "crew", "agents"),
        ({"crew": "agents//./team/."}, "crew", "agents/team"),
        ({"middle": "agents"}, "middle/team", "agents/team"),
        ({"one": "two", "two": "x/three", "x/three": "../agents"}, "one", "agents"),
        ({"x/up": "..", "y": "x/up/agents"}, "y", "agents"),
        ({"deep": "x/y", "z": "deep/../../agents"}, "z", "agents"),  # .. of where the link leads
        ({"top": "."}, "top/agents", "agents"),
        ({"top": "."}, "top", ""),
        ({"é\nü ": "agents", "q": "é\nü "}, "q", "agents"),
        ({"-z": "agents"}, "-z", "agents"),
        ({"*": "agents"}, "*", "agents"),
        ({"c1": "agents", **{f"c{n}": f"c{n - 1}" for n in range(2, 41)}}, "c40", "agents"),
    ],
)
def test_links_within_the_repository_are_followed(
    project: Path, links: dict[str, str], path: str, folder: str
) -> None:
    link(project, links)
    commit(project)

    assert find(project, path) == git(project, "rev-parse", f"HEAD:{folder}")


@pytest.mark.parametrize(
    ("links", "path", "reason"),
    [
        ({"away": "/etc"}, "away", OUT),
        ({"away": ".."}, "away", OUT),
        ({"x/away": "../../elsewhere"}, "x/away", OUT),
        ({"x/away": "../.."}, "x/away/agents", OUT),
        ({"one": "two", "two": "../three"}, "one", OUT),
        ({"self": "self"}, "self", CIRCLE),
        ({"self": "self/self"}, "self", CIRCLE),
        ({"one": "two", "two": "one"}, "one", CIRCLE),
        ({"x/one": "../x/one/y"}, "x/one", CIRCLE),
        ({"c1": "agents", **{f"c{n}": f"c{n - 1}" for n in range(2, 42)}}, "c41", CIRCLE),
        ({"long": "x/../" * 400 + "agents"}, "long", CIRCLE),
    ],
)
def test_links_out_of_the_repository_or_in_a_circle_are_refused(
    project: Path, links: dict[str, str], path: str, reason: str
) -> None:
    link(project, links)
    commit(project)

    with pytest.raises(LinkError, match=reason.format(path)):
        find(project, path)


def test_a_link_out_of_the_repository_and_back_is_refused(project: Path) -> None:
    link(project, {"back": f"../{project.name}/agents", "absolute": str(project / "agents")})
    commit(project)

    for path in ("back", "absolute"):
        assert (project / path).is_dir()
        with pytest.raises(LinkError, match=OUT.format(path)):
            find(project, path)


@pytest.mark.parametrize(
    "target", ["nowhere", "agents/a.md", "agents/a.md/..", "module", "module/agents", ".git"]
)
def test_a_link_to_no_folder_leads_nowhere(project: Path, target: str) -> None:
    link(project, {"crew": target})
    git(project, "add", "crew")
    git(project, "commit", "-qm", "link")

    assert find(project, "crew") is None
    assert find(project, "crew/team") is None


@pytest.mark.parametrize("target", [b"", b"agents\0", b"agents/" + b"./" * 2048, b"\xff"])
def test_a_link_that_no_system_would_make_leads_nowhere(project: Path, target: bytes) -> None:
    blob = git(project, "hash-object", "-w", "--stdin", given=target)
    git(project, "update-index", "--add", "--cacheinfo", f"120000,{blob},crew")
    git(project, "commit", "-qm", "link")

    assert find(project, "crew") is None


def test_dots_of_who_asks_are_no_steps(project: Path) -> None:
    link(project, {"crew": "agents"})
    commit(project)

    assert find(project, "crew/../agents") is None
    assert find(project, "../agents") is None


def test_links_lead_where_the_revision_has_it_and_not_the_disk(project: Path) -> None:
    link(project, {"crew": "agents"})
    commit(project)
    (project / "crew").unlink()
    link(project, {"crew": "/etc", "agents/team/passwd.md": "/etc/passwd"})
    git(project.parent, "clone", "-q", "--bare", str(project), f"{project}.git")

    for folder in (project, Path(f"{project}.git")):
        tree = find(folder, "crew")
        assert tree == git(project, "rev-parse", "HEAD:agents")
        found = read_revision(Repository(folder), tree, Source(Path("nowhere")))
        assert [file.path for file in found.files] == ["a.md", "team/b.md"]
    assert find(project, "crew", "HEAD~1") is None


def test_what_is_linked_below_the_folder_is_passed_over_as_ever(project: Path) -> None:
    link(project, {"crew": "agents", "agents/other": "../x", "agents/c.md": "a.md"})
    commit(project)

    tree = find(project, "crew")
    assert tree
    found = read_revision(Repository(project), tree, Source(Path("nowhere")))

    assert [file.path for file in found.files] == ["a.md", "team/b.md"]
    assert [each.path for each in found.skipped] == ["c.md", "other"]


def test_a_link_that_a_partial_clone_lacks_is_told(project: Path, tmp_path: Path) -> None:
    link(project, {"crew": "agents"})
    commit(project)
    git(project, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", project.as_uri(), "clone")
    git(clone, "config", "remote.origin.url", "ext::false")

    with pytest.raises(RevisionError, match=r"^this clone lacks files of the revision"):
        find(clone, "crew")


@pytest.mark.parametrize("seed", range(3))
def test_links_are_followed_as_the_system_does(tmp_path: Path, seed: int) -> None:
    """Folders, links between them at random, and every short path through both."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    names = "abcde"
    folders = ["a", "b", "a/b", "b/c"]
    repository(tmp_path, {f"{folder}/file.txt": folder for folder in folders})
    for path in [f"{folder}{name}" for folder in ("", "a/", "b/") for name in names]:
        if not (tmp_path / path).exists():
            steps = [chance.choice([*names, "..", "."]) for _ in range(chance.randrange(1, 4))]
            (tmp_path / path).symlink_to("/".join(steps))
    commit(tmp_path)
    paths = ["/".join(parts) for length in (1, 2) for parts in product(names, repeat=length)]
    kinds = set()

    for path in chance.sample(paths, 20):
        try:
            real = Path(os.path.realpath(tmp_path / path, strict=True))
        except OSError:
            real = Path("/")
        inside = real.is_dir() and real.is_relative_to(tmp_path)
        try:
            tree = find(tmp_path, path)
        except LinkError:
            kinds.add("refused")
            assert not inside
            continue
        below = real.relative_to(tmp_path).as_posix() if inside else ""
        expected = git(tmp_path, "rev-parse", f"HEAD:{'' if below == '.' else below}")
        kinds.add("found" if tree else "nowhere")
        assert tree == (expected if inside else None), path
    assert kinds >= {"found", "refused"}
