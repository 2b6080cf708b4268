"""What differs in what an agent gets, and in what its file says of it without effect."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from agent_catalog.model.agent import Agent
from agent_catalog.model.format import Format
from agent_catalog.model.tool import Capability, ToolEntry
from agent_catalog.reading.access import session
from agent_catalog.reading.tools import without
from agent_catalog.reviewing.effects import (
    EVERY_SERVER,
    Held,
    beyond,
    capabilities_of,
    has_effect,
    held,
    is_open,
    is_unknown,
    key_of,
)
from agent_catalog.reviewing.review import AccessChange, Difference, Shift, difference, shift


def compare_access(before: Agent, after: Agent) -> AccessChange | None:
    """What differs in what an agent gets; `None` if its file says the same of it."""
    one, other = before.tools, after.tools
    change = AccessChange(
        mode=difference(one.mode, other.mode),
        about=difference(one.about, other.about),
        capabilities=_capabilities(before, after),
        servers=Shift(_servers(before, after), _servers(after, before)),
    )
    if before.format == after.format and not (is_unknown(before) or is_unknown(after)):
        change = _Lists(before, after).told_in(change)
    if not change and _spelling(before) != _spelling(after):
        change = AccessChange(respelled=True)
    return change or None


def access_keys(format_: Format) -> frozenset[str]:
    """The keys that say which tools an agent may use."""
    return frozenset({format_.tools.key, "tools", "disallowedTools"}) & format_.keys.keys()


def _capabilities(before: Agent, after: Agent) -> Shift[Capability]:
    """What is gained, and lost as far as that is known."""
    if is_unknown(after):
        return Shift()
    found = shift(capabilities_of(before), capabilities_of(after))
    of_session = is_open(after) and after.format.tools.sandbox
    return Shift(found.gained) if of_session else found


def _servers(one: Agent, other: Agent) -> tuple[str, ...]:
    """The MCP servers that the other uses and the one does not.

    Who has the servers of the session has those that a list names, but not those brought along.
    """
    listed = {entry.server for entry in other.tools.allowed}
    had = listed if EVERY_SERVER in held(one.tools.granted) else set()
    return tuple(each for each in other.tools.servers if each not in {*one.tools.servers, *had})


@dataclass(frozen=True)
class _Lists:
    """Two agents of one format, by the tools that they get and that their files list and deny."""

    before: Agent
    after: Agent

    @property
    def format(self) -> Format:
        return self.after.format

    @cached_property
    def old(self) -> Held:
        return held(self.before.tools.granted)

    @cached_property
    def new(self) -> Held:
        return held(self.after.tools.granted)

    def told_in(self, change: AccessChange) -> AccessChange:
        """The change with what differs of the lists."""
        opened = is_open(self.after) and not is_open(self.before)
        had = held(session(self.format)) if opened else self.old
        denied = self._denials(self.before, self.after, had)
        undenied = self._denials(self.after, self.before, self.new)
        idle = Shift(_idle(self.after, self.before), _idle(self.before, self.after))
        change = replace(
            change,
            denied=Shift(denied.gained, undenied.gained),
            listed_idly=idle,
            denied_idly=Shift(denied.lost, undenied.lost),
        )
        if is_open(self.before) != is_open(self.after):
            return change
        gained = beyond(self.new, self.old, self.format)
        lost = beyond(self.old, self.new, self.format)
        return replace(
            change,
            tools=Shift(
                tuple(without(gained, undenied.gained, self.format)),
                tuple(without(lost, denied.gained, self.format)),
            ),
            conditions=tuple(self._conditions()),
            specifiers=tuple(self._specifiers()),
        )

    def _denials(self, one: Agent, other: Agent, had: Held) -> Shift[ToolEntry]:
        """What the other denies and the one does not, as what takes something of that and what not."""
        denials = {key_of(entry): entry for entry in other.tools.denied}
        for entry in one.tools.denied:
            denials.pop(key_of(entry), None)
        take = [each for each in denials.values() if self._takes(each, had, one.tools.denied)]
        return Shift(tuple(take), tuple(each for each in denials.values() if each not in take))

    def _takes(self, denied: ToolEntry, had: Held, others: Iterable[ToolEntry]) -> bool:
        """Whether denying an entry, beside what is denied anyway, takes something away."""
        if not without([denied], others, self.format):
            return False
        if len(without(had.values(), [denied], self.format)) < len(had):
            return True
        # The session may have what is not known by name.
        unnamed = not denied.known and not self.format.tools.complete
        return EVERY_SERVER in had and (denied.server is not None or unnamed)

    def _conditions(self) -> Iterator[Difference[ToolEntry]]:
        for key, entry in self.new.items():
            if key in self.old and _condition(self.old[key]) != _condition(entry):
                yield Difference(self.old[key], entry)

    def _specifiers(self) -> Iterator[ToolEntry]:
        old, new = _specifiers(self.before), _specifiers(self.after)
        for key, entry in self.new.items():
            if key in old and key in new and old[key] != new[key]:
                yield entry


def _condition(entry: ToolEntry) -> tuple[object, ...]:
    return entry.gets, entry.why, entry.condition, entry.patterns


def _idle(agent: Agent, other: Agent) -> tuple[ToolEntry, ...]:
    """The entries of its list that the other's lacks, and that give it nothing."""
    listed = {entry.written for entry in other.tools.allowed}
    return tuple(
        dict.fromkeys(
            entry
            for entry in agent.tools.allowed
            if not has_effect(entry) and entry.written not in listed
        )
    )


def _specifiers(agent: Agent) -> dict[Hashable, set[str | None]]:
    found: dict[Hashable, set[str | None]] = defaultdict(set)
    for entry in agent.tools.allowed:
        found[key_of(entry)].add(entry.specifier)
    return found


def _spelling(agent: Agent) -> tuple[object, ...]:
    """What is written of tools; a list is the same in any style and order."""
    fields = [agent.field(key) for key in sorted(access_keys(agent.format))]
    listed = agent.format.tools.shape in {"list", "tags"}
    values = {
        field.key: None if listed else json.dumps(field.value, sort_keys=True)
        for field in fields
        if field
    }
    access = agent.tools
    lists = (frozenset(entry.written for entry in each) for each in (access.allowed, access.denied))
    return values, *lists
