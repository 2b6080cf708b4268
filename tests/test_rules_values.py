"""Rules for name, description, tools and settings: what they find, where, and what they leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_catalog.model.finding import Finding
from agent_catalog.model.tokens import estimated_tokens
from checks import codes, findings, found

BODY = "\n---\n\nYou review changes, and say what is wrong, where, and how to mend it.\n"


def file(*lines: str, tools: str = "tools: Read", name: str = "reviewer") -> str:
    head = f"name: {name}\ncolor: red\ndescription: Reviews a change before a merge."
    return "\n".join(filter(None, ["---", head, tools, *lines])) + BODY


# Name


@pytest.mark.parametrize(
    ("name", "path", "told"),
    [
        ("reviewer", "reviewer.md", []),
        ("Reviewer", "reviewer.md", ["name-style"]),
        ("code reviewer", "code_reviewer.md", ["name-style"]),
        ("code-reviewer", "CodeReviewer.md", []),
        ("reviewer", "reviewer.agent.md", []),
        ("reviewer", "judge.md", ["name-differs-from-file"]),
        ("评审", "评审.md", ["name-style"]),
        ("cafe\u0301", "caf\u00e9.md", ["name-style"]),
        ("a--b", "a-b.md", ["name-style"]),
        ("'a:b'", "a.md", ["name-reserved"]),
        ("'404'", "404.md", []),
    ],
)
def test_names(tmp_path: Path, name: str, path: str, told: list[str]) -> None:
    # Copilot, which the ending tells of, has no colors.
    text = file(name=name)
    assert codes(tmp_path, text, path) == (
        told if not path.endswith(".agent.md") else ["key-unknown"]
    )


def test_names_must_differ_within_what_is_searched_as_one(tmp_path: Path) -> None:
    tree = {
        "one/agents/reviewer.md": file(),
        "two/agents/reviewer.md": file(),
        "two/agents/deep/reviewer.md": file(),
        "reviewer.md": file(),
        "more/reviewer.md": "---\nname: reviewer\n---\n",
    }
    told = [each for each in findings(tmp_path, tree) if each.code == "name-repeated"]
    assert [each.place for each in told] == [
        "agents/two/agents/deep/reviewer.md:2:7",
        "agents/two/agents/reviewer.md:2:7",
    ]
    assert "`agents/two/agents/reviewer.md` has this name, too" in told[0].message
    assert codes_of(findings(tmp_path, tree, whole=False), "name-repeated") == 0


def test_agents_of_a_plugin_are_called_by_their_place(tmp_path: Path) -> None:
    tree = {
        "plugins/one/agents/reviewer.md": file(),
        "plugins/two/agents/reviewer.md": file(),
        "plugins/two/agents/deep/reviewer.md": file(),
    }
    assert codes_of(findings(tmp_path, tree), "name-repeated") == 0


def codes_of(told: list[Finding], code: str) -> int:
    return sum(each.code == code for each in told)


# Description


def described(description: str) -> str:
    return f"---\nname: reviewer\ncolor: red\ntools: Read\ndescription: {description}{BODY}"


EXAMPLE = "|\n  Reviews all changes.\n  <example>\n  user: a\n  assistant: I call the {} agent.\n"


@pytest.mark.parametrize(
    ("description", "told"),
    [
        ("Reviews changes of code.\\nOften.", ["5:38 description-escaped-breaks"]),
        ('"Reviews changes of code.\\\\nOften."', ["5:39 description-escaped-breaks"]),
        ('"Reviews changes of code.\\nOften."', []),
        ("Reviews.", ["5:14 description-short"]),
        (EXAMPLE.format("reviewer") + "  </example>", []),
        (EXAMPLE.format("reviewer"), ["7:3 example-unclosed"]),
        (EXAMPLE.format("code-judge") + "  </example>", ["9:25 example-other-agent"]),
        (EXAMPLE.format("judge") + "  </example>", []),  # a single word may be any
        ("Reviews changes, with an `<example>` in its text.", []),
        ("x" * 5001, ["5:14 description-long"]),
        ("x" * 5000, []),
    ],
)
def test_descriptions(tmp_path: Path, description: str, told: list[str]) -> None:
    assert found(tmp_path, described(description)) == told


def test_an_agent_that_is_called_by_its_name_without_agent_is_itself(tmp_path: Path) -> None:
    text = described(EXAMPLE.format("code-reviewer") + "  </example>")
    text = text.replace("name: reviewer", "name: code-reviewer-agent")
    assert codes(tmp_path, text, "code-reviewer-agent.md") == []


def test_a_share_of_the_context(tmp_path: Path) -> None:
    long = described("word " * 6_000)
    tree = {f"{name}.md": long.replace("name: reviewer", f"name: {name}") for name in "ab"}
    tree |= {"c.md": described("Reviews changes of code.").replace("name: reviewer", "name: c")}
    told = [each for each in findings(tmp_path, tree) if each.code == "description-share"]
    assert [each.path for each in told] == ["agents/a.md", "agents/b.md"]
    assert f"about {estimated_tokens('word ' * 6_000):,} tokens" in told[0].message
    assert "more than a share of 5,000: the 3 agents" in told[0].message
    del tree["b.md"]
    assert codes_of(findings(tmp_path / "few", tree), "description-share") == 0


# Tools


@pytest.mark.parametrize(
    ("tools", "told"),
    [
        ("tools: Read, Task, MultiEdit", ["5:14 tool-renamed", "5:20 tool-renamed"]),
        ("tools:\n  - Read\n  - MultiEdit", ["7:5 tool-renamed"]),
        ('tools: ["Read", "MultiEdit"]', ["5:18 tool-renamed"]),
        ("tools: Read, BashOutput", ["5:14 tool-gone"]),
        ("tools: Read, AskUserQuestion", ["5:14 tool-never-given"]),
        ("tools: Read, LS, TodoRead", ["5:14 tool-gone", "5:18 tool-gone"]),
        ("tools: read, Read", ["5:8 tool-misspelt"]),
        ("tools: Read, bash, mcp__a__b, a/b", ["5:14 tool-misspelt", "5:31 tool-unknown"]),
        ("tools: Read, Create", ["5:14 tool-unknown"]),
        ("tools: Raed", ["5:8 tools-unresolved"]),
        ("tools: Alpha, Beta", ["5:8 tools-unresolved"]),
        ("tools: mcp__a", []),
        ("tools: '*'", ["5:1 tools-inherited"]),
        ("", ["2:1 tools-inherited"]),
        ("tools: []", []),
        ("tools: ''", ["5:1 tools-empty"]),
        ("tools: Agent(a, b), Read", ["5:8 tool-scope-without-effect"]),
        ("tools: Read, Bash(git log *)", ["5:14 tool-scope-without-effect"]),
        ("disallowedTools: Write", []),
        ("tools: Read\ndisallowedTools: Read", ["6:18 tool-allowed-and-denied"]),
        (
            "tools: Agent\ndisallowedTools: Task",
            ["6:18 tool-allowed-and-denied", "6:18 tool-renamed"],
        ),
        ("tools: mcp__a__b\ndisallowedTools: mcp__a__c", []),
        ("disallowedTools: Bash(rm *), Write", ["5:18 tool-denied-in-part"]),
        ("tools: Read, ExitPlanMode", ["5:14 tool-never-given"]),
        ("tools: Read, ExitPlanMode\npermissionMode: plan", []),
    ],
)
def test_tools(tmp_path: Path, tools: str, told: list[str]) -> None:
    assert found(tmp_path, file(tools=tools), ".claude/agents/reviewer.md") == told


def test_tools_are_judged_by_the_tool_that_the_file_is_for(tmp_path: Path) -> None:
    text = file(tools="tools: [read, edit, search, codebase]")
    as_copilot = ["3:1 key-unknown", "5:29 tool-renamed"]  # its color, and `codebase`
    assert found(tmp_path, text) == as_copilot
    assert found(tmp_path / "a", text, ".github/agents/reviewer.md") == as_copilot
    assert codes(tmp_path / "b", text, ".claude/agents/reviewer.md") == ["tools-unresolved"]
    assert codes(tmp_path / "c", text, ".opencode/agent/reviewer.md") == [
        "color-unknown",  # red
        "key-deprecated",
        "value-type",  # no map
    ]


def test_a_name_of_another_tool_is_told_as_such(tmp_path: Path) -> None:
    tree = {".claude/agents/reviewer.md": file(tools="tools: Read, Create")}
    (told,) = findings(tmp_path, tree)
    assert told.message == "`Create`: it is a name of Factory; Claude Code has no such tool"


# Settings


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("model: Opus", []),
        ("model: opusss", ["6:8 model-misspelt"]),
        ("model: 'sonnet[1m]'", []),
        ("model: claude-next-9", ["6:8 model-unknown"]),
        ("model: gemini-2.5-pro", ["6:8 model-unknown"]),
        ("permissionMode: manual", []),
        ("permissionMode: yolo", ["6:17 permission-mode-unknown"]),
        ("effort: 3", []),
        ("effort: huge", ["6:9 effort-unknown"]),
        ("memory: none", []),
        ("memory: team", ["6:9 memory-unknown"]),
        ("isolation: vm", ["6:12 isolation-unknown"]),
        ("maxTurns: 3", []),
        ("maxTurns: '3'", []),
        ("maxTurns: 0", ["6:11 max-turns-invalid"]),
        ("maxTurns: -1", ["6:11 max-turns-invalid"]),
        ("maxTurns: true", ["6:11 max-turns-invalid"]),
        ("maxTurns: 2.5", ["6:11 max-turns-invalid"]),
        ("hooks: {}", []),
    ],
)
def test_settings(tmp_path: Path, line: str, told: list[str]) -> None:
    assert found(tmp_path, file(line)) == told


def test_what_plugins_cannot_set(tmp_path: Path) -> None:
    text = file("hooks: {}", "initialPrompt: Go.")
    path = "plugins/one/agents/reviewer.md"
    assert codes(tmp_path, text, path) == ["ignored-in-plugin"] * 2
    assert codes(tmp_path / "own", text, ".claude/agents/reviewer.md") == []


def test_an_unknown_value_is_never_an_error(tmp_path: Path) -> None:
    lines = (
        "model: x9",
        "permissionMode: x9",
        "effort: x9",
        "memory: x9",
        "isolation: x9",
        "x9: 9",
    )
    text = file(*lines, tools="tools: Read, X9\ndisallowedTools: Y9").replace("red", "x9")
    told = findings(tmp_path, {"reviewer.md": text})
    assert len(told) == 9
    assert all(each.severity.value != "error" for each in told)
