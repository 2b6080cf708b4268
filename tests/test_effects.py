"""What a change gives to an agent and takes from it, for every tool, whatever its file lists."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.tool import Capability, Gets, ToolEntry
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_from
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import AgentFile, Source, read_source
from agent_catalog.reviewing.comparing import compare_agents, compare_catalogs
from agent_catalog.reviewing.records import review_json
from agent_catalog.reviewing.review import AgentChange, Escalation, Kind, Reason, Review
from agent_catalog.reviewing.text import clause_text
from agent_catalog.reviewing.words import clauses
from effects import CLAUDE, CODEX, OPENCODE, PAIRS, Pair, at
from sites import Tree, write_tree


def catalog(folder: Path, tree: Tree) -> Catalog:
    return check_catalog(catalog_from([read_source(Source(write_tree(folder, tree)))]))


def review(folder: Path, before: Tree, after: Tree) -> Review:
    return compare_catalogs(catalog(folder / "before", before), catalog(folder / "after", after))


def only(found: Review) -> AgentChange:
    (change,) = found.changes
    return change


def codes(change: AgentChange) -> list[str]:
    return [":".join(filter(None, [each.reason, each.what])) for each in change.escalations]


def told(change: AgentChange) -> list[str]:
    lines = [f"{'! ' * each.escalation}{clause_text(each)}" for each in clauses(change)]
    return [line for line in lines if not line.startswith(("new finding", "mended"))]


def filled(line: str) -> str:
    """A line with what the data of formats says in it."""
    codex = known_formats()["codex"].tools
    words = {
        name: f"{each.does} {codex.caveat}".removesuffix(".")
        for name, each in codex.sandbox.items()
    }
    words |= {each.why: each.text for each in known_formats()["claude-code"].limits}
    return re.sub(r"\{([a-z-]+)\}", lambda found: words.get(found[1], found[0]), line)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.title)
def test_what_counts_is_what_the_agent_gets(tmp_path: Path, pair: Pair) -> None:
    change = only(review(tmp_path, pair.before, pair.after))
    access = change.access

    assert told(change) == [filled(line.strip()) for line in pair.told.strip().splitlines()]
    assert codes(change) == pair.escalations.split()
    assert (access.capabilities.gained if access else ()) == tuple(pair.gained.split())
    assert (access.capabilities.lost if access else ()) == tuple(pair.lost.split())


def test_the_pairs_are_many_and_of_every_tool() -> None:
    places = {path for pair in PAIRS for path in pair.before}
    assert len(PAIRS) >= 80
    assert len({pair.title for pair in PAIRS}) == len(PAIRS)
    formats = {read_agent(AgentFile(Source(Path()), path, b"")).format.slug for path in places}
    assert formats == known_formats().keys()


@pytest.mark.parametrize("allowed", ["git *", "git push *", "git p?sh *", "*", "git push origin"])
def test_what_is_allowed_out_of_what_was_denied_is_an_escalation(
    tmp_path: Path, allowed: str
) -> None:
    before, after = at(
        OPENCODE,
        "permission: {bash: {'*': allow, 'git push *': deny}}",
        f"permission: {{bash: {{'*': deny, '{allowed}': allow, 'ls *': allow}}}}",
    )
    found = only(review(tmp_path, before, after))
    assert Escalation(Reason.ASKS, "bash") in found.escalations


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.title)
def test_a_change_undone_loses_what_it_gained(tmp_path: Path, pair: Pair) -> None:
    there = only(review(tmp_path / "there", pair.before, pair.after))
    back = only(review(tmp_path / "back", pair.after, pair.before))

    assert bool(there.access) == bool(back.access)
    if there.access and back.access:
        assert set(back.access.tools.gained) == set(there.access.tools.lost)
        assert set(back.access.without_effect) == set(there.access.without_effect)
        assert len(back.access.conditions) == len(there.access.conditions)
    assert not {*there.escalations} & {*back.escalations}


# Data for programs


def test_data_says_what_an_agent_gets_before_and_after(tmp_path: Path) -> None:
    before, after = at(CLAUDE, "tools: Read, Grep, LS", "tools: Read, Grep, Bash(git *), Juggle")
    (change,) = json.loads(review_json(review(tmp_path, before, after)))["changes"]

    tools = change["tools"]
    assert (change["format"], change["after"]["format"]) == ("claude-code", "claude-code")
    assert (change["after"]["id"], change["after"]["kind"]) == ("reviewer", "agent")
    assert (tools["gained"], tools["lost"]) == (["Bash(git *)"], [])
    assert sorted(tools["without_effect"]) == ["Juggle", "LS"]
    assert tools["conditions"] == [
        {
            "name": "Grep",
            "before": {"name": "Grep", "gets": "yes", "why": None},
            "after": {"name": "Grep", "gets": "depends", "why": "beside-bash"},
        }
    ]
    assert [(each["name"], each["gets"]) for each in change["tools_after"]["effective"]] == [
        ("Read", "yes"),
        ("Grep", "depends"),
        ("Bash", "yes"),
        ("Juggle", "no"),
    ]


def test_data_says_what_a_specifier_is_without(tmp_path: Path) -> None:
    before, after = at(CLAUDE, "tools: Bash(git *)", "tools: Bash")
    (change,) = json.loads(review_json(review(tmp_path, before, after)))["changes"]

    assert (change["escalations"], change["tools"]["without_effect"]) == ([], ["Bash"])


def test_a_plugin_that_an_agent_is_of_now_changes_it_though_its_file_is_the_same(
    tmp_path: Path,
) -> None:
    tree = at("tools/crew/agents/reviewer.md", "hooks: {Stop: []}", "")[0]
    manifest = {"tools/crew/.claude-plugin/plugin.json": '{"name": "crew"}'}
    change = only(review(tmp_path, tree, {**tree, **manifest}))
    back = only(review(tmp_path / "back", {**tree, **manifest}, tree))

    assert change.kind is Kind.CHANGED
    assert "no longer takes effect, as Claude Code ignores it in plugins: hooks" in told(change)
    assert codes(back) == ["key:hooks"]


def test_a_new_file_tells_what_its_tool_makes_of_it(tmp_path: Path) -> None:
    tree: Tree = {
        **at(OPENCODE, "permission: {'*': ask, bash: deny}", "")[0],
        **at(CODEX, 'sandbox_mode = "read-only"', "")[0],
        **at(".cursor/agents/a.md", "readonly: true", "")[0],
        **at(".claude/agents/b.md", "tools: LS, Juggle", "")[0],
        **at(".claude/commands/c.md", "model: opus", "")[0],
        **at(".kiro/agents/d.md", "model: auto", "")[0],
    }
    found = review(tmp_path, {}, tree)

    first = {each.agent.path: told(each)[0] for each in found.changes}
    assert first == {
        OPENCODE: "may use every tool of the session but those denied to it: reads files, "
        "changes files, uses the network, starts other agents, uses MCP servers",
        CODEX: filled("{read-only}"),
        ".cursor/agents/a.md": "It is read-only: it changes no files and runs no command that "
        "changes anything",
        ".claude/agents/b.md": "may use no tool that reads, changes or starts anything",
        ".claude/commands/c.md": "is a command and no agent",
        ".kiro/agents/d.md": "may use what is not known",
    }
    assert not any(each.escalations for each in found.changes)


# Properties, of lists with specifiers

NAMES = [
    *("Read", "Grep", "Glob", "Bash", "Write", "WebFetch", "Agent", "Task", "MultiEdit", "View"),
    *("LS", "AskUserQuestion", "ExitPlanMode", "TaskCreate", "Workflow", "TodoWrite", "Juggle"),
    *("mcp__notes", "mcp__notes__list", "mcp__*", "mcp__a.b__c", "read", "run_shell_command"),
]
ENTRIES = st.builds(
    "{}{}".format, st.sampled_from(NAMES), st.sampled_from(["", "", "(git *)", "(rm *)", "(a, b)"])
)
LISTS = st.lists(ENTRIES, max_size=6)
FILES = st.builds(
    lambda tools, denied, others: "\n".join(
        [
            *([f"tools: {json.dumps(tools)}"] if tools is not None else []),
            *([f"disallowedTools: {json.dumps(denied)}"] if denied else []),
            *others,
        ]
    ),
    st.none() | LISTS,
    LISTS,
    st.lists(
        st.sampled_from(
            ["memory: user", "model: opus", "maxTurns: 3", "permissions: {Bash: deny}"]
        ),
        unique=True,
    ),
)


def agent(lines: str) -> Agent:
    text = at(CLAUDE, lines, "")[0][CLAUDE]
    assert isinstance(text, str)
    return read_agent(AgentFile(Source(Path()), CLAUDE, text.encode()))


def effect(found: Agent) -> object:
    """All that the agent gets, by the name of today of each tool."""
    access = found.tools
    gets = [each for each in access.granted if each.gets is not Gets.NO and not each.main_only]
    names = {_name(entry) for entry in gets}
    always = {_name(entry) for entry in gets if entry.gets is Gets.YES}
    given = {
        (_name(entry), entry.gets, entry.condition)
        for entry in gets
        if (not entry.server or names.isdisjoint(_wholes(entry)))
        and (entry.gets is Gets.YES or _name(entry) not in always)
    }
    # What a session has of servers is not known by name.
    servers = {_name(entry) for entry in access.denied if entry.server}
    return given, access.mode, access.capabilities, access.servers, servers


def _name(entry: ToolEntry) -> str:
    return entry.tool.name if entry.tool else entry.name


def _wholes(entry: ToolEntry) -> set[str]:
    """What gives a tool of a server, or a server, with others."""
    return {"mcp__*", f"mcp__{entry.server}"} - {entry.name}


@given(FILES, FILES)
def test_the_same_effect_is_no_escalation(before: str, after: str) -> None:
    one, other = agent(before), agent(after)
    change = compare_agents(one, other)
    if effect(one) == effect(other):
        assert change is None or change.escalations == ()


@given(LISTS, st.lists(st.sampled_from(["", "(git *)", "(rm *)", "(a)"]), min_size=6))
def test_other_specifiers_never_change_what_an_agent_gets(
    entries: list[str], specifiers: list[str]
) -> None:
    names = [entry.partition("(")[0] for entry in entries]
    others = [name + added for name, added in zip(names, specifiers, strict=False)]
    before, after = agent(f"tools: {json.dumps(entries)}"), agent(f"tools: {json.dumps(others)}")
    change = compare_agents(before, after)

    assert effect(before)[1:] == effect(after)[1:]  # type: ignore[index]
    if change:
        assert change.escalations == ()
        assert not (change.access and (change.access.tools or change.access.capabilities))


@given(FILES, FILES)
def test_a_capability_that_is_gained_is_an_escalation_or_reading(before: str, after: str) -> None:
    one, other = agent(before), agent(after)
    change = compare_agents(one, other)
    gained = {*other.tools.capabilities} - {*one.tools.capabilities} - {Capability.READ}
    found = change.escalations if change else ()
    escalated = {each.what for each in found if each.reason is Reason.CAPABILITY}
    if any(each.reason is Reason.SERVER for each in found):
        gained.discard(Capability.MCP)

    assert escalated == gained


RULES = st.dictionaries(
    st.sampled_from(["*", "a*", "*b", "ab", "b"]),
    st.sampled_from(["allow", "ask", "deny"]),
    min_size=1,
)


@given(RULES, RULES)
def test_patterns_that_allow_more_of_anything_are_an_escalation(
    before: dict[str, str], after: dict[str, str]
) -> None:
    one, other = (
        {OPENCODE: f"---\npermission: {{bash: {json.dumps(rules)}}}\n---\n"}
        for rules in (before, after)
    )
    found = [
        read_agent(AgentFile(Source(Path()), OPENCODE, each[OPENCODE].encode()))
        for each in (one, other)
    ]
    change = compare_agents(*found)
    order = ["deny", "ask", "allow"]
    wider = any(
        order.index(_last(after, called)) > order.index(_last(before, called))
        for called in ("a", "ab", "b", "c")
    )

    if wider:
        assert change
        assert change.escalations


def _last(rules: dict[str, str], called: str) -> str:
    """What the last rule that fits says; without one, OpenCode allows it."""
    fitting = [action for pattern, action in rules.items() if fnmatchcase(called, pattern)]
    return fitting[-1] if fitting else "allow"


@given(FILES, FILES)
def test_whatever_changes_is_told(before: str, after: str) -> None:
    one, other = agent(before), agent(after)
    change = compare_agents(one, other)

    assert (change is None) == (one.data == other.data)
    if change:
        assert clauses(change)
        assert "to the same effect" not in "".join(told(change)) or effect(one) == effect(other)
