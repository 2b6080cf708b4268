"""What each tool makes of a file, by the data of its format: what it refuses, and what agents may do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.agent import Agent
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, ToolMode
from agent_catalog.publishing.installation import installation, invocations, is_not_by_hand
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.sources import AgentFile, Source
from sites import write_tree
from strategies import FRAGMENTS, YAML_VALUES

R, W, X, N, D, M = Capability
PROMPT = "You review changes. Say what is wrong, where, and how to fix it.\n"


def read(text: str | bytes, path: str) -> Agent:
    data = text.encode() if isinstance(text, str) else text
    return read_agent(AgentFile(Source(Path("/crew")), path, data))


def agent(path: str, *keys: str, body: str = PROMPT) -> Agent:
    return read("\n".join(["---", *keys, "---", "", body]), path)


def flaws(found: Agent) -> list[str]:
    return [f"{flaw.line}:{flaw.column} {flaw.code}" for flaw in found.flaws]


# Gemini CLI, which is strict

GEMINI = ".gemini/agents/reviewer.md"
NAMED = ("name: reviewer", "description: Reviews.")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (NAMED, []),
        ((*NAMED, "kind: local", "temperature: 0.2", "max_turns: 10", "timeout_mins: 5"), []),
        ((*NAMED, "tools: [read_file, glob, mcp_docs_search, mcp_docs_*]"), []),
        ((*NAMED, "display_name: The Reviewer"), []),
        (("description: Reviews.",), ["1:1 name-missing"]),
        (("name: reviewer",), ["1:1 description-missing"]),
        (("name: 7", "description: Reviews."), ["2:1 name-not-text"]),
        (("name: The Reviewer", "description: Reviews."), ["2:7 name-reserved"]),
        (("name: re:viewer", "description: Reviews."), ["2:7 name-reserved"]),
        ((*NAMED, "category: quality"), ["4:1 key-unknown"]),
        ((*NAMED, "maxTurns: 10"), ["4:1 key-unknown"]),
        ((*NAMED, "tools: read_file, glob"), ["4:8 value-type"]),
        ((*NAMED, "tools:", "  - Read", "  - glob"), ["5:5 tool-unknown"]),
        ((*NAMED, "tools: [run_shell_command(git)]"), ["4:9 tool-unknown"]),
        ((*NAMED, "max_turns: ten"), ["4:12 value-type"]),
        ((*NAMED, "description: a: b"), ["4:15 yaml-unreadable"]),
    ],
)
def test_gemini_refuses_what_it_does_not_know(keys: tuple[str, ...], told: list[str]) -> None:
    found = agent(GEMINI, *keys)
    assert flaws(found) == told
    assert found.loadable is (told == [])
    assert all(flaw.severity is Severity.ERROR for flaw in found.flaws)


def test_gemini_wants_frontmatter() -> None:
    found = read(PROMPT, GEMINI)
    assert flaws(found) == ["1:1 frontmatter-missing"]
    assert not found.loadable


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (".gemini/agents/reviewer.md", []),
        (".gemini/agents/review/reviewer.md", ["1:1 file-not-looked-for"]),
        (".gemini/agents/_reviewer.md", ["1:1 file-not-looked-for"]),
        (".qwen/agents/review/reviewer.md", ["1:1 file-not-looked-for"]),
        (".factory/droids/review/reviewer.md", ["1:1 file-not-looked-for"]),
        (".claude/agents/review/reviewer.md", []),
        (".opencode/agents/review/reviewer.md", []),
        (".kiro/agents/review/reviewer.md", []),
    ],
)
def test_some_tools_look_for_agents_in_one_folder_alone(path: str, told: list[str]) -> None:
    found = agent(path, *NAMED)
    assert flaws(found) == told
    assert found.loadable is (told == [])


# What files are loaded in spite of


@pytest.mark.parametrize(
    ("path", "keys", "told"),
    [
        # Copilot loads what has faults in some of its products.
        (".github/agents/a.agent.md", (), ["1:1 description-missing"]),
        (".github/agents/a.agent.md", ("description: Reviews.", "version: 2"), []),
        # OpenCode passes on what it does not know, and stops at wrong types.
        (".opencode/agents/a.md", (), []),
        (".opencode/agents/a.md", ("category: quality",), []),
        (".cursor/agents/a.md", ("tools: Read", "category: quality"), []),
        (".kiro/agents/a.md", ("tools: [read]", "category: quality"), []),
        (".qwen/agents/a.md", (*NAMED, "category: quality"), []),
        (".factory/droids/a.md", ("name: a",), []),
        (".junie/agents/a.md", ("name: a",), ["1:1 description-missing"]),
    ],
)
def test_faults_that_keep_no_file_from_loading(
    path: str, keys: tuple[str, ...], told: list[str]
) -> None:
    found = agent(path, *(keys or ("model: auto",)))
    assert flaws(found) == told
    assert found.loadable


@pytest.mark.parametrize(
    ("path", "keys", "told"),
    [
        (".opencode/agents/a.md", ("temperature: warm",), ["2:14 value-type"]),
        (".opencode/agents/a.md", ("mode: worker",), ["2:7 value-unknown"]),
        (".opencode/agents/a.md", ("tools: [read]",), ["2:8 value-type"]),
        (".kilo/agents/a.md", ("steps: few",), ["2:8 value-type"]),
        (".qwen/agents/a.md", ("description: Reviews.",), ["1:1 name-missing"]),
        (".qwen/agents/a.md", (*NAMED, "approvalMode: never"), ["4:15 value-unknown"]),
        (".factory/droids/a.md", ("description: Reviews.",), ["1:1 name-missing"]),
        (".factory/droids/a.md", ("name: The Droid",), ["2:7 name-reserved"]),
        (".factory/droids/a.md", ("name: a", "tools: [Read, Juggle]"), ["3:15 tool-unknown"]),
        (".factory/droids/a.md", ("name: a", "tools: juggling"), ["3:8 tool-unknown"]),
    ],
)
def test_faults_that_do(path: str, keys: tuple[str, ...], told: list[str]) -> None:
    found = agent(path, *keys)
    assert flaws(found) == told
    assert not found.loadable


# What agents may do


@pytest.mark.parametrize(
    ("path", "keys", "mode", "capabilities"),
    [
        (".cursor/agents/a.md", (), ToolMode.ALL, (R, W, X, N, M)),
        (".cursor/agents/a.md", ("readonly: false",), ToolMode.ALL, (R, W, X, N, M)),
        (".cursor/agents/a.md", ("readonly: true",), ToolMode.ALL, (R, N, M)),
        (".cursor/agents/a.md", ("tools: [Read]",), ToolMode.ALL, (R, W, X, N, M)),
        (GEMINI, NAMED, ToolMode.ALL, (R, W, X, N, M)),
        (GEMINI, (*NAMED, "tools: []"), ToolMode.NONE, ()),
        (GEMINI, (*NAMED, "tools: [read_file, search_file_content]"), ToolMode.LISTED, (R,)),
        (GEMINI, (*NAMED, "tools: [mcp_docs_search]"), ToolMode.LISTED, (M,)),
        (".qwen/agents/a.md", NAMED, ToolMode.ALL, (R, W, X, N, D, M)),
        (".qwen/agents/a.md", (*NAMED, "tools: []"), ToolMode.ALL, (R, W, X, N, D, M)),
        (".qwen/agents/a.md", (*NAMED, "tools: ReadFile, Shell"), ToolMode.LISTED, (R, X)),
        (
            ".qwen/agents/a.md",
            (*NAMED, "tools: [read_file, edit]", "disallowedTools: [edit]"),
            ToolMode.LISTED,
            (R,),
        ),
        (".factory/droids/a.md", ("name: a",), ToolMode.ALL, (R, W, X, N, M)),
        (".factory/droids/a.md", ("name: a", "tools: read-only"), ToolMode.LISTED, (R,)),
        (".factory/droids/a.md", ("name: a", "tools: [Read, Execute]"), ToolMode.LISTED, (R, X)),
        (".factory/droids/a.md", ("name: a", "mcpServers: [docs]"), ToolMode.ALL, (R, W, X, N, M)),
        (".kiro/agents/a.md", (), ToolMode.UNKNOWN, ()),
        (".kiro/agents/a.md", ("tools: [read, shell]",), ToolMode.LISTED, (R, X)),
        (".kiro/agents/a.md", ("tools: ['@docs/search', subagent]",), ToolMode.LISTED, (D, M)),
        (".kiro/agents/a.md", ("tools: ['@builtin']",), ToolMode.LISTED, (R, W, X, N, D)),
        (".junie/agents/a.md", ("description: Reviews.",), ToolMode.ALL, (R, W, X, N, M)),
        (".junie/agents/a.md", ("tools: []",), ToolMode.ALL, (R, W, X, N, M)),
        (".junie/agents/a.md", ("tools: [Read, Bash]",), ToolMode.LISTED, (R, X)),
        (
            ".junie/agents/a.md",
            ("tools: [Read, Bash, Write]", "disallowedTools: [Write]"),
            ToolMode.LISTED,
            (R, X),
        ),
    ],
)
def test_what_agents_may_do(
    path: str, keys: tuple[str, ...], mode: ToolMode, capabilities: tuple[Capability, ...]
) -> None:
    access = agent(path, *(keys or ("model: auto",))).tools
    assert (access.mode, access.capabilities) == (mode, capabilities)


def test_a_readonly_agent_is_said_to_be_one() -> None:
    assert agent(".cursor/agents/a.md", "readonly: true").tools.about.startswith("It is read-only")


def test_servers_are_those_of_the_format() -> None:
    servers = ("docs", "tracker")
    brought = ("mcpServers:", "  docs: {command: docs}", "  tracker: {command: tracker}")
    assert agent(".qwen/agents/a.md", *NAMED, *brought).tools.servers == servers
    assert agent(GEMINI, *NAMED, "mcp_servers:", *brought[1:]).tools.servers == servers
    assert agent(".kiro/agents/a.md", "tools: ['@docs', '@tracker/find']").tools.servers == servers
    assert (
        agent(".factory/droids/a.md", "name: a", "mcpServers: [docs, tracker]").tools.servers
        == servers
    )


# How agents are called and installed


@pytest.mark.parametrize(
    ("path", "keys", "ids"),
    [
        (".github/agents/re.viewer.agent.md", ("name: The Reviewer",), ("re.viewer", "The Reviewer")),
        (".github/agents/reviewer.md", (), ("reviewer", "reviewer")),
        ("chat/reviewer.chatmode.md", (), ("reviewer", "reviewer")),
        (".opencode/agents/team/reviewer.md", (), ("team/reviewer", "team/reviewer")),
        (".opencode/agents/team/reviewer.md", ("name: Critic",), ("Critic", "Critic")),
        (".config/opencode/agent/a/b/c.md", (), ("a/b/c", "a/b/c")),
        (".cursor/agents/reviewer.md", (), ("reviewer", "reviewer")),
        (".cursor/agents/reviewer.md", ("name: critic",), ("critic", "critic")),
        (GEMINI, (*NAMED, "display_name: The Critic"), ("reviewer", "The Critic")),
        (".kiro/agents/team/reviewer.md", ("name: critic",), ("team/reviewer", "team/reviewer")),
        (".kilo/agents/reviewer.md", ("displayName: Critic",), ("reviewer", "Critic")),
        (".junie/agents/reviewer.md", (), ("reviewer", "reviewer")),
    ],
)  # fmt: skip
def test_an_agent_is_called_as_its_tool_calls_it(
    path: str, keys: tuple[str, ...], ids: tuple[str, str]
) -> None:
    found = agent(path, *(keys or ("model: auto",)))
    assert (found.id, found.name) == ids


@pytest.mark.parametrize(
    ("path", "keys", "expected"),
    [
        (
            ".github/agents/a.agent.md",
            ("name: The A",),
            ["The A", "Use the a agent to …", 'copilot --agent=a --prompt "…"'],
        ),
        (".github/agents/a.agent.md", ("user-invocable: false",), []),
        (".github/agents/a.agent.md", ("target: vscode",), ["a"]),
        (
            ".github/agents/a.agent.md",
            ("target: github-copilot",),
            ["Use the a agent to …", 'copilot --agent=a --prompt "…"'],
        ),
        (".opencode/agents/a.md", ("mode: all",), ["@a", "opencode --agent a"]),
        (".opencode/agents/a.md", ("mode: primary",), ["opencode --agent a"]),
        (".opencode/agents/a.md", ("mode: subagent",), ["@a"]),
        (".opencode/agents/a.md", ("mode: subagent", "hidden: true"), []),
        (".opencode/agents/a.md", ("disable: true",), []),
        (".cursor/agents/a.md", ("name: a",), ["/a …", "Use the a subagent to …"]),
        (".junie/agents/a.md", NAMED, []),
    ],
)
def test_an_agent_can_be_called_in_the_ways_that_its_keys_leave(
    path: str, keys: tuple[str, ...], expected: list[str]
) -> None:
    assert [each.write for each in invocations(agent(path, *keys))] == expected


def codes(folder: Path, path: str, text: str) -> list[str]:
    write_tree(folder, {path: text})
    found = check_catalog(read_catalog([Source(folder)])).findings
    return [f"{each.line}:{each.column} {each.code}" for each in found]


def test_of_a_remote_agent_no_tools_are_known_and_no_prompt_is_missed(tmp_path: Path) -> None:
    keys = ("name: a", "description: b", "kind: remote", "agent_card_url: https://example.org/")
    found = read("\n".join(["---", *keys, "---", ""]), ".gemini/agents/a.md")
    assert found.tools.mode is ToolMode.UNKNOWN
    assert found.tools.capabilities == ()
    assert not any("prompt" in each for each in codes(tmp_path, ".gemini/agents/a.md", found.text))


def test_servers_that_nobody_reads_are_not_claimed(tmp_path: Path) -> None:
    keys = ("description: b", "mcp-servers: {docs: {command: x}}")
    path = ".github/agents/a.agent.md"
    alone, idle = agent(path, *keys), agent(path, *keys, "target: vscode")
    assert alone.tools.servers == ("docs",)
    assert idle.tools.servers == ()
    assert "3:1 key-without-effect" in codes(tmp_path, path, idle.text)
    assert not any("key-without-effect" in each for each in codes(tmp_path, path, alone.text))


@pytest.mark.parametrize("folder", [".opencode/agents", ".kilo/agents"])
def test_an_agent_that_its_file_disables_is_not_there(folder: str) -> None:
    off = agent(f"{folder}/a.md", "description: b", "disable: true")
    assert [flaw.code for flaw in off.flaws] == ["agent-disabled"]
    assert not off.loadable
    assert installation(off, "agents/a.md", "https://example.org/") is None
    assert invocations(off) == ()
    assert agent(f"{folder}/a.md", "description: b", "disable: false").loadable


@pytest.mark.parametrize(
    ("path", "keys", "expected"),
    [
        (".opencode/agents/a.md", ("mode: subagent", "hidden: true"), True),
        (".github/agents/a.md", ("user-invocable: false",), True),
        (".kilo/agents/a.md", ("mode: primary",), False),
        (".junie/agents/a.md", NAMED, False),
    ],
)
def test_that_no_user_calls_an_agent_is_said_where_its_file_says_it(
    path: str, keys: tuple[str, ...], *, expected: bool
) -> None:
    assert is_not_by_hand(agent(path, *keys)) is expected


@pytest.mark.parametrize("format_", known_formats().values(), ids=lambda each: each.slug)
def test_a_file_is_installed_where_its_tool_looks(format_: Format) -> None:
    path = f"{format_.recognition.folders[0]}/reviewer{format_.reading.suffixes[0]}"
    text = 'name = "a"\ndescription = "b"\ndeveloper_instructions = "c"\n'
    toml = format_.reading.reader == "toml"
    found = read(text, path) if toml else agent(path, *NAMED)
    assert found.format == format_
    made = installation(found, "agents/reviewer.md", "https://example.org/")
    assert made is not None
    assert [each.folder for each in made.commands] == [each.folder for each in format_.install]


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (".opencode/agent/sub/deep/ok.md", ".opencode/agents/sub/deep"),
        (".opencode/agent/ok.md", ".opencode/agents"),
        (".kilo/agents/sub/ok.md", ".kilo/agents/sub"),
        (".kiro/agents/sub/ok.md", ".kiro/agents/sub"),
        (".claude/agents/sub/ok.md", ".claude/agents"),
    ],
)
def test_where_its_folder_is_a_part_of_its_name_it_is_installed_there(
    path: str, folder: str
) -> None:
    address = f"agents/{path.replace('/.', '/').lstrip('.')}"
    made = installation(agent(path, *NAMED), address, "https://example.org/")
    assert made is not None
    assert made.commands[0].folder == folder
    assert made.commands[0].before == f"mkdir -p {folder} && curl -fsSL "
    assert made.commands[0].after.startswith(f" -o {folder}/ok.md")


# Any text


@given(st.sampled_from(list(known_formats().values())), FRAGMENTS | st.text(max_size=80), st.data())
def test_any_text_is_read_as_any_format_and_every_flaw_is_within_it(
    format_: Format, text: str, data: st.DataObject
) -> None:
    folder = data.draw(st.sampled_from(format_.recognition.folders))
    found = read(
        f"---\n{text}" if data.draw(st.booleans()) else text,
        f"{folder}/a{format_.reading.suffixes[0]}",
    )
    assert found.format == format_
    lines = re.split(r"\r\n|\n|\r", found.text)
    for flaw in found.flaws:
        assert 1 <= flaw.line <= len(lines)
        assert 1 <= flaw.column <= len(lines[flaw.line - 1]) + 1


@given(st.sampled_from(list(known_formats().values())), st.data())
def test_any_value_of_a_known_key_is_read(format_: Format, data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(format_.keys))
    lines = [
        f"{key}: {value}"
        for key, value in data.draw(st.dictionaries(keys, YAML_VALUES, max_size=4)).items()
    ]
    found = read(
        "\n".join(["---", *lines, "---", PROMPT]), f"{format_.recognition.folders[0]}/a.md"
    )
    widths = [len(line) for line in found.text.split("\n")]
    assert all(flaw.column <= widths[flaw.line - 1] + 1 for flaw in found.flaws)
