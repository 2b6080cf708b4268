"""Agents in TOML: read, with the place of each key, and salvaged where the file is broken."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent_catalog.model.agent import Agent, Reading
from agent_catalog.model.tool import Capability, ToolMode
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.sources import AgentFile, Source

HEAD = 'name = "reviewer"\ndescription = "Reviews a change."\n'
AGENT = HEAD + 'developer_instructions = """\nYou review changes.\n\nSay what is wrong.\n"""\n'


def read(text: str | bytes, path: str = ".codex/agents/a.toml") -> Agent:
    data = text.encode() if isinstance(text, str) else text
    return read_agent(AgentFile(Source(Path("/crew")), path, data))


def codes(agent: Agent) -> list[str]:
    return [f"{flaw.line}:{flaw.column} {flaw.code}" for flaw in agent.flaws]


def test_a_file_becomes_an_agent() -> None:
    agent = read(AGENT)
    assert (agent.id, agent.name, agent.loadable) == ("reviewer", "reviewer", True)
    assert agent.description.text == "Reviews a change."
    assert agent.prompt == "You review changes.\n\nSay what is wrong.\n"
    assert agent.prompt_line == 4
    assert agent.flaws == ()
    assert {field.reading for field in agent.fields} == {Reading.STRICT}


def test_every_key_at_the_top_is_told_with_its_place() -> None:
    text = (
        "# An agent\n"
        'name = "reviewer"\n'
        '"description" = "Reviews.\\nOften."\n'
        "  nickname_candidates = [\n"
        '  "Hawk",\n'
        '  "Owl",\n'
        "]\n"
        "developer_instructions = '''\n"
        'name = "no key"\n'
        "[no_table]\n"
        "'''\n"
        "features.shell_tool = false\n"
        "\n"
        "[mcp_servers.docs]\n"
        'command = "docs"\n'
        'name = "of the server"\n'
        "\n"
        "[mcp_servers.tracker]\n"
        'command = "tracker"\n'
        "[[skills.config]]\n"
        "enabled = false\n"
    )
    agent = read(text)
    found = {field.key: (field.line, field.column, field.value) for field in agent.fields}
    assert found == {
        "name": (2, 8, "reviewer"),
        "description": (3, 17, "Reviews.\nOften."),
        "nickname_candidates": (4, 25, ("Hawk", "Owl")),
        "developer_instructions": (8, 26, 'name = "no key"\n[no_table]\n'),
        "features": (12, 10, {"shell_tool": False}),
        "mcp_servers": (14, 1, {"docs": {"command": "docs", "name": "of the server"}, "tracker": {"command": "tracker"}}),
        "skills": (20, 1, {"config": ({"enabled": False},)}),
    }  # fmt: skip
    assert agent.prompt_line == 9
    assert agent.tools.servers == ("docs", "tracker")


@pytest.mark.parametrize(
    ("written", "prompt", "line"),
    [
        ('"Review."', "Review.", 3),
        ("'Review.'", "Review.", 3),
        ('"""Review."""', "Review.", 3),
        ('"""\nReview."""', "Review.", 4),
        ("'''\nReview.\n'''", "Review.\n", 4),
        ('"""\r\nReview.\r\n"""', "Review.\n", 4),
        ('"""\n\nReview."""', "\nReview.", 4),
        ('"""\\\n   Review."""', "Review.", 4),
        ('""', "", 3),
    ],
)
def test_the_prompt_starts_behind_its_quotes(written: str, prompt: str, line: int) -> None:
    agent = read(HEAD + f"developer_instructions = {written}\n")
    assert (agent.prompt, agent.prompt_line) == (prompt, line)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (AGENT.replace('name = "reviewer"\n', ""), ["1:1 name-missing"]),
        (AGENT.replace('"reviewer"', '" "'), ["1:1 name-missing"]),
        (AGENT.replace('"reviewer"', "7"), ["1:1 name-not-text"]),
        (HEAD, ["1:1 key-missing"]),
        (HEAD + 'developer_instructions = "\\n "\n', ["3:1 key-missing"]),
        (HEAD + 'developer_instructions = ["Review."]\n', ["3:26 value-type"]),
        (HEAD + '[developer_instructions]\ntext = "Review."\n', ["3:1 value-type"]),
        (AGENT + 'short-description = "Reviews."\n', ["8:1 key-unknown"]),
        (AGENT + 'tools = ["read"]\n', ["8:9 value-type"]),
        (AGENT + 'sandbox_mode = "workspace-read"\n', ["8:16 value-unknown"]),
        (AGENT + 'model_verbosity = "loud"\n', []),
        ("", ["1:1 name-missing", "1:1 description-missing", "1:1 key-missing"]),
    ],
)
def test_what_codex_ignores_a_file_for_is_told(text: str, told: list[str]) -> None:
    agent = read(text)
    assert codes(agent) == told
    assert agent.loadable is (told == [])


@pytest.mark.parametrize(
    ("text", "told", "keys"),
    [
        # The quotes within a text are not escaped.
        (
            'name = "reviewer"\ndescription = "Reviews a "big" change."\nmodel = "gpt-5"\n',
            "2:27",
            {"name": "reviewer", "description": 'Reviews a "big" change.', "model": "gpt-5"},
        ),
        # The text is never closed.
        (HEAD + 'developer_instructions = """\nReview.\n', "5:1", {"name": "reviewer"}),
        # A line that is no TOML at all
        (HEAD + "Review everything.\n", "3:8", {"name": "reviewer"}),
        # A key stands twice.
        ('name = "a"\nname = "b"\n', "2:11", {"name": "b"}),
        # Markdown with frontmatter
        ("---\nname: reviewer\n---\n", "1:4", {}),
    ],
)
def test_of_a_broken_file_each_key_is_read_by_itself(
    text: str, told: str, keys: dict[str, object]
) -> None:
    agent = read(text)
    assert codes(agent)[0] == f"{told} toml-unreadable"
    assert not agent.loadable
    found = {field.key: field.value for field in agent.fields}  # of two, the last
    assert keys.items() <= found.items()
    assert {field.reading for field in agent.fields} <= {Reading.SALVAGED}


@pytest.mark.parametrize(
    ("keys", "mode", "capabilities"),
    [
        ('sandbox_mode = "read-only"', ToolMode.ALL, "read execute"),
        ('sandbox_mode = "workspace-write"', ToolMode.ALL, "read write execute"),
        ('sandbox_mode = "danger-full-access"', ToolMode.ALL, "read write execute network"),
        ("", ToolMode.ALL, "read execute mcp"),
        ('[mcp_servers.docs]\ncommand = "docs"', ToolMode.ALL, "read execute mcp"),
        ('sandbox_mode = "read-only"\n[mcp_servers.docs]\nurl = "x"', ToolMode.ALL, "read execute mcp"),
        ('sandbox_mode = "none"', ToolMode.UNKNOWN, ""),
    ],
)  # fmt: skip
def test_the_sandbox_says_what_it_may_do(keys: str, mode: ToolMode, capabilities: str) -> None:
    access = read(AGENT + keys + "\n").tools
    assert access.mode is mode
    assert access.capabilities == tuple(map(Capability, capabilities.split()))
    assert access.about


def test_that_the_sandbox_is_not_applied_is_said() -> None:
    about = read(AGENT + 'sandbox_mode = "read-only"\n').tools.about
    assert "Since version 0.149 Codex does not apply" in about


# Any text


PIECES = st.lists(
    st.sampled_from(["name", "description", "developer_instructions", '"a b"', "'", '"', '"""', "'''"])
    | st.sampled_from([" = ", "=", ".", "[", "]", "[[", "]]", "{", "}", ",", "#", "\\", "\\u00e9", "\\"])
    | st.sampled_from(["\n", "\r\n", "\r", " ", "\t", "\n\n", "true", "1", "1e400", "nan", "1979-05-27", "07:32:00"])
    | st.sampled_from(["é", "😀", "\0", "\x7f", "\ufeff", "\u2028", "---\n", "Review."]),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES | st.text(max_size=60))
@example('a = """\n')
@example("[[a]]\n[a]\n")
@example("a = [1, {b = [2, {c = 3}]}]\n")
@example('a.b.c = 1\n"a" = 2\n')
@example("a" * 200 + " = " + "[" * 200)
def test_any_text_is_read_and_every_flaw_is_within_it(text: str) -> None:
    agent = read(text)
    lines = re.split(r"\r\n|\n|\r", agent.text)
    for flaw in agent.flaws:
        assert 1 <= flaw.line <= len(lines)
        assert 1 <= flaw.column <= len(lines[flaw.line - 1]) + 1
    for field in agent.fields:
        assert 1 <= field.line <= len(lines)
        assert field.column >= 1
    assert 1 <= agent.prompt_line <= len(lines)


KEYS = st.from_regex(r"[a-z][a-z_-]{0,8}", fullmatch=True)
VALUES = st.sampled_from(['"a"', "'b'", '"""\nc = 1\n"""', "'''d\n[e]\n'''", "7", "true", '["f",\n "g"]', "{h = 1}"])  # fmt: skip


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_each_key_of_valid_toml_stands_where_it_is_said_to(
    keys: dict[str, str], line_end: str
) -> None:
    lines = [line for key, value in keys.items() for line in f"{key} = {value}".split("\n")]
    text = line_end.join([*lines, ""])
    agent = read(text)
    values = tomllib.loads(text)
    assert [field.key for field in agent.fields] == list(values)
    for field in agent.fields:
        line = text.split(line_end)[field.line - 1]
        assert line.startswith(f"{field.key} = ")
        assert field.column == len(field.key) + len(" = ") + 1
        assert tomllib.loads(f"{field.key} = {field.text}") == {field.key: values[field.key]}


@pytest.mark.parametrize(
    "piece",
    ['"', "'", '"""', "[", "[[a", "a=", "a.", "\\", '"\\', "#", "\n", "a\n", "[a]\n", "a = [\n"],
)
def test_large_files_are_read_in_no_time(piece: str) -> None:
    text = piece * (250_000 // len(piece))
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 5
