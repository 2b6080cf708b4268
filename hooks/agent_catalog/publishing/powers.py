"""What an agent's tools let it do, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_catalog.model.agent import Agent, Capability, ToolMode

POWERS = {
    Capability.READ: "reads files",
    Capability.WRITE: "changes files",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "uses the network",
    Capability.DELEGATE: "starts other agents",
    Capability.MCP: "uses MCP servers",
}
"""The capabilities in plain words."""

SHORT_POWERS = {
    Capability.READ: "reads",
    Capability.WRITE: "writes",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "network",
    Capability.DELEGATE: "delegates",
    Capability.MCP: "MCP",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A capability and whether an agent has it."""

    text: str
    held: bool


def chips(agent: Agent) -> tuple[Chip, ...]:
    """Every capability, always in the same order, so that pages compare at a glance."""
    access = agent.tools
    words = (
        {**POWERS, Capability.MCP: f"MCP: {', '.join(access.servers)}"}
        if access.servers
        else POWERS
    )
    return tuple(Chip(words[each], each in access.capabilities) for each in Capability)


def powers(agent: Agent) -> str:
    """Where an agent's powers come from: its own list of tools or the session, in a sentence or two."""
    access = agent.tools
    needs = f" Needs {_servers(access.servers)}." if access.servers else ""
    if access.mode is ToolMode.ALL and not access.capabilities:
        return f"No tools: those of the session are denied to it.{needs}"
    if access.mode is ToolMode.ALL:
        return f"All tools: {_inheritance(agent)}.{needs}"
    if not access.allowed:
        return f"No tools: it can only answer.{needs}"
    if not access.capabilities and not all(entry.known for entry in access.allowed):
        return f"Lists only tools that are not known here.{needs}"
    tools = f"the {len(access.allowed)} tools" if len(access.allowed) > 1 else "the one tool"
    but = ", less those denied to it" if access.denied else ""
    return f"Only {tools} that it lists{but}.{needs}"


def _inheritance(agent: Agent) -> str:
    start = "it inherits" if agent.field("tools") else "the file lists none, so it inherits"
    but = ", less those denied to it" if agent.tools.denied else ""
    return f"{start} every tool of the session{but}"


def _servers(names: Sequence[str]) -> str:
    *most, last = names
    return f"the MCP servers {', '.join(most)} and {last}" if most else f"the MCP server {last}"
