"""Rules for what the prompt says against the tools: what they find, and what they leave alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agent_catalog.checking.instructions import instructions
from agent_catalog.checking.restraint import restraints
from agent_catalog.checking.subject import _ends_fenced
from agent_catalog.model.tool import Capability
from agent_catalog.reading.formats.known import known_formats
from checks import findings

START = "You review changes, and say what is wrong, where, and how to mend it.\n\n"
MISSING = "prompt-names-missing-tool"
READ_ONLY = "prompt-says-read-only"


def told(
    folder: Path,
    prompt: str,
    *keys: str,
    tools: str = "tools: Read, Grep",
    path: str = "reviewer.md",
) -> list[str]:
    """What the rules of this module find in an agent of that prompt: codes, and the quoted words."""
    head = ["name: reviewer", "color: red", "description: Reviews a change before a merge."]
    text = "\n".join(["---", *head, *filter(None, [tools, *keys]), "---", f"{START}{prompt}\n"])
    found = findings(folder, {path: text})
    return [
        f"{each.code} {each.message.split('`')[1]}"
        for each in found
        if each.code in {MISSING, READ_ONLY}
    ]


# Tools that the agent is told to use


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("Use the WebSearch tool to look for known defects.", ["WebSearch"]),
        ("To ask, call `AskUserQuestion` once.", ["AskUserQuestion"]),
        ("Run the tests with the Bash tool.", ["Bash"]),
        ("Get the page via WebFetch and read it.", ["WebFetch"]),
        ("- **Search**: Use the `WebSearch` tool.\n- Then stop.", ["WebSearch"]),
        ("1. Look at the change\n2. Use `Bash` to run the tests", ["Bash"]),
        ("Always use the Write tool to keep notes.", ["Write"]),
        ("You can use the Bash tool for the tests.", ["Bash"]),
        ("You have access to the `WebFetch` tool.", ["WebFetch"]),
        ("If you do not know it, use the WebSearch tool.", ["WebSearch"]),
        ("When you don't know:\n\n1. Search with the WebSearch tool", ["WebSearch"]),
        ("Use Read, Grep and WebFetch to find out.", ["WebFetch"]),
        ("Use the Read, Bash, and Edit tools.", ["Bash", "Edit"]),
        ("Search with `Grep`, using your dear old `Read` and `LS` tools.", ["LS"]),
        ("Use the LS tool to see the folder.", ["LS"]),
        ("Read the checklist with the TodoRead tool.", ["TodoRead"]),
        ("Read what it writes using BashOutput.", ["BashOutput"]),
        ("Hand the work over: use the Task tool\nto start an agent.", ["Task"]),
        ("Launch the tester agent with the Task tool.", ["Task"]),
        ("Look it up via `mcp__docs__search`.", ["mcp__docs__search"]),
        ("Look – if in doubt – with the WebSearch tool.", ["WebSearch"]),
        ("Use the WebSearch tool. Use the WebSearch tool again.", ["WebSearch"]),
        ("Use the Edit tool, never `sed`.", ["Edit"]),
        ("Use the Edit tool never `sed`.", ["Edit"]),
        ("Use the Edit tool not only for tests.", ["Edit"]),
        ("Use the Edit tool. Never guess.", ["Edit"]),
    ],
)
def test_instructions(tmp_path: Path, prompt: str, names: list[str]) -> None:
    assert told(tmp_path, prompt) == [f"{MISSING} {name}" for name in names]


@pytest.mark.parametrize(
    "prompt",
    [
        "Do not use the Bash tool.",
        "Never use `Bash`, and never call `AskUserQuestion`.",
        "Unlike the Bash tool, Read changes nothing.",
        "Avoid using WebSearch.",
        "You have no access to the WebFetch tool.",
        "The agent works without the Bash tool.",
        "Read files directly instead of using the Bash tool.",
        "You can't use the WebFetch tool here.",
        "Use the WebSearch tool if it is available.",
        "If WebFetch is available, get the page via WebFetch.",
        "The `Bash` tool is not available to you.",
        "❌ Use the Bash tool for searches.",
        "## What not to do\n\n- Use the Bash tool for searches.",
        "You must not:\n\n- use the Bash tool\n- use the Write tool",
        "**NEVER**:\n1. Call `Bash`",
        "The user's Bash script is to be read, not run.",
        "Write clear findings. Edit nothing. Task: find defects. Monitor the change.",
        "Use Task for methods that return nothing, and `Task` for those that wait.",
        "Prefer generic code, using the `Write` trait.",
        "Use `Edit` buttons where there are some.",
        "Use Bash for scripts, with PowerShell beside it.",
        "A skill that uses the Bash tool is to be named.",
        "Find agents that use the WebSearch tool.",
        "Only the orchestrator can use the Task tool.",
        "Escalate, so that the caller can ask via AskUserQuestion.",
        "Explain to them how to use the Bash tool.",
        "Show the assistant using the Task tool.",
        "<example>\nUse the Bash tool.\n</example>",
        'assistant: "I will use the Task tool to start it."',
        'Find prompts that say "use the Bash tool".',
        "```\nUse the Bash tool.\n```",
        "```text\nCall `Bash`\n```",
        "tools: Read, Write, Bash",
        "- **Which tool**: Bash, Edit, Write",
        "Use Read or WebFetch to find out.",
        "Look at the `Grep`/`Bash` tools.",
        "Use the Read tool, and `Grep` to search.",
        "Use `mcp__server__tool` names in full.",
        "Use the WebSearching tool, or a toolbox.",
        "Read Task.md, using Task.md as the list.",
        "Claim tasks via TaskUpdate, report with SendMessage.",
        "Use the `Edit` tool never.",
        "Use the Edit tool never for tests.",
        "Use the **Edit** tool under no circumstances.",
        "Use `Edit` and `Write` never.",
        "Call WebSearch not at all.",
    ],
)
def test_mentions(tmp_path: Path, prompt: str) -> None:
    assert told(tmp_path, prompt) == []


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("## Tools\n\n- **Read**: the change\n- **Bash**: runs the tests", ["Bash"]),
        ("## Available Tools\n\n* `Grep` - finds words\n* `WebFetch` - gets pages", ["WebFetch"]),
        ("# Your tools\n\n### Search\n\n- `mcp__docs__search`: finds", ["mcp__docs__search"]),
        ("## Tools\n\n- **Read**: the change\n- **Bash**: not available here", []),
        ("## Tools\n\n**Never use**:\n\n- **Read**: no\n- **Bash**: no", []),
        ("## Tools\n\n- **Bash**: for scripts\n- **PowerShell**: on Windows", []),
        ("## Build Tools\n\n- **Read**: x\n- **Bash**: scripts", []),
        ("## Tools\n\n- **Read**: x\n\n## Languages\n\n- **Bash**: scripts", []),
        ("You create agents.\n\n## Tools\n\n- **Read**: x\n- **Bash**: y", []),
        ("### Read\n\n- **Read**: x\n- **Bash**: y", []),
    ],
)
def test_lists_of_tools(tmp_path: Path, prompt: str, names: list[str]) -> None:
    assert told(tmp_path, prompt) == [f"{MISSING} {name}" for name in names]


@pytest.mark.parametrize(
    ("tools", "keys", "names"),
    [
        ("", [], ["LS"]),
        ("", ["disallowedTools: Bash"], ["Bash", "LS"]),
        ("tools: Bash, Write, LS", [], ["LS"]),
        ("tools: Bash, Write", ["disallowedTools: Bash"], ["Bash", "LS"]),
        ("tools: Bash", ["memory: user"], ["LS"]),
        ("tools: []", [], ["Bash", "Write", "LS"]),
        ("tools: Search, Find", [], ["LS"]),
    ],
)
def test_what_an_agent_lacks(tmp_path: Path, tools: str, keys: list[str], names: list[str]) -> None:
    prompt = "Use the Bash tool. Use the Write tool. Use the LS tool."
    assert told(tmp_path, prompt, *keys, tools=tools) == [f"{MISSING} {each}" for each in names]


@pytest.mark.parametrize(
    ("tools", "missing"),
    [
        ("tools: Read, mcp__docs", False),
        ("tools: Read, mcp__docs__*", False),
        ("tools: Read, mcp__docs__search", False),
        ("tools: Read, mcp__docs__list", True),
        ("tools: Read, mcp__other", True),
        ("tools: Read\nmcpServers:\n  - docs", False),
        ("", False),
        ("disallowedTools: mcp__docs", True),
    ],
)
def test_tools_of_servers(tmp_path: Path, tools: str, missing: bool) -> None:
    found = told(tmp_path, "Look it up with the `mcp__docs__search` tool.", tools=tools)
    assert found == ([f"{MISSING} mcp__docs__search"] if missing else [])


@pytest.mark.parametrize(
    ("path", "keys", "prompt", "names"),
    [
        (".github/agents/a.agent.md", "tools: [read, search]", "Use the `edit` tool.", ["edit"]),
        (".github/agents/a.agent.md", "tools: [read, search]", "Use the edit tool.", []),
        (".github/agents/a.agent.md", "tools: [edit/createFile]", "Use the `edit` tool.", []),
        (".github/agents/a.agent.md", "tools: [edit]", "Use the `edit/editFiles` tool.", []),
        (".gemini/agents/a.md", "tools: [read_file]", "Call run_shell_command.", []),
        (
            ".gemini/agents/a.md",
            "tools: [read_file]",
            "Run it via `run_shell_command`.",
            ["run_shell_command"],
        ),
        (".opencode/agents/a.md", "permission: {bash: deny}", "Use the `bash` tool.", ["bash"]),
        (".opencode/agents/a.md", "permission: {bash: ask}", "Use the `bash` tool.", []),
        (".cursor/agents/a.md", "readonly: true", "Use the `edit` tool.", []),
    ],
)
def test_other_formats(tmp_path: Path, path: str, keys: str, prompt: str, names: list[str]) -> None:
    assert told(tmp_path, prompt, tools=keys, path=path) == [f"{MISSING} {each}" for each in names]


def test_a_former_name_is_told_with_that_of_today(tmp_path: Path) -> None:
    text = f"---\nname: a\ndescription: b\ntools: Read\n---\n{START}Use the Task tool.\n"
    (found,) = [each for each in findings(tmp_path, {"a.md": text}) if each.code == MISSING]
    assert "`Task`, which is `Agent` today" in found.message
    assert (found.line, found.column) == (8, 9)


# Agents that say they change nothing


@pytest.mark.parametrize(
    "prompt",
    [
        "You are read-only.",
        "You are a **READ-ONLY** agent: look, and report.",
        "You are a read-only code reviewer.",
        "This agent is strictly read-only.",
        "You have read-only access to the codebase.",
        "You operate in read-only mode.",
        "- **Read-only role**: never change code.",
        "You must never modify any file.",
        "- Never modify any file.\n- Report defects.",
        "Never create, edit, or delete files.",
        "**NEVER** modify files — report instead.",
        "Look around, report, but do not modify any files.",
        "You analyze code and never modify it or its files. You never edit files.",
        "You do NOT write code; you only review.",
        "You only review and recommend — you do not write implementation code.",
        "You verify, you don't fix.",
        "You read, you don’t write.",
        "You provide feedback only. Do not modify code directly.",
        "Your role is advisory: do not make changes.",
        "Do not write or modify any code.",
        "❌ Don't guess.\n❌ Don't edit any files - you're read-only.",
    ],
)
def test_restraint(tmp_path: Path, prompt: str) -> None:
    assert [each.split()[0] for each in told(tmp_path, prompt, tools="tools: Read, Edit")] == [
        READ_ONLY
    ]
    assert told(tmp_path, prompt) == []
    assert told(tmp_path, prompt, tools="tools: Read, Bash") == []
    assert len(told(tmp_path, prompt, tools="")) == 1
    assert told(tmp_path, prompt, tools="disallowedTools: Edit, Write, NotebookEdit") == []


@pytest.mark.parametrize(
    "prompt",
    [
        "Do not modify files outside of src.",
        "Never modify tests.",
        "Never modify files in `vendor/`.",
        "Never modify files\nthat are generated.",
        "Do not modify any files unless asked.",
        "Do not edit files without permission.",
        "Never change files before the plan is approved.",
        "You have read-only database access.",
        "You have read-only access to the database.",
        "You are a read-only database analyst.",
        "Use read-only queries. Keep the replica read-only.",
        "You are read-only by default.",
        "You are read-only unless told otherwise.",
        "Until the plan is approved, you are read-only.",
        "Configuration files are read-only.",
        "Inputs: default, disabled, read-only.",
        "If the tests fail, do not modify files.",
        "## Phase 1: Analysis\n\n- Do not modify any files.",
        "During the first step:\n\n- Never modify any file.",
        "Tell the subagent that it must never modify files.",
        'Report prompts that say "never modify any file".',
        "The reviewer judges and cannot change anything.",
        "Workers never modify files.",
        "Never modify existing files, add new ones.",
        "Never modify more files than needed.",
        "Never write code that cannot be tested.",
        "Do not write code yet.",
        "You plan; you do not write production code.",
        "Do not write code; write documents.",
        "```\nYou are read-only.\n```",
        "`You are read-only.` is what it says.",
        "You are read-only.\n\n- Write the report to `docs/report.md`.",
        "Never modify files. Save your findings to a file.",
        "You are read-only. Use the Edit tool for notes.",
        "Never make changes beyond what was asked.",
        "Do not modify code.\n\n- Write documents\n- Update the index",
        "Do not change the public interface. Do not touch legacy code.",
    ],
)
def test_no_restraint(tmp_path: Path, prompt: str) -> None:
    assert told(tmp_path, prompt, tools="tools: Read, Edit") == []


@pytest.mark.parametrize(
    ("prompt", "tools", "found"),
    [
        ("Never run commands.", "tools: Read, Bash", True),
        ("You do not run any shell commands.", "tools: Read, Bash", True),
        ("Never run commands.", "tools: Read, Edit", False),
        ("Never run commands as root.", "tools: Read, Bash", False),
        ("Never run destructive commands.", "tools: Read, Bash", False),
        ("You are read-only.", "tools: Read, Bash", False),
        ("Never run commands. Use Bash for `git log`.", "tools: Read, Bash", False),
    ],
)
def test_commands(tmp_path: Path, prompt: str, tools: str, found: bool) -> None:
    assert bool(told(tmp_path, prompt, tools=tools)) is found


@pytest.mark.parametrize(
    "key", ["permissionMode: plan", "memory: project", "hooks:\n  PreToolUse: []"]
)
def test_what_else_holds_an_agent(tmp_path: Path, key: str) -> None:
    assert told(tmp_path, "You are read-only.", key, tools="tools: Read, Edit") == []


@pytest.mark.parametrize(
    ("path", "keys", "found"),
    [
        (".cursor/agents/a.md", "readonly: true", False),
        (".github/agents/a.agent.md", "tools: [read, edit]", True),
        (".github/agents/a.agent.md", "tools: [read, search]", False),
        (".opencode/agents/a.md", "mode: subagent", True),
        (".opencode/agents/a.md", "permission: {edit: deny}", False),
    ],
)
def test_restraint_in_other_formats(tmp_path: Path, path: str, keys: str, found: bool) -> None:
    assert bool(told(tmp_path, "You are read-only.", tools=keys, path=path)) is found


def test_the_place_of_a_restraint(tmp_path: Path) -> None:
    text = f"---\nname: a\ndescription: b\ntools: Read, Write, Edit\n---\n{START}So you must **never** edit files.\n"
    (found,) = [each for each in findings(tmp_path, {"a.md": text}) if each.code == READ_ONLY]
    assert (found.line, found.column) == (8, 4)
    assert found.message.endswith("and the agent gets `Write` and `Edit`")


# Whatever is written


WORDS = st.sampled_from(
    [
        *("Use", "the", "Bash", "`Edit`", "tool", "tools", "WebFetch", "via", "mcp__a__b", "Tools"),
        *("never", "do not", "modify", "any", "files", "You", "are", "read-only", "only", "review"),
        *("**", "*", "`", "(", ")", "- ", "# ", "\n", "\n\n", "\r\n", ".", ",", ":", "```"),
        *(" — ", "’", "İ", "❌", "🚫", "x"),
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=5)), max_size=60).map(" ".join))
def test_any_text_can_be_looked_at(prompt: str) -> None:
    format_ = known_formats()["claude-code"]
    names = frozenset(format_.tools.known)
    for naming in instructions(prompt, format_, names, lambda _: True):
        assert prompt[naming.start : naming.end] == naming.name
    for each in restraints(prompt, (Capability.WRITE, Capability.EXECUTE)):
        assert 0 <= each.start < each.end <= len(prompt)
        assert prompt[each.start : each.end].strip()


@pytest.mark.parametrize(
    "part",
    [
        *("use the Bash ", "Bash, ", "`Bash` ", "tool ", "* ", "## Tools\n\n- **Bash**: x\n"),
        *("never modify files ", "you are read-only ", "write, ", "not write or "),
        *("You review, ", "save the x "),
    ],
)
def test_time_grows_no_faster_than_the_prompt(tmp_path: Path, part: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        told(tmp_path, part * (length // len(part)), tools="tools: Edit")
        return time.process_time() - start

    # Four times the text; what is quadratic takes sixteen times as long.
    assert seconds(80_000) < 8 * max(seconds(20_000), 0.05)


LINES = st.lists(
    st.sampled_from(
        [
            *("```", "~~~", "````", "```js", "``` a`b", "a ```", "`x` ```", "x", "", "- a"),
            *(" ```", "   ~~~", "    ```", "\t```", "- ```", "> ```", "<div>", "<!--", "-->"),
        ]
    ),
    max_size=12,
)


@given(LINES)
def test_blocks_of_code_are_told_as_by_the_parser(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    fenced = _ends_fenced(text)
    tokens = MarkdownIt("commonmark").parse(f"{text}x\n")
    blocks = [each.map for each in tokens if each.type == "fence" and each.map]
    if fenced is not None:
        assert fenced is any(start <= len(lines) < end for start, end in blocks)
