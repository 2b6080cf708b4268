"""Rules for the lists of tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from agent_catalog.checking.rule import (
    CLAUDE_CODE,
    PERMISSIONS,
    SUBAGENTS,
    TOOLS,
    Spot,
    example,
    issue,
    rule,
)
from agent_catalog.checking.rules.keys import SKILLS_KEYS, lists_in_vain
from agent_catalog.checking.subject import Subject, nearest, quoted
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Gets, ToolEntry, ToolMode
from agent_catalog.reading.tools import EVERYTHING, find_tool, names_of

_NAMES_NOTHING = frozenset({"unknown-tool", "not-verified", "of-another-tool"})
"""Why an agent does not get what no tool of its format is called."""
_PARTS = re.compile(r"[/|&;+]|\s+(?:and|or)\s+")
"""What may part two tools that were written as one."""


@cache
def _own_tools(format_: Format) -> dict[str, str]:
    """The format's tools, by their names in lower case."""
    known = format_.tools.known.items()
    return {name.lower(): name for name, tool in known if not tool.removed}


def nearest_tool(name: str, format_: Format) -> str | None:
    """The tool of a format that a name is a slip of, if it is one."""
    near = nearest(name.lower(), _own_tools(format_))
    return _own_tools(format_)[near] if near else None


def _resolves_nothing(subject: Subject) -> bool:
    allowed = subject.agent.tools.allowed
    return bool(allowed) and not any(entry.known for entry in allowed)


def _is_slip(entry: ToolEntry, format_: Format) -> bool:
    return not entry.known and nearest_tool(entry.name, format_) is not None


@rule(
    "tools-inherited",
    severity=Severity.INFO,
    title="the agent inherits every tool",
    why="Without `tools`, an agent may use all tools of the session that calls it, those of every "
    "MCP server among them. Name the tools that it needs, and it can do no more than that.",
    sources=(SUBAGENTS,),
    bad=example(tools=""),
    good=example(),
    formats=CLAUDE_CODE,
)
def tools_inherited(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    field = agent.field("tools")
    if not agent.fields or agent.tools.mode is not ToolMode.ALL:
        return
    limited = any(each.key in {"disallowedTools", *SKILLS_KEYS} for each in agent.fields)
    # A list that is not read, for what another finding tells, is not to be added.
    listed = field is not None and EVERYTHING not in names_of(field.value, subject.format)
    if not limited and not listed:
        yield Spot(
            subject.key_place(field) if field else _first_key(subject),
            "the agent inherits every tool of the session, MCP servers included",
            "Add `tools:` with the tools that it needs.",
        )


def _first_key(subject: Subject) -> tuple[int, int]:
    name = subject.agent.field("name") or subject.agent.fields[0]
    return subject.key_place(name)


@rule(
    "tools-limit-nothing",
    severity=Severity.WARNING,
    title="a list of tools limits nothing, for its tool knows none",
    why="Cursor documents no key that lists an agent's tools: a subagent has all tools of the agent that "
    "starts it, those of MCP servers among them. What limits it is `readonly: true`: it then changes no "
    "files, and runs no command that changes anything.",
    sources=("https://cursor.com/docs/subagents",),
    folder=".cursor/agents",
    bad=example(color=""),
    good=example(tools="readonly: true", color=""),
    formats=("cursor",),
)
def tools_limit_nothing(subject: Subject) -> Iterator[Spot]:
    for field in subject.agent.fields:
        if lists_in_vain(field, subject.format):
            yield Spot(
                subject.key_place(field),
                f"{subject.format.title} knows no {quoted(field.key)}: {_left(subject)}",
                "Take the line out."
                if _is_readonly(subject)
                else "Write `readonly: true` if it is to change nothing, or take the line out.",
            )


def _is_readonly(subject: Subject) -> bool:
    field = subject.agent.field("readonly")
    return field is not None and field.value is True


def _left(subject: Subject) -> str:
    """What limits the agent, where no list of tools does."""
    if _is_readonly(subject):
        return "what limits the agent is `readonly: true` alone"
    return "the agent has all tools of who starts it"


@rule(
    "tools-empty",
    severity=Severity.WARNING,
    title="`tools:` has no value",
    why="An empty list leaves the agent without any tool: it can only talk. Left open by mistake, "
    "it looks like a line that was never filled in.",
    sources=(SUBAGENTS,),
    bad=example(tools="tools:"),
    good=example(tools="tools: []"),
    formats=CLAUDE_CODE,
)
def tools_empty(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("tools")
    if field and (field.value is None or field.value == ""):
        yield Spot(
            subject.key_place(field),
            "`tools:` has no value: the agent may get no tool at all",
            "Name the tools, write `[]` for none, or take the line out for all of them.",
        )


@rule(
    "tools-unresolved",
    severity=Severity.WARNING,
    title="no entry of `tools` is a tool of Claude Code",
    why="Claude Code refuses to start an agent when nothing on its list of tools resolves, and "
    "names the entries.",
    sources=(SUBAGENTS, TOOLS),
    bad=example(tools="tools: Code Search, Issue Tracker"),
    good=example(tools="tools: Grep, mcp__tracker"),
    formats=CLAUDE_CODE,
)
def tools_unresolved(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("tools")
    if field and _resolves_nothing(subject):
        yield Spot(
            subject.value_place(field),
            "none of these is a tool of Claude Code, which refuses to start such an agent",
            "Name tools of Claude Code, or of an MCP server as `mcp__server__tool`.",
        )


@rule(
    "tool-misspelt",
    severity=Severity.WARNING,
    title="an entry is a slip of a tool's name",
    why="Tools are told apart by their exact names. What Claude Code does not know it leaves out, "
    "and the agent works without the tool.",
    sources=(TOOLS,),
    bad=example(tools="tools: Raed, Grep"),
    good=example(),
    fixable=True,
    formats=CLAUDE_CODE,
)
def tool_misspelt(subject: Subject) -> Iterator[Spot]:
    told = _resolves_nothing(subject)
    for field, entry in subject.entries:
        if _is_slip(entry, subject.format) and not (field.key == "tools" and told):
            near = nearest_tool(entry.name, subject.format)
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"there is no tool {quoted(entry.name)}; the nearest is `{near}`",
                f"Write `{near}` if that is meant.",
            )


@rule(
    "tool-unknown",
    severity=Severity.INFO,
    title="an entry is no tool that is known",
    why="Most tools leave out entries that they do not know; a strict one does not load the file. A "
    "new tool may be missing from the list of this rule, which is why it is a note elsewhere.",
    sources=(TOOLS,),
    bad=example(tools="tools: Read, Juggle"),
    good=example(),
)
def tool_unknown(subject: Subject) -> Iterator[Spot]:
    told = _resolves_nothing(subject) and subject.format.slug in CLAUDE_CODE
    slips = subject.format.slug in CLAUDE_CODE
    if subject.format.fault("tool-unknown").effect.is_fatal:
        return
    for field, entry in subject.entries:
        if entry.known or (field.key == "tools" and told):
            continue
        if slips and _is_slip(entry, subject.format):
            continue
        yield Spot(
            subject.value_place(field, entry.written, word=True),
            *_of_no_tool(entry, subject.format),
        )


def _of_no_tool(entry: ToolEntry, format_: Format) -> tuple[str, str]:
    """What an entry is that no tool is called, and what to write instead."""
    parts = [part.strip() for part in _PARTS.split(entry.name) if part.strip()]
    if len(parts) > 1 and all(find_tool(part, format_) for part in parts):
        several = ", ".join(parts)
        return (
            f"{quoted(entry.name)} is one name to {format_.title}, which has no such tool",
            f"Write `{several}`.",
        )
    if entry.why == "of-another-tool":
        return (
            f"{quoted(entry.name)}: {entry.condition}",
            "Write the name that it has there, or take it out.",
        )
    return (
        f"{format_.title} is not known to have a tool {quoted(entry.name)}",
        "Check the name, or take it out.",
    )


@rule(
    "tool-renamed",
    severity=Severity.INFO,
    title="a tool has another name today",
    why="Some former names are taken as aliases, of others that is not known. The name of today "
    "works with every release to come.",
    sources=(TOOLS, "https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md"),
    bad=example(tools="tools: Read, MultiEdit"),
    good=example(tools="tools: Read, Edit"),
    fixable=True,
)
def tool_renamed(subject: Subject) -> Iterator[Spot]:
    if subject.format.tools.shape == "permissions":
        return  # what is written there are names of permissions
    for field, entry in subject.entries:
        tool = entry.tool
        if tool and entry.renamed and not tool.removed and not tool.main_only and _is_other(entry):
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"`{entry.name}` is called `{tool.name}` today",
                f"Write `{tool.name}`, once.",
            )


def _is_other(entry: ToolEntry) -> bool:
    """Whether the name differs in more than case."""
    return entry.tool is not None and entry.name.lower() != entry.tool.name.lower()


@rule(
    "tool-gone",
    severity=Severity.INFO,
    title="a tool no longer exists",
    why="Claude Code leaves out tools that it does not have. An agent that was written for one "
    "works without it.",
    sources=(TOOLS, "https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md"),
    bad=example(tools="tools: Read, LS"),
    good=example(tools="tools: Read, Glob"),
)
def tool_gone(subject: Subject) -> Iterator[Spot]:
    for field, entry in subject.entries:
        if entry.tool and entry.tool.removed:
            today = f", which became `{entry.tool.name}`" if entry.renamed else ""
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"{subject.format.title} no longer has the tool {quoted(entry.name)}{today}",
                "Take it out, and list what does its work today.",
            )


@rule(
    "tool-never-given",
    severity=Severity.INFO,
    title="a tool is listed that no subagent is given",
    why="Some tools belong to the main conversation: Claude Code never hands them to a subagent, "
    "whatever its file lists. An agent that is to ask the user cannot.",
    sources=(SUBAGENTS, TOOLS),
    bad=example(tools="tools: Read, AskUserQuestion"),
    good=example(),
    formats=CLAUDE_CODE,
)
def tool_never_given(subject: Subject) -> Iterator[Spot]:
    for field, entry in subject.entries:
        if field.key == "tools" and entry.why in {"main-agent-only", "plan-mode-only"}:
            plans = subject.text_of("permissionMode") == "plan" and not subject.agent.plugin
            if entry.why == "plan-mode-only" and plans:
                continue
            today = f", which is `{entry.tool.name}` today" if entry.tool and entry.renamed else ""
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"no subagent is ever given `{entry.name}`{today}",
                "Take it out, unless the agent is only run as `claude --agent`.",
            )


@rule(
    "tool-scope-without-effect",
    severity=Severity.WARNING,
    title="a listed tool has a specifier, which limits nothing",
    why="In the `tools` of an agent, Claude Code takes `Bash(git log *)` for the whole of Bash, "
    "without a word: the agent may run any command. The types in `Agent(a, b)` count for "
    "`claude --agent` alone. What limits a tool are the permission rules of the settings, and hooks.",
    sources=(issue(95002), issue(61651), PERMISSIONS),
    bad=example(tools="tools: Read, Bash(git log *)"),
    good=example(tools="tools: Read, Bash"),
    formats=CLAUDE_CODE,
)
def tool_scope_without_effect(subject: Subject) -> Iterator[Spot]:
    for field, entry in subject.entries:
        if field.key != "tools" or entry.specifier is None or entry.gets is Gets.NO:
            continue
        name = entry.tool.name if entry.tool else entry.name
        if name == "Agent":
            what = f"{quoted(entry.written)} lets a subagent start agents of every type"
        else:
            what = f"{quoted(entry.written)} grants the whole of `{entry.name}`"
        yield Spot(
            subject.value_place(field, entry.written),
            f"{what}: what stands in parentheses limits nothing here",
            f"Write `{entry.name}`, and limit it by a permission rule in the settings or by a hook.",
        )


@rule(
    "mcp-name-dots",
    severity=Severity.INFO,
    title="the name of an MCP tool holds a dot",
    why="In the names of MCP tools Claude Code puts an underscore in the place of each dot. An entry "
    "with a dot matches no tool.",
    sources=("https://github.com/mthines/agent-skills/issues/83",),
    bad=example(tools="tools: Read, mcp__notes__memory.list"),
    good=example(tools="tools: Read, mcp__notes__memory_list"),
    formats=CLAUDE_CODE,
)
def mcp_name_dots(subject: Subject) -> Iterator[Spot]:
    for field, entry in subject.entries:
        if entry.server and "." in entry.name and _joined(entry):
            yield Spot(
                subject.value_place(field, entry.written),
                f"{quoted(entry.name)} matches nothing: names of MCP tools have no dots",
                f"Write `{entry.name.replace('.', '_')}`.",
            )


def _joined(entry: ToolEntry) -> bool:
    return entry.name.startswith("mcp__")


@rule(
    "tool-allowed-and-denied",
    severity=Severity.WARNING,
    title="a tool is in both lists",
    why="`disallowedTools` is applied first: the tool is taken away, and `tools` does not bring it back.",
    sources=(SUBAGENTS,),
    bad=example("disallowedTools: Grep"),
    good=example("disallowedTools: Bash"),
    formats=CLAUDE_CODE,
)
def tool_allowed_and_denied(subject: Subject) -> Iterator[Spot]:
    allowed = {_named(entry) for entry in subject.agent.tools.allowed}
    for field, entry in subject.entries:
        named = _named(entry)
        if field.key == "disallowedTools" and entry.known and named in allowed:
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"{quoted(entry.name)} is in `tools`, too; denial wins",
                "Keep it in one of the two lists.",
            )


def _named(entry: ToolEntry) -> tuple[str, str]:
    """What two entries for the same thing have in common."""
    return ("", entry.written) if entry.server else entry.group


@rule(
    "tool-denied-in-part",
    severity=Severity.WARNING,
    title="a denied entry has a specifier",
    why="In `disallowedTools` Claude Code ignores what stands in parentheses: `Bash(rm *)` takes "
    "the whole of Bash away. To refuse single commands, write a permission rule in the settings.",
    sources=(SUBAGENTS, PERMISSIONS),
    bad=example("disallowedTools: Bash(rm *)"),
    good=example("disallowedTools: Bash"),
    formats=CLAUDE_CODE,
)
def tool_denied_in_part(subject: Subject) -> Iterator[Spot]:
    for field, entry in subject.entries:
        if field.key == "disallowedTools" and entry.specifier is not None:
            yield Spot(
                subject.value_place(field, entry.written),
                f"{quoted(entry.written)} denies the whole of `{entry.name}`",
                f"Write `{entry.name}`, or deny the command in the permissions of the settings.",
            )
