"""What an agent's tools let it do, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Kind
from agent_catalog.model.tool import Capability, Gets, ToolAccess, ToolMode
from agent_catalog.publishing.numbers import counted

CAPABILITIES = {
    Capability.READ: "reads files",
    Capability.WRITE: "changes files",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "uses the network",
    Capability.DELEGATE: "starts other agents",
    Capability.MCP: "uses MCP servers",
}
"""The capabilities in plain words."""

SHORT_CAPABILITIES = {
    Capability.READ: "reads",
    Capability.WRITE: "writes",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "network",
    Capability.DELEGATE: "delegates",
    Capability.MCP: "MCP",
}

_BY_COMMANDS = (Capability.READ, Capability.WRITE, Capability.NETWORK)
"""What whoever runs commands can do by them, whatever else it has: a shell reads, writes and reaches
the network. See <https://code.claude.com/docs/en/permissions>: rules for tools of files hold for
those tools, and not for what a command does."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A capability and whether an agent has it."""

    text: str
    held: bool
    by_commands: bool = False
    """Whether it has it only by the commands that it runs."""


def chips(agent: Agent) -> tuple[Chip, ...]:
    """Every capability, always in the same order, so that pages compare at a glance.

    Of agents of which it is not known what they cannot do, there is only what they can.
    """
    access = agent.tools
    words = (
        {**CAPABILITIES, Capability.MCP: f"MCP: {', '.join(access.servers)}"}
        if access.servers
        else CAPABILITIES
    )
    indirect = by_commands(access)
    return tuple(
        Chip(
            f"{words[each]}, by commands" if each in indirect else words[each],
            held=each in access.capabilities,
            by_commands=each in indirect,
        )
        for each in Capability
        if each in access.capabilities or knows_all(agent)
    )


def knows_all(agent: Agent) -> bool:
    """Whether it is known of every capability if the agent has it."""
    if agent.kind is not Kind.AGENT or agent.tools.uncertain:
        return False
    # What a file says instead of names for which its tool does not load it, nobody knows.
    repaired = not agent.loadable and not all(each.known for each in agent.tools.allowed)
    return agent.format.tools.shape in {"list", "tags", "permissions"} and not repaired


def by_commands(access: ToolAccess) -> tuple[Capability, ...]:
    """What an agent can do only by the commands that it runs; nothing in a sandbox."""
    if Capability.EXECUTE not in access.capabilities or access.about:
        return ()
    return tuple(each for each in _BY_COMMANDS if each not in access.capabilities)


def shell_sentence(access: ToolAccess) -> str:
    """That commands can do more than the tools that are listed; empty if they add nothing."""
    verbs = {
        Capability.READ: "read files",
        Capability.WRITE: "change files",
        Capability.NETWORK: "reach the network",
    }
    words = [verbs[each] for each in by_commands(access)]
    return f"By the commands that it runs it can also {_joined(words)}." if words else ""


def access_sentence(agent: Agent) -> str:
    """From where an agent has what it can do: its own list of tools or the session."""
    access = agent.tools
    needs = f" Needs {_servers(access.servers)}." if access.servers else ""
    if access.mode is ToolMode.UNKNOWN:
        known = access.about or "What it may use is not known."
        return f"{known}{needs}"
    if access.about:
        return f"{access.about}{needs}"
    if access.mode is ToolMode.ALL and not access.capabilities:
        return f"No tools: those of the session are denied to it.{needs}"
    if access.mode is ToolMode.ALL:
        return f"All tools: {_inheritance(agent)}.{needs}"
    if not access.allowed:
        return f"No tools: it can only answer.{needs}"
    return f"{list_sentence(agent)}{needs}"


def list_sentence(agent: Agent) -> str:
    """How many tools the file lists, how many of them the agent gets, and what others it gets."""
    added = len(agent.tools.added)
    told = _list_sentence(agent, and_others=bool(added))
    if not added:
        return told
    needs = agent.format.tools.memory_needs
    return f"{told.removesuffix('.')}, and {added} by `memory`, {needs}."


def _list_sentence(agent: Agent, *, and_others: bool) -> str:
    access = agent.tools
    listed = len(access.allowed) + access.beyond
    given, depends = access.count(Gets.YES), access.count(Gets.DEPENDS)
    unknown = sum(each.gets is Gets.DEPENDS and not each.known for each in access.allowed)
    if not given and not depends:
        return f"Lists {counted(listed, 'name')}, and gets no tool by {'it' if listed == 1 else 'them'}."
    if given == len(access.allowed):
        tools = f"the {listed} tools" if listed > 1 else "the one tool"
        return f"{tools.capitalize() if and_others else f'Only {tools}'} that it lists."
    rest = [
        f"for {depends - unknown} it depends" if depends > unknown else "",
        f"of {unknown} it is not known" if unknown else "",
        f"{refused} it does not get" if (refused := access.count(Gets.NO)) else "",
    ]
    told = ", ".join(filter(None, rest))
    return f"Lists {listed}, gets {given}: {told}."


def _inheritance(agent: Agent) -> str:
    tools = agent.format.tools
    if agent.field(tools.key) or agent.tools.allowed or agent.tools.denied:
        start = "it inherits"
    elif tools.shape not in {"list", "tags"}:
        start = "nothing in the file limits it, so it inherits"
    else:
        start = "the file lists none, so it inherits"
    but = ", less those denied to it" if agent.tools.denied else ""
    return f"{start} every tool of the session{but}"


def _servers(names: Sequence[str]) -> str:
    return f"the MCP server{'s' if len(names) > 1 else ''} {_joined(names)}"


def _joined(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
