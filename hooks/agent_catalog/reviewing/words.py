"""What changed, in words that a user of the agents understands, for any output format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agent_catalog.model.agent import Agent, FacetValue
from agent_catalog.model.format import Effect
from agent_catalog.model.format import Kind as FileKind
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.publishing.numbers import counted
from agent_catalog.reading.facets import WITHOUT_EFFECT, FacetGroup, color_groups, model_groups
from agent_catalog.reviewing.clause import Clause, Part, Slot, SlotKind, named
from agent_catalog.reviewing.effects import is_placeholder
from agent_catalog.reviewing.modes import is_ranked, permission_mode, where_alone
from agent_catalog.reviewing.review import (
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
from agent_catalog.reviewing.tool_words import can, changed_tools, escalated_tools

_LONGEST_VALUE = 60
"""Characters of a key's value that are worth telling."""


def clauses(change: AgentChange) -> tuple[Clause, ...]:
    """Everything that changed about an agent, escalations first; nothing for a removed one."""
    if change.after is None:
        return ()
    told = _added(change.after, change) if change.before is None else _changed(change)
    return (
        *(Clause(tuple(parts), escalation=True) for parts in _escalations(change)),
        *(Clause(tuple(parts)) for parts in told),
    )


def collision(each: Collision) -> Clause:
    """That several agents have one name now."""
    name = Slot(SlotKind.NAME, each.name)
    return Clause((f"{len(each.agents)} agents are now called ", name, ": their tool loads one"))


def counts(review: Review) -> str:
    """What happened to how many agents: `1 agent may do more; 2 added, 1 changed`."""
    kinds = ", ".join(f"{review.count(kind):,} {kind}" for kind in Kind if review.count(kind))
    more = f"{counted(review.escalated, 'agent')} may do more" if review.escalated else ""
    return "; ".join(filter(None, [more, kinds])) or "no agent changed"


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


def _escalations(change: AgentChange) -> Iterator[Iterable[Part]]:
    reasons = {each.reason for each in change.escalations}
    if Reason.PERMISSION_MODE in reasons:
        yield _freer_mode(change)
    yield from escalated_tools(change)
    for each in change.escalations:
        if each.reason is Reason.SERVER:
            yield ["now uses the MCP server ", Slot(SlotKind.SERVER, each.what)]
        elif each.reason is Reason.SERVER_TOOL:
            yield ["now uses the MCP tool ", Slot(SlotKind.TOOL, each.what)]
        elif each.reason is Reason.KEY:
            yield _giving_key(each, change)


def _freer_mode(change: AgentChange) -> Iterable[Part]:
    mode, where = permission_mode(change.agent), where_alone(change.agent)
    before = (_mode(permission_mode(change.before)), " → ") if change.before else ()
    only = f", but only {where}" if where else ""
    if is_ranked(change.agent):
        return [f"asks less{only}: permission mode ", *before, _mode(mode)]
    return ["permission mode ", *before, _mode(mode), ", of which it is not known what it asks for"]


def _giving_key(each: Escalation, change: AgentChange) -> Iterable[Part]:
    keys = change.keys or KeysChange()
    verb = "added" if change.before is None or each.what in keys.added else "changed"
    if change.before and each.what not in (*keys.added, *keys.changed):
        verb = "now takes effect:"
    gives = change.agent.format.keys[each.what].gives
    return [f"{verb} ", Slot(SlotKind.KEY, each.what), f", which {gives}"]


def _mode(mode: str) -> Part:
    return Slot(SlotKind.MODE, mode) if mode else "not set"


# Added and changed agents


def _added(agent: Agent, change: AgentChange) -> Iterator[Iterable[Part]]:
    if not agent.loadable:
        yield [f"{agent.format.title} does not load it"]
    yield [can(agent)]
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


def _changed(change: AgentChange) -> Iterator[Iterable[Part]]:
    yield from _identity(change)
    if change.access:
        yield from changed_tools(change.access, change)
    if change.permission_mode and not _escalated(change, Reason.PERMISSION_MODE):
        modes = change.permission_mode
        yield ["permission mode ", _mode(modes.before), " → ", _mode(modes.after)]
    if change.model:
        yield _facets("model", change.model, model_groups())
    if change.color:
        yield _color(change.color, change.agent)
    yield from ([text] for text in _texts(change))
    if change.keys:
        yield from _keys(change.keys, change)
    yield from _findings(change)
    if change.formatting:
        yield [f"only the formatting differs: {', '.join(change.formatting)}"]


def _identity(change: AgentChange) -> Iterator[Iterable[Part]]:
    if change.kind is Kind.MOVED and change.before:
        yield ["was ", Slot(SlotKind.PATH, change.before.path)]
    if change.format:
        formats = change.format
        yield [f"is now a file of {formats.after.title}, no longer of {formats.before.title}"]
    if change.file_kind:
        kinds = change.file_kind
        yield [f"is now {_article(kinds.after)}, no longer {_article(kinds.before)}"]
    yield from ([text] for text in _loading(change))
    yield from _ignored(change)
    if change.id:
        yield _called("called", change.id, SlotKind.ID)
    if change.name and change.name != change.id:
        yield _called("shown as", change.name, SlotKind.NAME)


def _article(kind: FileKind) -> str:
    return f"an {kind}" if kind is FileKind.AGENT else f"a {kind}"


def _loading(change: AgentChange) -> Iterator[str]:
    before, after = change.before, change.agent
    title = after.format.title
    if before and before.unread != after.unread:
        yield "can no longer be read" if after.unread else "can be read now"
    elif change.loadable and change.loadable.after:
        yield f"{title} loads it now"
        yield can(after)
    elif change.loadable:
        yield f"{title} no longer loads it"
    elif not after.loadable and (change.access or change.permission_mode or change.keys):
        yield f"{title} does not load it: what follows has no effect"
    if before and is_placeholder(after) and not is_placeholder(before):
        yield after.format.consequence(Effect.PLACEHOLDER).clause


def _ignored(change: AgentChange) -> Iterator[Iterable[Part]]:
    """The keys that had an effect, and have none in the plugin that the agent is of now."""
    before, after = change.before, change.agent
    if before:
        keys = [
            Slot(SlotKind.KEY, field.key)
            for field in after.fields
            if after.is_ignored(field.key)
            and before.field(field.key)
            and not before.is_ignored(field.key)
        ]
        words = f"no longer takes effect, as {after.format.title} ignores it in plugins:"
        yield from named(
            words, keys, plural=words.replace("takes", "take").replace(" it ", " them ")
        )


def _called(how: str, names: Difference[str], kind: SlotKind) -> Iterable[Part]:
    before, after = (Slot(kind, name) for name in (names.before, names.after))
    return [f"{how} ", after, " instead of ", before]


def _texts(change: AgentChange) -> Iterator[str]:
    if change.description:
        yield _text("description", change.description, _words_changed(change.description))
    if change.examples:
        yield _examples(change.examples)
    if change.prompt:
        yield _text("prompt", change.prompt, _lines_changed(change.prompt))


def _color(colors: Difference[FacetValue], agent: Agent) -> Iterable[Part]:
    told = _facets("color", colors, color_groups())
    if colors.after.group == WITHOUT_EFFECT:
        return [*told, f": no effect, {agent.format.title} has no colors for agents"]
    return told


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


_OF_UNKNOWN_KEYS = {
    Effect.IGNORED: ", which {} ignores: no effect",
    Effect.PASSED_ON: ", which {} passes on to the model's provider: no effect on what it may use",
    Effect.UNKNOWN: ", no known key of {}: no effect is known",
}
"""What is told of a key that the tool does not know, by what it does with such."""


def _keys(keys: KeysChange, change: AgentChange) -> Iterator[Iterable[Part]]:
    escalated = {each.what for each in change.escalations if each.reason is Reason.KEY}
    for verb, names in (
        ("added", keys.added),
        ("removed", keys.removed),
        ("changed", keys.changed),
    ):
        for key in names:
            if key not in escalated:
                slot = Slot(SlotKind.KEY, key)
                detail = Slot(SlotKind.DETAIL, _values(key, change))
                yield [f"{verb} ", slot, detail, _effect(key, change.agent)]


def _effect(key: str, agent: Agent) -> str:
    """That a key has no effect, if that is known."""
    title = agent.format.title
    if agent.kind is not FileKind.AGENT:
        return ""
    if agent.is_ignored(key):
        return f", which {title} ignores in plugins: no effect"
    if key in agent.format.keys:
        return ": no effect here" if agent.idle_beside(key) else ""
    effect = agent.format.fault("key-unknown").effect
    return _OF_UNKNOWN_KEYS.get(effect, ", no known key of {}").format(title)


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
        yield from named(several, slots, plural=several)


# Lists


def _escalated(change: AgentChange, reason: Reason) -> bool:
    return any(each.reason is reason for each in change.escalations)
