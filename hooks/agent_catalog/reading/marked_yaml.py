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
from agent_catalog.model.limits import DEEPEST_YAML

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where it is compiled in: ten times as fast."""

_MAX_DIGITS = 15
"""A number of more digits is kept as text: JSON readers would round it."""

# YAML 1.2.2, section 10.3.2, "core schema": https://yaml.org/spec/1.2.2/#1032-tag-resolution
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")

# The same, section 5.1; and noncharacters, which no text has.
_NOT_TEXT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe]"
)

# In YAML 1.1, which PyYAML reads, the first three end a line; in 1.2 they are text.
_BREAKS = dict(zip(map(ord, "\x85\u2028\u2029"), "\U0001fffe\U0001ffff\U0002fffe", strict=True))
_UNBROKEN = {ord(stand_in): chr(char) for char, stand_in in _BREAKS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; offsets count characters of the text."""

    key: str
    value: Value
    key_start: int
    start: int
    end: int


class Refused(yaml.MarkedYAMLError):
    """Text that is no YAML, or YAML that no agent file needs: an alias, a second document."""

    def __init__(self, problem: str, mark: object) -> None:
        super().__init__(problem=problem)
        self.problem_mark = mark  # type: ignore[assignment]  # libyaml's is a class of its own


def read_mapping(text: str) -> list[Entry]:
    """The entries of the one mapping that the text holds, repeated keys included.

    Raises:
        yaml.YAMLError: It is no YAML, no mapping, or uses what is refused here.
    """
    if unfit := _NOT_TEXT.search(text):
        problem = f"the character U+{ord(unfit[0]):04X} is not allowed"
        raise Refused(problem, yaml.Mark("", unfit.start(), 0, 0, "", 0))
    try:
        return _entries(text)
    except (ValueError, OverflowError):  # from PyYAML's own parser; libyaml has an error for it
        raise Refused("an escape stands for no character", None) from None


def _entries(text: str) -> list[Entry]:
    events = (
        event
        for event in yaml.parse(text.translate(_BREAKS), Loader=_LOADER)
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
        raise Refused("this is no list of `key: value` lines", root.start_mark)
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise Refused("a second YAML document starts here", after.start_mark)
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
                raise Refused("a key must be text", key.start_mark)
            first = next(self._events)
            value, last = self._value(first, depth)
            offsets = (key.start_mark, first.start_mark, last.end_mark)
            entries.append(Entry(_text(key), value, *(mark.index for mark in offsets if mark)))
        return entries, key

    def _value(self, event: yaml.Event, depth: int) -> tuple[Value, yaml.Event]:
        _refuse_references(event)
        if isinstance(event, yaml.ScalarEvent):
            text = _text(event)
            return _plain(text) if event.implicit[0] else text, event
        if depth > DEEPEST_YAML:
            raise Refused(f"nested more than {DEEPEST_YAML} levels deep", event.start_mark)
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
        raise Refused("`*` starts an alias, which agent files cannot use", event.start_mark)
    if getattr(event, "anchor", None) is not None:
        raise Refused("`&` starts an anchor, which agent files cannot use", event.start_mark)
    if getattr(event, "tag", None) is not None:
        raise Refused("`!` starts a tag, which agent files cannot use", event.start_mark)


def _text(event: yaml.ScalarEvent) -> str:
    """The text of a scalar.

    Raises:
        ValueError: It holds half of a surrogate pair.
    """
    text = str(event.value)
    text.encode()
    return text.translate(_UNBROKEN)


def _plain(text: str) -> Value:
    if _NULL.fullmatch(text):
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) <= _MAX_DIGITS:
        if _INTEGER.fullmatch(text):
            return int(text, 10 if text.lstrip("+-").isdecimal() else 0)
        if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
    return text
