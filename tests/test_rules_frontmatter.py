"""Rules for the frontmatter, its keys and the exceptions that it makes: where they find what."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent_catalog.reading.formats.recognition import default_format
from agent_catalog.reading.frontmatter import read_frontmatter
from checks import codes, findings, found
from sites import agent_file

HEAD = "---\nname: reviewer\ncolor: red\ntools: Read\ndescription: "
BODY = "\n---\n\nYou review changes, and say what is wrong, where, and how to mend it.\n"


def file(*lines: str) -> str:
    head = "name: reviewer\ncolor: red\ntools: Read\ndescription: Reviews a change before a merge."
    return "\n".join(["---", head, *lines]) + BODY


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Reviews changes as #4 says.", ["5:33 value-cut"]),
        ("Reviews changes as\n  #4 says.", []),  # YAML has no comment without a space before it
        ("Reviews changes # 4\n  and more.", ["6:3 yaml-unreadable"]),
        ('"Reviews changes #4 says."', []),
        ("'Reviews changes' # a comment", []),
        ("Reviews C# code, and F#.", []),
        ("|\n  Reviews changes as #4 says.", []),
        ("Reviews: changes as #4 says.", ["5:21 yaml-needs-retry"]),
    ],
)
def test_a_comment_that_cuts_a_text(tmp_path: Path, written: str, told: list[str]) -> None:
    result = found(tmp_path, f"{HEAD}{written}{BODY}")
    assert [each for each in result if "value" in each or "yaml" in each] == told


REST = "`#` starts a comment here, so the rest of `{}` is lost"


@pytest.mark.parametrize(
    ("line", "place", "message"),
    [
        # a bracket or a quote that is open
        ("tools: Read, Bash(echo #), Grep", "6:24", REST.format("tools")),
        ("tools:\n  - Read\n  - Bash(echo #)", "8:15", REST.format("tools")),
        ("skills: a, b[c #d]", "6:16", REST.format("skills")),
        ('hooks:\n  Stop:\n    - command: echo "a # b"', "8:24", REST.format("hooks")),
        ("note: say 'a # b'", "6:14", REST.format("note")),
        (
            "disallowedTools: Write, Bash(rm #), Edit",
            "6:33",
            f"{REST.format('disallowedTools')}, and what stands there is not denied",
        ),
        # a list that goes on
        ("tools: Read, #Grep, Bash", "6:14", REST.format("tools")),
        ("disallowedTools: Write #, Edit", "6:24", REST.format("disallowedTools") + ", and what stands there is not denied"),
        # what no comment starts with
        ("model: opus #4", "6:13", REST.format("model")),
        ("color: #ff0000", "6:8", REST.format("color")),
        ("initialPrompt: #1 of all", "6:16", REST.format("initialPrompt")),
        ("initialPrompt: Go on # with it", "6:22", REST.format("initialPrompt")),
        # names and types of values
        ("initialPrompt: &Co goes on", "6:16", "`&Co` is an anchor to YAML, and no part of `initialPrompt`"),
        ("initialPrompt: !important go on", "6:16", "`!important` is a tag to YAML, and no part of `initialPrompt`"),
        ("initialPrompt: ! go on", "6:16", "`!` is a tag to YAML, and no part of `initialPrompt`"),
        ("skills:\n  - &all testing", "7:5", "`&all` is an anchor to YAML, and no part of `skills`"),
    ],
)  # fmt: skip
def test_what_yaml_takes_from_a_value(tmp_path: Path, line: str, place: str, message: str) -> None:
    key = line.partition(":")[0]
    text = "\n".join(each for each in file().split("\n") if not each.startswith(f"{key}:"))
    text = text.replace("\n---\n", f"\n{line}\n---\n", 1)
    shift = key in {"tools", "color"}
    (told,) = (
        each for each in findings(tmp_path, {"reviewer.md": text}) if each.code == "value-cut"
    )
    assert f"{told.line + shift}:{told.column}" == place
    assert told.message == message


@pytest.mark.parametrize(
    "line",
    [
        "model: sonnet  # fast",
        "model: sonnet # the default, for now",
        "model: sonnet #fast",
        "model: # sonnet",
        "model: #opus",
        "tools: Read, Grep # and Bash (later)",
        "tools: Read, # Bash",
        "tools: Read, Bash(git *) # git only",
        "tools: # Read",
        "color: blue #3b82f6",
        "skills: # none yet\n  - testing",
        "skills:\n  - testing # (all of it",
        'initialPrompt: "Go on" # with it',
        "note: it's fine # is it",
        "hooks: {} # none",
        "initialPrompt: !!str go on",
        "initialPrompt: &go go on\nnote: *go",
        "skills: &all [testing]",
        "initialPrompt: |\n  Go on # with it\n  &all (of # it",
        "model: opus[#1",
    ],
)
def test_a_comment_behind_a_value_takes_nothing_from_it(tmp_path: Path, line: str) -> None:
    assert "value-cut" not in codes(tmp_path, file(line))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("tool: Read", ["6:1 key-misspelt"]),
        ("Model: opus", ["6:1 key-misspelt"]),
        ("max_turns: 3", ["6:1 key-misspelt"]),
        ("mcp-servers: [a]", ["6:1 key-misspelt"]),
        ("mode: strict", ["6:1 key-unknown"]),  # near `model`, but OpenCode's
        ("version: 1", ["6:1 key-unknown"]),
        ("tags: [a]", ["6:1 key-unknown"]),
        ("x-owner: me", ["6:1 key-unknown"]),
        ("allowedTools: Read", ["6:1 allowed-tools"]),
        ("background: true", []),
        ("background: 'true'", []),
        ("background: sometimes", ["6:13 value-type"]),
        ("model:", []),
        ("model: [opus]", ["6:8 value-type"]),
        ("skills: 3", ["6:9 value-type"]),
        ("hooks:\n  - a", ["7:3 value-type"]),
        ("experimental: {cacheTtl: 5m}", []),
    ],
)
def test_keys_and_types(tmp_path: Path, line: str, told: list[str]) -> None:
    assert found(tmp_path, file(line), ".claude/agents/reviewer.md") == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("target: vscode", []),
        ("infer: true", ["6:1 key-deprecated"]),
        ("mcp-servers: [a]", ["6:14 value-type"]),
    ],
)
def test_keys_of_another_tool_are_judged_by_what_that_one_does(
    tmp_path: Path, line: str, told: list[str]
) -> None:
    color = "3:1 key-unknown"  # Copilot has none
    assert found(tmp_path, file(line)) == [color, *told]
    text = file(line, "user-invocable: true")
    assert found(tmp_path / "own", text, ".github/agents/reviewer.md") == [color, *told]


def test_a_key_of_another_tool_is_told_as_such(tmp_path: Path) -> None:
    (told,) = findings(tmp_path, {".claude/agents/reviewer.md": file("infer: true")})
    assert told.message == (
        "Claude Code has no key `infer`: Claude Code ignores it; it is a key of Copilot"
    )


def test_each_repeated_key_is_told(tmp_path: Path) -> None:
    text = file("model: opus", "model: sonnet", "model: haiku")
    assert found(tmp_path, text) == ["7:1 duplicate-key", "8:1 duplicate-key"]


# Exceptions


def excepted(comment: str) -> str:
    return file(comment, "model: sonet")


def test_an_exception_with_a_reason_accepts_a_finding(tmp_path: Path) -> None:
    text = excepted("# agent-catalog: ignore[model-misspelt, tools-empty] It is ours.")
    told = findings(tmp_path, {"reviewer.md": text})
    assert [(each.code, each.line, each.accepted) for each in told] == [
        ("exception-unused", 6, None),
        ("model-misspelt", 7, "It is ours."),
    ]
    assert told[0].message == "there is no finding `tools-empty` to except"


def test_an_exception_without_a_reason_has_no_effect(tmp_path: Path) -> None:
    text = excepted("#agent-catalog:ignore[model-misspelt]")
    told = findings(tmp_path, {"reviewer.md": text})
    assert [(each.code, each.accepted) for each in told] == [
        ("exception-unreasoned", None),
        ("model-misspelt", None),
    ]


def test_an_exception_from_no_rule_is_told(tmp_path: Path) -> None:
    text = file("# agent-catalog: ignore[model-mispelt] Typo.")
    (told,) = findings(tmp_path, {"reviewer.md": text})
    assert told.message == "there is no rule 'model-mispelt'; is 'model-misspelt' meant?"
    assert (told.code, told.line, told.column) == ("exception-unused", 6, 1)


def test_an_exception_cannot_stand_behind_a_value_or_in_the_prompt(tmp_path: Path) -> None:
    text = file("model: sonet # agent-catalog: ignore[model-misspelt] Why.")
    assert codes(tmp_path, text) == ["model-misspelt"]
    comment = "# agent-catalog: ignore[model-misspelt] Why."
    text = file("model: sonet") + comment
    assert codes(tmp_path, text) == ["model-misspelt"]


@pytest.mark.parametrize(
    "text",
    [
        file("model: opus"),
        agent_file("reviewer", description="Reviews: all of it", tools="Read"),
        file("initialPrompt: |\n  a\n  b", "model: opus"),
    ],
)
def test_an_exception_changes_nothing_that_tools_read(text: str) -> None:
    lines = text.split("\n")
    end = lines.index("---", 1)
    comment = "# agent-catalog: ignore[secret, tool-gone] A reason: with a colon, [a] & *b."
    for at in (1, end):
        changed = "\n".join([*lines[:at], comment, *lines[at:]])
        before, after = (read_frontmatter(each, default_format()) for each in (text, changed))
        assert [(each.key, each.value) for each in before.fields] == [
            (each.key, each.value) for each in after.fields
        ]
        assert [each.reading for each in before.fields] == [each.reading for each in after.fields]
        assert before.prompt == after.prompt
