"""Agents of git revisions, read from real repositories without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent_catalog.model.limits import LARGEST_FILE, LARGEST_SUM
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.revisions import (
    Repository,
    RevisionError,
    read_revision,
)
from agent_catalog.reading.sources import Found, Source, read_source
from repositories import commit, git, repository
from sites import agent_file, write_tree

SOURCE = Source(Path("nowhere"), shown="agents")


def read(
    folder: Path, revision: str = "HEAD", below: str = "agents", largest_sum: int = LARGEST_SUM
) -> Found:
    where = Repository(folder)
    found = where.find_commit(revision)
    assert found
    tree = where.find_tree(found, below)
    assert tree
    return read_revision(where, tree, SOURCE, largest_sum=largest_sum)


def paths(found: Found) -> list[str]:
    return [file.path for file in found.files]


def add(folder: Path, mode: str, name: bytes | str, content: bytes) -> None:
    """Put an entry into the index that no file system would hold, or hold the same."""
    object_id = git(folder, "hash-object", "-w", "--stdin", given=content)
    line = f"{mode} {object_id}\t".encode() + (name if isinstance(name, bytes) else name.encode())
    git(folder, "update-index", "-z", "--index-info", given=line + b"\0")


def test_the_agents_of_a_revision_are_those_of_the_folder(tmp_path: Path) -> None:
    repository(
        tmp_path,
        {
            "agents/a.md": agent_file("a"),
            "agents/.hidden/b.markdown": agent_file("b"),
            "agents/x/y/C.MD": b"\r\n\xff\0bytes",
            "agents/README.md": "No agent.\n",
            "agents/x/AGENTS.md": "No agent.\n",
            "agents/x/claude.md": agent_file("claude"),
            "agents/notes.txt": "None either.\n",
            "agents/node_modules/d.md": agent_file("d"),
            "agents/empty.md": b"",
            "other/e.md": agent_file("e"),
        },
    )
    (tmp_path / "agents/link.md").symlink_to("a.md")
    (tmp_path / "agents/away").symlink_to("../other")
    commit(tmp_path)

    found = read(tmp_path)

    on_disk = read_source(Source(tmp_path / "agents", shown="agents"))
    assert [(file.path, file.data) for file in found.files] == [
        (file.path, file.data) for file in on_disk.files
    ]
    assert paths(found) == [
        ".hidden/b.markdown",
        "a.md",
        "empty.md",
        "x/claude.md",
        "x/y/C.MD",
    ]
    assert found.skipped == on_disk.skipped
    assert [each.path for each in found.skipped] == ["README.md", "away", "link.md", "x/AGENTS.md"]
    assert found.files[0].shown == "agents/.hidden/b.markdown"


def test_the_files_of_a_skill_are_passed_over_as_in_a_folder(tmp_path: Path) -> None:
    tree = [
        "skills/s/SKILL.md",
        "skills/s/agents/a.md",
        "skills/p/.claude-plugin/plugin.json",
        "skills/p/SKILL.md",
        "skills/p/agents/a.md",
        ".continue/agents/a.md",
    ]
    repository(tmp_path, {f"agents/{path}": agent_file("a") for path in tree})
    found = read(tmp_path)
    assert {each.path: each.reason for each in found.skipped} == {
        ".continue/agents/a.md": "an agent of Continue, whose format is not known",
        "skills/p/.claude-plugin/plugin.json": "a plugin's manifest",
        "skills/s/agents/a.md": "a file of a skill",
    }
    assert found.skipped == read_source(Source(tmp_path / "agents")).skipped


def test_what_is_read_is_what_was_committed(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/a.md": "old\n", "agents/gone.md": "gone\n"})
    (tmp_path / "agents/gone.md").unlink()
    commit(tmp_path, {"agents/b.md": "new\n", "agents/a.md": "changed\n"})
    write_tree(tmp_path, {"agents/a.md": "not committed\n", "agents/c.md": "nor this\n"})

    assert [(file.path, file.data) for file in read(tmp_path, "HEAD~1").files] == [
        ("a.md", b"old\n"),
        ("gone.md", b"gone\n"),
    ]
    assert [(file.path, file.data) for file in read(tmp_path).files] == [
        ("a.md", b"changed\n"),
        ("b.md", b"new\n"),
    ]


@pytest.mark.parametrize("below", ["agents", "agents/team", ""])
def test_any_folder_of_a_revision_can_be_read_from_any_folder(tmp_path: Path, below: str) -> None:
    repository(tmp_path, {"agents/team/a.md": "a", "agents/b.md": "b", "sub/c.txt": "c"})
    expected = {"agents": ["b.md", "team/a.md"], "agents/team": ["a.md"]}

    found = read(tmp_path / "sub", below=below)

    assert paths(found) == expected.get(below, ["agents/b.md", "agents/team/a.md"])


def test_a_bare_repository_is_read(tmp_path: Path) -> None:
    repository(tmp_path / "work", {"agents/a.md": "a"})
    git(tmp_path, "clone", "--quiet", "--bare", "work", "bare.git")

    assert paths(read(tmp_path / "bare.git")) == ["a.md"]
    assert Repository(tmp_path / "bare.git").find_prefix(tmp_path) is None


def test_names_that_shells_and_lists_choke_on(tmp_path: Path) -> None:
    repository(tmp_path, {"README": ""})
    names = [
        b"-rf.md",
        b"--help.md",
        b"new\nline.md",
        b'tab\tand "quotes".md',
        b"$(touch x).md",
        b"caf\xc3\xa9.md",
        b"caf\xe9.md",
        b"back\\slash.md",
        b":(glob)*.md",
        b"*.md",
    ]
    for name in names:
        add(tmp_path, "100644", b"agents/" + name, name)
    git(tmp_path, "commit", "-qm", "names")

    found = read(tmp_path)

    assert {file.path: file.data for file in found.files} == {
        "-rf.md": b"-rf.md",
        "--help.md": b"--help.md",
        "new\nline.md": b"new\nline.md",
        'tab\tand "quotes".md': b'tab\tand "quotes".md',
        "$(touch x).md": b"$(touch x).md",
        "café.md": "café.md".encode(),
        r"caf\xe9.md": b"caf\xe9.md",
        r"back\\slash.md": b"back\\slash.md",
        ":(glob)*.md": b":(glob)*.md",
        "*.md": b"*.md",
    }


def test_a_tree_with_dots_is_names_and_nothing_else(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/a.md": "a"})
    blob = git(tmp_path, "hash-object", "-w", "--stdin", given=b"b")
    inner = git(tmp_path, "mktree", "-z", given=f"100644 blob {blob}\tx.md\0".encode())
    outer = git(tmp_path, "mktree", "-z", given=f"040000 tree {inner}\t..\0".encode())
    top = git(tmp_path, "mktree", "-z", given=f"040000 tree {outer}\tagents\0".encode())
    evil = git(tmp_path, "commit-tree", top, "-m", "dots")

    (file,) = read(tmp_path, evil).files

    assert (file.path, file.data) == ("../x.md", b"b")
    (address,) = catalog_from([read(tmp_path, evil)]).addresses.values()
    assert ".." not in address


def test_links_and_submodules_are_passed_over(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/a.md": "a", "secret/s.md": "s"})
    head = git(tmp_path, "rev-parse", "HEAD")
    add(tmp_path, "120000", "agents/link.md", b"/etc/passwd")
    add(tmp_path, "120000", "agents/folder", b"../secret")
    add(tmp_path, "100755", "agents/run.md", b"run")
    add(tmp_path, "120000", "linked", b"secret")
    for place in ("agents/module", "agents/module.md", "submodule"):
        git(tmp_path, "update-index", "--add", "--cacheinfo", f"160000,{head},{place}")
    git(tmp_path, "commit", "-qm", "links")

    found = read(tmp_path)

    assert paths(found) == ["a.md", "run.md"]
    assert [(each.path, each.reason.partition(",")[0]) for each in found.skipped] == [
        ("folder", "a symbolic link"),
        ("link.md", "a symbolic link"),
        ("module", "a submodule"),
        ("module.md", "a submodule"),
    ]
    where = Repository(tmp_path)
    commit_id = where.find_commit("HEAD")
    assert commit_id
    for place in (
        "linked",
        "submodule",
        "agents/a.md",
        "agents/module",
        "nowhere",
        "agents/../secret",
    ):
        assert where.find_tree(commit_id, place) is None, place


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/big.md": b"x" * 10_000_000, "agents/small.md": "small"})

    big, small = read(tmp_path).files

    assert (small.data, small.error) == (b"small", "")
    assert big.data == b""
    assert big.error == f"it has more than {LARGEST_FILE:,} bytes, and so much is not read"
    agents = catalog_from([read(tmp_path)]).agents
    assert agents[0].flaws[0].code == "file-too-large"


def test_of_too_many_bytes_the_first_are_read(tmp_path: Path) -> None:
    repository(tmp_path, {f"agents/{name}.md": name * 40 for name in "abc"})

    found = read(tmp_path, largest_sum=90)

    assert [(len(file.data), file.error) for file in found.files] == [
        (40, ""),
        (40, ""),
        (0, "with it, all files have more than 90 bytes"),
    ]


def test_revisions_are_found_as_git_finds_them(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1"})
    commit(tmp_path, {"a": "2"})
    git(tmp_path, "tag", "-a", "v1", "-m", "annotated")
    where = Repository(tmp_path)
    head = git(tmp_path, "rev-parse", "HEAD")

    for name in ("HEAD", "main", "refs/heads/main", "v1", head, head[:8], "HEAD^0", "main@{0}"):
        assert where.find_commit(name) == head, name
    assert where.find_commit("HEAD~1") == git(tmp_path, "rev-parse", "HEAD~1")
    blob = git(tmp_path, "rev-parse", "HEAD:a")
    for name in ("", "no", "-h", "--all", "^main", "HEAD~9", "main..HEAD", "a\0b", "a\nb", blob):
        assert where.find_commit(name) is None, name


def test_a_folder_without_a_repository_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RevisionError, match=r"^not a git repository"):
        Repository(tmp_path).find_commit("HEAD")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RevisionError, match=r"^git is not installed$"):
        Repository(tmp_path).find_commit("HEAD")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="takes another owner")
def test_the_repository_of_another_user_is_refused(tmp_path: Path) -> None:
    repository(tmp_path, {"a": ""})
    os.chown(tmp_path, 12345, 12345)

    with pytest.raises(RevisionError, match=r"^detected dubious ownership in repository at"):
        Repository(tmp_path).find_commit("HEAD")


def test_the_environment_leads_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = repository(tmp_path / "here", {"agents/here.md": ""})
    there = repository(tmp_path / "there", {"agents/there.md": ""})
    monkeypatch.setenv("GIT_DIR", str(there / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(there))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(there / ".git/objects"))

    assert paths(read(here)) == ["here.md"]


def test_nothing_of_a_repository_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nopen({str(marker)!r}, 'a').close()\n")
    program.chmod(0o755)
    folder = repository(
        tmp_path / "work",
        {
            "agents/a.md": "a\n",
            ".gitattributes": "*.md diff=x filter=x\n",
        },
    )
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.editor",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.x.textconv",
        "filter.x.smudge",
        "filter.x.clean",
        "filter.x.process",
        "alias.cat-file",
        "alias.ls-tree",
        "pager.rev-parse",
    ):
        git(folder, "config", key, f"!{program}" if key.startswith("alias") else str(program))
    hooks = folder / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        (hooks / hook).symlink_to(program)
    for variable in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH", "GIT_ASKPASS"):
        monkeypatch.setenv(variable, str(program))

    (file,) = read(folder).files

    assert file.data == b"a\n"
    assert not marker.exists()
    subprocess.run([program], check=True)
    assert marker.exists()  # it would have been seen


def test_what_a_partial_clone_lacks_is_not_fetched(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"agents/a.md": "a", "agents/b.md": "b"})
    git(origin, "config", "uploadpack.allowFilter", "true")
    url = origin.as_uri()
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", url, "clone")
    marker = tmp_path / "ran"
    clone = tmp_path / "clone"
    git(clone, "config", "protocol.ext.allow", "always")
    git(clone, "config", "remote.origin.url", f"ext::touch {marker}")

    with pytest.raises(RevisionError, match=r"^this clone lacks files of the revision; fetch them"):
        read(clone)
    assert not marker.exists()


def test_a_file_that_is_missing_from_the_repository_is_told(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/a.md": "a"})
    blob = git(tmp_path, "rev-parse", "HEAD:agents/a.md")
    (tmp_path / ".git/objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(RevisionError, match=r"^this clone lacks files of the revision"):
        read(tmp_path)


def test_a_replaced_object_is_read_as_its_id_says(tmp_path: Path) -> None:
    repository(tmp_path, {"agents/a.md": "true"})
    blob = git(tmp_path, "rev-parse", "HEAD:agents/a.md")
    other = git(tmp_path, "hash-object", "-w", "--stdin", given=b"false")
    git(tmp_path, "replace", blob, other)

    (file,) = read(tmp_path).files

    assert file.data == b"true"


def test_the_commit_where_two_parted(tmp_path: Path) -> None:
    repository(tmp_path, {"a": "1"})
    parted = git(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "checkout", "-qb", "side")
    side = commit(tmp_path, {"a": "side"})
    git(tmp_path, "checkout", "-q", "main")
    main = commit(tmp_path, {"a": "main"})
    git(tmp_path, "checkout", "-q", "--orphan", "alone")
    alone = commit(tmp_path, {"a": "alone"})
    where = Repository(tmp_path)

    assert where.find_merge_base(main, side) == parted
    assert where.find_merge_base(main, alone) is None
