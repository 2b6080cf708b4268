"""Two agents, and two catalogs, compared."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from agent_catalog.model.agent import Agent, Example, FacetValue
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.reading.text import LINE_BREAK
from agent_catalog.reviewing.access import access_keys, compare_access
from agent_catalog.reviewing.escalations import escalations
from agent_catalog.reviewing.following import follow
from agent_catalog.reviewing.modes import mode_keys, permission_mode
from agent_catalog.reviewing.review import (
    AgentChange,
    Collision,
    Difference,
    ExamplesChange,
    Formatting,
    KeysChange,
    Kind,
    Review,
    Shift,
    TextChange,
    difference,
)

_TOLD_APART = frozenset({"name", "description", "model", "color"})
"""Keys with a change of their own, beside those for tools and permission modes."""
_WORD = re.compile(r"[^ \t\r\n\f\v]+")
"""Other white space than this is a character that someone chose."""
_ALIKE = 0.5
"""Share of its words that a changed example keeps at least."""
_MOST_COMPARED = 100
"""Examples of one file that are looked for among as many others."""


def compare_catalogs(before: Catalog, after: Catalog) -> Review:
    """Everything that changed for a user of the agents."""
    changes = (compare_agents(*pair) for pair in follow(before, after))
    return Review(
        before=before,
        after=after,
        changes=tuple(sorted(filter(None, changes), key=_order)),
        collisions=tuple(_collisions(before, after)),
        passed_over=tuple(sorted(_skipped(after) - _skipped(before))),
        description_tokens=Difference(_description_tokens(before), _description_tokens(after)),
    )


def _skipped(catalog: Catalog) -> set[str]:
    return {each.path for each in catalog.skipped}


def compare_agents(before: Agent | None, after: Agent | None) -> AgentChange | None:
    """What changed about one agent; `None` if nothing did.

    Args:
        before: The agent as it was; `None` if it is added.
        after: The agent as it is; `None` if it is removed.
    """
    if before is None or after is None:
        return _whole(before, after)
    change = _changed(before, after)
    if not _is_empty(change):
        return change
    moved = before.key != after.key
    if before.data == after.data:
        return change if moved else None
    formatting = tuple(_formatting(before, after)) or (Formatting.ENCODING,)
    kind = Kind.MOVED if moved else Kind.REFORMATTED
    return AgentChange(kind=kind, before=before, after=after, formatting=formatting)


def _whole(before: Agent | None, after: Agent | None) -> AgentChange | None:
    if after:
        return AgentChange(
            kind=Kind.ADDED,
            before=None,
            after=after,
            escalations=escalations(None, after, None),
            findings=Shift(gained=after.problems),
        )
    return AgentChange(kind=Kind.REMOVED, before=before, after=None) if before else None


def _changed(before: Agent, after: Agent) -> AgentChange:
    access = compare_access(before, after)
    change = AgentChange(
        kind=Kind.CHANGED if before.key == after.key else Kind.MOVED,
        before=before,
        after=after,
        escalations=escalations(before, after, access),
        access=access,
        findings=_findings(before.problems, after.problems),
    )
    # Of what is in a file that is not read, nothing is known.
    return change if before.unread or after.unread else _content(change, before, after)


def _content(change: AgentChange, before: Agent, after: Agent) -> AgentChange:
    """The change with what differs in the file beside its tools."""
    keys = _keys(before, after)
    return replace(
        change,
        loadable=difference(before.loadable, after.loadable),
        format=difference(before.format, after.format),
        file_kind=difference(before.kind, after.kind),
        id=difference(before.id, after.id),
        name=difference(before.name, after.name),
        permission_mode=difference(permission_mode(before), permission_mode(after)),
        model=_facet(before.model, after.model),
        color=_facet(before.color, after.color),
        description=_description(before, after),
        examples=_examples(before.description.examples, after.description.examples),
        prompt=_prompt(before, after),
        keys=keys if keys != KeysChange() else None,
    )


def _is_empty(change: AgentChange) -> bool:
    return change == AgentChange(kind=change.kind, before=change.before, after=change.after)


# Values


def _facet(before: FacetValue, after: FacetValue) -> Difference[FacetValue] | None:
    same = before.group == after.group and before.written.strip() == after.written.strip()
    return None if same else Difference(before, after)


def _keys(before: Agent, after: Agent) -> KeysChange:
    if before.data == after.data:
        return KeysChange()
    apart = _told_apart(before) & _told_apart(after)
    old, new = _values(before, apart), _values(after, apart)
    return KeysChange(
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        changed=tuple(key for key in new if key in old and new[key] != old[key]),
    )


def _told_apart(agent: Agent) -> frozenset[str]:
    return _TOLD_APART | access_keys(agent.format) | mode_keys(agent)


def _values(agent: Agent, apart: frozenset[str]) -> dict[str, str]:
    """Values by key, in a form that tells `1` from `true` and knows no order of keys."""
    return {
        field.key: json.dumps(field.value, sort_keys=True)
        for field in agent.fields
        if field.key not in apart
    }


def _findings(before: Sequence[Finding], after: Sequence[Finding]) -> Shift[Finding]:
    return Shift(tuple(_without(after, before)), tuple(_without(before, after)))


def _without(findings: Iterable[Finding], others: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that have no counterpart; where they stand does not matter."""
    left = Counter((other.code, other.message) for other in others)
    for finding in findings:
        key = finding.code, finding.message
        if left[key]:
            left[key] -= 1
        else:
            yield finding


# Texts


def _prompt(before: Agent, after: Agent) -> TextChange | None:
    if before.prompt == after.prompt:
        return None
    return _text_change(before.prompt, after.prompt, _lines(before.prompt), _lines(after.prompt))


def _description(before: Agent, after: Agent) -> TextChange | None:
    one, other = before.description, after.description
    if one.text == other.text:
        return None
    old, new = _words(one.prose), _words(other.prose)
    if old == new and not _examples(one.examples, other.examples):
        old, new = _words(one.text), _words(other.text)  # what is neither prose nor an example
    return _text_change(one.text, other.text, old, new)


def _text_change(
    before: str, after: str, old: Sequence[str], new: Sequence[str]
) -> TextChange | None:
    if old == new:
        return None
    total = max(len(old), len(new))
    return TextChange(
        tokens=Difference(estimated_tokens(before), estimated_tokens(after)),
        changed=total - _common(old, new),
        total=total,
    )


def _lines(text: str) -> list[str]:
    return [" ".join(words) for words in map(_words, LINE_BREAK.split(text)) if words]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many pieces both have, wherever they stand."""
    return (Counter(one) & Counter(other)).total()


def _examples(before: Sequence[Example], after: Sequence[Example]) -> ExamplesChange | None:
    if before == after:
        return None
    old, new = Counter(map(_said, before)), Counter(map(_said, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    removed, added = len(gone), len(come)
    changed = _count_alike(gone[:_MOST_COMPARED], come[:_MOST_COMPARED])
    if not (removed or added):
        return None
    return ExamplesChange(added=added - changed, removed=removed - changed, changed=changed)


def _said(example: Example) -> tuple[str, ...]:
    """All words of an example, with marks for where its parts begin."""
    turns = [word for turn in example.turns for word in ("\n", turn.speaker, *_words(turn.text))]
    return (*_words(example.context), *turns, "\n\n", *_words(example.commentary))


def _count_alike(gone: list[tuple[str, ...]], come: list[tuple[str, ...]]) -> int:
    """How many of those that went came back changed: with half of their words at least."""
    count = 0
    for one in gone:
        likeness = [2 * _common(one, other) / (len(one) + len(other)) for other in come]
        best = max(likeness, default=0.0)
        if best >= _ALIKE:
            del come[likeness.index(best)]
            count += 1
    return count


# What no agent tool and no model takes from the file


def _formatting(before: Agent, after: Agent) -> Iterator[Formatting]:
    if _line_ends(before) != _line_ends(after):
        yield Formatting.LINE_ENDS
    if before.data.startswith(codecs.BOM_UTF8) != after.data.startswith(codecs.BOM_UTF8):
        yield Formatting.BYTE_ORDER_MARK
    old, new = [[field.key for field in agent.fields] for agent in (before, after)]
    if old != new:
        yield Formatting.KEY_ORDER
    if sorted(_lines(_head(before))) != sorted(_lines(_head(after))):
        yield Formatting.YAML
    elif _unbroken(before.text) != _unbroken(after.text) and old == new:
        yield Formatting.SPACE


def _line_ends(agent: Agent) -> set[str]:
    return set(LINE_BREAK.findall(agent.text))


def _head(agent: Agent) -> str:
    """The file up to its prompt."""
    start = agent.text.rfind(agent.prompt) if agent.prompt else len(agent.text)
    return agent.text[:start]


def _unbroken(text: str) -> str:
    return LINE_BREAK.sub("\n", text)


# The whole catalog


def _order(change: AgentChange) -> tuple[object, ...]:
    return not change.escalations, list(Kind).index(change.kind), change.agent.key


def _collisions(before: Catalog, after: Catalog) -> Iterator[Collision]:
    by_key = {agent.key: agent for agent in after.agents}
    for name, keys in sorted(after.names.items()):
        if len(keys) > max(1, len(before.names.get(name, ()))):
            yield Collision(name, tuple(by_key[key] for key in keys))


def _description_tokens(catalog: Catalog) -> int:
    return sum(
        estimated_tokens(agent.description.text) for agent in catalog.agents if agent.loadable
    )
