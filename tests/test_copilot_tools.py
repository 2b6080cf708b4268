"""Names of Copilot's tools: aliases, tool sets, tools of servers and of editor extensions."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_catalog.model.agent import Agent
from agent_catalog.model.tool import Capability, Gets, ToolEntry, ToolMode
from agent_catalog.publishing.capabilities import chips
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import AgentFile, Source
from agent_catalog.reading.tools import read_entry

R, W, X, N, D, M = Capability
COPILOT = known_formats()["copilot"]


def agent(*keys: str) -> Agent:
    text = "\n".join(["---", "description: Reviews.", *keys, "---", "Review.", ""])
    return read_agent(AgentFile(Source(Path("/crew")), "a.agent.md", text.encode()))


def entry(written: str) -> ToolEntry:
    return read_entry(written, COPILOT)


def tool(written: str) -> str | None:
    found = entry(written).tool
    return found.name if found else None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("execute", "execute"), ("shell", "execute"), ("Bash", "execute"), ("powershell", "execute")),
        *(("read", "read"), ("Read", "read"), ("NotebookRead", "read")),
        *(("edit", "edit"), ("Edit", "edit"), ("MultiEdit", "edit"), ("Write", "edit"), ("NotebookEdit", "edit")),
        *(("search", "search"), ("Grep", "search"), ("Glob", "search")),
        *(("agent", "agent"), ("custom-agent", "agent"), ("Task", "agent")),
        *(("web", "web"), ("WebSearch", "web"), ("WebFetch", "web")),
        *(("todo", "todo"), ("TodoWrite", "todo")),
    ],
)  # fmt: skip
def test_aliases_are_known_in_any_case(written: str, name: str) -> None:
    for each in (written, written.lower(), written.upper(), written.swapcase()):
        assert tool(each) == name
        assert entry(each).gets is Gets.YES


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("search/codebase", "search/codebase"),
        ("codebase", "search/codebase"),
        ("editFiles", "edit/editFiles"),
        ("fetch", "web/fetch"),
        ("problems", "read/problems"),
        ("usages", "search/usages"),
        ("runCommands/terminalSelection", "read/terminalSelection"),
        ("search/readFile", "read/readFile"),
        ("vscode/vscodeAPI", "vscode/vscodeAPI"),
        ("vscode/VSCodeAPI", "vscode/vscodeAPI"),
        ("runSubagent", "agent"),
        ("execute/runTests", "execute/runTests"),
    ],
)
def test_tools_of_the_editor_are_known_by_their_names_of_today_and_before(
    written: str, name: str
) -> None:
    found = entry(written)
    assert tool(written) == name
    assert (found.server, found.extension) == (None, None)


@pytest.mark.parametrize(
    ("written", "capabilities"),
    [
        ("execute/somethingNew", (X,)),
        ("search/somethingNew", (R,)),
        ("web/somethingNew", (N,)),
        ("agent/somethingNew", (D,)),
        ("runCommands/somethingOld", (X,)),
    ],
)
def test_a_new_tool_of_a_known_set_does_what_its_set_does(
    written: str, capabilities: tuple[Capability, ...]
) -> None:
    found = entry(written)
    assert found.tool is not None
    assert found.tool.capabilities == capabilities
    assert found.server is None


@pytest.mark.parametrize(
    ("written", "server", "member"),
    [
        ("github/*", "github", "*"),
        ("github/issue_read", "github", "issue_read"),
        ("context7/get-library-docs", "context7", "get-library-docs"),
        # Names of servers hold slashes and dots.
        ("com.atlassian/atlassian-mcp-server/fetch", "com.atlassian/atlassian-mcp-server", "fetch"),
        ("microsoft/playwright-mcp/*", "microsoft/playwright-mcp", "*"),
        ("io.github.github/github-mcp-server/*", "io.github.github/github-mcp-server", "*"),
        # Of an extension, there is no asterisk.
        ("awslabs.aws-api-mcp-server/*", "awslabs.aws-api-mcp-server", "*"),
    ],
)
def test_a_server_stands_before_the_last_slash(written: str, server: str, member: str) -> None:
    found = entry(written)
    assert (found.server, found.server_tool, found.extension) == (server, member, None)
    assert found.gets is Gets.YES


@pytest.mark.parametrize(
    ("written", "extension"),
    [
        ("ms-python.python/installPythonPackage", "ms-python.python"),
        ("vscode.mermaid-chat-features/renderMermaidDiagram", "vscode.mermaid-chat-features"),
    ],
)
def test_an_extension_is_no_server(written: str, extension: str) -> None:
    found = entry(written)
    assert (found.extension, found.server, found.known) == (extension, None, True)


@pytest.mark.parametrize("written", ["github", "context7", "juggle", "Bash(git diff)", "a/", "/b"])
def test_of_other_names_it_is_not_known_what_they_are(written: str) -> None:
    found = entry(written)
    assert not found.known
    assert found.gets is Gets.DEPENDS
    assert found.specifier is None


@pytest.mark.parametrize(
    ("tools", "mode", "capabilities"),
    [
        ((), ToolMode.ALL, (R, W, X, N, D, M)),
        (("tools: ['*']",), ToolMode.ALL, (R, W, X, N, D, M)),
        (("tools: '*'",), ToolMode.ALL, (R, W, X, N, D, M)),
        (("tools: [read, '*']",), ToolMode.ALL, (R, W, X, N, D, M)),
        (("tools: []",), ToolMode.NONE, ()),
        (("tools: [read, search]",), ToolMode.LISTED, (R,)),
        (("tools: read, edit",), ToolMode.LISTED, (R, W)),
        (("tools: [todo]",), ToolMode.LISTED, ()),
        (("tools: [read, github/*]",), ToolMode.LISTED, (R, M)),
        (("tools: [read, ms-python.python/x]",), ToolMode.LISTED, (R,)),
        (("tools: [vscode/runCommand]",), ToolMode.LISTED, (X,)),
        # Servers that it brings along
        (("tools: [read]", "mcp-servers:", "  docs: {command: docs}"), ToolMode.LISTED, (R, M)),
        (("tools: []", "mcp-servers:", "  docs: {command: docs}"), ToolMode.NONE, (M,)),
    ],
)
def test_a_list_gives_what_is_on_it(
    tools: tuple[str, ...], mode: ToolMode, capabilities: tuple[Capability, ...]
) -> None:
    access = agent(*tools).tools
    assert (access.mode, access.capabilities) == (mode, capabilities)


@pytest.mark.parametrize(
    ("tools", "says"),
    [
        ("[read]", True),
        ("[read, github/*]", True),
        ("[read, ms-python.python/x]", False),
        ("[read, juggle]", False),
        ("[read, Bash(git diff)]", False),
    ],
)
def test_what_it_cannot_do_is_said_only_if_all_names_are_known(tools: str, says: bool) -> None:
    told = chips(agent(f"tools: {tools}"))
    assert any(not each.held and not each.by_commands for each in told) is says
