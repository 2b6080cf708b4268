"""What differs in what an agent may use, and what of it is an escalation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, ToolAccess, ToolEntry, ToolMode
from agent_catalog.reading.tools import without
from agent_catalog.reviewing.review import (
    AccessChange,
    Difference,
    Escalation,
    Reason,
    Shift,
    shift,
)

_RISKY = frozenset(Capability) - {Capability.READ}

_UNKNOWN_MODE = 9
_FREEDOM = {
    "plan": 0,
    "dontAsk": 0,
    "": 1,
    "default": 1,
    "manual": 1,
    "acceptEdits": 2,
    "auto": 3,
    "bypassPermissions": 4,
}
"""Permission modes by what runs without a question; those alike in that have one number.

From <https://code.claude.com/docs/en/permission-modes> (2026-11). `dontAsk` denies what the others
ask for. Not set means the mode of the session, which is `default` if nobody changed it.
"""


KNOWN_MODES = frozenset(filter(None, _FREEDOM))
"""The permission modes that mean something to an agent tool."""


def permission_mode(agent: Agent) -> str:
    """The permission mode as written; empty if not set."""
    field = agent.field("permissionMode")
    if field is None or field.value is None:
        return ""
    return field.value.strip() if isinstance(field.value, str) else field.text.strip()


def compare_access(before: Agent, after: Agent) -> AccessChange | None:
    """What differs in the tools of an agent."""
    one, other = before.tools, after.tools
    entries, limits = _listed(one, other)
    change = AccessChange(
        mode=Difference(one.mode, other.mode) if one.mode is not other.mode else None,
        capabilities=shift(one.capabilities, other.capabilities),
        tools=entries,
        limits=limits,
        denied=_shift_entries(one.denied, other.denied),
        servers=shift(one.servers, other.servers),
    )
    if not change and _spelling(before) != _spelling(after):
        change = AccessChange(respelled=True)
    return change or None


def escalations(
    before: Agent | None,
    after: Agent,
    access: AccessChange | None,
    keys: Iterable[str],
) -> tuple[Escalation, ...]:
    """The ways in which an agent may do more than it could; of an added one, what stands out.

    An added agent has powers like any other. Only what gets around questions stands out: a
    permission mode that asks less than the default one, and keys that give powers by themselves.

    Args:
        before: The agent as it was; `None` if it is added.
        after: The agent as it is.
        access: What differs in its tools.
        keys: Its keys that were added or changed.
    """
    found = list(_by_mode(before, after))
    if before and access:
        found += _by_tools(before.tools, after.tools, access, after.format)
        found += _by_denial(after.tools, access, after.format)
    server = any(each.reason is Reason.SERVER for each in found)
    found += [
        Escalation(Reason.KEY, key)
        for key in keys
        if _gives(after, key) and not (key == "mcpServers" and server)
    ]
    return tuple(dict.fromkeys(found))


def _gives(agent: Agent, key: str) -> str:
    """What a key gives an agent by itself, if anything."""
    known = agent.format.keys.get(key)
    return known.gives if known and (known.in_plugins or not agent.plugin) else ""


def _by_mode(before: Agent | None, after: Agent) -> Iterator[Escalation]:
    mode = permission_mode(after)
    old = permission_mode(before) if before else ""
    if mode != old and _freedom(mode) > _freedom(old):
        yield Escalation(Reason.PERMISSION_MODE, mode)


def _freedom(mode: str) -> int:
    return _FREEDOM.get(mode, _UNKNOWN_MODE)


def _by_tools(
    before: ToolAccess, after: ToolAccess, change: AccessChange, format_: Format
) -> Iterator[Escalation]:
    if change.mode and after.mode is ToolMode.ALL:
        yield Escalation(Reason.ALL_TOOLS)
    named = {entry.server for entry in after.allowed}
    servers = [
        server
        for server in change.servers.gained
        # Who had every tool of the session had those of its servers, but not those brought along.
        if before.mode is not ToolMode.ALL or server not in named
    ]
    for capability in change.capabilities.gained:
        if capability in _RISKY and not (capability is Capability.MCP and servers):
            yield Escalation(Reason.CAPABILITY, capability)
    yield from (Escalation(Reason.SERVER, server) for server in servers)
    for entry in without(change.tools.gained, [*before.allowed, *after.denied], format_):
        if entry.server and entry.server in before.servers:
            yield Escalation(Reason.SERVER_TOOL, entry.name)
    for limits in change.limits:
        if _is_wider(limits) and without(limits.after, after.denied, format_):
            yield Escalation(Reason.LIMITS, limits.after[0].name)


def _is_wider(limits: Difference[tuple[ToolEntry, ...]]) -> bool:
    old = {entry.specifier for entry in limits.before}
    new = {entry.specifier for entry in limits.after}
    return None not in old and not new <= old and _is_risky(limits.after[0])


def _by_denial(after: ToolAccess, change: AccessChange, format_: Format) -> Iterator[Escalation]:
    for entry in without(change.denied.lost, after.denied, format_):
        effective = after.mode is ToolMode.ALL or len(
            without(after.allowed, [entry], format_)
        ) < len(after.allowed)
        if effective and _is_risky(entry):
            yield Escalation(Reason.DENIAL, entry.name)


def _is_risky(entry: ToolEntry) -> bool:
    """Whether it gives more than to read; of a tool that is not known, nobody can say."""
    if entry.tool is None:
        return True
    return not entry.tool.main_only and not _RISKY.isdisjoint(entry.tool.capabilities)


def _listed(
    before: ToolAccess, after: ToolAccess
) -> tuple[Shift[ToolEntry], tuple[Difference[tuple[ToolEntry, ...]], ...]]:
    """What differs between two lists: tools, and the limits of those that are in both."""
    if ToolMode.ALL in (before.mode, after.mode):
        return Shift(), ()
    old, new = _by_name(before.allowed), _by_name(after.allowed)
    limits = tuple(
        Difference(tuple(old[name].values()), tuple(new[name].values()))
        for name in new
        if name in old and old[name].keys() != new[name].keys()
    )
    return _shift_entries(before.allowed, after.allowed), limits


def _by_name(entries: Iterable[ToolEntry]) -> dict[str, dict[str | None, ToolEntry]]:
    names: dict[str, dict[str | None, ToolEntry]] = defaultdict(dict)
    for entry in entries:
        names[_name(entry)][entry.specifier] = entry
    return names


def _shift_entries(before: Iterable[ToolEntry], after: Iterable[ToolEntry]) -> Shift[ToolEntry]:
    """The entries of other tools; the specifier does not tell them apart."""
    old = {_name(entry): entry for entry in before}
    new = {_name(entry): entry for entry in after}
    return Shift(
        tuple(entry for name, entry in new.items() if name not in old),
        tuple(entry for name, entry in old.items() if name not in new),
    )


def _name(entry: ToolEntry) -> str:
    """One name for all names of a tool."""
    if entry.tool:
        return entry.tool.name
    return f"mcp__{entry.server}__{entry.server_tool or '*'}" if entry.server else entry.name


def _spelling(agent: Agent) -> tuple[object, ...]:
    keys = [key for key in ("tools", "disallowedTools") if agent.field(key)]
    allowed = frozenset(entry.written for entry in agent.tools.allowed)
    return keys, allowed, frozenset(entry.written for entry in agent.tools.denied)
