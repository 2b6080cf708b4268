"""When agents were added and last changed."""

from __future__ import annotations

import json
import os
import stat
from datetime import date
from pathlib import Path

import pytest

from agent_catalog.model.history import History
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.history import read_history
from agent_catalog.reading.sources import Source
from repositories import commit, git, repository
from sites import (
    AGENT_CATALOG,
    BuiltSite,
    agent_file,
    build_project,
    run,
    shown,
    write_project,
    write_tree,
)

DAYS = [f"2025-0{month}-15" for month in range(1, 10)]


def day(month: int) -> date:
    return date(2025, month, 15)


def histories(folder: Path, *sources: Source) -> dict[str, History]:
    given = sources or (Source(folder / "agents"),)
    found = read_history(read_catalog(given), given)
    return {"/".join(filter(None, key)): history for key, history in found.items()}


def agents(**texts: str) -> dict[str, str]:
    return {f"agents/{name}.md": agent_file(name, text) for name, text in texts.items()}


LONG = "\n".join(f"- Rule {number}" for number in range(30))


def test_a_file_has_the_days_of_its_first_and_last_commit(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "x"})
    commit(tmp_path, agents(a="1", b="1"), DAYS[0])
    commit(tmp_path, agents(a="2"), DAYS[1])
    commit(tmp_path, {"README.md": "y"}, DAYS[2])
    commit(tmp_path, agents(a="3", c="1"), DAYS[3])
    assert histories(tmp_path) == {
        "a.md": History(day(1), day(4)),
        "b.md": History(day(1), day(1)),
        "c.md": History(day(4), day(4)),
    }


def test_a_file_is_followed_to_where_it_was_before(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "x"})
    commit(tmp_path, agents(a=LONG, b=f"{LONG}\nOther."), DAYS[0])
    for before, after, month in (("a", "c", 1), ("b", "a", 2), ("c", "b", 3)):  # they change names
        git(tmp_path, "mv", f"agents/{before}.md", f"agents/{after}.md")
        commit(tmp_path, day=DAYS[month])
    assert histories(tmp_path) == {
        "a.md": History(day(1), day(3)),
        "b.md": History(day(1), day(4)),
    }


def test_a_file_that_came_back_was_added_then(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "x"})
    commit(tmp_path, agents(a="1"), DAYS[0])
    git(tmp_path, "rm", "-q", "agents/a.md")
    commit(tmp_path, day=DAYS[1])
    commit(tmp_path, agents(a="1"), DAYS[2])
    assert histories(tmp_path) == {"a.md": History(day(3), day(3))}


def test_what_a_merge_brings_has_the_days_of_its_own_commits(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "x"})
    commit(tmp_path, agents(a="1"), DAYS[0])
    git(tmp_path, "checkout", "-q", "-b", "side")
    commit(tmp_path, agents(b="1"), DAYS[1])
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, agents(a="2"), DAYS[2])
    git(tmp_path, "merge", "-q", "--no-ff", "-m", "Merge", "side", day=DAYS[3])
    assert histories(tmp_path) == {
        "a.md": History(day(1), day(3)),
        "b.md": History(day(2), day(2)),
    }


def test_of_what_is_not_committed_nothing_is_told(tmp_path: Path) -> None:
    repository(tmp_path, agents(a="1", b="1"))
    write_tree(tmp_path, agents(b="2", c="1"))
    assert list(histories(tmp_path)) == ["a.md"]


def test_without_a_repository_or_a_commit_nothing_is_told(tmp_path: Path) -> None:
    write_tree(tmp_path, agents(a="1"))
    assert histories(tmp_path) == {}
    git(tmp_path, "init", "-q")
    assert histories(tmp_path) == {}


def test_without_git_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository(tmp_path, agents(a="1"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert histories(tmp_path) == {}


def test_a_shallow_clone_tells_no_more_than_it_knows(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"README.md": "x"})
    commit(origin, agents(a="1", b="1"), DAYS[0])
    commit(origin, agents(a="2"), DAYS[1])
    commit(origin, agents(c="1"), DAYS[2])
    git(tmp_path, "clone", "-q", "--depth", "2", origin.as_uri(), "clone")
    assert histories(tmp_path / "clone") == {
        "a.md": History(None, None),
        "b.md": History(None, None),
        "c.md": History(day(3), day(3)),
    }


def test_several_sources_of_a_repository_are_read_at_once(tmp_path: Path) -> None:
    repository(tmp_path, {"README.md": "x"})
    commit(tmp_path, {"one/a.md": agent_file("a")}, DAYS[0])
    commit(tmp_path, {"two/deep/a.md": agent_file("b"), "three/c.md": "x"}, DAYS[1])
    found = histories(tmp_path, Source(tmp_path / "one", "x"), Source(tmp_path / "two", "y"))
    assert found == {
        "x/a.md": History(day(1), day(1)),
        "y/deep/a.md": History(day(2), day(2)),
    }
    assert histories(tmp_path, Source(tmp_path)).keys() == {
        "one/a.md",
        "two/deep/a.md",
        "three/c.md",
    }


def test_odd_names_are_known_by_them(tmp_path: Path) -> None:
    names = ["a\nb.md", "ünï.md", "a\\b.md", '"q".md', "-x.md", "0" * 40 + " 2020-01-01.md"]
    repository(tmp_path, {f"agents/{name}": agent_file("a", name) for name in names})
    catalog = read_catalog([Source(tmp_path / "agents")])
    assert len(catalog.agents) == len(names)
    assert len(histories(tmp_path)) == len(names)


def test_a_day_that_no_calendar_has_is_none(tmp_path: Path) -> None:
    repository(tmp_path, agents(a="1"))
    tree = git(tmp_path, "rev-parse", "HEAD^{tree}")
    person = "Ada <a@b.c> 99999999999999 +0000"
    text = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n"
    head = git(
        tmp_path, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", given=text.encode()
    )
    git(tmp_path, "reset", "-q", "--hard", head)
    for history in histories(tmp_path).values():
        assert history.added == history.changed


def test_nothing_of_the_repository_runs(tmp_path: Path) -> None:
    repository(tmp_path, agents(a="1", b="2"))
    commit(tmp_path, agents(a="2"))
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    evil.chmod(evil.stat().st_mode | stat.S_IXUSR)
    for key in (
        "gpg.program",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "diff.evil.textconv",
    ):
        git(tmp_path, "config", key, str(evil))
    for key, value in {
        "log.showSignature": "true",
        "log.diffMerges": "on",
        "log.follow": "true",
        "diff.renames": "copies",
        "color.ui": "always",
        "log.date": "relative",
        "format.pretty": "%an",
    }.items():
        git(tmp_path, "config", key, value)
    (tmp_path / ".gitattributes").write_text("* diff=evil filter=evil\n")
    assert set(histories(tmp_path)) == {"a.md", "b.md"}
    assert not (tmp_path / "pwned").exists()


def test_git_is_asked_as_often_for_many_as_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.environ["PATH"]
    calls = []
    for count in (1, 60):
        folder = tmp_path / str(count)
        repository(
            folder, {f"agents/{number}.md": agent_file(f"n{number}") for number in range(count)}
        )
        log = tmp_path / f"{count}.log"
        bin_ = tmp_path / f"bin{count}"
        bin_.mkdir()
        (bin_ / "git").write_text(f'#!/bin/sh\necho x >>"{log}"\nPATH="{real}" exec git "$@"\n')
        (bin_ / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{bin_}:{real}")
        assert len(histories(folder)) == count
        monkeypatch.setenv("PATH", real)
        calls.append(len(log.read_text().split()))
    assert calls[0] == calls[1] <= 10


# On the page and in the catalog


def site(folder: Path, tree: dict[str, str]) -> BuiltSite:
    git(folder, "init", "-q", "-b", "main")
    write_project(
        folder,
        {},
        repo_url="https://github.example/acme/crew",
        edit_uri="edit/main/docs/",
    )
    commit(folder, tree, DAYS[0])
    return build_project(folder)


def test_a_page_says_when_the_agent_was_added_and_changed(tmp_path: Path) -> None:
    site(tmp_path, agents(a="1", b="1"))
    commit(tmp_path, agents(a="2"), DAYS[2])
    write_tree(tmp_path, agents(c="1"))
    built = build_project(tmp_path)
    told = {name: _row(built, name) for name in "abc"}
    assert told == {
        "a": "Last changed 15 March 2025, added 15 January 2025. All changes",
        "b": "Added 15 January 2025 and not changed since. All changes",
        "c": None,
    }
    page = built.page("agents/a/")
    assert [time["datetime"] for time in page.select("time")] == ["2025-03-15", "2025-01-15"]
    links = {link.text: str(link["href"]) for link in page.select(".ac-brief a")}
    assert links["All changes"] == "https://github.example/acme/crew/commits/main/agents/a.md"
    assert [(each["added"], each["changed"]) for each in built.catalog["agents"]] == [
        ("2025-01-15", "2025-03-15"),
        ("2025-01-15", "2025-01-15"),
        (None, None),
    ]
    assert "Ada" not in json.dumps(built.catalog)
    assert "Ada" not in built.text("agents/a/index.html")


def test_a_page_of_a_shallow_clone_says_that_it_does_not_know(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", agents(a="1"))
    commit(origin, agents(b="1"), DAYS[1])
    git(tmp_path, "clone", "-q", "--depth", "1", origin.as_uri(), "clone")
    out = tmp_path / "site"
    done = run(AGENT_CATALOG, "build", "agents", "--out", str(out), cwd=tmp_path / "clone")
    assert done.returncode == 0, done.stdout
    built = BuiltSite(out)
    assert _row(built, "a") == "Not known: the site was built from a part of the history."


def _row(built: BuiltSite, name: str) -> str | None:
    for term in built.page(f"agents/{name}/").select(".ac-brief dt"):
        if term.text == "History":
            row = term.find_next_sibling("dd")
            assert row is not None
            return shown(row)
    return None
