from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.policy import Policy
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog, Group, addresses, slug
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of, read_catalog
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import AgentFile, Source

SAFE = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?")
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{name}{n}" for name in ("com", "lpt") for n in range(10)),
}

NAMES = (
    st.text(min_size=1, max_size=30)
    | st.text("abAB._- é/\\", min_size=1, max_size=8)
    | st.text("文字", min_size=1, max_size=5)
    | st.sampled_from(["index", "con", "Con", "aux.x", ".git", "dot-git", "a.md", "..", ".", ""])
)


def agent(path: str, block: str = "", source: str = "") -> Agent:
    name = "" if "name:" in block else "name: x\n"
    data = f"---\n{name}description: y\n{block}\n---\nPrompt of {path}.\n".encode()
    return read_agent(AgentFile(Source(Path("agents"), source, "agents"), path, data))


def catalog(*agents: Agent) -> Catalog:
    return catalog_of(agents)


def paths(groups: tuple[Group, ...]) -> dict[str, list[str]]:
    return {group.slug: [path for _, path in group.members] for group in groups}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder


# Slugs


@pytest.mark.parametrize(
    "name", ["a", "backend-engineer", "4.8_x", "a-", "a_", "a--b", "x" * 80, "team.v2", "dotnet"]
)
def test_a_clean_name_is_its_own_slug(name: str) -> None:
    assert slug(name) == name


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("Code Reviewer", r"code-reviewer-[0-9a-f]{16}"),
        ("C#/.NET Janitor", r"c-net-janitor-[0-9a-f]{16}"),
        ("café", r"caf-[0-9a-f]{16}"),
        ("文字", r"[0-9a-f]{16}"),
        ("", r"[0-9a-f]{16}"),
        ("../../etc", r"etc-[0-9a-f]{16}"),
        ("index", r"index-[0-9a-f]{16}"),
        ("404", r"404-[0-9a-f]{16}"),
        ("nul", r"nul-[0-9a-f]{16}"),
        ("aux.v2", r"aux-v2-[0-9a-f]{16}"),
        ("page.html", r"page-html-[0-9a-f]{16}"),
        ("a.md", r"a-md-[0-9a-f]{16}"),
        ("a.", r"a-[0-9a-f]{16}"),
        ("x" * 81, r"x{60}-[0-9a-f]{16}"),
        ("A" * 60_000, r"a{60}-[0-9a-f]{16}"),
        (".claude", r"dot-claude"),
        ("dot-claude", r"dot-claude-[0-9a-f]{16}"),
        (".index", r"index-[0-9a-f]{16}"),
        ("." * 60_000, r"[0-9a-f]{16}"),
        ("-rf", r"rf-[0-9a-f]{16}"),
        ("a\n", r"a-[0-9a-f]{16}"),
        ("com٣", r"com-[0-9a-f]{16}"),
        ("\ud800", r"[0-9a-f]{16}"),
        ("x-0123456789abcdef", r"x-0123456789abcdef-[0-9a-f]{16}"),
        ("0123456789abcdef", r"0123456789abcdef-[0-9a-f]{16}"),
    ],
)
def test_any_other_name_is_told_apart_by_a_digest(name: str, pattern: str) -> None:
    assert re.fullmatch(pattern, slug(name))


@given(NAMES)
@settings(max_examples=500)
def test_a_slug_is_fit_for_urls_and_file_systems(name: str) -> None:
    made = slug(name)
    assert SAFE.fullmatch(made)
    assert len(made) <= 84
    assert made not in {"index", "404"}
    assert made.split(".")[0] not in DEVICES
    assert not made.endswith((".md", ".html", ".htm", ".json", ".txt", ".xml"))


@given(st.sets(NAMES, max_size=60))
@settings(max_examples=200)
@example({"a b", "a-b", "A b", "a  b", "a/b", "a.b", "á b", "a_b"})
@example({".git", "dot-git", "..git", "Dot-git", ".Git"})
@example({"con", "Con", "CON", "con."})
@example({chr(code) for code in range(0x4E00, 0x5200)})
def test_no_two_names_have_one_slug(names: set[str]) -> None:
    assert len(set(map(slug, names))) == len(names)


# Addresses


def test_an_address_is_the_path_without_its_ending() -> None:
    agents = [agent("a.md"), agent("team/Sub Team/b.v2.md"), agent(".claude/c.markdown")]
    sub_team = slug("Sub Team")
    assert list(addresses(agents).values()) == [
        "a",
        f"team/{sub_team}/b.v2",
        "dot-claude/c.markdown",
    ]
    assert list(addresses([agent("a.md", source="My Team")]).values()) == [f"{slug('My Team')}/a"]


PATHS = st.lists(st.text("abAB.- é", min_size=1, max_size=5), min_size=1, max_size=3).map(
    lambda parts: "/".join(parts) + ".md"
)


@given(st.sets(PATHS, min_size=1, max_size=12), st.data())
def test_an_address_stays_when_other_agents_come_and_go(
    paths: set[str], data: st.DataObject
) -> None:
    agents = [agent(path) for path in sorted(paths)]
    some = data.draw(st.lists(st.sampled_from(agents), unique_by=lambda each: each.path))
    everywhere = addresses(agents)
    assert len(set(everywhere.values())) == len(agents)
    for key, address in addresses(some).items():
        assert everywhere[key] == address


def test_agents_whose_addresses_are_alike_on_purpose_are_kept_apart() -> None:
    forged = f"{slug('A b')}.md"
    for agents in ([agent("A b.md"), agent(forged)], [agent(forged), agent("A b.md")]):
        found = addresses([*agents, agent("c.md")])
        assert len(set(found.values())) == 3
        assert found["", "A b.md"] == slug("A b")


# Groups


def test_agents_are_grouped_by_model_whatever_its_spelling() -> None:
    found = catalog(
        agent("a.md", "model: sonnet"),
        agent("b.md", "model: claude-sonnet-4-20250514"),
        agent("c.md", "model: ' Sonnet '"),
        agent("d.md", "model: Inherit"),
        agent("e.md"),
        agent("f.md", "model: ''"),
        agent("g.md", "model: hal-9000"),
        agent("h.md", "model: {a: b}"),
        agent("i.md", "model: opus"),
    )
    assert paths(found.models) == {
        "opus": ["i.md"],
        "sonnet": ["a.md", "b.md", "c.md"],
        "inherit": ["d.md"],
        "not-set": ["e.md", "f.md"],
        "not-recognised": ["g.md", "h.md"],
    }
    assert [each.model.written for each in found.agents[:2]] == [
        "sonnet",
        "claude-sonnet-4-20250514",
    ]


def test_agents_are_grouped_by_color_whatever_its_spelling() -> None:
    found = catalog(
        agent("a.md", "color: Blue"),
        agent("b.md", "color: blue"),
        agent("c.md", "color: '#059669'"),
        agent("d.md"),
        agent("e.md", "color: 7"),
    )
    assert paths(found.colors) == {
        "blue": ["a.md", "b.md"],
        "not-set": ["d.md"],
        "not-recognised": ["c.md", "e.md"],
    }


def test_agents_are_grouped_by_the_tools_they_list() -> None:
    found = catalog(
        agent("a.md", "tools: Read, Task, Bash(git *), Bash(npm *)"),
        agent("b.md", "tools: [Agent, mcp__docs__find, mcp__docs__get]"),
        agent("c.md", "tools: mcp__docs, Juggle"),
        agent("d.md"),
        agent("e.md", "tools: juggle, read, edit"),  # as Copilot calls them
        agent("f.md", "tools: Skill, Monitor, read"),
    )
    assert {group.title: [path for _, path in group.members] for group in found.tools} == {
        "Agent": ["a.md", "b.md"],
        "Bash": ["a.md"],
        "mcp__docs": ["b.md", "c.md"],
        "Read": ["a.md"],
        "Skill": ["f.md"],
        "Monitor": ["f.md"],
        "read": ["e.md"],
        "edit": ["e.md"],
        "Not recognised": ["c.md", "e.md", "f.md"],
    }
    assert found.tools[-1].slug == "not-recognised"
    assert found.tools[-1].spellings == ("Juggle", "juggle", "read")
    slugs = {group.title: group.slug for group in found.tools}
    assert slugs["Agent"] == "agent"
    assert slugs["mcp__docs"] == "mcp-docs"
    assert len(set(slugs.values())) == len(slugs)


def test_others_who_list_a_tool_are_counted_by_its_name_today() -> None:
    one = agent("a.md", "tools: Task, Juggle, Dance, mcp__docs__find\ndisallowedTools: Sing, Bash")
    others = [agent("b.md", "tools: Agent, Juggle, Sing"), agent("c.md", "tools: mcp__docs")]
    whole = catalog(one, *others)
    counts = {
        entry.name: whole.others_listing(entry, one)
        for entry in (*one.tools.allowed, *one.tools.denied)
    }
    assert counts == {
        "Task": 1,
        "Juggle": 1,
        "Dance": 0,
        "mcp__docs__find": 1,
        "Sing": 1,
        "Bash": 0,
    }


def test_every_known_tool_has_a_group_of_its_own() -> None:
    listed = {
        slug: [name for name in format_.tools.known if name != "*"]
        for slug, format_ in known_formats().items()
        if format_.tools.shape in {"list", "tags"}
    }
    found = catalog_of(
        tuple(
            read_agent(
                AgentFile(
                    Source(Path("agents"), format=slug),
                    f"{slug}.md",
                    f"---\nname: x\ndescription: y\ntools: {names}\n---\nPrompt.\n".encode(),
                )
            )
            for slug, names in listed.items()
        )
    )
    assert {group.key for group in found.tools} == {
        (slug, name) for slug, names in listed.items() for name in names
    }
    assert len({group.slug for group in found.tools}) == len(found.tools)
    assert all(len(group.members) == 1 for group in found.tools)


def test_servers_named_to_share_a_page_get_one_each() -> None:
    forged = slug("mcp-Docs").removeprefix("mcp-")
    found = catalog(agent("a.md", f"tools: mcp__Docs, mcp__{forged}"))
    assert len({group.slug for group in found.tools}) == 2


def test_a_group_tells_how_its_value_is_written() -> None:
    found = catalog(
        agent("a.md", "model: sonnet\ntools: Task"),
        agent("b.md", "model: Claude Sonnet 4.5\ntools: Agent"),
        agent("c.md", "model: opus\ntools: Read"),
    )
    assert {group.title: group.spellings for group in (*found.models, *found.tools)} == {
        "Sonnet": ("sonnet", "Claude Sonnet 4.5"),
        "Opus": (),
        "Agent": ("Task", "Agent"),
        "Read": (),
    }


def test_agents_are_grouped_by_folder() -> None:
    found = catalog(
        agent("a.md", source="one"),
        agent("x/b.md", source="one"),
        agent("x/y/c.md", source="one"),
        agent("d.md", source="two"),
        agent("X/e.md", source="two"),
    )
    assert {group.title: group.slug for group in found.folders} == {
        "one": "one",
        "one/x": "one/x",
        "one/x/y": "one/x/y",
        "two": "two",
        "two/X": f"two/{slug('X')}",
    }
    top = catalog(agent("a.md"), agent("x/b.md")).folders
    assert [(group.title, group.slug) for group in top] == [("", ""), ("x", "x")]


def test_folders_that_read_alike_are_two() -> None:
    found = catalog(agent("x/a.md", source="one"), agent("a.md", source="one/x")).folders
    assert [group.title for group in found] == ["one/x", "one/x"]
    assert len({group.slug for group in found}) == 2


def test_every_agent_is_in_one_group_of_each_facet() -> None:
    agents = [
        agent(f"{n % 3}/{n}.md", f"model: {m}") for n, m in enumerate(["opus", "", "x", "[]"])
    ]
    found = catalog(*agents)
    for groups in (found.models, found.colors, found.folders):
        members = [key for group in groups for key in group.members]
        assert sorted(members) == sorted(each.key for each in agents)


def test_members_are_in_the_order_of_their_names() -> None:
    found = catalog(
        agent("1.md", "name: beta"), agent("2.md", "name: Alpha"), agent("3.md", "name: alpha")
    )
    (group,) = found.models
    assert [each.path for each in found.members(group)] == ["2.md", "3.md", "1.md"]


def test_agents_of_one_name_know_each_other() -> None:
    a, b, c = agent("a.md", "name: n"), agent("b.md", "name: n"), agent("c.md", "name: N")
    found = catalog(a, b, c)
    assert [found.count_namesakes(each) for each in (a, b, c)] == [1, 1, 0]
    assert found.names == {"n": (a.key, b.key), "N": (c.key,)}


# Reading


def test_several_sources_make_one_catalog(tmp_path: Path) -> None:
    one = write(tmp_path / "one", {"b.md": "B", "a.md": "A", "README.md": ""})
    two = write(tmp_path / "two", {"a.md": "A", "site/c.md": "C"})
    sources = [Source(two, "second", "two"), Source(one, "first", "one")]
    found = read_catalog(sources, exclude=[two / "site"])
    assert [each.key for each in found.agents] == [
        ("second", "a.md"),
        ("first", "a.md"),
        ("first", "b.md"),
    ]
    assert [each.path for each in found.skipped] == ["README.md"]
    assert [each.shown for each in found.agents] == ["two/a.md", "one/a.md", "one/b.md"]
    assert [found.address(each) for each in found.agents] == ["second/a", "first/a", "first/b"]


def test_an_empty_catalog_has_no_groups(tmp_path: Path) -> None:
    found = read_catalog([Source(tmp_path)])
    assert (found.agents, found.models, found.tools, found.folders) == ((), (), (), ())
    assert list(found.findings) == []


def test_only_files_that_changed_are_read_again(tmp_path: Path) -> None:
    sources = [Source(write(tmp_path, {"a.md": "A", "b.md": "B", "c.md": "C"}), shown="agents")]
    before = read_catalog(sources)
    write(tmp_path, {"b.md": "B changed", "d.md": "A"})
    (tmp_path / "c.md").unlink()
    after = read_catalog(sources, before=before)
    assert [each.path for each in after.agents] == ["a.md", "b.md", "d.md"]
    assert after.agents[0] is before.agents[0]
    assert after.agents[1].prompt == "B changed"
    assert after.agents[2] is not before.agents[0]


def test_agents_of_a_source_that_was_renamed_are_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "A"})
    before = read_catalog([Source(tmp_path, "old", "agents")])
    (found,) = read_catalog([Source(tmp_path, "new", "agents")], before=before).agents
    assert found.source == "new"
    (found,) = read_catalog([Source(tmp_path, "old", "crew")], before=before).agents
    assert found.shown == "crew/a.md"


def test_a_file_that_was_unreadable_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": ""})
    source = Source(tmp_path)
    unreadable = read_agent(AgentFile(source, "a.md", b"", "Permission denied"))
    (found,) = read_catalog([source], before=catalog_of((unreadable,))).agents
    assert [flaw.code for flaw in found.flaws] == ["frontmatter-missing"]


def test_the_findings_of_a_catalog_are_those_of_its_agents() -> None:
    found = check_catalog(
        catalog(agent("a.md"), agent("b.md", "x: y: z"), agent("c.md", "name:")),
        Policy().only({"yaml-needs-retry", "name-missing"}),
    )
    assert [str(finding) for finding in found.findings] == [
        str(finding) for each in found.agents for finding in each.findings
    ]
    assert [finding.code for finding in found.findings] == ["yaml-needs-retry", "name-missing"]
    assert found.not_loaded == 1
