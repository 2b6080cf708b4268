"""Escalations: the ways in which an agent may do more than it could."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Kind
from agent_catalog.model.tool import Capability, ToolEntry
from agent_catalog.reviewing.effects import capabilities_of, is_open, is_unknown
from agent_catalog.reviewing.modes import asks_less, permission_mode
from agent_catalog.reviewing.review import AccessChange, Difference, Escalation, Reason

_RISKY = frozenset(Capability) - {Capability.READ}
_HELD_BACK = frozenset({"asks-first", "by-pattern"})
"""Conditions that an agent's own file sets."""
_ACTIONS = ("deny", "ask", "allow")
"""Of patterns, from what allows least."""
_SERVERS = frozenset({"mcpServers", "mcp-servers", "mcp_servers"})


def escalations(
    before: Agent | None, after: Agent, access: AccessChange | None
) -> tuple[Escalation, ...]:
    """The ways in which an agent may do more than it could; of an added one, what stands out.

    An added agent has capabilities like any other. Only what gets around questions stands out: a
    permission mode that asks less than the default one, and keys that give something by themselves.
    A file that its tool passes over gives nothing.

    Args:
        before: The agent as it was; `None` if it is added.
        after: The agent as it is.
        access: What differs in what it gets.
    """
    if not (after.loadable or after.unread):
        return ()
    found = []
    if asks_less(before, after):
        found.append(Escalation(Reason.PERMISSION_MODE, permission_mode(after)))
    if before and access:
        found += _by_access(before, after, access)
    named = any(each.reason is Reason.SERVER for each in found)
    for key in _new_keys(before, after):
        if not (named and key in _SERVERS):
            found.append(Escalation(Reason.KEY, key))
    return tuple(dict.fromkeys(found))


def _by_access(before: Agent, after: Agent, change: AccessChange) -> Iterator[Escalation]:
    if is_unknown(after):
        if not is_unknown(before):
            yield Escalation(Reason.UNKNOWN)
        return
    if _is_freed(before, after):
        yield Escalation(Reason.ALL_TOOLS)
    servers = change.servers.gained
    for capability in change.capabilities.gained:
        if capability in _RISKY and not (capability is Capability.MCP and servers):
            yield Escalation(Reason.CAPABILITY, capability)
    yield from (Escalation(Reason.SERVER, server) for server in servers)
    yield from _by_tools(before, change)


def _by_tools(before: Agent, change: AccessChange) -> Iterator[Escalation]:
    for entry in change.tools.gained:
        if entry.server in before.tools.servers:
            yield Escalation(Reason.SERVER_TOOL, entry.name)
    for entry in change.denied.lost:
        if _is_risky(entry):
            yield Escalation(Reason.DENIAL, entry.name)
    for each in change.conditions:
        if is_eased(each):
            yield Escalation(Reason.ASKS, each.after.name)


def _is_freed(before: Agent, after: Agent) -> bool:
    """Whether an agent that was limited has all that the session has."""
    if is_open(before) or not is_open(after):
        return False
    had = frozenset(capabilities_of(before))
    sandboxes = after.format.tools.sandbox.values()
    return not sandboxes or any(not had.issuperset(each.capabilities) for each in sandboxes)


def _is_risky(entry: ToolEntry) -> bool:
    """Whether it gives more than to read; of what is not known, nobody can say."""
    return entry.tool is None or not _RISKY.isdisjoint(entry.tool.capabilities)


def is_eased(change: Difference[ToolEntry]) -> bool:
    """Whether a tool that gives more than to read is held back less than it was, or otherwise."""
    before, after = change.before, change.after
    if before.why not in _HELD_BACK or not _is_risky(after):
        return False
    if before.why != after.why:
        return True
    old, new = before.patterns, after.patterns
    return not (_is_narrower(old, new) or _is_closed(old, new))


def _is_narrower(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> bool:
    """Whether patterns, of which the last that fits holds, surely allow no more than others.

    That is so if nothing is new but denials, nothing is gone but allowances, and all others stand
    in the order that they had and allow as much or less.
    """
    was, now = dict(old), dict(new)
    left = [pattern for pattern in was if pattern in now]
    return (
        (len(was), len(now)) == (len(old), len(new))
        and left == [pattern for pattern in now if pattern in was]
        and all(_ACTIONS.index(now[each]) <= _ACTIONS.index(was[each]) for each in left)
        and all(action == "deny" for pattern, action in now.items() if pattern not in was)
        and all(action == "allow" for pattern, action in was.items() if pattern not in now)
    )


def _is_closed(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> bool:
    """Whether all was allowed but some, and all is denied now but what surely was allowed."""
    if old[:1] != (("*", "allow"),) or new[:1] != (("*", "deny"),):
        return False
    held_back = [pattern for pattern, action in old if action != "allow"]
    left = [pattern for pattern, action in new if action != "deny"]
    return all(_are_apart(one, other) for one in left for other in held_back)


def _are_apart(one: str, other: str) -> bool:
    """Whether no text fits both patterns, as their beginnings tell; `git *` fits `git` as well."""
    first, second = (re.split(r"[*?]", each, maxsplit=1)[0].rstrip() for each in (one, other))
    return not (first.startswith(second) or second.startswith(first))


def _new_keys(before: Agent | None, after: Agent) -> Iterator[str]:
    old = _giving(before) if before else {}
    return (key for key, value in _giving(after).items() if old.get(key) != value)


def _giving(agent: Agent) -> dict[str, str]:
    """The values of its keys that give something by themselves, where they have an effect."""
    known = agent.format.keys if agent.kind is Kind.AGENT else {}
    return {
        field.key: json.dumps(field.value, sort_keys=True)
        for field in agent.fields
        if field.key in known
        and known[field.key].gives
        and field.value
        and not agent.is_ignored(field.key)
        and not agent.idle_beside(field.key)
    }
