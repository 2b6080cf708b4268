"""Rules for what the prompt says against what the tools let the agent do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from agent_catalog.checking.instructions import instructions
from agent_catalog.checking.restraint import restraints, uses
from agent_catalog.checking.rule import SUBAGENTS, TOOLS, Spot, example, rule
from agent_catalog.checking.subject import Subject, quoted
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, Gets, ToolEntry, ToolMode
from agent_catalog.reading.access import session
from agent_catalog.reading.tools import read_entry, without

_NO_AGENT = frozenset({"removed", "never-given"})
"""Why no agent gets a tool, whatever its file says."""


@rule(
    "prompt-names-missing-tool",
    severity=Severity.INFO,
    title="the prompt says to use a tool that the agent does not get",
    why="The file decides which tools an agent has, not the prompt. One that it is told to use and "
    "does not get is not there when it is needed: what it was for is left out, or made up.",
    sources=(SUBAGENTS, TOOLS),
    bad=example(
        prompt="You review changes. Use the WebSearch tool to look for known defects of what is new."
    ),
    good=example(
        tools="tools: Read, Grep, WebSearch",
        prompt="You review changes. Use the WebSearch tool to look for known defects of what is new.",
    ),
)
def prompt_names_missing_tool(subject: Subject) -> Iterator[Spot]:
    access = subject.agent.tools
    if access.mode is ToolMode.UNKNOWN:
        return
    prompt = subject.agent.prompt
    limited = access.mode is not ToolMode.ALL or bool(access.denied)
    names = _missable(subject.format, limited=limited)
    if not limited and not any(name in prompt for name in names):
        return
    reasons: dict[str, str] = {}

    def lacks(name: str) -> bool:
        if name not in reasons:
            reasons[name] = _lack(subject, read_entry(name, subject.format))
        return bool(reasons[name])

    told: set[str] = set()
    namings = instructions(prompt, subject.format, names, lacks)
    for each in sorted(namings, key=lambda each: each.start):
        if each.name not in told and not subject.in_code_block(each.start):
            told.add(each.name)
            tool = read_entry(each.name, subject.format).tool
            today = f", which is `{tool.name}` today" if tool and tool.name != each.name else ""
            yield Spot(
                subject.prompt_place(each.start),
                f"the agent is told to use `{each.name}`{today}, and does not get it: "
                f"{reasons[each.name]}",
                "Give it the tool, or take the instruction out.",
            )


@cache
def _missable(format_: Format, *, limited: bool) -> frozenset[str]:
    """The names of tools that an agent may lack; where its file takes none away, those of no agent."""
    tools = format_.tools
    entries = [read_entry(name, format_) for name in (*tools.known, *tools.renamed)]
    return frozenset(
        each.name
        for each in entries
        if each.tool and each.tool.name not in tools.unlisted and (limited or each.why in _NO_AGENT)
    )


def _lack(subject: Subject, entry: ToolEntry) -> str:
    """Why an agent does not get a tool; nothing if it may get it."""
    format_, access = subject.format, subject.agent.tools
    if entry.why in _NO_AGENT:
        return entry.condition
    if access.denied and not without([entry], access.denied, format_):
        return "the file denies it"
    limited = access.mode in {ToolMode.LISTED, ToolMode.NONE} and format_.tools.shape == "list"
    if not limited or access.beyond or _may_come(subject, entry):
        return ""
    return f"`{format_.tools.key}` does not list it"


def _may_come(subject: Subject, entry: ToolEntry) -> bool:
    """Whether an agent with a list may get a tool that is not denied."""
    tools, access = subject.format.tools, subject.agent.tools
    if access.allowed and not any(each.known for each in access.allowed):
        return True  # what becomes of such a list is another rule's
    if entry.server:
        own = [each for each in access.allowed if each.server == entry.server]
        whole = any(each.server_tool in {None, "*", entry.server_tool} for each in own)
        return whole or (not own and entry.server in access.servers)
    name = entry.tool.name if entry.tool else ""
    if name in tools.unlisted or (name in tools.with_memory and subject.agent.field("memory")):
        return True
    return any(each.gets is not Gets.NO and _gives(each, name) for each in access.allowed)


def _gives(entry: ToolEntry, name: str) -> bool:
    """Whether an entry is a tool, the set that it is of, or one of the set that it is."""
    own = entry.tool.name if entry.tool else ""
    return own == name or own.startswith(f"{name}/") or name.startswith(f"{own}/")


@rule(
    "prompt-says-read-only",
    severity=Severity.INFO,
    title="the prompt says that the agent changes nothing, and its tools let it",
    why="What an agent cannot do is a matter of its tools; a prompt only asks. One that gets `Edit` "
    "or `Write` can change files, whatever its prompt says of it, and whatever it is told by what it "
    "reads.",
    sources=(SUBAGENTS,),
    bad=example(
        tools="tools: Read, Grep, Edit",
        prompt="You review changes. You are read-only: say what is wrong, where, and how to mend it.",
    ),
    good=example(
        prompt="You review changes. You are read-only: say what is wrong, where, and how to mend it."
    ),
)
def prompt_says_read_only(subject: Subject) -> Iterator[Spot]:
    access, prompt = subject.agent.tools, subject.agent.prompt
    if access.capabilities and not access.about:
        told: set[Capability] = set()
        for each in sorted(restraints(prompt, access.capabilities), key=lambda each: each.start):
            tools = _given(subject, each.of)
            if not tools or each.of in told or uses(prompt, tools) or subject.in_code(each.start):
                continue
            told.add(each.of)
            gets = "inherits" if access.mode is ToolMode.ALL else "gets"
            yield Spot(
                subject.prompt_place(each.start),
                f"the prompt says {quoted(prompt[each.start : each.end])}, "
                f"and the agent {gets} {_several(tools)}",
                f"Take {_several(tools)} away from it, or say what it may do.",
            )


def _is_held(subject: Subject) -> bool:
    """Whether the file has other limits, or needs its tools for something else than its task."""
    agent = subject.agent
    if agent.field("memory"):
        return True
    plans = subject.text_of("permissionMode") == "plan"
    return agent.plugin is None and (plans or agent.field("hooks") is not None)


def _given(subject: Subject, capability: Capability) -> tuple[str, ...]:
    """The tools that an agent certainly gets and that let it do something."""
    access = subject.agent.tools
    if capability not in access.capabilities or _is_held(subject):
        return ()
    if access.mode is ToolMode.ALL:
        return _inherited(subject.format, access.denied, capability)
    return _able(access.allowed, capability)


@lru_cache(maxsize=256)
def _inherited(
    format_: Format, denied: tuple[ToolEntry, ...], capability: Capability
) -> tuple[str, ...]:
    return _able(without(session(format_), denied, format_), capability)


def _able(entries: Iterable[ToolEntry], capability: Capability) -> tuple[str, ...]:
    names = [
        each.tool.name
        for each in entries
        if each.gets is Gets.YES and each.tool and capability in each.tool.capabilities
    ]
    return tuple(dict.fromkeys(names))


def _several(names: tuple[str, ...]) -> str:
    first, last = names[:-1], f"`{names[-1]}`"
    return f"{', '.join(f'`{name}`' for name in first)} and {last}" if first else last
