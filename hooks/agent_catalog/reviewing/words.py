"""What changed, in words that a user of the agents understands, for any output format.

The words are ours. What comes from a file stands in a slot of its own, so that each format can
show it in the way that is safe there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from agent_catalog.model.agent import Agent, FacetValue
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Capability, ToolEntry, ToolMode
from agent_catalog.publishing.capabilities import CAPABILITIES
from agent_catalog.publishing.numbers import counted
from agent_catalog.reading.facets import FacetGroup, color_groups, model_groups
from agent_catalog.reviewing.access import permission_mode
from agent_catalog.reviewing.review import (
    AccessChange,
    AgentChange,
    Collision,
    Difference,
    Escalation,
    ExamplesChange,
    KeysChange,
    Kind,
    Reason,
    Review,
    TextChange,
)


class SlotKind(Enum):
    """What a slot holds."""

    NAME = auto()
    """Of an agent."""
    PATH = auto()
    """Of an agent's file, below its source."""
    TOOL = auto()
    """An entry of a tool list, or the name of a tool."""
    SERVER = auto()
    FACET = auto()
    """A model or a color."""
    MODE = auto()
    """A permission mode."""
    KEY = auto()
    """Of the frontmatter."""
    CODE = auto()
    """Of a finding."""
    DETAIL = auto()
    """Any text, which may be left out."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Text of a file, among words of ours."""

    kind: SlotKind
    text: str
    """As written."""
    title: str = ""
    """What we call it, where that is known: the group of a model, a tool without its limits."""


Part: TypeAlias = "str | Slot"
"""Words of ours, or a slot."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that changed, in parts."""

    parts: tuple[Part, ...]
    escalation: bool = False


_ESCALATIONS = {
    Reason.SERVER: ("now uses the MCP server ", SlotKind.SERVER),
    Reason.SERVER_TOOL: ("now uses the MCP tool ", SlotKind.TOOL),
    Reason.DENIAL: ("no longer denied: ", SlotKind.TOOL),
}
_LONGEST_VALUE = 60
"""Characters of a key's value that are worth telling."""


def clauses(change: AgentChange) -> tuple[Clause, ...]:
    """Everything that changed about an agent, escalations first; nothing for a removed one."""
    if change.after is None:
        return ()
    escalated = [
        Clause(tuple(_escalation(each, change)), escalation=True) for each in change.escalations
    ]
    told = _added(change.after, change) if change.before is None else _changed(change)
    return (*escalated, *(Clause(tuple(parts)) for parts in told))


def collision(each: Collision) -> Clause:
    """That several agents have one name now."""
    name = Slot(SlotKind.NAME, each.name)
    return Clause((f"{len(each.agents)} agents are now called ", name, ": their tool loads one"))


def counts(review: Review) -> str:
    """What happened to how many agents: `1 agent with more power; 2 added, 1 changed`."""
    kinds = ", ".join(f"{review.count(kind):,} {kind}" for kind in Kind if review.count(kind))
    power = f"{counted(review.escalated, 'agent')} with more power" if review.escalated else ""
    return "; ".join(filter(None, [power, kinds])) or "no agent changed"


def context(review: Review) -> str:
    """What the descriptions add to every context; empty if that is the same."""
    tokens = review.description_tokens
    if tokens.before == tokens.after:
        return ""
    more = tokens.after - tokens.before
    return (
        f"the descriptions add about {tokens.before:,} → {tokens.after:,} tokens "
        f"to every context ({'+' if more > 0 else '−'}{abs(more):,})"
    )


def passed_over(review: Review) -> str:
    """How many files are passed over that were not before; empty if none is."""
    if not review.passed_over:
        return ""
    return f"{counted(len(review.passed_over), 'file')} newly passed over: links, submodules, or no agents"


# Escalations


def _escalation(each: Escalation, change: AgentChange) -> Iterator[Part]:
    if each.reason is Reason.ALL_TOOLS:
        yield "may now use every tool of the session"
    elif each.reason is Reason.CAPABILITY:
        yield f"now {CAPABILITIES[Capability(each.what)]}"
    elif each.reason is Reason.KEY:
        verb = "changed" if change.keys and each.what in change.keys.changed else "added"
        yield from (
            f"{verb} ",
            Slot(SlotKind.KEY, each.what),
            f", which {change.agent.format.keys[each.what].gives}",
        )
    elif each.reason is Reason.PERMISSION_MODE:
        yield "asks less: permission mode "
        if change.before:
            yield from (_mode(permission_mode(change.before)), " → ")
        yield _mode(each.what)
    elif each.reason is Reason.LIMITS:
        limits = change.access.limits if change.access else ()
        yield from _limits(next(one for one in limits if one.after[0].name == each.what))
    else:
        words, kind = _ESCALATIONS[each.reason]
        yield from (words, Slot(kind, each.what))


def _mode(mode: str) -> Part:
    return Slot(SlotKind.MODE, mode) if mode else "not set"


def _limits(limits: Difference[tuple[ToolEntry, ...]]) -> Iterator[Part]:
    written = [", ".join(entry.written for entry in side) for side in (limits.before, limits.after)]
    tool = Slot(SlotKind.TOOL, limits.after[0].name)
    if any(entry.specifier is None for entry in limits.after):
        yield from ("no more limits on ", tool)
    else:
        free = any(entry.specifier is None for entry in limits.before)
        yield from ("limits on " if free else "other limits on ", tool)
    yield Slot(SlotKind.DETAIL, f" ({' → '.join(written)})")


# Added and changed agents


def _added(agent: Agent, change: AgentChange) -> Iterator[Iterable[Part]]:
    if not agent.loadable:
        yield [f"{agent.format.title} does not load it"]
    yield [_powers(agent)]
    mode = permission_mode(agent)
    if mode and not _escalated(change, Reason.PERMISSION_MODE):
        yield ["permission mode ", _mode(mode)]
    yield ["model ", _facet(agent.model, model_groups())]
    examples = len(agent.description.examples)
    told = f" with {counted(examples, 'example')}" if examples else ""
    description = estimated_tokens(agent.description.text)
    yield [f"description {counted(description, 'token')}{told}"]
    yield [f"prompt {counted(estimated_tokens(agent.prompt), 'token')}"]
    yield from _findings(change)


def _powers(agent: Agent) -> str:
    powers = ", ".join(CAPABILITIES[each] for each in agent.tools.capabilities)
    if agent.tools.mode is ToolMode.ALL:
        denied = " but those denied to it" if agent.tools.denied else ""
        return f"may use every tool of the session{denied}: {powers}"
    if not powers and not all(entry.known for entry in agent.tools.allowed):
        return "lists only tools that are not known"
    return powers or "may use no tool that reads, changes or starts anything"


def _changed(change: AgentChange) -> Iterator[Iterable[Part]]:
    yield from _identity(change)
    if change.access:
        yield from _access(change.access, change)
    if change.permission_mode and not _escalated(change, Reason.PERMISSION_MODE):
        modes = change.permission_mode
        yield ["permission mode ", _mode(modes.before), " → ", _mode(modes.after)]
    if change.model:
        yield _facets("model", change.model, model_groups())
    if change.color:
        yield _facets("color", change.color, color_groups())
    yield from ([text] for text in _texts(change))
    if change.keys:
        yield from _keys(change.keys, change)
    yield from _findings(change)
    if change.formatting:
        yield [f"only the formatting differs: {', '.join(change.formatting)}"]


def _identity(change: AgentChange) -> Iterator[Iterable[Part]]:
    if change.kind is Kind.MOVED and change.before:
        yield ["was ", Slot(SlotKind.PATH, change.before.path)]
    if change.loadable and change.loadable.after:
        yield [f"{change.agent.format.title} loads it now; it {_powers(change.agent)}"]
    elif change.loadable:
        yield [f"{change.agent.format.title} no longer loads it"]
    if change.name:
        names = [Slot(SlotKind.NAME, name) for name in (change.name.before, change.name.after)]
        yield ["called ", names[1], " instead of ", names[0]]


def _texts(change: AgentChange) -> Iterator[str]:
    if change.description:
        yield _text("description", change.description, _words_changed(change.description))
    if change.examples:
        yield _examples(change.examples)
    if change.prompt:
        yield _text("prompt", change.prompt, _lines_changed(change.prompt))


def _access(access: AccessChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    after = access.mode.after if access.mode else None
    if after is ToolMode.LISTED and access.mode and access.mode.before is ToolMode.ALL:
        allowed = change.agent.tools.allowed
        yield ["may now use only the tools it lists: ", *_list(_tools(allowed))]
    if after is ToolMode.NONE:
        yield ["may no longer use any tool"]
    if Capability.READ in access.capabilities.gained:
        yield [f"now {CAPABILITIES[Capability.READ]}"]
    if access.capabilities.lost:
        yield [f"no longer: {', '.join(CAPABILITIES[each] for each in access.capabilities.lost)}"]
    yield from _named("gained the tool", _tools(access.tools.gained))
    if after is not ToolMode.NONE:
        yield from _named("lost the tool", _tools(access.tools.lost))
    escalated = {each.what for each in change.escalations if each.reason is Reason.LIMITS}
    yield from (list(_limits(one)) for one in access.limits if one.after[0].name not in escalated)
    yield from _named("now denied:", _tools(access.denied.gained), plural="now denied:")
    lifted = {each.what for each in change.escalations if each.reason is Reason.DENIAL}
    others = [entry for entry in access.denied.lost if entry.name not in lifted]
    yield from _named("no longer denied:", _tools(others), plural="no longer denied:")
    if access.servers.lost and not (access.mode and after is ToolMode.ALL):
        servers = [Slot(SlotKind.SERVER, server) for server in access.servers.lost]
        yield from _named("no longer uses the MCP server", servers)
    if access.respelled:
        yield ["tools written differently, to the same effect"]


def _facets(
    what: str, facets: Difference[FacetValue], groups: Sequence[FacetGroup]
) -> Iterable[Part]:
    old, new = _facet(facets.before, groups), _facet(facets.after, groups)
    if facets.before.group != facets.after.group or not old.title:
        return [f"{what} ", old, " → ", new]
    detail = Slot(SlotKind.DETAIL, f" ({old.text} → {new.text})")
    return [f"{what} still {old.title}, written differently", detail]


def _facet(facet: FacetValue, groups: Sequence[FacetGroup]) -> Slot:
    """A model or a color; it has a title if its group tells what it is."""
    title = next(group.title for group in groups if group.slug == facet.group)
    if facet.group == "not-set":
        return Slot(SlotKind.FACET, "not set", "not set")
    return Slot(SlotKind.FACET, facet.written, "" if facet.group == "not-recognised" else title)


def _text(what: str, change: TextChange, told: str) -> str:
    tokens = change.tokens
    if tokens.before == tokens.after:
        return f"{what}: {told}"
    return f"{what} {tokens.before:,} → {counted(tokens.after, 'token')}, {told}"


def _words_changed(change: TextChange) -> str:
    if not change.changed:
        return "the same words in another order"
    return f"{change.changed:,} of {counted(change.total, 'word')} changed"


def _lines_changed(change: TextChange) -> str:
    if not change.changed:
        return "the same lines in another order"
    # Neither "0 %" of what did change nor "100 %" of what did not.
    share = round(100 * change.changed / change.total)
    share = min(max(share, 1), 99) if change.changed < change.total else 100
    return f"{share} % of its lines changed"


def _examples(change: ExamplesChange) -> str:
    told = [
        f"{number:,} {what}"
        for what, number in (
            ("added", change.added),
            ("removed", change.removed),
            ("changed", change.changed),
        )
        if number
    ]
    return f"examples: {', '.join(told)}"


def _keys(keys: KeysChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    escalated = {each.what for each in change.escalations if each.reason is Reason.KEY}
    for verb, names in (
        ("added", keys.added),
        ("removed", keys.removed),
        ("changed", keys.changed),
    ):
        for key in names:
            if key not in escalated:
                yield [
                    f"{verb} ",
                    Slot(SlotKind.KEY, key),
                    Slot(SlotKind.DETAIL, _values(key, change)),
                ]


def _values(key: str, change: AgentChange) -> str:
    fields = [agent.field(key) for agent in (change.before, change.after) if agent]
    values = [field.text for field in fields if field]
    told = " → ".join(values)
    return f" ({told})" if told and len(told) <= _LONGEST_VALUE else ""


def _findings(change: AgentChange) -> Iterator[Iterable[Part]]:
    for words, findings in (
        ("new finding", change.findings.gained),
        ("mended", change.findings.lost),
    ):
        codes = dict.fromkeys(finding.code for finding in findings)
        slots = [Slot(SlotKind.CODE, code) for code in codes]
        several = "new findings:" if len(slots) > 1 and words == "new finding" else f"{words}:"
        yield from _named(several, slots, plural=several)


# Lists


def _escalated(change: AgentChange, reason: Reason) -> bool:
    return any(each.reason is reason for each in change.escalations)


def _tools(entries: Iterable[ToolEntry]) -> list[Slot]:
    return [Slot(SlotKind.TOOL, entry.written, entry.name) for entry in entries]


def _named(words: str, slots: Sequence[Slot], plural: str = "") -> Iterator[Iterable[Part]]:
    if slots:
        words = (plural or f"{words}s") if len(slots) > 1 else words
        yield [f"{words} ", *_list(slots)]


def _list(slots: Sequence[Slot]) -> Iterator[Part]:
    for index, slot in enumerate(slots):
        if index:
            yield ", "
        yield slot
