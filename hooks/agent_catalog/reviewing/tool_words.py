"""What changed in what an agent gets, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Kind as FileKind
from agent_catalog.model.tool import Capability, ToolEntry, ToolMode
from agent_catalog.publishing.capabilities import CAPABILITIES, by_commands
from agent_catalog.reading.tools import EVERYTHING
from agent_catalog.reviewing.clause import Part, Slot, SlotKind, listing, named
from agent_catalog.reviewing.effects import (
    covering,
    has_effect,
    held,
    is_open,
    is_unknown,
    key_of,
)
from agent_catalog.reviewing.escalations import is_eased
from agent_catalog.reviewing.review import (
    AccessChange,
    AgentChange,
    Difference,
    Escalation,
    Reason,
)


def can(agent: Agent) -> str:
    """What an agent can do, or what limits it."""
    access, tools = agent.tools, agent.format.tools
    if agent.kind is not FileKind.AGENT:
        return f"is a {agent.kind} and no agent"
    if is_unknown(agent):
        return "may use what is not known"
    if access.about and tools.shape != "permissions":
        return access.about.removesuffix(".")
    told = _able(access.capabilities, by_commands(access))
    if is_open(agent):
        denied = " but those denied to it" if access.denied else ""
        return f"may use every tool of the session{denied}: {told}"
    if not told and access.allowed and not any(entry.known for entry in access.allowed):
        return "lists only tools that are not known"
    return told or "may use no tool that reads, changes or starts anything"


def _able(capabilities: Iterable[Capability], indirect: Iterable[Capability]) -> str:
    """Capabilities in words, that of running commands with what is done by them besides."""
    by_them = [CAPABILITIES[each] for each in indirect]
    words = {**CAPABILITIES}
    if by_them:
        *most, last = by_them
        all_of_it = f"{', '.join(most)} and {last}" if most else last
        words[Capability.EXECUTE] += f" (by which it also {all_of_it})"
    return ", ".join(words[each] for each in capabilities)


# Escalations


def escalated_tools(change: AgentChange) -> Iterator[Iterable[Part]]:
    """The escalations by what an agent gets, but those by MCP servers."""
    for each in change.escalations:
        if each.reason is Reason.UNKNOWN:
            yield ["what it may use is no longer known"]
        elif each.reason is Reason.ALL_TOOLS:
            yield [f"{_freed(change)}{_unsure(change)}"]
        elif each.reason is Reason.CAPABILITY:
            yield [_gained(Capability(each.what), change)]
        elif each.reason is Reason.DENIAL:
            yield _undenied(each, change)
    yield from _conditions(_eased(change))


def _eased(change: AgentChange) -> list[Difference[ToolEntry]]:
    """The tools that an escalation says to be held back less."""
    names = {each.what for each in change.escalations if each.reason is Reason.ASKS}
    conditions = change.access.conditions if change.access else ()
    return [each for each in conditions if each.after.name in names and is_eased(each)]


def _freed(change: AgentChange) -> str:
    if change.agent.format.tools.sandbox:
        return "now has the sandbox of the session that starts it, and none of its own"
    but = " but those denied to it" if change.agent.tools.denied else ""
    return f"may now use every tool of the session{but}"


def _unsure(change: AgentChange) -> str:
    unknown = change.before is not None and is_unknown(change.before)
    return ", which was not known before" if unknown else ""


def _gained(capability: Capability, change: AgentChange) -> str:
    before = change.before.tools.capabilities if change.before else ()
    sandbox = "in its sandbox " if change.agent.format.tools.sandbox else ""
    indirect = [each for each in by_commands(change.agent.tools) if each not in before]
    told = f"{sandbox}now {_able([capability], indirect)}"
    if change.before and capability in by_commands(change.before.tools):
        told += " by a tool of its own, not by commands alone"
    return f"{told}{_unsure(change)}"


def _undenied(escalation: Escalation, change: AgentChange) -> Iterable[Part]:
    lifted = change.access.denied.lost if change.access else ()
    key = next(key_of(entry) for entry in lifted if entry.name == escalation.what)
    entry = held(change.agent.tools.granted).get(key)
    condition = f": {entry.condition}" if entry and entry.condition else ""
    return ["no longer denied: ", Slot(SlotKind.TOOL, escalation.what), condition]


# What else changed


def changed_tools(access: AccessChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    """What changed in what an agent gets, but escalations, and what has no effect."""
    before, after = change.before, change.agent
    if before is None or is_unknown(after) or change.loadable:
        return  # that it is loaded now, or no longer, tells all of it
    if is_unknown(before):
        yield [can(after)]
        return
    yield from _limits(access, before, after)
    if Capability.READ in access.capabilities.gained:
        yield [_gained(Capability.READ, change)]
    yield from _lost_capabilities(access, before, after)
    yield from _lists(access, change)
    yield from _denials(access, change)
    servers = [Slot(SlotKind.SERVER, server) for server in access.servers.lost]
    yield from named("no longer uses the MCP server", servers)
    yield from _without_effect(access, after)


_ONLY = "may now use only the tools it lists:"


def _limits(access: AccessChange, before: Agent, after: Agent) -> Iterator[Iterable[Part]]:
    """What an agent as a whole is limited to now."""
    if access.about and access.about.after:
        yield [access.about.after.removesuffix(".")]
    gets = held(after.tools.granted).values()
    if not gets and not after.tools.capabilities and held(before.tools.granted):
        yield ["may no longer use any tool"]
    elif after.tools.mode is ToolMode.LISTED and is_open(before):
        listed = [entry for entry in after.tools.allowed if has_effect(entry)]
        yield from named(_ONLY, _tools(listed), plural=_ONLY)
        yield from _by_condition("not always:", (entry for entry in listed if entry.condition))


def _lost_capabilities(
    access: AccessChange, before: Agent, after: Agent
) -> Iterator[Iterable[Part]]:
    had, has = by_commands(before.tools), (*after.tools.capabilities, *by_commands(after.tools))
    gone = [each for each in access.capabilities.lost if each not in has]
    left = [each for each in access.capabilities.lost if each in has]
    unknown = any(not entry.known or entry.extension for entry in after.tools.granted)
    if gone:
        where = ", in its sandbox" if after.format.tools.sandbox else ""
        known = ", as far as is known" if unknown or before.format != after.format else where
        yield [f"no longer{known}: {_able(gone, [each for each in had if each not in has])}"]
    if left:
        yield [f"now by commands alone: {_able(left, ())}"]


def _lists(access: AccessChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    after = change.agent
    yield from _by_condition("gained the tool", access.tools.gained, "gained the tools")
    limited = {entry.name: entry for entry in access.tools.gained if entry.specifier is not None}
    for name, entry in limited.items():
        if why := _of_specifiers(entry, after):
            yield ["gets all of ", Slot(SlotKind.TOOL, name), f": {why}"]
    lost = []
    for entry in access.tools.lost:
        if left := _left_of(entry, after):
            slot = Slot(SlotKind.SERVER, entry.server) if entry.server else _slot(entry)
            whole = "of the MCP server " if entry.server else "of the tools "
            yield [whole, slot, " now only ", *listing(_tools(left))]
        else:
            lost.append(entry)
    if held(after.tools.granted) or after.tools.capabilities:
        yield from named("lost the tool", _tools(lost))
    eased = _eased(change)
    yield from _conditions(each for each in access.conditions if each not in eased)


def _left_of(lost: ToolEntry, after: Agent) -> list[ToolEntry]:
    """What an agent still gets of a set of tools or a server."""
    gets = held(after.tools.granted).items()
    return [entry for key, entry in gets if key_of(lost) in covering(key, after.format)]


def _denials(access: AccessChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    yield from named("now denied:", _tools(access.denied.gained), plural="now denied:")
    told = {each.what for each in change.escalations if each.reason is Reason.DENIAL}
    others = _tools(entry for entry in access.denied.lost if entry.name not in told)
    yield from named("no longer denied:", others, plural="no longer denied:")


def _without_effect(access: AccessChange, after: Agent) -> Iterator[Iterable[Part]]:
    for entries in _alike(access.listed_idly.gained):
        verb = "are" if len(entries) > 1 else "is"
        why = f": {entries[0].condition}" if entries[0].condition else ""
        yield [*listing(_tools(entries)), f" {verb} listed without effect{why}"]
    for words, gone in (
        ("no longer listed, which had no effect:", access.listed_idly.lost),
        ("denied without effect:", access.denied_idly.gained),
        ("no longer denied, which had no effect:", access.denied_idly.lost),
    ):
        yield from named(words, _tools(gone), plural=words)
    order = [(_other_specifiers(each, after), each) for each in access.specifiers]
    for words, alike in groupby(sorted(order, key=itemgetter(0)), key=itemgetter(0)):
        slots = [Slot(SlotKind.TOOL, each.name) for _, each in alike]
        verb = "are" if len(slots) > 1 else "is"
        yield [*listing(slots), f" {verb} written with other specifiers{words}"]
    if access.respelled:
        yield ["tools written differently, to the same effect"]


def _other_specifiers(entry: ToolEntry, agent: Agent) -> str:
    """What other specifiers of a tool come to."""
    if entry.tool and entry.tool.specifier:
        return f": no effect, {_of_specifiers(entry, agent)}"
    if agent.format.tools.specifier:
        return ", which limit nothing: no effect"
    return ", of which it is not known what they do"


def _of_specifiers(entry: ToolEntry, agent: Agent) -> str:
    """What is known of a tool's specifiers, within a sentence."""
    told = (entry.tool.specifier if entry.tool else "") or agent.format.tools.specifier
    return f"{told[:1].lower()}{told[1:].removesuffix('.')}"


# Tools


def _by_condition(
    words: str, entries: Iterable[ToolEntry], plural: str = ""
) -> Iterator[Iterable[Part]]:
    """What is told of tools: once of those that are always given, once for each condition."""
    for alike in _alike(entries):
        (parts,) = named(words, _tools(alike), plural=plural or words)
        yield [*parts, f": {alike[0].condition}"] if alike[0].condition else parts


def _alike(entries: Iterable[ToolEntry]) -> list[list[ToolEntry]]:
    """The entries by their conditions, those without one first."""
    order = sorted(entries, key=lambda entry: entry.condition)
    return [list(group) for _, group in groupby(order, key=lambda entry: entry.condition)]


def _conditions(changes: Iterable[Difference[ToolEntry]]) -> Iterator[Iterable[Part]]:
    """That an agent gets tools on another condition."""

    def conditions(change: Difference[ToolEntry]) -> tuple[str, str]:
        return change.before.condition, change.after.condition

    for _, group in groupby(sorted(changes, key=conditions), key=conditions):
        alike = list(group)
        yield _on_condition(alike[0], listing(_named(each.after for each in alike)))


def _on_condition(change: Difference[ToolEntry], tools: Iterable[Part]) -> Iterable[Part]:
    before, after = change.before, change.after
    if after.condition and after.condition == before.condition:
        return ["uses ", *tools, " by other patterns"]
    if after.condition:
        if after.why == "asks-first":
            return ["now asks before it uses ", *tools]
        lead = "gets on another condition" if before.condition else "no longer always gets"
        return [f"{lead} ", *tools, f": {after.condition}"]
    if before.why == "asks-first":
        return ["no longer asks before it uses ", *tools]
    return ["now always gets ", *tools, f"; before: {before.condition}"]


def _named(entries: Iterable[ToolEntry]) -> Iterator[Part]:
    """Tools by their names; those of all servers, of which a file need not have a name, in words."""
    for entry in entries:
        yield "tools of MCP servers" if entry.server == EVERYTHING else _slot(entry)


def _tools(entries: Iterable[ToolEntry]) -> list[Slot]:
    return [_slot(entry) for entry in entries]


def _slot(entry: ToolEntry) -> Slot:
    return Slot(SlotKind.TOOL, entry.written, entry.name)
