from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, Gets, Tool, ToolAccess, ToolEntry, ToolMode
from agent_catalog.reading.access import read_access
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.tools import find_tool

FORMATS = known_formats()
CLAUDE, COPILOT, OPENCODE = (FORMATS[slug] for slug in ("claude-code", "copilot", "opencode"))
ALL, LISTED, NONE, UNKNOWN = ToolMode
READ, WRITE, EXECUTE = Capability.READ, Capability.WRITE, Capability.EXECUTE
NETWORK, DELEGATE, MCP = Capability.NETWORK, Capability.DELEGATE, Capability.MCP

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(alphabet="()[],* _/\"'\nRead-mcp:"),
    lambda inner: (
        st.lists(inner, max_size=5).map(tuple) | st.dictionaries(st.text(), inner, max_size=5)
    ),
    max_leaves=10,
)
# A plain name, or one with balanced parentheses that may hold commas and more parentheses.
INSIDE = st.recursive(
    st.text(alphabet="ab, *:", max_size=4),
    lambda inner: st.tuples(inner, inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
    max_leaves=4,
)
NAMES = st.from_regex(r"[A-Za-z]\w{0,9}", fullmatch=True)
ENTRIES = NAMES | st.tuples(NAMES, INSIDE).map(lambda pair: f"{pair[0]}({pair[1]})")


def read(format_: Format = CLAUDE, **values: Value) -> ToolAccess:
    """What an agent with some keys may use; none of them is there by default."""
    fields = {
        key: Field(
            key=key, value=value, text="as written", line=3, column=8, reading=Reading.STRICT
        )
        for key, value in values.items()
    }
    return read_access(format_, fields)


def access(tools: Value, disallowed: Value = None) -> ToolAccess:
    return read(tools=tools, disallowedTools=disallowed)


def session(disallowed: Value) -> ToolAccess:
    return read(disallowedTools=disallowed)


def opencode(permission: Value) -> ToolAccess:
    return read(OPENCODE, permission=permission)


def allowed(tools: Value) -> list[str]:
    return [entry.written for entry in access(tools).allowed]


def entry(written: str, format_: Format = CLAUDE) -> ToolEntry:
    (found,) = read(format_, tools=[written]).allowed
    return found


def every_tool() -> Iterator[tuple[Format, Tool]]:
    for format_ in FORMATS.values():
        for tool in format_.tools.known.values():
            yield format_, tool


def data(format_: Format) -> dict[str, Any]:
    """A format as it stands in its file."""
    folder = files("agent_catalog.reading.formats")
    return tomllib.loads(folder.joinpath(f"{format_.slug}.toml").read_text(encoding="utf-8"))


# The shapes of a list


def test_a_missing_list_gives_every_tool() -> None:
    assert read() == ToolAccess(mode=ALL, capabilities=tuple(Capability))


@pytest.mark.parametrize("value", [None, "", " \n", [], [None], ",", "[]"])
def test_an_empty_list_gives_no_tool(value: Value) -> None:
    assert access(value) == ToolAccess(mode=NONE)


@pytest.mark.parametrize("value", ["*", "'*'", ["*"], "Read, *", ["Read", "*"]])
def test_a_star_gives_every_tool(value: Value) -> None:
    assert access(value) == ToolAccess(mode=ALL, capabilities=tuple(Capability))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Read, Grep", ["Read", "Grep"]),
        ("Read,Grep,", ["Read", "Grep"]),
        ("Read\nGrep\r\nGlob", ["Read", "Grep", "Glob"]),
        ("Read", ["Read"]),
        ("- Read\n- Grep", ["Read", "Grep"]),
        ('["Read", "Grep"]', ["Read", "Grep"]),
        ("[Read, 'Grep']", ["Read", "Grep"]),
        ('"Read, Grep"', ["Read", "Grep"]),
        ("`Read`, `Grep`", ["Read", "Grep"]),
        (["Read", "Grep"], ["Read", "Grep"]),
        (["Read, Grep", "Glob"], ["Read", "Grep", "Glob"]),
        (["Read", None, 7, True, {"Bash": "ls"}], ["Read", "7", "true", '{"Bash": "ls"}']),
        (7, ["7"]),
        (False, ["false"]),
        ("Agent(a, b), Bash(git add:*), Read", ["Agent(a, b)", "Bash(git add:*)", "Read"]),
        ("Agent(a\n,b)", ["Agent(a\n,b)"]),
        ("Bash(echo (a, b), c), Read", ["Bash(echo (a, b), c)", "Read"]),
        ("Bash(git, Read", ["Bash(git", "Read"]),
        ("Bash(git, Agent(a, b), Read", ["Bash(git", "Agent(a, b)", "Read"]),
        ("Bash git), Read", ["Bash git)", "Read"]),
        ("Read Grep  mcp__a__b", ["Read", "Grep", "mcp__a__b"]),
        ("Read Bash(git log *) Task", ["Read", "Bash(git log *)", "Task"]),
        ("Read Grep, Write", ["Read", "Grep", "Write"]),
        ("Read the docs", ["Read the docs"]),
        ("Vector Search, Read", ["Vector Search", "Read"]),
        ("Read, Read", ["Read", "Read"]),
    ],
)
def test_a_list_is_read_in_any_shape(value: Value, expected: list[str]) -> None:
    assert access(value).mode is LISTED
    assert allowed(value) == expected


@given(st.lists(ENTRIES, min_size=1))
def test_a_comma_list_gives_its_entries_back(entries: list[str]) -> None:
    assert allowed(", ".join(entries)) == entries
    assert allowed("\n".join(entries)) == entries
    assert allowed(list(entries)) == entries


@given(st.text(alphabet="ab(),\n"))
def test_a_list_loses_nothing_but_separators(text: str) -> None:
    kept = "".join(allowed(text))
    assert re.sub(r"[,\s]", "", kept) == re.sub(r"[,\s]", "", text)


def test_a_map_changes_single_tools_of_the_session() -> None:
    found = read(OPENCODE, tools={"read": True, "write": False, "edit": False, "bash": True})
    assert found.mode is ALL
    assert [entry.name for entry in found.allowed] == ["read", "bash"]
    assert [entry.name for entry in found.denied] == ["write", "edit"]
    assert found.capabilities == (READ, EXECUTE, NETWORK, DELEGATE, MCP)


def test_a_map_that_refuses_the_star_is_a_list() -> None:
    found = opencode({"*": "deny", "read": "allow", "bash": "deny", "grep": "allow"})
    assert found.mode is LISTED
    assert [entry.name for entry in found.allowed] == ["read", "grep"]
    assert [entry.name for entry in found.denied] == ["bash"]
    assert found.capabilities == (READ,)


@pytest.mark.parametrize(
    ("value", "mode"),
    [({"*": "allow"}, ALL), ({}, ALL), ({"*": "deny"}, NONE), ({"*": "ask"}, ALL), ("deny", NONE)],
)
def test_a_map_without_names_is_all_or_nothing(value: Value, mode: ToolMode) -> None:
    assert opencode(value).mode is mode


def test_a_map_of_switches_without_names_is_all_or_nothing() -> None:
    assert read(OPENCODE, tools={"*": True}).mode is ALL
    assert read(OPENCODE, tools={"*": False}).mode is NONE


def test_denying_one_way_to_edit_in_opencode_denies_them_all() -> None:
    found = opencode({"edit": "deny", "bash": "deny"})
    assert found.capabilities == (READ, NETWORK, DELEGATE, MCP)


@pytest.mark.parametrize("value", [{"Read": True, "Bash": False}, {"*": False}, {}])
def test_a_map_is_no_list(value: Value) -> None:
    assert access(value) == read()
    assert read(COPILOT, tools=value).mode is UNKNOWN


# Entries


def test_an_entry_is_taken_apart() -> None:
    found = entry("Bash(git log (all), *)")
    assert (found.name, found.specifier) == ("Bash", "git log (all), *")
    assert found.tool == find_tool("Bash", CLAUDE) == CLAUDE.tools.known["Bash"]
    assert found.known
    assert not found.renamed


@pytest.mark.parametrize("written", ["Bash(git", "(git)", "Bash(git) now", "Bash)"])
def test_an_entry_with_odd_parentheses_is_a_name(written: str) -> None:
    found = entry(written)
    assert (found.name, found.specifier, found.known) == (written, None, False)


def test_a_former_name_is_known_by_the_name_of_today() -> None:
    found = entry("Task(reviewer)")
    assert (found.name, found.specifier, found.renamed) == ("Task", "reviewer", True)
    assert found.tool == CLAUDE.tools.known["Agent"]


@pytest.mark.parametrize(
    ("written", "server", "server_tool"),
    [
        ("mcp__context7", "context7", None),
        ("mcp__context7__*", "context7", "*"),
        ("mcp__context7__get-library-docs", "context7", "get-library-docs"),
        ("mcp__my_server__do__it", "my_server", "do__it"),
        ("mcp__plugin_tasks_board__list", "plugin_tasks_board", "list"),
        ("mcp__context7__", "context7", None),
        ("mcp__*", "*", None),
    ],
)
def test_a_tool_of_an_mcp_server_is_taken_apart(
    written: str, server: str, server_tool: str | None
) -> None:
    assert_of_server(written, CLAUDE, server, server_tool)


@pytest.mark.parametrize(
    ("written", "server", "server_tool"),
    [
        ("github/*", "github", "*"),
        ("custom-mcp/tool-1", "custom-mcp", "tool-1"),
        ("io.example/server/run", "io.example/server", "run"),
    ],
)
def test_copilot_parts_server_and_tool_by_a_slash(
    written: str, server: str, server_tool: str
) -> None:
    assert_of_server(written, COPILOT, server, server_tool)
    assert not entry(written).known


def assert_of_server(written: str, format_: Format, server: str, server_tool: str | None) -> None:
    found = entry(written, format_)
    assert (found.name, found.server, found.server_tool) == (written, server, server_tool)
    assert found.tool is None
    assert found.known


@pytest.mark.parametrize(
    ("written", "format_"),
    [
        ("mcp__", CLAUDE),
        ("mcp____x", CLAUDE),
        ("mcp_a_b", CLAUDE),
        *((written, COPILOT) for written in ("/", "a/", "/b", "edit/nothing", "a / b")),
    ],
)
def test_what_names_no_server_is_unknown(written: str, format_: Format) -> None:
    found = entry(written, format_)
    assert (found.server, found.server_tool) == (None, None)


@pytest.mark.parametrize("written", ["edit/editFiles", "search/codebase", "codebase", "web/fetch"])
def test_the_tools_of_copilot_are_of_no_server(written: str) -> None:
    found = entry(written, COPILOT)
    assert found.server is None
    assert found.tool
    assert found.tool.format == "copilot"


def test_case_matters_where_the_format_says_so() -> None:
    assert find_tool("Write", CLAUDE) == CLAUDE.tools.known["Write"]
    assert find_tool("write", OPENCODE) == OPENCODE.tools.known["write"]
    assert find_tool("write", CLAUDE) is find_tool("Write", OPENCODE) is None
    assert find_tool("WRITE", COPILOT) == COPILOT.tools.known["edit"]


# What follows from a list


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ("Read, Grep", (READ,)),
        ("Write, Read", (READ, WRITE)),
        ("Bash", (EXECUTE,)),
        ("Bash(git log *)", (EXECUTE,)),
        ("WebSearch, Task, mcp__a", (NETWORK, DELEGATE, MCP)),
        ("MultiEdit", (WRITE,)),
        ("TodoWrite, Skill", ()),
        ("Flux Compensator", ()),
        ("Workflow, AskUserQuestion, LS", ()),
        ("read, edit/editFiles, runCommands, fetch, agent", ()),
        ("BashOutput, TaskOutput", ()),
        ("ListMcpResourcesTool", (MCP,)),
    ],
)
def test_a_list_gives_what_its_tools_give(tools: str, expected: tuple[Capability, ...]) -> None:
    assert access(tools).capabilities == expected


def test_a_list_gives_what_its_tools_give_in_their_format() -> None:
    listed = "read, edit/editFiles, runCommands, fetch, agent"
    assert read(COPILOT, tools=listed).capabilities == tuple(Capability)[:5]


@pytest.mark.parametrize(
    ("denied", "expected"),
    [
        ("Bash", (READ, WRITE)),
        ("Bash(git push *)", (READ, WRITE)),
        ("Write", (READ, EXECUTE)),
        ("View", (WRITE, EXECUTE)),
        ("*", ()),
        ("write, Unknown", (READ, WRITE, EXECUTE)),
        ([], (READ, WRITE, EXECUTE)),
    ],
)
def test_denial_comes_first(denied: Value, expected: tuple[Capability, ...]) -> None:
    assert access("Read, Write, Bash", denied).capabilities == expected


@pytest.mark.parametrize(
    ("denied", "servers"),
    [
        ("mcp__*", ()),
        ("mcp__a", ("b",)),
        ("mcp__a__*", ("b",)),
        ("mcp__b__x", ("a",)),
        ("mcp__a__x", ("a", "b")),
        ("mcp__c", ("a", "b")),
    ],
)
def test_servers_are_denied_by_name_by_tool_or_at_once(
    denied: str, servers: tuple[str, ...]
) -> None:
    found = access("mcp__a, mcp__b__x, mcp__a__y", denied)
    assert found.servers == servers
    assert found.capabilities == ((MCP,) if servers else ())
    assert len(found.allowed) == 3


@pytest.mark.parametrize(
    ("denied", "gone"),
    [
        ("Agent", {DELEGATE}),
        ("Task", {DELEGATE}),
        ("Write, Edit", set()),
        ("Write, Edit, NotebookEdit", {WRITE}),
        ("Bash", set()),
        ("Bash, PowerShell, Monitor", {EXECUTE}),
        ("mcp__*", {MCP}),
        ("mcp__a", set()),
        ("*", set(Capability)),
        ({"Agent": True, "Write": False}, {DELEGATE}),
    ],
)
def test_a_session_loses_what_no_tool_is_left_for(denied: Value, gone: set[Capability]) -> None:
    assert set(session(denied).capabilities) == set(Capability) - gone


def test_capabilities_stand_in_their_own_order() -> None:
    assert access("mcp__a, Task, WebFetch, Bash, Edit, Read").capabilities == tuple(Capability)


@pytest.mark.parametrize(
    ("tools", "denied", "expected"),
    [
        ("Bash", "", (READ, WRITE, EXECUTE)),
        ("Bash", "Write", (READ, WRITE, EXECUTE)),
        ("Bash", "Write, Edit", (READ, EXECUTE)),
        ("", "", ()),
    ],
)
def test_a_memory_adds_to_a_list_what_is_not_denied(
    tools: str, denied: str, expected: tuple[Capability, ...]
) -> None:
    found = read(tools=tools, disallowedTools=denied, memory="project")
    assert found.capabilities == expected
    assert [entry.written for entry in found.allowed] == ["Bash"] * bool(tools)


@pytest.mark.parametrize(
    ("tools", "denied", "added"),
    [
        ("Bash", "", ["Read", "Write", "Edit"]),
        ("Bash, Read, Edit(src/*)", "", ["Write"]),
        ("Bash, Edit", "Edit, Write", ["Read"]),
        ("Read, Write, Edit", "", []),
        ("", "", []),
        ("*", "", []),
    ],
)
def test_what_a_memory_adds_is_told_with_its_condition(
    tools: str, denied: str, added: list[str]
) -> None:
    found = read(tools=tools, disallowedTools=denied, memory="user")
    assert [each.written for each in found.added] == added
    assert [each for each in found.effective if each.why == "by-memory"] == list(found.added)
    assert set(found.added) <= set(found.granted)
    for each in found.added:
        assert (each.gets, each.condition) == (
            Gets.DEPENDS,
            "by `memory`, where auto memory is on",
        )


@pytest.mark.parametrize("memory", ["false", "global", ""])
def test_only_a_memory_adds_tools(memory: str) -> None:
    assert read(tools="Bash", memory=memory).added == ()


def test_servers_are_named_once_in_the_order_of_mention() -> None:
    found = read(tools="mcp__b__x, mcp__a, mcp__*, mcp__b__y", mcpServers=("c", "a"))
    assert found.servers == ("b", "a", "c")


def test_servers_of_the_agent_itself_give_mcp() -> None:
    found = read(tools="Read", mcpServers=("c",))
    assert (found.servers, found.capabilities) == (("c",), (READ, MCP))


@given(
    format_=st.sampled_from(list(FORMATS.values())),
    tools=VALUES,
    more=st.dictionaries(
        st.sampled_from(["disallowedTools", "permission", "memory", "mcpServers", "mode"]), VALUES
    ),
)
def test_any_value_can_be_read(format_: Format, tools: Value, more: dict[str, Value]) -> None:
    found = read(format_, tools=tools, **more)
    if format_.tools.shape == "list":
        assert (found.mode is LISTED) == bool(found.allowed)
    assert all(entry.written.strip() or isinstance(tools, dict) for entry in found.allowed)


@given(tools=VALUES, servers=st.lists(st.text(), max_size=3))
def test_every_server_of_the_agent_is_told(tools: Value, servers: list[str]) -> None:
    assert set(servers) <= set(read(tools=tools, mcpServers=tuple(servers)).servers)


@pytest.mark.parametrize("piece", ["(", ")", "a,", "(,", "Read ", "mcp__a__b,", "()", "/", '"'])
def test_long_lists_are_read_in_no_time(piece: str) -> None:
    text = piece * (65_536 // len(piece))
    started = time.process_time()
    access(text, text)
    assert time.process_time() - started < 2


# The data


def test_the_data_is_dated() -> None:
    assert all(isinstance(each.as_of, date) for each in FORMATS.values())


def test_every_tool_has_a_well_formed_name() -> None:
    for format_, tool in every_tool():
        assert format_.tools.known[tool.name] is tool
        assert tool.format == format_.slug
        pattern = r"[A-Z][a-zA-Z]+" if format_ == CLAUDE else r"\*|@?[a-zA-Z]+([ /_-][a-zA-Z]+)*"
        assert re.fullmatch(pattern, tool.name), tool.name


def test_every_tool_is_explained_in_one_sentence() -> None:
    for _, tool in every_tool():
        assert re.fullmatch(r"[A-Z][^\n]{5,110}[^.\s]\.", tool.does), tool.name


def test_every_tool_has_its_capabilities_in_order_and_once() -> None:
    for _, tool in every_tool():
        assert list(tool.capabilities) == [c for c in Capability if c in tool.capabilities]


def test_every_former_name_leads_to_a_known_tool_and_is_none_itself() -> None:
    for format_ in FORMATS.values():
        known = format_.tools.known
        for former, today in format_.tools.renamed.items():
            assert former not in known
            assert find_tool(former, format_) is known[today]
            assert former in known[today].former
        assert format_.tools.aliases <= set(format_.tools.renamed)


def test_the_tools_of_a_memory_are_known() -> None:
    assert CLAUDE.tools.with_memory == ("Read", "Write", "Edit")
    for format_ in FORMATS.values():
        assert set(format_.tools.with_memory) <= set(format_.tools.known)


def test_tools_that_are_denied_together_are_known() -> None:
    for format_ in FORMATS.values():
        for names in format_.tools.together.values():
            assert set(names) <= set(format_.tools.known)


def test_only_known_keys_describe_a_tool() -> None:
    for format_ in FORMATS.values():
        rows = data(format_)["tools"].get("known", {})
        assert rows.keys() == format_.tools.known.keys()
        for name, row in rows.items():
            assert row.keys() <= {"does", "asks", "capabilities", "set", "removed", "specifier"}, (
                name
            )
