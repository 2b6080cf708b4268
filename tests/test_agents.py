from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.model.agent import Agent, Reading, Turn
from agent_catalog.model.finding import Finding, Flaw
from agent_catalog.model.format import Format
from agent_catalog.model.tool import ToolMode
from agent_catalog.publishing.exports import catalog_json
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import catalog_of
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.frontmatter import split
from agent_catalog.reading.sources import AgentFile, Source
from agent_catalog.reading.text import decode

SOURCE = Source(Path("agents"), shown="agents")


def read(content: str | bytes, path: str = "team/a.md") -> Agent:
    data = content.encode() if isinstance(content, str) else content
    return read_agent(AgentFile(SOURCE, path, data))


def framed(block: str, body: str = "Prompt.\n") -> Agent:
    return read(f"---\n{block}\n---\n{body}")


def found(agent: Agent) -> list[str]:
    return [f"{agent.shown}:{flaw}" for flaw in agent.flaws]


def codes(agent: Agent) -> list[str]:
    return [flaw.code for flaw in agent.flaws]


def test_a_file_becomes_an_agent() -> None:
    content = (
        "---\n"
        "name: reviewer\n"
        "description: |\n"
        "  Reviews changes. Use it often.\n"
        '  <example>Context: A change. user: "Look." assistant: "I do."</example>\n'
        "tools: Read, Bash(git *)\n"
        "disallowedTools: Write\n"
        "mcpServers: [tracker]\n"
        "model: Opus\n"
        "color: Blue\n"
        "x-owner: {team: a}\n"
        "---\n"
        "\n"
        "You review.\n"
        "\n"
        "## When to invoke\n"
        "- **Before a merge.** Always.\n"
    )  # fmt: skip
    agent = read(content)
    assert agent.key == ("", "team/a.md")
    assert (agent.shown, agent.folder, agent.data) == ("agents/team/a.md", "team", content.encode())
    assert agent.name == "reviewer"
    assert agent.description.summary == "Reviews changes."
    assert [each.turns for each in agent.description.examples] == [
        (Turn("user", "Look."), Turn("assistant", "I do."))
    ]
    assert [(trigger.name, trigger.text) for trigger in agent.triggers] == [
        ("Before a merge", "Always.")
    ]
    assert [entry.written for entry in agent.tools.allowed] == ["Read", "Bash(git *)"]
    assert [entry.written for entry in agent.tools.denied] == ["Write"]
    assert agent.tools.servers == ("tracker",)
    assert (agent.model.group, agent.model.written) == ("opus", "Opus")
    assert (agent.color.group, agent.color.written) == ("blue", "Blue")
    assert [field.key for field in agent.fields] == [
        "name", "description", "tools", "disallowedTools", "mcpServers", "model", "color", "x-owner",
    ]  # fmt: skip
    assert agent.prompt.startswith("You review.\n")
    assert agent.prompt_line == content.splitlines().index("You review.") + 1
    assert agent.loadable
    assert not agent.flaws
    assert not agent.findings


@pytest.mark.parametrize(
    ("written", "servers"),
    [
        ("mcpServers: a, b", ("a", "b")),
        ("mcpServers: [a, {b: {command: c}}, 3, null]", ("a", "b")),
        ("mcpServers:\n  a:\n    command: c\n  b:", ("a", "b")),
        ("mcpServers: 3", ()),
        ("mcpServers:", ()),
    ],
)
def test_the_mcp_servers_of_an_agent_are_told(written: str, servers: tuple[str, ...]) -> None:
    assert framed(f"name: a\ndescription: b\n{written}").tools.servers == servers


GOOD = "name: a\ndescription: b"


@pytest.mark.parametrize(
    ("content", "loadable", "findings"),
    [
        (f"---\n{GOOD}\n---\n", True, []),
        (f"\ufeff---\n{GOOD}\n---\n", True, []),
        (f"---\r\n{GOOD}\r\n---\r\n", True, []),
        ("---\nname: a\ndescription: b: c\n---\n", True, ["yaml-needs-retry"]),
        ("---\nname: a\ndescription: b\ntools: *\n---\n", True, ["yaml-needs-retry"]),
        ("---\nname: a\ndescription: **b** c\n---\n", True, ["yaml-needs-retry"]),
        ("---\nname: a\ndescription: b\nContext: c\n---\n", True, ["description-cut"]),
        (f"---\n{GOOD}\nname: c\n---\n", True, []),
        (f"---\n{GOOD}\n-------\n", True, ["frontmatter-long-fence"]),
        (f"---\n{GOOD} --- c\nmodel: d\n---\n", True, ["frontmatter-stray-dashes"]),
        ("---\nname: a\ndescription: 'é \udce9'\n---\n", True, ["not-utf-8"]),
        ("---\nname: a\r\ndescription: b: c\r\n---\r\n", False, ["yaml-line-ends"]),
        ("---\nname: a:b\ndescription: c\n---\n", False, ["name-reserved"]),
        ("---\nname: -a\ndescription: c\n---\n", False, ["name-reserved"]),
        ("---\nname: a\ndescription: b\n user: c: d\n---\n", False, ["yaml-unreadable"]),
        ("---\nname: a\ndescription: b\n model: c\n---\n", False, ["yaml-unreadable"]),
        ("---\nname: a\ndescription: b\nmodel: \0\n---\n", False, ["yaml-unreadable"]),
        (f"---\n{GOOD}\n...\nx: y\n---\n", False, ["yaml-unreadable"]),
        ("---\ndescription: b --- c\nname: a\n---\n", False, ["frontmatter-cut-off"]),
        (f"----\n{GOOD}\n---\n", False, ["frontmatter-long-opening"]),
        (f"\n---\n{GOOD}\n---\n", False, ["frontmatter-late"]),
        (f"Hi\n---\n{GOOD}\n---\n", False, ["frontmatter-late"]),
        ("  ---\n  name: a\n  description: b\n  ---\n", False, ["frontmatter-late"]),
        (f"---\n{GOOD}\n\nBody", False, ["frontmatter-unclosed"]),
        ("Just a prompt.", False, ["frontmatter-missing"]),
        ("", False, ["frontmatter-missing"]),
        ("---", False, ["frontmatter-missing"]),
        ("---\n---\n", False, ["name-missing", "description-missing"]),
        ("---\n- a\n---\n", False, ["yaml-unreadable", "name-missing", "description-missing"]),
        ("---\ndescription: b\n---\n", False, ["name-missing"]),
        ("---\nname: ''\ndescription: ' '\n---\n", False, ["name-missing", "description-missing"]),
        ("---\nname: a\ndescription:\n---\n", False, ["description-missing"]),
        ("---\nname: 1\ndescription: 2.5\n---\n", False, ["name-not-text", "description-not-text"]),
        ("---\nname: [a]\ndescription: b\n---\n", False, ["name-not-text"]),
    ],
)
def test_whether_agent_tools_load_a_file_is_told(
    content: str, loadable: bool, findings: list[str]
) -> None:  # fmt: skip
    agent = read(content.encode(errors="surrogateescape"))
    assert (agent.loadable, codes(agent)) == (loadable, findings)
    assert loadable is not any(flaw.fatal for flaw in agent.flaws)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_utf16_is_read_though_tools_do_not(encoding: str) -> None:
    mark = "" if encoding == "utf-16" else "\ufeff"
    agent = read(f"{mark}---\nname: é\ndescription: b\n---\nPrompt.".encode(encoding))
    assert (agent.name, agent.prompt, agent.loadable) == ("é", "Prompt.", False)
    (finding,) = found(agent)
    assert re.fullmatch(
        r"agents/team/a\.md:1:1: the file is UTF-16-.E, which is not read as text \[utf-16\]",
        finding,
    )


@pytest.mark.parametrize(
    ("block", "findings"),
    [
        ("description: b", ["agents/team/a.md:1:1: no `name`: Claude Code skips this file without a word [name-missing]"]),
        ("name: a\n\ndescription:", ["agents/team/a.md:4:1: no `description`: Claude Code skips this file without a word [description-missing]"]),
        ("name: yes\ndescription: 12", ["agents/team/a.md:3:1: `description` is no text, but a number: Claude Code skips this file without a word [description-not-text]"]),
        ("name: true\ndescription: b", ["agents/team/a.md:2:1: `name` is no text, but a truth value: Claude Code skips this file without a word [name-not-text]"]),
        ("name:\n- a\ndescription: {b: c}", ["agents/team/a.md:2:1: `name` is no text, but a list: Claude Code skips this file without a word [name-not-text]", "agents/team/a.md:4:1: `description` is no text, but a map: Claude Code skips this file without a word [description-not-text]"]),
    ],
)  # fmt: skip
def test_what_an_agent_needs_is_asked_for(block: str, findings: list[str]) -> None:
    assert found(framed(block)) == findings


def test_bytes_that_are_no_utf8_are_told_where_they_start() -> None:
    agent = read(b"---\nname: a\ndescription: caf\xe9 \xe9\n---\nPrompt \xff.")
    assert (agent.description.text, agent.prompt) == ("caf\ufffd \ufffd", "Prompt \ufffd.")
    (finding,) = found(agent)
    assert finding == (
        "agents/team/a.md:3:17: not UTF-8 from here on: the model gets replacement characters "
        "instead [not-utf-8]"
    )


def test_a_file_that_cannot_be_read_is_an_agent_all_the_same() -> None:
    agent = read_agent(AgentFile(SOURCE, "a.md", b"", "Permission denied"))
    assert (agent.name, agent.loadable) == ("a", False)
    assert found(agent)[0] == (
        "agents/a.md:1:1: the file cannot be read: Permission denied [file-unreadable]"
    )


@pytest.mark.parametrize(
    ("block", "path", "name"),
    [
        ("name: ' a b '", "x.md", "a b"),
        ("name: 007", "x.md", "007"),
        ("name: [a, b]", "x.md", "[a, b]"),
        ("name:", "team/x.y.md", "x.y"),
        ("title: a", "é.md", "é"),
    ],
)
def test_an_agent_has_the_name_as_written_or_that_of_its_file(
    block: str, path: str, name: str
) -> None:
    assert read(f"---\n{block}\n---\n", path).name == name


def test_the_last_of_two_fields_counts() -> None:
    agent = framed("name: a\ndescription: b\nmodel: opus\nmodel: haiku\ntools: Read\ntools: Bash")
    assert (agent.model.group, [entry.name for entry in agent.tools.allowed]) == ("haiku", ["Bash"])
    field = agent.field("model")
    assert field is not None
    assert (field.value, field.line, field.reading) == ("haiku", 5, Reading.STRICT)


def test_without_frontmatter_an_agent_is_its_prompt() -> None:
    agent = read("# Title\n\nDo this.\n")
    assert (agent.prompt, agent.prompt_line, agent.fields) == ("# Title\n\nDo this.\n", 1, ())
    assert (agent.description.text, agent.tools.mode) == ("", ToolMode.ALL)
    assert (agent.model.group, agent.color.group) == ("not-set", "not-set")


LINES = st.sampled_from(
    [
        "---", "name: a", "name: [a, {b: c}]", "description: Use it: now", 'description: "a\\nb"',
        "description: |", "  Examples:", "  <example>", "  </example>", "<commentary>", "Context: x",
        'user: "hi"', "assistant: 'yes'", "tools: Read, Bash(a, b)", "tools: *", "tools:", "- Task",
        "tools: {write: false}", "model: sonnet", "model: [a, 3]", " color: red", "color: '#fff'",
        "memory: user", "mcpServers: [a, {b: {}}]", "x: [[[", "y: &z 1", "# When to use", "- **A.** b",
        "", "\t", "é: \u2028", "z: \0", "----", "number: 1e5", "when: 2024-01-01", "k: {a: [1, null]}",
    ]
)  # fmt: skip
CONTENTS = (
    st.binary(max_size=200)
    | st.lists(LINES, max_size=12).map(lambda lines: "\n".join(["---", *lines]).encode())
    | st.lists(LINES, max_size=12).map(lambda lines: "\r\n".join(lines).encode())
    | st.text().map(lambda text: text.encode("utf-16"))
)


@given(CONTENTS)
@settings(max_examples=500)
@example(b"---\njust text\n---\n")
@example(b"\xff\xfe-\x00-\x00-\x00\n")
def test_any_bytes_are_read(data: bytes) -> None:
    agent = read(data)
    text = decode(data).text
    parts = split(text)
    assert "".join(parts) == text
    assert agent.prompt in text or parts.opening[:1].isspace()
    lines = re.split(r"\r\n|\n|\r", text)
    checked = check_catalog(catalog_of((agent,)))
    told: list[Flaw | Finding] = [*agent.flaws, *checked.findings]
    for each in told:
        assert 1 <= each.line <= len(lines), each
        assert 1 <= each.column <= len(lines[each.line - 1]) + 2, each
        assert "\n" not in each.message
    record = json.loads(catalog_json(catalog_of((agent,)), Urls()))["agents"][0]
    assert record["loadable"] is agent.loadable
    assert set(record["metadata"]) == {field.key for field in agent.fields}


@pytest.mark.parametrize(
    "block",
    [
        "description: " + "<example>" * 7_000,
        "description: " + 'user: "' * 9_000,
        "tools: " + "Bash(" * 12_000,
        "tools: " + "Read," * 12_000,
        "model: " + "a" * 60_000,
        "\n".join(f"key{number}: [a]" for number in range(4_000)),
    ],
)
def test_sixty_four_kilobytes_of_frontmatter_are_read_quickly(block: str) -> None:
    start = time.process_time()
    framed(f"name: a\n{block}")
    assert time.process_time() - start < 3


@pytest.mark.parametrize("format_", known_formats().values(), ids=lambda each: each.slug)
def test_no_value_of_any_type_stops_the_reading(format_: Format) -> None:
    toml = format_.reading.reader == "toml"
    folder = next(iter(format_.recognition.folders))
    values = ["{a = 1}", "[1, {b = 2}]"] if toml else ["{a: 1}", "[1, {b: 2}]", "~", "["]
    for key in format_.keys:
        for value in (*values, "true", "7", "''", "'x'"):
            text = f"{key} = {value}\n" if toml else f"---\n{key}: {value}\n---\n"
            agent = read(text, f"{folder}/a{'.toml' if toml else '.md'}")
            assert check_catalog(catalog_of((agent,))).agents[0].format == format_


@pytest.mark.parametrize(
    "text", ["---\nsandbox_mode: read-only\n---\nGo.\n", "---\n", "", "\0", "#"]
)
def test_a_file_is_read_whatever_its_ending_says(text: str) -> None:
    for path in ("team/a.md", ".codex/agents/a.toml", ".codex/agents/a.md"):
        agent = read(text, path)
        assert check_catalog(catalog_of((agent,))).agents
    assert read(text, "team/a.md").format.slug == "claude-code"
