"""YAML mappings as plain values that remember where they stand.

PyYAML parses; this module turns its events into what JSON can hold. Nothing is
constructed, expanded or merged, and plain scalars mean what they mean in YAML 1.2, as
agent tools read them: `no`, `2024-01-01` and `12:30:45` are strings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from agent_catalog.model.agent import Value

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where it is compiled in: ten times as fast."""

_MAX_DEPTH = 20
"""Deeper than any real frontmatter, far from Python's recursion limit."""

_MAX_DIGITS = 15
"""A number of more digits is kept as text: JSON readers would round it."""

# YAML 1.2.2, section 10.3.2, "core schema": https://yaml.org/spec/1.2.2/#1032-tag-resolution
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; offsets count characters of the text."""

    key: str
    value: Value
    key_start: int
    start: int
    end: int


class Refused(yaml.MarkedYAMLError):
    """Valid YAML of a kind that no agent file needs: an alias, a tag, a second document."""

    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem=problem)
        self.problem_mark = event.start_mark  # type: ignore[assignment]  # libyaml's is alike


def read_mapping(text: str) -> list[Entry]:
    """The entries of the one mapping that the text holds, repeated keys included.

    Raises:
        yaml.YAMLError: It is no YAML, no mapping, or uses what is refused here.
    """
    events = (
        event
        for event in yaml.parse(text, Loader=_LOADER)
        if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentEndEvent)
    )
    if isinstance(next(events), yaml.StreamEndEvent):
        return []
    root = next(events)
    if isinstance(root, yaml.MappingStartEvent):
        entries, _ = _Builder(events).entries(root, depth=1)
    elif isinstance(root, yaml.ScalarEvent) and not root.value:
        entries = []
    else:
        raise Refused("this is no list of `key: value` lines", root)
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise Refused("a second YAML document starts here", after)
    return entries


class _Builder:
    """Builds plain values from the events of a parser."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events

    def entries(self, start: yaml.Event, depth: int) -> tuple[list[Entry], yaml.Event]:
        """The entries of the mapping that `start` opens, and the event that closes it."""
        _refuse_references(start)
        entries = []
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            _refuse_references(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise Refused("a key must be text", key)
            first = next(self._events)
            value, last = self._value(first, depth)
            offsets = (key.start_mark, first.start_mark, last.end_mark)
            entries.append(Entry(key.value, value, *(mark.index for mark in offsets if mark)))
        return entries, key

    def _value(self, event: yaml.Event, depth: int) -> tuple[Value, yaml.Event]:
        _refuse_references(event)
        if isinstance(event, yaml.ScalarEvent):
            return _plain(event.value) if event.implicit[0] else event.value, event
        if depth > _MAX_DEPTH:
            raise Refused(f"nested more than {_MAX_DEPTH} levels deep", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth + 1)
        entries, end = self.entries(event, depth + 1)
        return {entry.key: entry.value for entry in entries}, end

    def _sequence(self, depth: int) -> tuple[Value, yaml.Event]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item, _ = self._value(event, depth)
            items.append(item)
        return tuple(items), event


def _refuse_references(event: yaml.Event) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise Refused("`*` starts an alias, which agent files cannot use", event)
    if getattr(event, "anchor", None) is not None:
        raise Refused("`&` starts an anchor, which agent files cannot use", event)
    if getattr(event, "tag", None) is not None:
        raise Refused("`!` starts a tag, which agent files cannot use", event)


def _plain(text: str) -> Value:
    if _NULL.fullmatch(text):
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) <= _MAX_DIGITS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
    return text
