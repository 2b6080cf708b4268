"""What an agent gets, whatever its file lists, in a form that can be compared."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeAlias

from agent_catalog.model.agent import Agent
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, Gets, Tool, ToolEntry, ToolMode
from agent_catalog.reading.tools import EVERYTHING

Held: TypeAlias = Mapping[Hashable, ToolEntry]
"""What a subagent gets, each once, by what is the same under all its names."""

EVERY_SERVER = (EVERYTHING, EVERYTHING)
"""What the tools of all MCP servers are held by."""


def held(entries: Iterable[ToolEntry]) -> Held:
    """What a subagent gets of some entries; of several for one tool, the one without a condition."""
    found: dict[Hashable, ToolEntry] = {}
    for entry in filter(has_effect, entries):
        key = key_of(entry)
        if key not in found or entry.gets is Gets.YES:
            found[key] = entry
    return found


def has_effect(entry: ToolEntry) -> bool:
    """Whether a subagent gets it, always or sometimes."""
    return entry.gets is not Gets.NO and not entry.main_only


def key_of(entry: ToolEntry) -> Hashable:
    """What all entries for the same have in common."""
    if entry.server:
        return entry.server, entry.server_tool or EVERYTHING
    return entry.tool or entry.name


def beyond(one: Held, other: Held, format_: Format) -> tuple[ToolEntry, ...]:
    """What is held in the one and neither itself nor with a whole set or server in the other."""
    return tuple(
        entry
        for key, entry in one.items()
        if not any(each in other for each in covering(key, format_))
    )


def covering(key: Hashable, format_: Format) -> Iterator[Hashable]:
    """What gives the same: the thing itself, the set that it is of, its server."""
    yield key
    if isinstance(key, tuple):
        yield from ((key[0], EVERYTHING), EVERY_SERVER)
    if isinstance(key, Tool):
        tools = format_.tools
        sets = [name for name, group in tools.together.items() if key.name in group]
        sets += [key.name.partition("/")[0]]
        yield from (tools.known[name] for name in sets if name in tools.known)


def is_open(agent: Agent) -> bool:
    """Whether it starts from all that the session has: its file names no tools and no sandbox."""
    access, tools = agent.tools, agent.format.tools
    limited = access.about and tools.shape in {"sandbox", "readonly"} and agent.field(tools.key)
    return access.mode is ToolMode.ALL and bool(access.capabilities) and not limited


def is_unknown(agent: Agent) -> bool:
    """Whether it is not known what it may use."""
    return agent.tools.mode is ToolMode.UNKNOWN


def is_placeholder(agent: Agent) -> bool:
    """Whether its tool loads an agent that knows nothing of what the file says."""
    return any(flaw.severity is Severity.ERROR and not flaw.fatal for flaw in agent.flaws)


def capabilities_of(agent: Agent) -> tuple[Capability, ...]:
    """What it can do; MCP is no matter of a sandbox, which lets through what the session has."""
    apart = {Capability.MCP} if agent.format.tools.sandbox else set()
    return tuple(each for each in agent.tools.capabilities if each not in apart)
