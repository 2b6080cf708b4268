"""Rules for the lists of tools."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from agent_catalog.checking.rule import PERMISSIONS, SUBAGENTS, TOOLS, Spot, example, rule
from agent_catalog.checking.rules.keys import SKILLS_KEYS
from agent_catalog.checking.subject import Subject, nearest, quoted
from agent_catalog.model.agent import Field, ToolEntry, ToolMode
from agent_catalog.model.finding import Severity
from agent_catalog.reading.tools import known_tools


@cache
def _own_tools() -> dict[str, str]:
    """Claude Code's tools, by their names in lower case."""
    return {
        name.lower(): name
        for name, tool in known_tools().items()
        if not tool.format and not tool.gone
    }


def nearest_tool(name: str) -> str | None:
    """The tool of Claude Code that a name is a slip of, if it is one."""
    near = nearest(name.lower(), _own_tools())
    return _own_tools()[near] if near else None


def _entries(subject: Subject) -> Iterator[tuple[Field, ToolEntry]]:
    """Each entry of both lists, once, with the key that it stands under."""
    access = subject.agent.tools
    for key, entries in (("tools", access.allowed), ("disallowedTools", access.denied)):
        field = subject.agent.field(key)
        if field:
            for entry in dict.fromkeys(entries):
                yield field, entry


def _resolves_nothing(subject: Subject) -> bool:
    allowed = subject.agent.tools.allowed
    return bool(allowed) and not any(_of_claude(entry) for entry in allowed)


def _of_claude(entry: ToolEntry) -> bool:
    return bool(entry.server) or (entry.tool is not None and not entry.tool.format)


def _is_slip(entry: ToolEntry) -> bool:
    return not _of_claude(entry) and nearest_tool(entry.name) is not None


@rule(
    "tools-inherited",
    severity=Severity.INFO,
    title="the agent inherits every tool",
    why="Without `tools`, an agent may use all tools of the session that calls it, those of every "
    "MCP server among them. Name the tools that it needs, and it can do no more than that.",
    sources=(SUBAGENTS,),
    bad=example(tools=""),
    good=example(),
    claude=True,
)
def tools_inherited(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    limited = any(field.key in {"disallowedTools", *SKILLS_KEYS} for field in agent.fields)
    if agent.fields and agent.tools.mode is ToolMode.ALL and not limited:
        field = agent.field("tools")
        yield Spot(
            subject.key_place(field) if field else _first_key(subject),
            "the agent inherits every tool of the session, MCP servers included",
            "Add `tools:` with the tools that it needs.",
        )


def _first_key(subject: Subject) -> tuple[int, int]:
    name = subject.agent.field("name") or subject.agent.fields[0]
    return subject.key_place(name)


@rule(
    "tools-empty",
    severity=Severity.WARNING,
    title="`tools:` has no value",
    why="An empty list leaves the agent without any tool: it can only talk. Left open by mistake, "
    "it looks like a line that was never filled in.",
    sources=(SUBAGENTS,),
    bad=example(tools="tools:"),
    good=example(tools="tools: []"),
    claude=True,
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
    claude=True,
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
    why="Claude Code tells tools apart by their exact names. What it does not know it leaves out, "
    "and the agent works without the tool.",
    sources=(TOOLS,),
    bad=example(tools="tools: Raed, Grep"),
    good=example(),
    fixable=True,
    claude=True,
)
def tool_misspelt(subject: Subject) -> Iterator[Spot]:
    told = _resolves_nothing(subject)
    for field, entry in _entries(subject):
        if _is_slip(entry) and not (field.key == "tools" and told):
            near = nearest_tool(entry.name)
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"there is no tool {quoted(entry.name)}; the nearest is `{near}`",
                f"Write `{near}` if that is meant.",
            )


@rule(
    "tool-unknown",
    severity=Severity.INFO,
    title="an entry is no tool that is known",
    why="Claude Code leaves out entries that it does not know. A new tool may be missing from the "
    "list of this rule, which is why it is a note and no more.",
    sources=(TOOLS,),
    bad=example(tools="tools: Read, Juggle"),
    good=example(),
    claude=True,
)
def tool_unknown(subject: Subject) -> Iterator[Spot]:
    told = _resolves_nothing(subject)
    for field, entry in _entries(subject):
        if (field.key == "tools" and told) or _of_claude(entry) or _is_slip(entry):
            continue
        whose = f"; it is one of {entry.tool.format}" if entry.tool else ""
        yield Spot(
            subject.value_place(field, entry.written, word=True),
            f"Claude Code is not known to have a tool {quoted(entry.name)}{whose}",
            "Check the name, or take it out.",
        )


@rule(
    "tool-renamed",
    severity=Severity.INFO,
    title="a tool has another name today",
    why="Claude Code takes some former names as aliases and leaves out the others. The name of "
    "today works with every release to come.",
    sources=(TOOLS, "https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md"),
    bad=example(tools="tools: Read, MultiEdit"),
    good=example(tools="tools: Read, Edit"),
    fixable=True,
    claude=True,
)
def tool_renamed(subject: Subject) -> Iterator[Spot]:
    for field, entry in _entries(subject):
        tool = entry.tool
        if tool and entry.renamed and _of_claude(entry) and tool.subagents:
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"`{entry.name}` is called `{tool.name}` today",
                f"Write `{tool.name}`, once.",
            )


@rule(
    "tool-gone",
    severity=Severity.INFO,
    title="a tool no longer exists",
    why="Claude Code leaves out tools that it does not have. An agent that was written for one "
    "works without it.",
    sources=(TOOLS, "https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md"),
    bad=example(tools="tools: Read, LS"),
    good=example(tools="tools: Read, Glob"),
    claude=True,
)
def tool_gone(subject: Subject) -> Iterator[Spot]:
    for field, entry in _entries(subject):
        if entry.tool and entry.tool.gone:
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"Claude Code no longer has the tool {quoted(entry.name)}",
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
    claude=True,
)
def tool_never_given(subject: Subject) -> Iterator[Spot]:
    plans = subject.text_of("permissionMode") == "plan"
    for field, entry in _entries(subject):
        tool = entry.tool
        if field.key != "tools" or not tool or tool.subagents or tool.gone:
            continue
        if not (plans and tool.name == "ExitPlanMode"):
            today = f", which is `{tool.name}` today" if entry.renamed else ""
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"no subagent is ever given `{entry.name}`{today}",
                "Take it out, unless the agent is only run as `claude --agent`.",
            )


@rule(
    "tool-allowed-and-denied",
    severity=Severity.WARNING,
    title="a tool is in both lists",
    why="`disallowedTools` is applied first: the tool is taken away, and `tools` does not bring it back.",
    sources=(SUBAGENTS,),
    bad=example("disallowedTools: Grep"),
    good=example("disallowedTools: Bash"),
    claude=True,
)
def tool_allowed_and_denied(subject: Subject) -> Iterator[Spot]:
    allowed = {entry.group for entry in subject.agent.tools.allowed if not entry.server}
    allowed |= {entry.written for entry in subject.agent.tools.allowed if entry.server}
    for field, entry in _entries(subject):
        named = entry.written if entry.server else entry.group
        if field.key == "disallowedTools" and entry.known and named in allowed:
            yield Spot(
                subject.value_place(field, entry.written, word=True),
                f"{quoted(entry.name)} is in `tools`, too; denial wins",
                "Keep it in one of the two lists.",
            )


@rule(
    "tool-denied-in-part",
    severity=Severity.WARNING,
    title="a denied entry has a specifier",
    why="In `disallowedTools` Claude Code ignores what stands in parentheses: `Bash(rm *)` takes "
    "the whole of Bash away. To refuse single commands, write a permission rule in the settings.",
    sources=(SUBAGENTS, PERMISSIONS),
    bad=example("disallowedTools: Bash(rm *)"),
    good=example("disallowedTools: Bash"),
    claude=True,
)
def tool_denied_in_part(subject: Subject) -> Iterator[Spot]:
    for field, entry in _entries(subject):
        if field.key == "disallowedTools" and entry.specifier is not None:
            yield Spot(
                subject.value_place(field, entry.written),
                f"{quoted(entry.written)} denies the whole of `{entry.name}`",
                f"Write `{entry.name}`, or deny the command in the permissions of the settings.",
            )
