"""Plugins of Claude Code: where they are, what their agents are called, and what has no effect there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import FormatFrom, Kind
from agent_catalog.model.plugin import Plugin
from agent_catalog.model.tool import Capability, Gets, ToolMode
from agent_catalog.publishing.banner import banner_of
from agent_catalog.reading.catalog import catalog_from, read_catalog
from agent_catalog.reading.plugins import LARGEST_MANIFEST, Manifest, plugin_of, read_manifest
from agent_catalog.reading.revisions import Repository, plugins_above, read_changed, read_revision
from agent_catalog.reading.sources import Source, read_source
from agent_catalog.reviewing.sides import Labelled, read_sides
from repositories import commit, git, repository
from sites import (
    Tree,
    agent_file,
    assert_sound,
    build_project,
    shown,
    write_project,
    write_tree,
)

MANIFEST = ".claude-plugin/plugin.json"
NAMELESS = agent_file("x").replace("name: x\n", "")
"""An agent file without a name."""


def manifest(name: str = "crew", **keys: object) -> str:
    return json.dumps({"name": name, **keys})


def read(folder: Path, tree: Tree | None = None, below: str = "") -> dict[str, Agent]:
    """The agents of a source, by their paths, with what is found in them."""
    return by_path(catalog(folder, tree, below))


def catalog(folder: Path, tree: Tree | None = None, below: str = "") -> Catalog:
    write_tree(folder, tree or {})
    return check_catalog(read_catalog([Source(folder / below, shown=below)]))


def by_path(found: Catalog) -> dict[str, Agent]:
    return {agent.path: agent for agent in found.agents}


def ids(found: Mapping[str, Agent]) -> dict[str, str]:
    """What the agents of plugins are called, by their paths."""
    return {path: agent.id for path, agent in found.items() if agent.plugin}


def codes(agent: Agent) -> list[str]:
    return [finding.code for finding in agent.findings]


# Where a plugin is


def test_a_repository_with_a_manifest_is_a_plugin(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            MANIFEST: manifest(),
            "agents/a.md": agent_file("a"),
            "agents/review/b.md": agent_file("b"),
            ".claude/agents/c.md": agent_file("c"),
            "docs/d.md": agent_file("d"),
        },
    )
    assert ids(found) == {"agents/a.md": "crew:a", "agents/review/b.md": "crew:review:b"}
    assert found["agents/a.md"].format.slug == "claude-code"
    assert found["agents/a.md"].format_from is FormatFrom.FOLDER
    assert found[".claude/agents/c.md"].id == "c"


def test_a_folder_anywhere_with_a_manifest_is_a_plugin(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            f"tools/crew/{MANIFEST}": manifest("shift"),
            "tools/crew/agents/a.md": agent_file("a"),
            "tools/other/agents/a.md": agent_file("a"),
        },
    )
    assert ids(found) == {"tools/crew/agents/a.md": "shift:a"}


@pytest.mark.parametrize(
    ("place", "below"),
    [
        ("", "agents"),
        ("", "agents/review"),
        ("plugins/crew", "plugins/crew/agents"),
        ("plugins/crew", "plugins/crew/agents/review"),
        ("plugins/crew", "plugins/crew"),
        ("tools", "tools/agents"),
    ],
)
def test_a_source_within_a_plugin_is_of_that_plugin(tmp_path: Path, place: str, below: str) -> None:
    git(tmp_path, "init", "-q")
    tree = {MANIFEST: manifest("shift"), "agents/review/a.md": agent_file("a")}
    write_tree(tmp_path / place, tree)
    assert list(ids(read(tmp_path, below=below)).values()) == ["shift:review:a"]


def test_what_is_above_the_repository_tells_nothing(tmp_path: Path) -> None:
    write_tree(tmp_path, {MANIFEST: manifest(agents="./clone/agents")})
    write_tree(tmp_path / "clone", {"agents/a.md": agent_file("a")})
    assert ids(read(tmp_path / "clone", below="agents")) == {"a.md": "crew:a"}
    git(tmp_path / "clone", "init", "-q")
    assert ids(read(tmp_path / "clone", below="agents")) == {}


def test_the_innermost_plugin_is_the_one(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            MANIFEST: manifest("outer", agents=["./inner/agents/b.md"]),
            f"inner/{MANIFEST}": manifest("inner"),
            "inner/agents/a.md": agent_file("a"),
            "inner/agents/b.md": agent_file("b"),
        },
    )
    assert ids(found) == {"inner/agents/a.md": "inner:a", "inner/agents/b.md": "inner:b"}


def test_a_folder_of_plugins_needs_no_manifests(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        {
            "plugins/crew/agents/review/a.md": agent_file("a"),
            "plugins/crew/commands/go.md": "Go.\n",
            "plugins/crew/notes/b.md": agent_file("b"),
            "plugins/agents/c.md": agent_file("c"),
            "plugin/crew/agents/d.md": agent_file("d"),
        },
    )
    assert ids(found) == {
        "plugins/crew/agents/review/a.md": "crew:review:a",
        "plugins/crew/commands/go.md": "crew:go",
    }
    assert found["plugins/crew/commands/go.md"].kind is Kind.COMMAND


# What a manifest says


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        ("./custom/b.md", {"custom/b.md": "crew:b"}),
        ("custom/b.md", {"custom/b.md": "crew:b"}),
        ("./custom/deep/c.md", {"custom/deep/c.md": "crew:c"}),
        (["./agents/a.md", "./custom/b.md"], {"agents/a.md": "crew:a", "custom/b.md": "crew:b"}),
        ("./custom", {"custom/b.md": "crew:b", "custom/deep/c.md": "crew:deep:c"}),
        ("./custom/", {"custom/b.md": "crew:b", "custom/deep/c.md": "crew:deep:c"}),
        (["./custom/deep", "./agents"], {"custom/deep/c.md": "crew:c", "agents/a.md": "crew:a"}),
        (
            ["./custom", "./custom/deep/c.md"],
            {"custom/b.md": "crew:b", "custom/deep/c.md": "crew:c"},
        ),
        # What cannot be a place below the plugin is as good as not there.
        (["../agents", "/agents", "./", "", 7, None], {"agents/a.md": "crew:a"}),
        ([], {"agents/a.md": "crew:a"}),
        ({"a": "./custom/b.md"}, {"agents/a.md": "crew:a"}),
        (None, {"agents/a.md": "crew:a"}),
        ("./nowhere", {}),
    ],
)
def test_a_manifest_says_where_the_agents_are(
    tmp_path: Path, agents: object, expected: dict[str, str]
) -> None:
    tree = {
        MANIFEST: manifest(agents=agents),
        "agents/a.md": agent_file("a"),
        "custom/b.md": agent_file("b"),
        "custom/deep/c.md": agent_file("c"),
    }
    assert ids(read(tmp_path, tree)) == expected


USELESS = [
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"[]",
    b"null",
    b'"crew"',
    b'{"name": 7, "agents": {}}',
    b'{"name": "", "agents": 7}',
    b'{"name": " \\n"}',
    b"[" * 100_000,
    b'{"name": "crew", "pad": "' + b"x" * LARGEST_MANIFEST + b'"}',
    b'{"name": "crew", "pad": "' + b"x" * 2_000_000 + b'"}',
]


@pytest.mark.parametrize("data", USELESS, ids=range(len(USELESS)))
def test_a_manifest_that_says_nothing_still_tells_a_plugin(tmp_path: Path, data: bytes) -> None:
    tree: Tree = {f"tools/{MANIFEST}": data, "tools/agents/a.md": NAMELESS}
    assert ids(read(tmp_path / "disk", tree)) == {"tools/agents/a.md": "tools:a"}
    assert ids(read(tmp_path / "disk", below="tools/agents")) == {"a.md": "a"}

    folder = repository(tmp_path / "git", tree)
    assert ids(revision(folder)) == {"tools/agents/a.md": "tools:a"}
    assert ids(revision(folder, "tools/agents")) == {"a.md": "a"}


def test_a_manifest_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = repository(
        tmp_path / "git",
        {"elsewhere.json": manifest("secret"), "tools/agents/a.md": agent_file("a")},
    )
    (folder / "tools/.claude-plugin").mkdir()
    (folder / "tools" / MANIFEST).symlink_to("../../elsewhere.json")
    commit(folder)
    for found in (read(folder), revision(folder)):
        assert ids(found) == {"tools/agents/a.md": "tools:a"}
    for found in (read(folder, below="tools/agents"), revision(folder, "tools/agents")):
        assert ids(found) == {"a.md": "a"}
        assert found["a.md"].plugin == Plugin(name="")


def test_a_plugin_is_not_called_by_the_folder_of_a_clone(tmp_path: Path) -> None:
    tree = {MANIFEST: "{}", "agents/a.md": agent_file("a")}
    found = [read(tmp_path / name, tree) for name in ("one", "two")]
    assert found[0]["agents/a.md"].id == found[1]["agents/a.md"].id == "a"
    found = [read(tmp_path / name / "plugins/crew", tree) for name in ("one", "two")]
    assert found[0]["agents/a.md"].id == "crew:a"


@given(st.binary() | st.from_type(dict).map(lambda value: json.dumps(str(value)).encode()))
def test_any_bytes_are_a_manifest(data: bytes) -> None:
    assert isinstance(read_manifest(data, "x"), Manifest)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("./ab-", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_whatever_a_manifest_says_its_agents_are_below_it(name: object, agents: object) -> None:
    found = read_manifest(json.dumps({"name": name, "agents": agents}).encode(), "x")
    assert found.agents
    assert found.name
    for place in found.agents:
        assert place.parts
        assert ".." not in place.parts
    assert plugin_of("above/x.md", {PurePosixPath("top"): found}) is None


def test_a_name_of_any_length_is_cut() -> None:
    assert len(read_manifest(manifest("x" * 10_000).encode()).name) == 256


# What an agent is called


@pytest.mark.parametrize(
    ("path", "text", "called", "title"),
    [
        ("agents/a.md", agent_file("a"), "crew:a", "a"),
        ("agents/a.md", NAMELESS, "crew:a", "a"),
        ("agents/review/a.md", NAMELESS, "crew:review:a", "a"),
        ("agents/review/deep/a.md", agent_file("audit"), "crew:review:deep:audit", "audit"),
        ("agents/a.md", agent_file("''"), "crew:a", "a"),
        ("agents/a.md", "A prompt alone.\n", "crew:a", "a"),
        ("agents/a.md", agent_file("audit", description="a: b: c\n  d: e"), "crew:a", "a"),
    ],
)
def test_an_agent_is_called_by_its_plugin_its_folders_and_its_name(
    tmp_path: Path, path: str, text: str, called: str, title: str
) -> None:
    found = read(tmp_path, {MANIFEST: manifest(), path: text})[path]
    assert (found.id, found.name) == (called, title)
    assert found.loadable


def test_an_agent_needs_no_name(tmp_path: Path) -> None:
    tree = {MANIFEST: manifest(), "agents/a.md": NAMELESS, "b.md": NAMELESS}
    found = read(tmp_path, tree)
    assert "name-missing" not in codes(found["agents/a.md"])
    assert "name-missing" in codes(found["b.md"])
    assert not found["b.md"].loadable


def test_what_a_reserved_name_does_is_not_known(tmp_path: Path) -> None:
    found = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": agent_file("'a:b'")})
    agent = found["agents/a.md"]
    (finding,) = [each for each in agent.findings if each.code == "name-reserved"]
    assert (agent.loadable, finding.severity) == (True, Severity.WARNING)
    assert "is not known" in finding.message


def test_names_are_told_apart_by_folder_and_plugin(tmp_path: Path) -> None:
    tree = {
        f"one/{MANIFEST}": manifest("one"),
        f"two/{MANIFEST}": manifest("two"),
        "one/agents/a.md": agent_file("a"),
        "one/agents/review/a.md": agent_file("a"),
        "one/agents/deep/review/a.md": NAMELESS,
        "two/agents/a.md": agent_file("a"),
        "plugins/three/agents/a.md": agent_file("a"),
        "agents/a.md": agent_file("a"),
    }
    assert [
        path for path, agent in read(tmp_path, tree).items() if "name-repeated" in codes(agent)
    ] == []


@pytest.mark.parametrize(
    ("first", "second", "agents"),
    [
        ("agents/a.md", "agents/b.md", None),
        (
            "agents/one/AGENT.md",
            "agents/two/AGENT.md",
            ["./agents/one/AGENT.md", "./agents/two/AGENT.md"],
        ),
    ],
)
def test_agents_of_a_plugin_that_are_called_the_same_are_told(
    tmp_path: Path, first: str, second: str, agents: object
) -> None:
    tree = {MANIFEST: manifest(agents=agents), first: agent_file("a"), second: agent_file("a")}
    found = read(tmp_path, tree)
    assert set(ids(found).values()) == {"crew:a"}
    assert all("name-repeated" in codes(agent) for agent in found.values())


def test_a_command_has_no_finding_of_an_agent(tmp_path: Path) -> None:
    tree = {MANIFEST: manifest(), "commands/db/go.md": "Go.\n"}
    agent = read(tmp_path, tree)["commands/db/go.md"]
    assert (agent.kind, agent.plugin) == (
        Kind.COMMAND,
        Plugin(name="crew", kind=Kind.COMMAND, folder=("db",)),
    )
    assert [each for each in codes(agent) if each.startswith(("frontmatter", "name"))] == []


# What cannot be parsed

PLACEHOLDERS = {
    "yaml-unreadable": "---\nname: a\ndescription: a: b\n\n<example>\nuser: c\ntools: Read\n---\nDo.\n",
    "yaml-line-ends": "---\r\nname: a\r\ndescription: a: b\r\ntools: Read\r\n---\r\nDo.\r\n",
    "frontmatter-missing": "Just do it.\n",
    "frontmatter-late": "\n---\nname: a\ndescription: Does it.\ntools: Read\n---\nDo.\n",
    "frontmatter-long-opening": "-----\nname: a\ndescription: Does it.\ntools: Read\n---\nDo.\n",
    "frontmatter-unclosed": "---\nname: a\ndescription: Does it.\ntools: Read\n\nDo.\n",
}


@pytest.mark.parametrize("code", PLACEHOLDERS)
def test_a_file_that_cannot_be_parsed_is_a_placeholder_with_all_tools(
    tmp_path: Path, code: str
) -> None:
    tree: Tree = {
        MANIFEST: manifest(),
        "agents/reviewer.md": PLACEHOLDERS[code].encode(),
        ".claude/agents/reviewer.md": PLACEHOLDERS[code].encode(),
    }
    found = read(tmp_path, tree)
    agent, skipped = found["agents/reviewer.md"], found[".claude/agents/reviewer.md"]

    assert (agent.id, agent.name, agent.loadable) == ("crew:reviewer", "reviewer", True)
    assert (agent.tools.mode, agent.tools.allowed) == (ToolMode.ALL, ())
    assert agent.tools.capabilities == tuple(Capability)
    (finding,) = [each for each in agent.findings if each.code == code]
    assert finding.severity is Severity.ERROR
    assert "loads a placeholder of this name, with all tools" in finding.message

    assert not skipped.loadable
    (finding,) = [each for each in skipped.findings if each.code == code]
    assert "skips this file without a word" in finding.message


def test_a_placeholder_is_judged_by_the_name_of_its_file(tmp_path: Path) -> None:
    text = '---\nname: [X\ndescription: "plugin rev\n---\nBody\n'
    agent = read(tmp_path, {MANIFEST: manifest(), "agents/broken.md": text})["agents/broken.md"]
    assert not [code for code in codes(agent) if code.startswith("name-")]
    assert agent.description.prose == "Agent from crew plugin"
    banner = banner_of(agent)
    assert banner
    assert [each.why for each in banner.troubles] == [""]


def test_the_name_is_not_asked_of_a_file_that_has_one_by_its_own(tmp_path: Path) -> None:
    tree: Tree = {
        MANIFEST: manifest(),
        "agents/bare.md": "Body\n",
        ".claude/agents/bare.md": "Body\n",
    }
    found = read(tmp_path, tree)
    (finding,) = [e for e in found["agents/bare.md"].findings if e.code == "frontmatter-missing"]
    assert "name:" not in finding.mend
    skipped = found[".claude/agents/bare.md"].findings
    (finding,) = [each for each in skipped if each.code == "frontmatter-missing"]
    assert "a `name:` line" in finding.mend


@pytest.mark.parametrize(
    "line", ["permissionMode: bypassPermissions", "permissionMode: readOnly", "hooks: format"]
)
def test_of_a_key_that_plugins_lose_nothing_else_is_said(tmp_path: Path, line: str) -> None:
    text = f"---\nname: a\ndescription: Does it.\n{line}\n---\nDo.\n"
    agent = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text})["agents/a.md"]
    said = {"ignored-in-plugin", "bypass-permissions", "permission-mode-unknown", "value-type"}
    assert [code for code in codes(agent) if code in said] == ["ignored-in-plugin"]


def test_skills_and_commands_are_called_by_their_plugin(tmp_path: Path) -> None:
    tree: Tree = {
        MANIFEST: manifest(),
        "commands/do.md": "Do.\n",
        "skills/sk/SKILL.md": "---\nname: sk\ndescription: Does it.\n---\nDo.\n",
        ".claude/commands/own.md": "Do.\n",
        ".claude/skills/own/SKILL.md": "---\nname: own\ndescription: Does it.\n---\nDo.\n",
    }
    found = read(tmp_path, tree)
    assert {path: agent.id for path, agent in found.items()} == {
        "commands/do.md": "crew:do",
        "skills/sk/SKILL.md": "crew:sk",
        ".claude/commands/own.md": "own",
        ".claude/skills/own/SKILL.md": "own",
    }


def test_a_placeholder_is_one_whatever_else_is_wrong(tmp_path: Path) -> None:
    data = PLACEHOLDERS["yaml-unreadable"].encode() + b"\xff"
    agent = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": data})["agents/a.md"]
    assert {"not-utf-8", "yaml-unreadable"} <= set(codes(agent))
    assert agent.tools.mode is ToolMode.ALL


def test_what_is_not_opened_is_no_placeholder(tmp_path: Path) -> None:
    tree: Tree = {MANIFEST: manifest(), "agents/a.md": b"x" * 2_000_000}
    assert not read(tmp_path, tree)["agents/a.md"].loadable


# Keys without effect

IGNORED = {
    "permissionMode": "plan",
    "mcpServers": "[tracker]",
    "hooks": "{Stop: []}",
    "initialPrompt": "Start.",
}


@pytest.mark.parametrize("key", IGNORED)
def test_a_key_without_effect_is_told(tmp_path: Path, key: str) -> None:
    text = agent_file("a", tools="Read", **{key: IGNORED[key]})
    found = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text, ".claude/agents/a.md": text})
    agent, other = found["agents/a.md"], found[".claude/agents/a.md"]
    (finding,) = [each for each in agent.findings if each.code == "ignored-in-plugin"]
    assert f"ignores `{key}`" in finding.message
    assert finding.severity is Severity.WARNING
    assert agent.fields[finding.line - 2].key == key
    assert "ignored-in-plugin" not in codes(other)
    assert [each.key for each in agent.fields if agent.is_ignored(each.key)] == [key]
    assert not any(other.is_ignored(each.key) for each in other.fields)


def test_servers_that_have_no_effect_give_nothing(tmp_path: Path) -> None:
    text = agent_file("a", tools="Read", mcpServers="[tracker, {notes: {command: notes}}]")
    found = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text, ".claude/agents/a.md": text})
    agent, other = found["agents/a.md"].tools, found[".claude/agents/a.md"].tools
    assert (agent.servers, agent.capabilities) == ((), (Capability.READ,))
    assert (other.servers, other.capabilities) == (
        ("tracker", "notes"),
        (Capability.READ, Capability.MCP),
    )


def test_a_mode_that_has_no_effect_gives_no_tool(tmp_path: Path) -> None:
    text = agent_file("a", tools="Read, ExitPlanMode", permissionMode="plan")
    found = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text, ".claude/agents/a.md": text})
    texts = [agent.tools.allowed[1].condition for agent in found.values()]
    assert texts[0] != texts[1]
    assert "outside of plugins" in found["agents/a.md"].tools.allowed[1].condition
    assert "tool-never-given" in codes(found["agents/a.md"])
    assert "tool-never-given" not in codes(found[".claude/agents/a.md"])


def test_hooks_that_would_drop_an_agent_have_no_effect(tmp_path: Path) -> None:
    text = agent_file("a", tools="Read", hooks="[]")
    found = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text, ".claude/agents/a.md": text})
    assert found["agents/a.md"].loadable
    assert "value-type" not in codes(found["agents/a.md"])
    assert not found[".claude/agents/a.md"].loadable


def test_other_keys_have_the_effect_that_they_have_elsewhere(tmp_path: Path) -> None:
    text = agent_file(
        "a", tools="[Bash, Grep]", disallowedTools="Bash", memory="user", isolation="worktree"
    )
    agent = read(tmp_path, {MANIFEST: manifest(), "agents/a.md": text})["agents/a.md"]
    assert [entry.gets for entry in agent.tools.allowed] == [Gets.NO, Gets.YES]
    assert agent.tools.capabilities == (Capability.READ, Capability.WRITE)


# Revisions


def revision(folder: Path, below: str = "", name: str = "HEAD") -> dict[str, Agent]:
    """The agents of a folder in a commit, by their paths below it."""
    where = Repository(folder)
    found = where.find_commit(name)
    assert found
    tree = where.find_tree(found, below)
    assert tree
    source = Source(folder / below, shown=below)
    above = plugins_above(where, found, source, below)
    return by_path(check_catalog(catalog_from([read_revision(where, tree, source, above)])))


PLUGINS: Tree = {
    MANIFEST: manifest("outer"),
    "agents/review/a.md": NAMELESS,
    f"plugins/crew/{MANIFEST}": manifest("shift", agents=["./custom/b.md"]),
    "plugins/crew/agents/a.md": NAMELESS,
    "plugins/crew/custom/b.md": agent_file("b", hooks="[]"),
    "plugins/bare/agents/c.md": NAMELESS,
    f"node_modules/x/{MANIFEST}": manifest("module"),
}


@pytest.mark.parametrize(
    "below", ["", "agents", "agents/review", "plugins", "plugins/crew", "plugins/crew/custom", "plugins/bare/agents"]
)  # fmt: skip
def test_plugins_of_a_revision_are_those_of_the_folder(tmp_path: Path, below: str) -> None:
    folder = repository(tmp_path, PLUGINS)
    found = revision(folder, below)
    assert found == read(folder, below=below)
    assert ids(found)


def test_a_plugin_of_a_revision_is_as_it_was_committed(tmp_path: Path) -> None:
    folder = repository(tmp_path, PLUGINS)
    commit(folder, {MANIFEST: manifest("later")})
    write_tree(folder, {MANIFEST: manifest("not-committed")})
    for below in ("", "agents"):
        path = "a.md" if below else "agents/review/a.md"
        path = f"review/{path}" if below else path
        assert revision(folder, below)[path].id == "later:review:a"
        assert revision(folder, below, "HEAD~1")[path].id == "outer:review:a"


@pytest.mark.parametrize("below", ["", "agents", "plugins/crew"])
def test_what_changed_is_of_the_plugin_that_did_not_change(tmp_path: Path, below: str) -> None:
    folder = repository(tmp_path, PLUGINS)
    changed = {
        "agents/review/a.md": NAMELESS + "More.\n",
        "plugins/crew/custom/b.md": agent_file("b", "More."),
    }
    commit(folder, changed)
    where = Repository(folder)
    source = Source(folder / below)
    old, new = (where.find_commit(name) or "" for name in ("HEAD~1", "HEAD"))
    before, after = (where.find_tree(each, below) for each in (old, new))
    above = plugins_above(where, old, source, below), plugins_above(where, new, source, below)
    found = read_changed(where, before, after, source, above=above)
    expected = {
        PurePosixPath("agents/review/a.md"): Plugin(name="outer", folder=("review",)),
        PurePosixPath("plugins/crew/custom/b.md"): Plugin(name="shift"),
    }
    top = PurePosixPath(below)
    for each in found:
        assert {PurePosixPath(top, file.path): file.plugin for file in each.files} == {
            path: plugin for path, plugin in expected.items() if path.is_relative_to(top)
        }


@pytest.mark.parametrize(
    ("base", "head", "sources"),
    [
        ("main", "main", ["agents"]),
        ("main:agents", "main", []),
        ("main:agents", "./agents", []),
        ("./agents", "main", []),
        ("main", ".", ["agents"]),
    ],
)
def test_both_sides_of_a_review_know_the_plugin_above(
    tmp_path: Path, base: str, head: str, sources: list[str]
) -> None:
    folder = repository(tmp_path, {MANIFEST: manifest(), "agents/a.md": NAMELESS})
    labelled = [Labelled("", source) for source in sources]
    for side in read_sides(base, head, labelled, here=folder):
        assert [agent.id for agent in side.agents] == ["crew:a"]


def test_a_review_sees_that_a_manifest_came(tmp_path: Path) -> None:
    folder = repository(tmp_path, {"agents/a.md": agent_file("a", hooks="[]")})
    commit(folder, {MANIFEST: manifest()})
    before, after = read_sides("HEAD~1", "HEAD", [Labelled("", "agents")], here=folder)
    assert [(each.id, each.loadable) for each in before.agents] == [("a", False)]
    assert [(each.id, each.loadable) for each in after.agents] == [("crew:a", True)]


def test_the_folder_of_a_side_tells_its_format(tmp_path: Path) -> None:
    folder = repository(tmp_path, {".github/agents/a.md": "---\ndescription: Does it.\n---\nDo.\n"})
    for side in read_sides("main:.github/agents", "./.github/agents", here=folder):
        assert [agent.format.slug for agent in side.agents] == ["copilot"]


def test_a_manifest_that_comes_later_is_noticed(tmp_path: Path) -> None:
    write_tree(tmp_path, {"agents/a.md": NAMELESS})
    source = Source(tmp_path)
    before = read_catalog([source])
    write_tree(tmp_path, {MANIFEST: manifest()})
    after = catalog_from([read_source(source)], before)
    assert (before.agents[0].plugin, after.agents[0].id) == (None, "crew:a")
    again = catalog_from([read_source(source)], after)
    assert again.agents[0] is after.agents[0]


# The site


def test_the_page_of_an_agent_says_what_plugin_it_comes_with(tmp_path: Path) -> None:
    tree: Tree = {
        "agents/plugins/crew/agents/review/a.md": NAMELESS,
        "agents/plugins/crew/agents/b.md": PLACEHOLDERS["yaml-unreadable"].encode(),
        f"agents/tools/{MANIFEST}": manifest("<b>shift</b>"),
        "agents/tools/agents/c.md": agent_file("c", permissionMode="plan"),
        f"agents/{MANIFEST}": "{}",
        "agents/agents/d.md": agent_file("d"),
    }
    site = build_project(write_project(tmp_path, tree))
    agents = {agent["path"]: agent for agent in site.catalog["agents"]}
    assert {path: agent["id"] for path, agent in agents.items()} == {
        "plugins/crew/agents/review/a.md": "crew:review:a",
        "plugins/crew/agents/b.md": "crew:b",
        "tools/agents/c.md": "<b>shift</b>:c",
        "agents/d.md": "d",
    }
    page = site.page(agents["plugins/crew/agents/review/a.md"]["url"])
    assert "With the plugin crew, which brings it along." in shown(page)
    page = site.page(agents["tools/agents/c.md"]["url"])
    assert "With the plugin <b>shift</b>, which brings it along." in shown(page)
    assert "ignores permissionMode in the agents of plugins" in shown(page)
    placeholder = agents["plugins/crew/agents/b.md"]
    assert placeholder["tools"]["mode"] == "all"
    assert placeholder["capabilities"] == [each.value for each in Capability]
    assert_sound(site)
