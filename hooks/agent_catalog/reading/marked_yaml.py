"""YAML mappings as plain values that remember where they stand.

PyYAML parses; this module turns its events into what JSON can hold. Plain scalars mean what
they mean in YAML 1.2, as agent tools read them: `no`, `2024-01-01` and `12:30:45` are strings.
Aliases stand for what they name, as far as a limit allows. Of tags only those of the core schema
count; no object is ever constructed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import yaml

from agent_catalog.model.agent import Value
from agent_catalog.model.limits import DEEPEST_YAML, MOST_UNFOLDED

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML's loader: with libyaml's parser where it is compiled in: ten times as fast."""

IN_QUOTES = "Put the value in double quotes."
DOUBLED = "Write each backslash twice, or put the value in single quotes."

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
_RESOLVED = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float"))
"""Tags with which a plain scalar means what it means without; with any other it is text."""
_TEXT = frozenset({"!", "tag:yaml.org,2002:str"})
"""Tags with which even nothing is text."""

# Section 6.9: https://yaml.org/spec/1.2.2/#69-node-properties
_PROPERTIES = re.compile(r"(?:(?:[&!]\S*|#[^\r\n]*)(?:\s+|\Z))*")

# Section 6.1: a line within quotes or brackets is farther in than what they are part of; a bracket
# that closes need not be (https://yaml.org/spec/1.2.2/#61-indentation-spaces). Tabs do not count.
_LINE_IN_QUOTES = re.compile(r"[\r\n]( *)(?![ \t]*(?:[\r\n]|\Z))")
_LINE_IN_BRACKETS = re.compile(r"[\r\n]( *)(?![ \t]*(?:[\r\n\]}#]|\Z))")

# Section 5.1, https://yaml.org/spec/1.2.2/#51-character-set; and noncharacters, which no text has.
_NOT_TEXT = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\U0001fffe\U0001ffff\U0002fffe]"
)

BREAKS = dict(zip(map(ord, "\x85\u2028\u2029"), "\U0001fffe\U0001ffff\U0002fffe", strict=True))
"""Stand-ins for what ends a line in YAML 1.1, which PyYAML reads, and is text in 1.2."""
_UNBROKEN = {ord(stand_in): chr(char) for char, stand_in in BREAKS.items()}


_Event: TypeAlias = Any
"""An event of PyYAML: to its stubs, neither the marks nor what only some events have are certain."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value; offsets count characters of the text."""

    key: str
    value: Value
    key_start: int
    start: int
    end: int


class Refused(yaml.MarkedYAMLError):
    """Text that PyYAML takes and agent tools do not, or that says more than is read."""

    def __init__(self, problem: str, fix: str, mark: object) -> None:
        super().__init__(problem=problem)
        self.fix = fix
        """What to do about it, as a sentence."""
        self.problem_mark = mark  # type: ignore[assignment]  # libyaml's is a class of its own


def read_mapping(text: str) -> list[Entry]:
    """The entries of the one mapping that the text holds, repeated keys included.

    Raises:
        yaml.YAMLError: It is no YAML, no mapping, or uses what is refused here.
    """
    if unfit := _NOT_TEXT.search(text):
        problem = f"the character U+{ord(unfit[0]):04X} is not allowed"
        raise Refused(problem, "Take the character out.", _mark(unfit.start()))
    try:
        return _entries(text.translate(BREAKS))
    except (ValueError, OverflowError):  # from PyYAML's own parser; libyaml has an error for it
        raise Refused("an escape stands for no character", DOUBLED, None) from None


def _mark(index: int) -> yaml.Mark:
    return yaml.Mark("", index, 0, 0, "", 0)


def _entries(text: str) -> list[Entry]:
    events = (
        event
        for event in yaml.parse(text, Loader=LOADER)
        if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentEndEvent)
    )
    if isinstance(next(events), yaml.StreamEndEvent):
        return []
    root = next(events)
    if isinstance(root, yaml.MappingStartEvent):
        entries, _ = _Builder(text, events).entries(root, depth=1)
    elif isinstance(root, yaml.ScalarEvent) and not root.value:
        entries = []
    else:
        fix = "Write each line as `key: value`, with a space behind the colon."
        raise Refused("this is no list of `key: value` lines", fix, root.start_mark)
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        fix = "Take out the line that ends the first document."
        raise Refused("a second YAML document starts here", fix, after.start_mark)
    return entries


class _Builder:
    """Builds plain values from the events of a parser."""

    def __init__(self, text: str, events: Iterator[_Event]) -> None:
        self._text = text
        self._events = events
        self._named: dict[str, Value] = {}
        self._unfolded = 0

    def entries(self, start: _Event, depth: int) -> tuple[list[Entry], _Event]:
        """The entries of the mapping that `start` opens, and the event that closes it."""
        indent = -1 if start.flow_style else start.start_mark.column
        entries = []
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent):
                fix = "Put the value in double quotes if it is text; else give it keys that are words."
                raise Refused("a key must be text", fix, key.start_mark)
            name = _text(key)
            if key.anchor:
                self._named[key.anchor] = name
            first = next(self._events)
            value, last = self._value(first, depth, indent)
            marks = key.start_mark, first.start_mark, last.end_mark
            at, start_of_value, end = (mark.index for mark in marks if mark)
            if properties := _PROPERTIES.match(self._text, start_of_value, end):
                start_of_value = properties.end()
            entries.append(Entry(name, value, at, start_of_value, end))
        return list(_merged(entries)), key

    def _value(self, first: _Event, depth: int, indent: int) -> tuple[Value, _Event]:
        """The value that an event starts, and the event that ends it."""
        if isinstance(first, yaml.AliasEvent):
            return self._aliased(first, depth), first
        value, last = self._node(first, depth)
        self._require_indentation(first, last, indent)
        if first.anchor:
            self._named[first.anchor] = value
        return value, last

    def _node(self, event: _Event, depth: int) -> tuple[Value, _Event]:
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event), event
        if depth > DEEPEST_YAML:
            problem = f"nested more than {DEEPEST_YAML} levels deep"
            raise Refused(problem, "Nest lists and maps less deeply.", event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth + 1)
        entries, end = self.entries(event, depth + 1)
        return {entry.key: entry.value for entry in entries}, end

    def _sequence(self, start: _Event, depth: int) -> tuple[Value, _Event]:
        indent = -1 if start.flow_style else start.start_mark.column
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            item, _ = self._value(event, depth, indent)
            items.append(item)
        return tuple(items), event

    def _aliased(self, event: _Event, depth: int) -> Value:
        """What an alias stands for; how much all of them stand for is limited."""
        if event.anchor not in self._named:
            problem = "`*` starts an alias, and nothing has its name"
            raise Refused(problem, IN_QUOTES, event.start_mark)
        value = self._named[event.anchor]
        size, levels = _measure(value)
        self._unfolded += size
        if self._unfolded > MOST_UNFOLDED or depth + levels > DEEPEST_YAML + 1:
            fix = "Write out what the aliases stand for."
            raise Refused("aliases stand for more than is read", fix, event.start_mark)
        return value

    def _require_indentation(self, first: _Event, last: _Event, indent: int) -> None:
        """Refuse a line in quotes or brackets that stands too far left, which PyYAML takes."""
        start, end = first.start_mark, last.end_mark
        if indent < 0 or start.line == end.line:
            return
        if isinstance(first, yaml.ScalarEvent):
            line, mark = _LINE_IN_QUOTES, "quote" if first.style in {'"', "'"} else ""
        else:
            line, mark = _LINE_IN_BRACKETS, "bracket" if first.flow_style else ""
        for found in line.finditer(self._text, start.index, end.index) if mark else ():
            if len(found[1]) <= indent:
                problem = (
                    f"a {mark} is opened here, and not closed before a line that is not indented"
                )
                fix = f"Close the {mark} where the value ends, and indent every line of it."
                raise Refused(problem, fix, start)


def _measure(value: Value) -> tuple[int, int]:
    """How many characters and items a value has, and how many levels of lists and maps."""
    if isinstance(value, str):
        return len(value) + 1, 0
    if not isinstance(value, tuple | dict):
        return 1, 0
    inner = (*value, *value.values()) if isinstance(value, dict) else value
    sizes = [_measure(each) for each in inner] or [(0, 0)]
    return 1 + sum(size for size, _ in sizes), 1 + max(levels for _, levels in sizes)


def _merged(entries: list[Entry]) -> Iterator[Entry]:
    """The entries, with those of the maps that `<<` merges: https://yaml.org/type/merge.html."""
    known = {entry.key for entry in entries}
    for entry in entries:
        maps = entry.value if isinstance(entry.value, tuple) else (entry.value,)
        if entry.key != "<<" or not all(isinstance(each, Mapping) for each in maps):
            yield entry
            continue
        for each in maps:
            for key, value in each.items():
                if key not in known:
                    known.add(key)
                    yield replace(entry, key=key, value=value)


def _scalar(event: _Event) -> Value:
    text = _text(event)
    if event.style:
        return text
    tagged = event.tag is not None and event.tag not in _RESOLVED
    return text if tagged and (text or event.tag in _TEXT) else _plain(text)


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
