"""What an agent of Claude Code really gets of what its file lists, case by case."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.rules import RULES
from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Format, Limit, Situation
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Capability, Gets, Tool, ToolEntry, ToolMode
from agent_catalog.publishing.exports import catalog_json
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.situations import limit_of, settle
from agent_catalog.reading.sources import Source, read_source
from agent_catalog.reading.tools import read_entry
from checks import findings

DATA = Path(__file__).parent / "data"
CLAUDE_CODE = known_formats()["claude-code"]
FLAGS = ("background", "main", "deepest", "opted_in")
FOLDERS = {"project": ".claude/agents", "plugin": "plugins/crew/agents"}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table; a line that starts with `#` says what the next ones are about."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if not line.startswith("# ")]
    return list(csv.DictReader(told, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


GETS = table("gets.tsv")
EFFECTIVE = table("effective.tsv")


def named(row: Mapping[str, str]) -> str:
    return " ".join(filter(None, row.values()))


def write(folder: Path, row: Mapping[str, str]) -> Path:
    """Write the file of a row, whose list and keys are YAML; `-` is no list."""
    lines = [] if row["tools"] == "-" else [f"tools: {row['tools']}"]
    keys = yaml.safe_load(row["keys"] or "{}")
    lines += [f"{key}: {json.dumps(value)}" for key, value in keys.items()]
    block = "\n".join(["name: a", "description: Does something.", *lines])
    file = folder / FOLDERS[row["where"]] / "a.md"
    file.parent.mkdir(parents=True)
    file.write_text(f"---\n{block}\n---\n\nDo it.\n", encoding="utf-8")
    return folder


def read(folder: Path) -> Agent:
    (file,) = read_source(Source(folder)).files
    return read_agent(file)


# Each entry in a situation


def situation(row: Mapping[str, str]) -> Situation:
    return Situation(
        platform=row["platform"],
        background=row["run"] == "background",
        main=row["as"] == "main",
        deepest=row["as"] == "deepest",
        session=row["session"],
        opted_in=row["extras"] == "on",
    )


def limit(agent: Agent, entry: ToolEntry, at: Situation) -> Limit | None:
    """What keeps a tool from an agent in a situation, by what its file says."""
    entries = agent.tools.allowed
    listed = {each.tool.name for each in entries if each.tool and each.gets is not Gets.NO}
    settings = {
        field.key: field.value
        for field in agent.fields
        if isinstance(field.value, str) and not agent.is_ignored(field.key)
    }
    return limit_of(entry, agent.format, at, listed, settings)


def outcome(agent: Agent, entry: ToolEntry, at: Situation) -> tuple[str, str]:
    """Whether an agent is given a tool in a situation, and why not."""
    if entry.gets is Gets.NO:
        return "no", entry.why or ""
    if found := limit(agent, entry, at):
        return "no", found.why
    alone = read_entry(entry.written, agent.format)
    return ("unknown", alone.why or "") if alone.gets is Gets.DEPENDS else ("yes", "")


def test_the_table_has_something_of_everything() -> None:
    assert len(GETS) >= 70
    assert len({named(row) for row in GETS}) == len(GETS)
    for column, values in {
        "where": {"project", "plugin"},
        "platform": {"unix", "windows"},
        "run": {"background", "foreground"},
        "as": {"main", "subagent", "deepest"},
        "session": {"default", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan"},
        "extras": {"usual", "on"},
        "gets": {"yes", "no", "unknown"},
    }.items():
        assert {row[column] for row in GETS} == values
    assert {row["source"] for row in GETS} <= set(CLAUDE_CODE.sources)
    assert {each.why for each in CLAUDE_CODE.limits} <= {row["why"] for row in GETS}


@pytest.mark.parametrize("row", GETS, ids=named)
def test_an_entry_is_given_or_not(tmp_path: Path, row: dict[str, str]) -> None:
    agent = read(write(tmp_path, row))
    assert agent.format.slug == "claude-code"
    (entry,) = {each for each in agent.tools.allowed if each.written == row["entry"]}
    assert outcome(agent, entry, situation(row)) == (row["gets"], row["why"])
    assert entry.server is None or entry.name.startswith("mcp__")


SITUATIONS = [
    Situation(platform=platform, session=session, **dict(zip(FLAGS, flags, strict=True)))
    for platform in ("unix", "windows")
    for session in ("default", "acceptEdits", "auto", "dontAsk", "bypassPermissions", "plan")
    for flags in product((True, False), repeat=4)
]
TOOLS = st.sampled_from(
    [*(name for name in CLAUDE_CODE.tools.known), *CLAUDE_CODE.tools.renamed, "mcp__docs__find"]
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "permissionMode": st.sampled_from(["plan", "default"]),
        "isolation": st.sampled_from(["worktree", "none"]),
    },
)


@given(TOOLS, st.sets(TOOLS), SETTINGS)
def test_the_summary_is_what_all_situations_come_to(
    name: str, listed: set[str], settings: dict[str, str]
) -> None:
    entry = read_entry(name, CLAUDE_CODE)
    kept = [
        each for each in SITUATIONS if limit_of(entry, CLAUDE_CODE, each, listed, settings) is None
    ]
    found = settle(entry, CLAUDE_CODE, listed, settings)
    subagents = [each for each in kept if not each.main]
    if len(subagents) == len(SITUATIONS) / 2:
        assert found == entry
    else:
        assert found.gets is (Gets.DEPENDS if kept else Gets.NO)
        assert found.condition
        assert found.why in {each.why for each in CLAUDE_CODE.limits}


def test_a_limit_that_holds_everywhere_is_a_no() -> None:
    never = Limit(why="never", text="never", tools=("Read",))
    tool = Tool(name="Read", format="odd", does="Reads.")
    odd = Format(
        slug="odd",
        title="Odd",
        as_of=CLAUDE_CODE.as_of,
        order=99,
        sources={},
        recognition=CLAUDE_CODE.recognition,
        identity=CLAUDE_CODE.identity,
        limits=(never,),
    )
    found = settle(ToolEntry(written="Read", name="Read", tool=tool), odd)
    assert (found.gets, found.why, found.condition) == (Gets.NO, "never", "never")


def test_every_limit_stands_for_something() -> None:
    """Each has a source and a text, and names tools that there are."""
    for each in CLAUDE_CODE.limits:
        assert each.source in CLAUDE_CODE.sources
        assert each.text
        assert not each.text.endswith(".")
        assert {*each.tools, *each.but, *each.beside} <= set(CLAUDE_CODE.tools.known)
        assert bool(each.tools) != bool(each.but)
        assert set(each.sessions) <= set(CLAUDE_CODE.keys["permissionMode"].values)
        assert {*each.when, *each.unless} <= set(CLAUDE_CODE.keys)


# The summary of each entry, as data


def exported(folder: Path, row: Mapping[str, str]) -> Any:
    write(folder, row)
    (agent,) = json.loads(catalog_json(read_catalog([Source(folder)]), Urls()))["agents"]
    return agent


@pytest.mark.parametrize("row", EFFECTIVE, ids=named)
def test_the_catalog_as_data_says_what_an_agent_gets(tmp_path: Path, row: dict[str, str]) -> None:
    agent = exported(tmp_path, row)
    told = [
        f"{each['name']}={each['gets']}" + (f":{each['why']}" if each["why"] else "")
        for each in agent["tools"]["effective"]
    ]
    assert told == list(filter(None, row["effective"].split(", ")))
    assert agent["capabilities"] == row["capabilities"].split()
    assert list(read(tmp_path).tools.servers) == row["servers"].split()


@pytest.mark.parametrize("tools", ["[]", "''", "", "[~]"])
def test_an_empty_list_gives_nothing(tmp_path: Path, tools: str) -> None:
    agent = exported(tmp_path, {"tools": tools, "keys": "", "where": "project"})
    assert (agent["tools"]["mode"], agent["capabilities"]) == ("none", [])


# What Claude Code does with a file


KEYED = """\
---
name: a
description: Does something.
tools: Read
{}
---

Do it.
"""


def told(folder: Path, text: str, path: str = ".claude/agents/a.md") -> dict[str, str]:
    """The messages of what is found in a file, by their codes."""
    return {each.code: each.message for each in findings(folder, {path: text})}


def keyed(folder: Path, *lines: str) -> dict[str, str]:
    return told(folder, KEYED.format("\n".join(lines)))


def test_a_specifier_is_no_limit_and_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, KEYED.format("").replace("tools: Read", "tools: Bash(git log *), Read"))
    assert "grants the whole of `Bash`" in found["tool-scope-without-effect"]


def test_types_of_agents_are_no_limit_and_are_told(tmp_path: Path) -> None:
    found = told(tmp_path, KEYED.format("").replace("tools: Read", "tools: Agent(a, b), Read"))
    assert "start agents of every type" in found["tool-scope-without-effect"]


def test_a_permission_mode_says_what_overrides_it(tmp_path: Path) -> None:
    about = CLAUDE_CODE.keys["permissionMode"].about
    for word in ("accepts edits", "auto mode", "bypasses permissions", "bypassPermissions"):
        assert word in about
    found = keyed(tmp_path, "permissionMode: bypassPermissions")
    assert "where the session allows it" in found["bypass-permissions"]


@pytest.mark.parametrize("name", ["TaskOutput", "BashOutput", "AgentOutputTool"])
def test_what_was_renamed_to_a_tool_that_is_gone_leads_nowhere(tmp_path: Path, name: str) -> None:
    found = told(tmp_path, KEYED.format("").replace("tools: Read", f"tools: Read, {name}"))
    assert "no longer has the tool" in found["tool-gone"]
    assert "tool-renamed" not in found


def test_the_window_of_compaction_is_a_key(tmp_path: Path) -> None:
    found = keyed(tmp_path, "autoCompactWindow: 100000")
    assert not any("autoCompactWindow" in message for message in found.values())
    assert "value-type" in keyed(tmp_path / "text", "autoCompactWindow: small")


@pytest.mark.parametrize(
    "name",
    ["general-purpose", "statusline-setup", "claude-code-guide", "claude", "Explore", "Plan"],
)
def test_an_agent_that_claude_code_brings_along_exists(tmp_path: Path, name: str) -> None:
    text = KEYED.format("") + 'Then call subagent_type: "{}".\n'
    assert "agent-unknown" not in told(tmp_path / "known", text.format(name))
    assert "agent-unknown" in told(tmp_path / "other", text.format(f"{name}-2"))


def test_a_helper_of_old_is_not_brought_along(tmp_path: Path) -> None:
    text = KEYED.format("") + 'Then call subagent_type: "output-style-setup".\n'
    assert "output-style-setup" in told(tmp_path, text)["agent-unknown"]


def test_a_key_that_is_not_known_is_ignored(tmp_path: Path) -> None:
    assert "Claude Code ignores it" in keyed(tmp_path, "category: quality")["key-unknown"]
    assert "names them with `--debug`" in RULES["key-unknown"].why


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("hooks", "only in a folder that the user trusts"),
        ("mcpServers", "only in a folder that the user trusts"),
        ("skills", "One that is missing, or that models may not call, is not loaded"),
        ("memory", "only where auto memory is on, and adds Read, Write and Edit"),
    ],
)
def test_what_a_key_depends_on_is_told_beside_it(key: str, words: str) -> None:
    assert words in CLAUDE_CODE.keys[key].about


@pytest.mark.parametrize(
    ("hooks", "loadable"),
    [
        ("[]", False),
        ("[{matcher: Bash}]", False),
        ("\n  - matcher: Bash", False),
        ("{}", True),
        ("{Stop: []}", True),
        ("format-on-save", True),
        ("", True),
    ],
)
def test_hooks_that_are_a_list_drop_the_agent(
    tmp_path: Path, hooks: str, *, loadable: bool
) -> None:
    (tmp_path / "a.md").write_text(KEYED.format(f"hooks: {hooks}"))
    (agent,) = check_catalog(read_catalog([Source(tmp_path)])).agents
    assert agent.loadable is loadable
    severities = [each.severity for each in agent.findings if each.code == "value-type"]
    assert severities == (
        ["error"] if not loadable else ["warning"] if hooks == "format-on-save" else []
    )


def test_the_name_of_an_mcp_tool_with_a_dot_is_told(tmp_path: Path) -> None:
    text = KEYED.format("").replace("tools: Read", "tools: Read, mcp__notes__memory.list")
    found = findings(tmp_path, {".claude/agents/a.md": text})
    (finding,) = [each for each in found if each.code == "mcp-name-dots"]
    assert finding.severity == "info"
    assert "mcp__notes__memory_list" in finding.mend


def test_tokens_are_counted_by_script() -> None:
    for text in ("漢字" * 100, "ひらがな" * 50, "한국어" * 67):
        assert len(text) <= estimated_tokens(text) <= 1.5 * len(text)
    assert estimated_tokens("word " * 100) < 200


def test_a_list_that_resolves_to_nothing_is_told(tmp_path: Path) -> None:
    text = KEYED.format("").replace("tools: Read", "tools: Vector Search, Raed")
    assert "refuses to start" in told(tmp_path, text)["tools-unresolved"]


def test_what_inherits_has_what_subagents_can_have(tmp_path: Path) -> None:
    agent = read(write(tmp_path, {"tools": "-", "keys": "", "where": "project"}))
    assert (agent.tools.mode, agent.tools.capabilities) == (ToolMode.ALL, tuple(Capability))
