"""The keys of a frontmatter, those that YAML does not take for keys among them.

A key is lost on agent tools if it is indented, if no space follows its colon, or if its colon is
one of another script. Then it makes the frontmatter no YAML or, worse, it is silently a part of
the value before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from agent_catalog.model.agent import Value
from agent_catalog.model.format import Format
from agent_catalog.reading.block import Block
from agent_catalog.reading.marked_yaml import Entry, read_mapping
from agent_catalog.reading.retry import retried
from agent_catalog.reading.text import LINE_BREAK

DIALOGUE = frozenset(
    {
        "user",
        "assistant",
        "human",
        "commentary",
        "User",
        "Assistant",
        "Context",
        "Example",
        "Examples",
    }
)
"""Words that open a line of an example; at column 0 they pass for keys."""

_PROSE = frozenset({"description", "initialPrompt"})
"""Keys whose values go on over lines."""
_TEXTS = frozenset({"name", "description"})
"""Keys whose values no tool takes for maps."""

_LINE = re.compile(
    r"^(?P<indent>[ \t]*)(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.-]*)(?P=quote)[ \t]*"
    r"(?P<colon>:(?![:/])|[：﹕︓꞉∶][ \t]*)(?P<odd>(?:[\u00a0\u2000-\u200a\u202f\u3000]+[ \t]*)?)",
    re.MULTILINE,
)
_NEXT_LINE = re.compile(r"[\r\n]([ \t]*)[^\s#]")
_TAB = 2
"""Columns that a tab before a key counts, as it does where agent tools try once more."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a key stands in the text between the fences."""

    name: str
    start: int
    """Where its name starts, or the quote before it."""
    colon: int
    end: int
    """Where its colon ends, and spaces that YAML does not take for such."""
    indent: str = ""
    joined: bool = False
    """Whether no space follows its colon."""
    wide: str = ""
    """The colon of another script that it has."""
    strayed: bool = False
    """Whether it is indented otherwise than the keys of its frontmatter."""
    swallowed: bool = False
    """Whether it is, to YAML, a part of the value before it."""

    @property
    def width(self) -> int:
        """The columns of its indentation."""
        return _width(self.indent)

    @property
    def is_lost(self) -> bool:
        """Whether agent tools do not take it for a key."""
        return self.strayed or self.joined or bool(self.wide)

    def lines(self, text: str, end: int) -> tuple[str, int]:
        """What stands from it to an offset, as it is meant, and how many characters that adds."""
        if not (self.joined or self.wide):
            return text[self.start : end], 0
        return f"{text[self.start : self.colon]}: {text[self.end : end]}", len(": ") - (
            self.end - self.colon
        )


def _width(indent: str) -> int:
    return len(indent.replace("\t", " " * _TAB))


_HIDDEN = re.compile(
    r"^[ \t]+[\"']?[A-Za-z_][\w.-]*[\"']?[ \t]*:|^[A-Za-z_\"'][\w.\"'-]*[ \t]*:\S|[\u00a0\u2000-\u200a\u202f\u3000：﹕︓꞉∶]",
    re.MULTILINE,
)
"""A line that may hold a key which tools do not take for one."""


def may_hide_keys(text: str) -> bool:
    """Whether a text may hold keys that tools do not take for such: few do."""
    return _HIDDEN.search(text) is not None


def plain_keys(block: Block) -> list[Key]:
    """The keys of a text that is no YAML, as far as each line alone tells.

    A line at the very left starts a key if it looks like one and is not the dialogue of an example.
    """
    known = block.loader.format.keys
    return [_key(line) for line in _LINE.finditer(block.text) if _is_plain(line, known)]


def with_lost_keys(block: Block, keys: Sequence[Key], *, swallowed: bool = False) -> list[Key]:
    """Keys, and between them those that people take for keys and agent tools do not.

    Such a key is one that the text has not otherwise, or it follows a value that is one line. What
    stands before it is YAML without it, and is none or something else with it.

    Args:
        block: What stands between the fences.
        keys: The keys that are certain.
        swallowed: Whether only those are meant that YAML takes for a part of a value.
    """
    text, format_ = block.text, block.loader.format
    certain = {key.start: key for key in keys}
    lines = {line.end("indent"): line for line in _LINE.finditer(text)}
    named = Counter(_known(line["name"], format_.keys) for line in lines.values())
    found: list[Key] = []
    for start in sorted(certain.keys() | lines.keys()):
        key = certain.get(start)
        if not key and _may_be_lost(lines[start], found, named, format_):
            key = _lost(text, _key(lines[start]), found, format_)
            key = key if key and key.swallowed >= swallowed else None
        if key:
            found.append(key)
    left = min((key.width for key in found), default=0)
    return [replace(key, strayed=key.width != left) for key in found]


def key_at(text: str, start: int) -> Key | None:
    """The key that a line starts with, by its own looks.

    Args:
        text: A text.
        start: Where the line starts in it.
    """
    line = _LINE.match(text, start)
    return _key(line) if line else None


def _is_plain(line: re.Match[str], known: Collection[str]) -> bool:
    if line["colon"] != ":" or _is_joined(line) or line["indent"] not in {"", " "}:
        return False
    return bool(_known(line["name"], known)) or not (
        line["indent"] or line["quote"] or not _is_bare(line)
    )


def _is_bare(line: re.Match[str]) -> bool:
    """Whether it has the form of a key that is none of a known name."""
    name = line["name"]
    return name[:1].islower() and name not in DIALOGUE and line.end("name") == line.start("colon")


def _is_joined(line: re.Match[str]) -> bool:
    after = line.string[line.end() : line.end() + 1]
    return line["colon"] == ":" and (bool(line["odd"]) or after not in {"", *" \t\r\n"})


def _known(name: str, known: Collection[str]) -> str:
    """The known key that a name is, but for the case of its first letter; empty if there is none."""
    key = name[:1].lower() + name[1:]
    return key if key in known else ""


def _key(line: re.Match[str]) -> Key:
    return Key(
        name=line["name"],
        start=line.end("indent"),
        colon=line.start("colon"),
        end=line.end(),
        indent=line["indent"],
        joined=_is_joined(line),
        wide="" if line["colon"] == ":" else line["colon"].strip(),
    )


def _may_be_lost(
    line: re.Match[str], before: Sequence[Key], named: Mapping[str, int], format_: Format
) -> bool:
    if known := _known(line["name"], format_.keys):
        return named[known] == 1
    last = before[-1] if before else None
    if not last or not line["indent"] or line["colon"] != ":" or _is_joined(line):
        return False
    follows = len(LINE_BREAK.findall(line.string, last.end, line.start())) == 1
    return (
        follows
        and _is_bare(line)
        and (_is_one_line(last.name, format_) or last.indent == line["indent"])
    )


def _is_one_line(name: str, format_: Format) -> bool:
    """Whether a key takes no list or map, and no prose, of which a line may look like a key."""
    key = format_.keys.get(name)
    return key is not None and name not in _PROSE and not {"list", "map"} & {*key.types}


def _lost(text: str, key: Key, before: Sequence[Key], format_: Format) -> Key | None:
    """The key if what stands before it is whole without it, and YAML does not take it for a key."""
    if not before:
        return key
    last = before[-1]
    if key.indent and last.width >= key.width:  # beside one that is lost itself
        return replace(key, swallowed=last.swallowed)
    lines, _ = last.lines(text, key.start - len(key.indent))
    name = f"{key.indent}{text[key.start : key.colon]}"
    retry = format_.reading.retry
    gap = "" if key.joined or key.wide else " "
    alone, joined = _read(lines, retry), _read(f"{lines}{name}:{gap}x", retry)
    if not alone or _is_within(key, alone[0].value, lines):
        return None
    if not joined:
        return key
    if not _swallows(last, alone[0], *joined, known=bool(_known(key.name, format_.keys))):
        return None
    return replace(key, swallowed=True)


def _is_within(key: Key, value: Value, lines: str) -> bool:
    """Whether a key stands as far in as those of a map that the value before it is or holds."""
    items = value if isinstance(value, tuple) else (value,)
    first = _NEXT_LINE.search(lines)
    if not first or not any(isinstance(each, Mapping) for each in items):
        return False
    return key.width >= _width(first[1])


def _read(lines: str, retry: str) -> tuple[Entry, str] | None:
    """The one entry of some lines as agent tools read them at their second try, and what they read."""
    text = retried(lines.replace("\r\n", "\n"), retry).text
    try:
        (entry,) = read_mapping(text)
    except (yaml.YAMLError, ValueError):
        return None
    return entry, text


def _swallows(last: Key, alone: Entry, entry: Entry, text: str, *, known: bool) -> bool:
    """Whether a value that should end before a key goes on with it."""
    if isinstance(entry.value, str):
        return text[entry.start] not in "|>\"'"
    is_map = isinstance(entry.value, Mapping) and alone.value is None
    return is_map and last.name in _TEXTS and known
