from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.tool import Capability, ToolAccess, ToolEntry, ToolMode
from agent_catalog.reading import tools as module
from agent_catalog.reading.tools import find_tool, known_tools, read_tool_access

ALL, LISTED, NONE = ToolMode.ALL, ToolMode.LISTED, ToolMode.NONE
READ, WRITE, EXECUTE = Capability.READ, Capability.WRITE, Capability.EXECUTE
NETWORK, DELEGATE, MCP = Capability.NETWORK, Capability.DELEGATE, Capability.MCP

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(alphabet="()[],* _/\"'\nRead-mcp:"),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
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


def field(value: Value) -> Field:
    return Field(
        key="tools", value=value, text="as written", line=3, column=8, reading=Reading.STRICT
    )


def access(tools: Value, disallowed: Value = None) -> ToolAccess:
    return read_tool_access(field(tools), None if disallowed is None else field(disallowed))


def session(disallowed: Value) -> ToolAccess:
    return read_tool_access(None, field(disallowed))


def allowed(tools: Value) -> list[str]:
    return [entry.written for entry in access(tools).allowed]


def entry(written: str) -> ToolEntry:
    (found,) = access([written]).allowed
    return found


# The shapes of a list


def test_a_missing_list_gives_every_tool() -> None:
    assert read_tool_access(None, None) == ToolAccess(mode=ALL, capabilities=tuple(Capability))


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
    found = access({"read": True, "write": False, "edit": False, "bash": "ask"})
    assert (found.mode, found.allowed) == (ALL, ())
    assert [entry.name for entry in found.denied] == ["write", "edit"]
    assert found.capabilities == (READ, EXECUTE, NETWORK, DELEGATE, MCP)


def test_a_map_that_refuses_the_star_is_a_list() -> None:
    found = access({"*": False, "read": True, "bash": "deny", "grep": "allow"})
    assert found.mode is LISTED
    assert [entry.name for entry in found.allowed] == ["read", "grep"]
    assert [entry.name for entry in found.denied] == ["bash"]
    assert found.capabilities == (READ,)


@pytest.mark.parametrize(
    ("value", "mode"), [({"*": True}, ALL), ({}, ALL), ({"*": "deny"}, NONE), ({"*": "ask"}, ALL)]
)
def test_a_map_without_names_is_all_or_nothing(value: Value, mode: ToolMode) -> None:
    assert access(value).mode is mode


def test_denying_one_way_to_edit_in_opencode_denies_them_all() -> None:
    assert access({"edit": "deny", "bash": "deny"}).capabilities == (READ, NETWORK, DELEGATE, MCP)


# Entries


def test_an_entry_is_taken_apart() -> None:
    found = entry("Bash(git log (all), *)")
    assert (found.name, found.specifier) == ("Bash", "git log (all), *")
    assert found.tool == find_tool("Bash")
    assert found.known
    assert not found.renamed


@pytest.mark.parametrize("written", ["Bash(git", "(git)", "Bash(git) now", "Bash)"])
def test_an_entry_with_odd_parentheses_is_a_name(written: str) -> None:
    found = entry(written)
    assert (found.name, found.specifier, found.known) == (written, None, False)


def test_a_former_name_is_known_by_the_name_of_today() -> None:
    found = entry("Task(reviewer)")
    assert (found.name, found.specifier, found.renamed) == ("Task", "reviewer", True)
    assert found.tool == known_tools()["Agent"]


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
        ("github/*", "github", "*"),
        ("custom-mcp/tool-1", "custom-mcp", "tool-1"),
        ("io.example/server/run", "io.example/server", "run"),
    ],
)
def test_a_tool_of_an_mcp_server_is_taken_apart(
    written: str, server: str, server_tool: str | None
) -> None:
    found = entry(written)
    assert (found.name, found.server, found.server_tool) == (written, server, server_tool)
    assert found.tool is None
    assert found.known


@pytest.mark.parametrize("written", ["mcp__", "mcp____x", "/", "a/", "/b", "edit/nothing", "a / b"])
def test_what_names_no_server_is_unknown(written: str) -> None:
    assert not entry(written).known


@pytest.mark.parametrize("written", ["edit/editFiles", "search/codebase", "codebase", "web/fetch"])
def test_the_tools_of_copilot_are_of_no_server(written: str) -> None:
    found = entry(written)
    assert found.server is None
    assert found.tool
    assert found.tool.format == "Copilot"


def test_case_tells_the_formats_apart() -> None:
    assert known_tools()["Write"].format == ""
    assert known_tools()["write"].format == "OpenCode"
    assert find_tool("WRITE") is None


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
        ("read, edit/editFiles, runCommands, fetch, agent", tuple(Capability)[:5]),
        ("ListMcpResourcesTool", (MCP,)),
    ],
)
def test_a_list_gives_what_its_tools_give(tools: str, expected: tuple[Capability, ...]) -> None:
    assert access(tools).capabilities == expected


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
    found = read_tool_access(field(tools), field(denied), memory=True)
    assert found.capabilities == expected
    assert [entry.written for entry in found.allowed] == ["Bash"] * bool(tools)


def test_servers_are_named_once_in_the_order_of_mention() -> None:
    found = read_tool_access(
        field("mcp__b__x, mcp__a, mcp__*, mcp__b__y"), None, servers=["c", "a"]
    )
    assert found.servers == ("b", "a", "c")


def test_servers_of_the_agent_itself_give_mcp() -> None:
    found = read_tool_access(field("Read"), None, servers=["c"])
    assert (found.servers, found.capabilities) == (("c",), (READ, MCP))


@given(
    tools=VALUES,
    disallowed=VALUES,
    servers=st.lists(st.text(), max_size=3),
    memory=st.booleans(),
)
def test_any_value_can_be_read(
    tools: Value, disallowed: Value, servers: list[str], *, memory: bool
) -> None:
    found = read_tool_access(field(tools), field(disallowed), memory=memory, servers=servers)
    assert (found.mode is LISTED) == bool(found.allowed)
    assert set(servers) <= set(found.servers)
    assert all(entry.written.strip() or isinstance(tools, dict) for entry in found.allowed)


@pytest.mark.parametrize("piece", ["(", ")", "a,", "(,", "Read ", "mcp__a__b,", "()", "/", '"'])
def test_long_lists_are_read_in_no_time(piece: str) -> None:
    text = piece * (65_536 // len(piece))
    started = time.process_time()
    access(text, text)
    assert time.process_time() - started < 2


# The data


def test_the_data_is_dated() -> None:
    assert isinstance(module._data()["as_of"], date)  # noqa: SLF001 (the data)


def test_every_tool_has_a_well_formed_name() -> None:
    for name, tool in known_tools().items():
        assert tool.name == name
        pattern = r"[a-zA-Z]+([/_-][a-zA-Z]+)*" if tool.format else r"[A-Z][a-zA-Z]+"
        assert re.fullmatch(pattern, name), name


def test_every_tool_is_explained_in_one_sentence() -> None:
    for tool in known_tools().values():
        assert re.fullmatch(r"[A-Z][^\n]{5,110}[^.\s]\.", tool.does), tool.name


def test_every_tool_has_its_capabilities_in_order_and_once() -> None:
    for tool in known_tools().values():
        assert list(tool.capabilities) == [c for c in Capability if c in tool.capabilities]


def test_every_former_name_leads_to_a_known_tool_and_is_none_itself() -> None:
    for former, today in module._data()["renamed"].items():  # noqa: SLF001 (the data)
        assert former not in known_tools()
        assert find_tool(former) == known_tools()[today]


def test_the_tools_of_a_memory_are_known() -> None:
    assert set(module._data()["with_memory"]) <= set(known_tools())  # noqa: SLF001 (the data)


def test_tools_that_are_denied_together_are_known() -> None:
    for format_, names in module._data()["denied_together"].items():  # noqa: SLF001 (the data)
        for name in names:
            assert format_ in known_tools()[name].format.split(", ")


def test_only_known_keys_describe_a_tool() -> None:
    data = module._data()  # noqa: SLF001 (the data)
    for rows in (data["tools"], *data["siblings"].values()):
        for name, row in rows.items():
            assert row.keys() <= {"does", "asks", "capabilities", "subagents", "gone"}, name
