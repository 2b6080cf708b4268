"""Which tool a file is for, what it is to it, and what is passed over: by name, place and content."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from agent_catalog.model.agent import Agent
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.selection import unexpected
from agent_catalog.reading.sources import AgentFile, Source, read_source
from sites import write_tree

BODY = "You review changes.\n"
EMPTY = f"---\ndescription: Reviews.\n---\n{BODY}"
TOML = 'name = "a"\ndescription = "Reviews."\ndeveloper_instructions = "Review."\n'


def file(*keys: str) -> str:
    return "\n".join(["---", *keys, "---", BODY])


def read(path: str, text: str = EMPTY, option: str = "", folder: str = "/crew") -> Agent:
    return read_agent(AgentFile(Source(Path(folder), format=option), path, text.encode()))


def told(agent: Agent) -> tuple[str, str, str]:
    return agent.format.slug, agent.format_from.value, agent.kind.value


# Name and place.


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("reviewer.agent.md", ("copilot", "name", "agent")),
        ("reviewer.chatmode.md", ("copilot", "name", "agent")),
        (".github/agents/reviewer.md", ("copilot", "folder", "agent")),
        (".github/agents/team/reviewer.md", ("copilot", "folder", "agent")),
        (".copilot/agents/reviewer.md", ("copilot", "folder", "agent")),
        (".claude/agents/reviewer.md", ("claude-code", "folder", "agent")),
        (".claude/agents/team/reviewer.md", ("claude-code", "folder", "agent")),
        (".opencode/agent/reviewer.md", ("opencode", "folder", "agent")),
        (".opencode/agents/team/reviewer.md", ("opencode", "folder", "agent")),
        (".opencode/mode/reviewer.md", ("opencode", "folder", "agent")),
        (".config/opencode/agents/reviewer.md", ("opencode", "folder", "agent")),
        (".codex/agents/reviewer.toml", ("codex", "folder", "agent")),
        (".cursor/agents/reviewer.md", ("cursor", "folder", "agent")),
        (".gemini/agents/reviewer.md", ("gemini-cli", "folder", "agent")),
        (".qwen/agents/reviewer.md", ("qwen-code", "folder", "agent")),
        (".factory/droids/reviewer.md", ("factory", "folder", "agent")),
        (".kiro/agents/reviewer.md", ("kiro", "folder", "agent")),
        (".kilo/agents/reviewer.md", ("kilo", "folder", "agent")),
        (".junie/agents/reviewer.md", ("junie", "folder", "agent")),
        # What only looks like a tool's folder
        ("my.claude/agents/reviewer.md", ("claude-code", "default", "agent")),
        (".github/agents.old/reviewer.md", ("claude-code", "default", "agent")),
        ("agents/reviewer.md", ("claude-code", "default", "agent")),
        ("cursor/agents/reviewer.md", ("claude-code", "default", "agent")),
        # Other kinds
        (".claude/skills/review/SKILL.md", ("claude-code", "name", "skill")),
        ("review/SKILL.md", ("claude-code", "name", "skill")),
        (".github/skills/review/SKILL.md", ("copilot", "folder", "skill")),
        (".claude/commands/review.md", ("claude-code", "folder", "command")),
        (".claude/commands/git/commit.md", ("claude-code", "folder", "command")),
        (".opencode/commands/review.md", ("opencode", "folder", "command")),
        (".cursor/commands/review.md", ("cursor", "folder", "command")),
        (".kilo/commands/review.md", ("kilo", "folder", "command")),
        (".junie/commands/review.md", ("junie", "folder", "command")),
        (".factory/commands/review.md", ("factory", "folder", "command")),
        (".github/prompts/review.prompt.md", ("copilot", "folder", "prompt")),
        ("review.prompt.md", ("copilot", "name", "prompt")),
    ],
)
def test_name_and_folder_tell(path: str, expected: tuple[str, str, str]) -> None:
    text = TOML if path.endswith(".toml") else EMPTY
    assert told(read(path, text)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # The name, which its owner gave for one tool, before the folder
        (".claude/agents/reviewer.agent.md", ("copilot", "name", "agent")),
        (".opencode/agents/reviewer.chatmode.md", ("copilot", "name", "agent")),
        # The innermost of several folders
        (".claude/agents/.opencode/agents/reviewer.md", ("opencode", "folder", "agent")),
        (".opencode/agents/.claude/agents/reviewer.md", ("claude-code", "folder", "agent")),
        # What it is to its tool stands in its name, wherever it is
        (".claude/agents/review/SKILL.md", ("claude-code", "folder", "skill")),
    ],
)
def test_the_stronger_sign_decides(path: str, expected: tuple[str, str, str]) -> None:
    assert told(read(path)) == expected


def test_the_folders_above_the_source_count() -> None:
    assert told(read("reviewer.md", folder="/crew/.cursor/agents"))[:2] == ("cursor", "folder")
    assert told(read("review.md", folder="/crew/.claude/commands"))[2] == "command"


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        file("handoffs: []", "target: vscode"),
        file("permission: deny", "mode: subagent"),
        file("tools: [read_file, glob]"),
    ],
)
def test_a_folder_says_more_than_what_is_in_the_file(text: str) -> None:
    assert told(read(".cursor/agents/reviewer.md", text))[:2] == ("cursor", "folder")


def test_agents_and_commands_of_a_plugin_are_claude_codes(tmp_path: Path) -> None:
    expected = {
        "plugins/review/agents/reviewer.md": ("claude-code", "folder", "agent"),
        "plugins/review/commands/review.md": ("claude-code", "folder", "command"),
        "plugins/review/agents/other.agent.md": ("copilot", "name", "agent"),
        "plugins/review/agents/.cursor/agents/nested.md": ("cursor", "folder", "agent"),
        "tools/own/.claude-plugin/plugin.json": None,
        "tools/own/agents/reviewer.md": ("claude-code", "folder", "agent"),
        "tools/other/agents/reviewer.md": ("claude-code", "default", "agent"),
    }
    write_tree(tmp_path, dict.fromkeys(expected, EMPTY))
    found = {agent.path: told(agent) for agent in read_catalog([Source(tmp_path)]).agents}
    assert found == {path: each for path, each in expected.items() if each}


# Content.


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("handoffs: []",), ("copilot", "keys")),
        (("mcp-servers: {}",), ("copilot", "keys")),
        (("infer: true",), ("copilot", "keys")),
        (("target: vscode",), ("copilot", "keys")),
        (("target: production",), ("claude-code", "default")),
        (("agents: [fixer]",), ("copilot", "keys")),
        (("agents: fixer",), ("claude-code", "default")),
        (("permission: {bash: deny}",), ("opencode", "keys")),
        (("mode: subagent",), ("opencode", "keys")),
        (("mode: primary",), ("opencode", "keys")),
        (("mode: agent",), ("claude-code", "default")),
        (("tools: {bash: false}",), ("opencode", "keys")),
        (("readonly: true",), ("cursor", "keys")),
        (("is_background: false",), ("cursor", "keys")),
        (("kind: remote", "agent_card_url: https://example.org"), ("gemini-cli", "keys")),
        (("kind: service",), ("claude-code", "default")),
        (("timeout_mins: 5",), ("gemini-cli", "keys")),
        (("approvalMode: plan",), ("qwen-code", "keys")),
        (("reasoningLevel: high",), ("junie", "keys")),
        (("toolsSettings: {}",), ("kiro", "keys")),
        (("displayName: Reviewer",), ("kilo", "keys")),
        # What several tools have tells none
        (("name: a", "model: opus", "color: red"), ("claude-code", "default")),
        (("name: a", "user-invocable: false", "disable-model-invocation: true"), ("claude-code", "default")),
        # The most signs
        (("mode: all", "handoffs: []", "target: vscode"), ("copilot", "keys")),
        (("mode: all", "permission: ask", "handoffs: []"), ("opencode", "keys")),
    ],
)  # fmt: skip
def test_keys_tell(keys: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert told(read("reviewer.md", file(*keys)))[:2] == expected


@pytest.mark.parametrize(
    ("tools", "expected"),
    [
        ("[Read, Grep, Bash]", ("claude-code", "tools")),
        ("Read, Grep, Bash(git *)", ("claude-code", "tools")),
        ("[read, edit, search]", ("copilot", "tools")),
        ("[codebase, editFiles, fetch]", ("copilot", "tools")),
        ("[edit/editFiles, search/codebase]", ("copilot", "tools")),
        ("[github/*, context7/get-library-docs]", ("copilot", "tools")),
        ("[read_file, run_shell_command, glob]", ("gemini-cli", "tools")),
        ("[Read, LS, Execute, FetchUrl]", ("factory", "tools")),
        # As many of one as of another, and names of nobody
        ("[Juggle, Bash]", ("claude-code", "default")),
        ("[juggle, dance]", ("claude-code", "default")),
        ("[]", ("claude-code", "default")),
        # No server, but two names that were joined
        ("[Read/Write, Bash/Grep]", ("claude-code", "default")),
    ],
)
def test_names_of_tools_tell(tools: str, expected: tuple[str, str]) -> None:
    assert told(read("reviewer.md", file("name: a", f"tools: {tools}")))[:2] == expected


def test_keys_say_more_than_names_of_tools() -> None:
    text = file("readonly: true", "tools: [Read, Grep]")
    assert told(read("reviewer.md", text)) == ("cursor", "keys", "agent")


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        (("description: Commits.", "allowed-tools: Bash"), "command"),
        (("argument-hint: <branch>",), "command"),
        (("name: a", "allowed-tools: Bash"), "agent"),
        (("allowed-tools: Bash", "tools: Read"), "agent"),
        (("description: Reviews.",), "agent"),
    ],
)
def test_a_command_in_a_plain_folder_is_told_by_its_keys(keys: tuple[str, ...], kind: str) -> None:
    assert told(read("commit.md", file(*keys)))[2] == kind


def test_toml_is_codex_wherever_it_is() -> None:
    agent = read("agents/reviewer.toml", TOML)
    assert told(agent) == ("codex", "keys", "agent")
    assert agent.prompt == "Review."


# Options.


@pytest.mark.parametrize(
    ("path", "text", "option"),
    [
        (".claude/agents/reviewer.md", EMPTY, "opencode"),
        ("reviewer.agent.md", EMPTY, "claude-code"),
        ("reviewer.md", file("handoffs: []"), "gemini-cli"),
        ("reviewer.toml", TOML, "codex"),
    ],
)
def test_what_the_option_says_is_so(path: str, text: str, option: str) -> None:
    assert told(read(path, text, option)) == (option, "option", "agent")


def test_the_option_leaves_skills_and_commands_what_they_are() -> None:
    assert told(read("review/SKILL.md", EMPTY, "copilot")) == ("copilot", "option", "skill")
    assert told(read(".claude/commands/a.md", EMPTY, "opencode"))[2] == "command"


def skipped(
    folder: Path, tree: Iterable[str], format_: str = "", exclude: tuple[str, ...] = ()
) -> dict[str, str]:
    write_tree(folder, dict.fromkeys(tree, "a: b\n"))
    source = Source(folder, format=format_, exclude=exclude)
    return {each.path: each.reason for each in read_source(source).skipped}


def test_with_an_option_only_files_are_read_that_the_tool_reads(tmp_path: Path) -> None:
    tree = ["a.md", "b.toml"]
    assert skipped(tmp_path, tree, "codex") == {"a.md": "no file that Codex reads"}
    assert skipped(tmp_path, tree, "cursor") == {"b.toml": "no file that Cursor reads"}


def test_patterns_leave_files_out(tmp_path: Path) -> None:
    tree = ["a.md", "drafts/b.md", "drafts/deep/c.md", "notes.md", ".codex/agents/d.toml"]
    out = "left out, as the options say"
    assert skipped(tmp_path, tree, exclude=("drafts/*", "note?.md")) == {
        "drafts/b.md": out,
        "drafts/deep/c.md": out,
        "notes.md": out,
    }
    assert skipped(tmp_path, tree, exclude=("*.toml",)) == {".codex/agents/d.toml": out}
    assert skipped(tmp_path, tree, exclude=("drafts",)) == {}


# What is passed over.


def test_what_is_no_agent_is_passed_over_with_what_it_is(tmp_path: Path) -> None:
    told = {
        ".cursor/rules/style.mdc": "a Cursor rule",
        ".cursor/rules/style.md": "a Cursor rule",
        "style.mdc": "a Cursor rule",
        ".github/copilot-instructions.md": "Copilot's instructions, which are no agent",
        ".github/instructions/style.instructions.md": "Copilot's instructions, which are no agent",
        ".opencode/opencode.json": "OpenCode's configuration, which can hold agents",
        "opencode.jsonc": "OpenCode's configuration, which can hold agents",
        ".codex/config.toml": "Codex's configuration, which can declare agents",
        ".gemini/commands/review.toml": "a command of Gemini CLI",
        ".qwen/commands/review.toml": "a command of Qwen Code",
        ".kiro/agents/reviewer.json": "an agent of Kiro in JSON, which is not read",
        ".kiro/steering/style.md": "steering of Kiro, which is no agent",
        ".amazonq/cli-agents/reviewer.json": "an agent of Amazon Q in JSON, which is not read",
        ".roomodes": "modes of Roo Code, which are not read",
        ".kilocodemodes": "modes of Kilo, which are not read",
        ".claude-plugin/plugin.json": "a plugin's manifest",
        ".claude-plugin/marketplace.json": "a list of plugins",
        "README.md": "a document that stands beside agents",
        "agents/CHANGELOG.md": "a document that stands beside agents",
    }
    of_no_interest = ["notes.txt", "package.json", "logo.svg", "pyproject.toml", "deep/Cargo.toml"]
    assert skipped(tmp_path, [*told, *of_no_interest]) == told


ELSEWHERE = {
    ".continue/agents/a.md": "an agent of Continue, whose format is not known",
    ".continue/rules/a.md": "a file of Continue, which is no agent",
    ".devin/agents/a.md": "an agent of Devin, whose format is not known",
    ".augment/agents/a.md": "an agent of Augment, whose format is not known",
    ".grok/agents/a.md": "an agent of Grok, whose format is not known",
    ".roo/agents/a.md": "an agent of Roo Code, whose format is not known",
    ".roo/commands/a.md": "a command of Roo Code",
    ".windsurf/agents/a.md": "an agent of Windsurf, whose format is not known",
    ".windsurf/workflows/a.md": "a workflow of Windsurf, which is no agent",
    ".windsurf/rules/a.md": "a file of Windsurf, which is no agent",
    ".clinerules/a.md": "a rule of Cline, which is no agent",
    ".amazonq/rules/a.md": "a file of Amazon Q, which is no agent",
    ".claude/output-styles/a.md": "an output style of Claude Code, which is no agent",
    ".claude/rules/a.md": "a rule of Claude Code, which is no agent",
    ".claude/skills/s/reference/a.md": "a file of a skill",
    ".github/skills/s/a.md": "a file of a skill",
    ".agents/skills/s/a.md": "a file of a skill",
    ".junie/guidelines.md": "guidelines for Junie, which are no agent",
    ".kilocode/rules/a.md": "a rule of Kilo, which is no agent",
    ".qwen/commands/a.md": "a command of Qwen Code",
    "GEMINI.md": "instructions for Gemini CLI, which are no agent",
    "deep/QWEN.md": "instructions for Qwen Code, which are no agent",
    ".codex/agents/a.md": "no file that Codex reads",
    ".claude/agents/a.toml": "no file that Claude Code reads",
}


def test_files_of_other_tools_are_passed_over_with_what_they_are(tmp_path: Path) -> None:
    assert skipped(tmp_path, ELSEWHERE) == ELSEWHERE


def test_where_the_source_itself_is_such_a_folder_its_files_are_passed_over(
    tmp_path: Path,
) -> None:
    folder = tmp_path / ".continue/agents"
    assert skipped(folder, ["a.md"]) == {"a.md": ELSEWHERE[".continue/agents/a.md"]}


def test_the_option_says_more_than_the_folder_of_an_unknown_tool(tmp_path: Path) -> None:
    markdown = [path for path in ELSEWHERE if path.endswith(".md")]
    assert skipped(tmp_path, markdown, "claude-code") == {}


def test_a_name_or_a_folder_of_agents_says_more_than_that_of_an_unknown_tool(
    tmp_path: Path,
) -> None:
    read = [
        ".windsurf/a.agent.md",
        ".claude/skills/s/SKILL.md",
        ".roo/skills/s/SKILL.md",
        ".claude/agents/team/.claude/skills/s/references/a.md",
        ".claude/agents/GEMINI.md",
        ".codex/agents/a.agent.md",
        ".windsurf/worktrees/one/agents/a.md",
    ]
    assert skipped(tmp_path, read) == {}


def test_the_files_of_a_skill_are_passed_over_wherever_it_is(tmp_path: Path) -> None:
    tree = [
        "pack/skills/s/SKILL.md",
        "pack/skills/s/agents/a.md",
        "pack/skills/s/b.md",
        "pack/skills/s/.claude/agents/c.md",
        # No skill, a plugin, and a folder with a skill in it
        "pack/skills/t/a.md",
        "skills/p/.claude-plugin/plugin.json",
        "skills/p/SKILL.md",
        "skills/p/agents/a.md",
        "repo/SKILL.md",
        "repo/agents/a.md",
    ]
    expected = {
        "pack/skills/s/agents/a.md": "a file of a skill",
        "pack/skills/s/b.md": "a file of a skill",
        "skills/p/.claude-plugin/plugin.json": "a plugin's manifest",
    }
    assert skipped(tmp_path, tree) == expected


def test_each_tool_decides_on_its_documents(tmp_path: Path) -> None:
    tree = {
        ".claude/agents/claude.md": file("name: claude", "description: Reviews."),
        ".claude/agents/README.md": BODY,
        ".github/agents/claude.md": EMPTY,
        ".github/agents/README.md": EMPTY,
        ".opencode/agent/README.md": BODY,
        ".opencode/agent/team/changelog.md": EMPTY,
        ".opencode/commands/README.md": BODY,
        ".gemini/agents/README.md": BODY,
    }
    write_tree(tmp_path, tree)
    catalog = read_catalog([Source(tmp_path)])
    assert {each.path: (each.format.slug, each.id) for each in catalog.agents} == {
        ".claude/agents/claude.md": ("claude-code", "claude"),
        ".github/agents/claude.md": ("copilot", "claude"),
        ".opencode/agent/README.md": ("opencode", "README"),
        ".opencode/agent/team/changelog.md": ("opencode", "team/changelog"),
    }
    assert all(each.loadable for each in catalog.agents)
    assert [(each.path, each.reason) for each in unexpected(catalog.skipped)] == [
        (".github/agents/README.md", "Copilot takes no file of such a name for an agent")
    ]


def test_toml_is_read_only_where_it_is_an_agents(tmp_path: Path) -> None:
    tree = {
        "pyproject.toml": '[project]\nname = "a"\n',
        "notes.toml": 'text = "developer_instructions are kept elsewhere"\n',
        "agents/a.toml": TOML,
        "agents/broken.toml": 'developer_instructions = """Review.\n',
        ".codex/agents/b.toml": 'name = "b"\n',
    }
    write_tree(tmp_path, tree)
    assert [each.path for each in read_source(Source(tmp_path)).files] == [
        ".codex/agents/b.toml",
        "agents/a.toml",
        "agents/broken.toml",
    ]


def test_a_source_can_hold_files_for_many_tools(tmp_path: Path) -> None:
    tree = {
        ".claude/agents/reviewer.md": file("name: reviewer", "description: Reviews."),
        ".codex/agents/reviewer.toml": TOML,
        ".cursor/agents/reviewer.md": EMPTY,
        ".github/agents/reviewer.agent.md": EMPTY,
        ".opencode/agents/team/reviewer.md": EMPTY,
        ".gemini/agents/reviewer.md": file("name: reviewer", "display_name: The Reviewer"),
        ".kiro/agents/team/reviewer.md": file("name: other"),
        ".claude/skills/review/SKILL.md": file("name: Review things"),
        ".claude/commands/git/commit.md": EMPTY,
        ".github/prompts/review.prompt.md": EMPTY,
    }
    write_tree(tmp_path, tree)
    found = {
        agent.path: (agent.format.slug, agent.kind.value, agent.id, agent.name)
        for agent in read_catalog([Source(tmp_path)]).agents
    }
    assert found == {
        ".claude/agents/reviewer.md": ("claude-code", "agent", "reviewer", "reviewer"),
        ".codex/agents/reviewer.toml": ("codex", "agent", "a", "a"),
        ".cursor/agents/reviewer.md": ("cursor", "agent", "reviewer", "reviewer"),
        ".github/agents/reviewer.agent.md": ("copilot", "agent", "reviewer", "reviewer"),
        ".opencode/agents/team/reviewer.md": (
            "opencode",
            "agent",
            "team/reviewer",
            "team/reviewer",
        ),
        ".gemini/agents/reviewer.md": ("gemini-cli", "agent", "reviewer", "The Reviewer"),
        ".kiro/agents/team/reviewer.md": ("kiro", "agent", "team/reviewer", "team/reviewer"),
        ".claude/skills/review/SKILL.md": ("claude-code", "skill", "review", "Review things"),
        ".claude/commands/git/commit.md": ("claude-code", "command", "commit", "commit"),
        ".github/prompts/review.prompt.md": ("copilot", "prompt", "review", "review"),
    }
