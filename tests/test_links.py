from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import slug
from agent_catalog.publishing.links import LinkResolver, Repository
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.sources import AgentFile, Source

VIEW, EDIT = "https://example.org/r/blob/main/", "https://example.org/r/edit/main/"
FILES = ["README.md", "docs/a b.md", "docs/é.txt", "docs/100%.md", "agents/README.md", "..odd/x.md"]


def agent(path: str, source: str = "", shown: str = "agents") -> Agent:
    return read_agent(AgentFile(Source(Path("agents"), source, shown), path, b"Prompt."))


AGENTS = [
    agent("a.md"),
    agent("team/b.md"),
    agent("team/c d.md"),
    agent("team/é.md"),
    agent("b.md", "other", "crew"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    outside = tmp_path_factory.mktemp("outside")
    root = outside / "repository"
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    (outside / "secret.md").touch()
    return Repository(root, VIEW, EDIT)


def resolver(repository: Repository | None, *, directories: bool = True) -> LinkResolver:
    return LinkResolver(catalog_of(tuple(AGENTS)), Urls(directories=directories), repository)


@pytest.mark.parametrize(
    ("start", "href", "target"),
    [
        (0, "team/b.md", "../team/b/"),
        (0, "./team/b.md", "../team/b/"),
        (1, "../a.md", "../../a/"),
        (1, "c%20d.md", f"../{slug('c d')}/"),
        (1, "c d.md", f"../{slug('c d')}/"),
        (1, "%C3%A9.md", f"../{slug('é')}/"),
        (1, "b.md", "./"),
        (1, "/agents/a.md", "../../a/"),
        (1, "//agents/a.md", "../../a/"),
        (1, "../a.md#part", "../../a/"),
        (1, "../a.md?plain=1#L3", "../../a/"),
        (1, "../team/../a.md", "../../a/"),
        (0, "../crew/b.md", "../other/b/"),
        (4, "../agents/team/b.md", "../../team/b/"),
    ],
)
def test_a_link_to_an_agent_leads_to_its_page(start: int, href: str, target: str) -> None:
    assert resolver(None).resolve(AGENTS[start], href) == target


def test_pages_that_are_files_are_linked_as_files() -> None:
    found = resolver(None, directories=False)
    assert found.resolve(AGENTS[1], "../a.md") == "../a.html"
    assert found.resolve(AGENTS[0], "team/b.md") == "team/b.html"


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("../README.md", "README.md"),
        ("README.md", "agents/README.md"),
        ("/README.md", "README.md"),
        ("../docs/a%20b.md", "docs/a%20b.md"),
        ("../docs/a b.md#L3", "docs/a%20b.md"),
        ("../docs/é.txt", "docs/%C3%A9.txt"),
        ("../docs/100%25.md", "docs/100%25.md"),
        ("../docs", "docs"),
        ("../docs/", "docs"),
        ("team/..", None),
        ("/..odd/x.md", "..odd/x.md"),
        ("nowhere.md", None),
        ("../docs/nowhere.md", None),
        ("../../secret.md", None),
        ("/../secret.md", None),
        ("%2e%2e/%2E%2E/secret.md", None),
        ("../" * 50 + "etc/passwd", None),
        ("/etc/passwd", None),
        ("%2Fetc%2Fpasswd", None),
        ("a%00.md", None),
        ("a" * 5_000, None),
        ("a/" * 30_000, None),
        ("a%FF.md", None),
        ("//[", None),
        (" //[x", None),
    ],
)
def test_any_other_link_leads_to_a_file_of_the_repository_or_nowhere(
    repository: Repository, href: str, path: str | None
) -> None:
    found = resolver(repository).resolve(AGENTS[0], href)
    if href == "team/..":  # the folder of the agents itself
        path = "agents"
    assert found == (None if path is None else VIEW + path)


def test_without_a_repository_only_agents_are_linked() -> None:
    assert resolver(None).resolve(AGENTS[0], "../README.md") is None


def test_a_repository_knows_where_its_files_are_shown_and_edited() -> None:
    repository = Repository(Path(), VIEW, EDIT)
    assert repository.view_url("agents/a b#?.md") == f"{VIEW}agents/a%20b%23%3F.md"
    assert repository.edit_url("agents/é.md") == f"{EDIT}agents/%C3%A9.md"


@given(st.text("./%2e#?[]:\\ \0ab\n", max_size=30) | st.text(max_size=30))
def test_no_link_leads_out_of_the_repository(href: str) -> None:
    root = Path(__file__).parent
    found = LinkResolver(catalog_of(tuple(AGENTS)), Urls(), Repository(root, VIEW, EDIT))
    url = found.resolve(AGENTS[1], href)
    if url is not None and url.startswith("https:"):
        assert url.startswith(VIEW)
        assert ".." not in url.removeprefix(VIEW).split("/")
