"""How each rule's finding is mended: the edits to make, and what the file then says."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from agent_catalog.checking.rules.keys import SKILLS_KEYS, nearest_key
from agent_catalog.checking.rules.settings import nearest_model
from agent_catalog.checking.rules.tools import nearest_tool
from agent_catalog.checking.scalars import doubt, says, star_keys, written
from agent_catalog.checking.subject import Subject
from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.finding import Finding
from agent_catalog.model.format import Format
from agent_catalog.model.tool import ToolEntry
from agent_catalog.reading.keys import key_at
from agent_catalog.reading.tools import names_of, read_entry

_LONG_TEXTS = frozenset({"description", "initialPrompt"})
"""Keys whose values may go on over lines that no parser can tell from other keys."""
_LISTS = frozenset({"tools", "disallowedTools"})
_QUOTES = frozenset("\"'`")
_BULLET = re.compile(r"(?:\r\n|\n|\r)[ \t]*-[ \t]+\Z")
_DASHES = re.compile(r"-+")
_JOINTS = re.compile(r"[-_ ]")
_BEFORE_VALUE = re.compile(r"\s*(?:&\S+\s*)?")
_ALIAS = re.compile(r"\*([\w-]+)")
_REST_OF_LINE = re.compile(r"[^\S\r\n]*")
_LINE_END = re.compile(r"\r\n|\n|\r")
_LEADING_TABS = re.compile(r"^\t+", re.MULTILINE)

Said: TypeAlias = tuple[str, Value]
"""A key and its value; of a list of tools, whatever its form, its entries as a tuple."""


class Unsafe(Exception):  # noqa: N818 (it is no error, but a decision)
    """A finding that is not mended, for a program cannot be certain of what is meant."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text that takes the place of a span of the file."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mend:
    """The edits that mend findings of one rule in one file."""

    edits: tuple[Edit, ...]
    says: tuple[Said, ...]
    """The fields that the file must have afterwards; every one that no rename names as before."""


Mender: TypeAlias = Callable[[Subject, tuple[Finding, ...]], Mend]
"""Makes a mend for the findings of one rule; raises `Unsafe` if it cannot."""


def said(field: Field) -> Said:
    """What a field says."""
    return field.key, field.value


def entries_of(field: Field, format_: Format) -> tuple[str, ...]:
    """The entries of a list of tools, as written."""
    return tuple(entry.written for entry in _tools(field, format_))


def _tools(field: Field, format_: Format) -> tuple[ToolEntry, ...]:
    return tuple(read_entry(name, format_) for name in names_of(field.value, format_))


def _all_said(subject: Subject) -> tuple[Said, ...]:
    return tuple(map(said, subject.agent.fields))


# Fences


def _late(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    parts = subject.parts
    if parts.before.strip():
        raise Unsafe("what stands before the frontmatter may be meant to stay")
    before = len(parts.before)
    edits = [Edit(0, before, "")]
    if parts.opening[:1].isspace():
        if textwrap.dedent(parts.body) != parts.body:
            raise Unsafe("the prompt is indented as well, and stays as it is")
        head = parts.opening + parts.block + parts.closing
        edits.append(Edit(before, before + len(head), _dedented(head)))
    return Mend(tuple(edits), _all_said(subject))


def _dedented(head: str) -> str:
    text = textwrap.dedent(head)
    if text[:1].isspace():
        raise Unsafe("the frontmatter is indented unevenly")
    return text


def _long_opening(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    return Mend((_short(subject, len(subject.parts.before)),), _all_said(subject))


def _long_fence(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    return Mend((_short(subject, _block_end(subject)),), _all_said(subject))


def _block_end(subject: Subject) -> int:
    return sum(map(len, subject.parts[:3]))


def _short(subject: Subject, start: int) -> Edit:
    """Three dashes in place of all that stand there."""
    dashes = _DASHES.match(subject.agent.text, start)
    if not dashes:
        raise Unsafe("the dashes are indented")
    return Edit(start, dashes.end(), "---")


# Values that are no YAML


def _values(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    """Rewrites each value that cannot stand for itself as it is."""
    if subject.parts.opening[:1].isspace():
        raise Unsafe("the frontmatter is indented")
    edits: list[Edit] = []
    meant: list[Said] = []
    for field, start, end in subject.chunks:
        if stars := _stars(subject, field, start, end):
            edits += stars[0]
            meant.append((field.key, stars[1]))
        else:
            edits += _mended(subject, field, start, end)
            meant.append(said(field))
    return Mend(tuple(edits), tuple(meant))


def _stars(subject: Subject, field: Field, start: int, end: int) -> tuple[list[Edit], Value] | None:
    """Quotes around the keys with a star of a map that is no YAML without them."""
    key = subject.format.keys.get(field.key)
    if field.reading is Reading.STRICT or not key or "map" not in key.types:
        return None
    lines = subject.agent.text[start:end]
    found = star_keys(lines, field.key) if isinstance(field.value, str) else None
    if not found:
        return None
    edits = [
        Edit(start + each.start("key"), start + each.end("key"), f'"{each["key"]}"')
        for each in found[0]
    ]
    return edits, found[1]


def _mended(subject: Subject, field: Field, start: int, end: int) -> Iterator[Edit]:
    text = subject.agent.text
    key = key_at(text, start)
    lines = key.lines(text, end)[0] if key else text[start:end]
    tabs = list(_LEADING_TABS.finditer(text, key.start if key else start, end))
    spaced = _LEADING_TABS.sub(lambda found: "  " * len(found[0]), lines)
    if key and key.indent:
        yield Edit(start, key.start, "")
    if says(lines, field.key, field.value):
        tabs = []
    elif not (tabs and says(spaced, field.key, field.value)):
        yield _rewritten(subject, field)
        return
    if key and (key.joined or key.wide):
        yield Edit(key.colon, key.end, ": ")
    yield from (Edit(found.start(), found.end(), "  " * len(found[0])) for found in tabs)


def _rewritten(subject: Subject, field: Field) -> Edit:
    """The value in a form that is YAML."""
    if not isinstance(field.value, str):
        raise Unsafe(f"the value of `{field.key}` is no text")
    if why := doubt(field, subject.format):
        raise Unsafe(why)
    if "\n" in field.value and field.key not in _LONG_TEXTS:
        raise Unsafe(f"it is not certain where the value of `{field.key}` ends")
    if any(f"&{alias}" in subject.parts.block for alias in _ALIAS.findall(field.text)):
        raise Unsafe(f"the value of `{field.key}` refers to another value")
    text = subject.agent.text
    start, value, end = _value_span(subject, field)
    if field.key not in _LONG_TEXTS and _LINE_END.search(text, start, value):
        raise Unsafe(f"the value of `{field.key}` may be a list or a map")
    line_end = _LINE_END.search(text, start)
    form = written(
        field.key,
        field.value,
        line_end[0] if line_end else "\n",
        block=field.key in _LONG_TEXTS,
    )
    if form is None:
        raise Unsafe(f"no form of YAML holds the value of `{field.key}`")
    key = key_at(text, subject.lines.starts[field.line - 1])
    if key and (key.joined or key.wide):
        return Edit(key.colon, end, f": {form}")
    between = text[start:value]
    return Edit(start, end, (between if between.strip(" ") == "" and between else " ") + form)


def _value_span(subject: Subject, field: Field) -> tuple[int, int, int]:
    """Where a key's colon ends, where its value starts, and where the value's last line ends.

    An anchor may stand before the value, which is not part of it.
    """
    text = subject.agent.text
    key = key_at(text, subject.lines.starts[field.line - 1])
    colon = key.end if key and key.name == field.key else _colon(subject, field)
    value = text.find(field.text, colon)
    if value < 0 or not _BEFORE_VALUE.fullmatch(text, colon, value):
        raise Unsafe(f"the value of `{field.key}` is not found as it is read")
    rest = _REST_OF_LINE.match(text, value + len(field.text))
    return colon, value, rest.end() if rest else len(text)


def _colon(subject: Subject, field: Field) -> int:
    """Where the colon ends of a key that is no single word."""
    line, column = subject.key_place(field)
    end = subject.lines.starts[line - 1] + column - 1 + len(field.key)
    if subject.agent.text[end : end + 1] != ":":
        raise Unsafe(f"the key `{field.key}` is not found as it is read")
    return end + 1


def _as_text(key: str) -> Mender:
    """A number, a truth value or a list on one line, as the text that is written."""

    def mend(subject: Subject, _: tuple[Finding, ...]) -> Mend:
        agent = subject.agent
        field = agent.field(key)
        if not field:
            raise Unsafe(f"there is no `{key}`")
        colon, start, end = _value_span(subject, field)
        if _LINE_END.search(agent.text, colon, end):
            raise Unsafe(f"the value of `{key}` takes more than one line")
        form = written(key, field.text)
        if form is None:
            raise Unsafe(f"no form of YAML holds the value of `{key}`")
        meant = tuple((key, field.text) if each is field else said(each) for each in agent.fields)
        return Mend((Edit(start, start + len(field.text), form),), meant)

    return mend


# Names of keys, tools and models


def _is_certain(word: str, known: str) -> bool:
    """Whether a word is another but for case, hyphens and the like, or one slip with a letter."""
    a, b = (_JOINTS.sub("", each).lower() for each in (word, known))
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    one = max(len(a), len(b)) <= 1 or (len(a) == 2 and a == b[::-1])  # noqa: PLR2004 (two letters swapped)
    return one and all(each.isalpha() for each in a + b)


def _renamed_keys(subject: Subject, names: Mapping[int, str]) -> Mend:
    """Gives fields, by their position, other keys."""
    fields = subject.agent.fields
    edits = []
    for index, name in names.items():
        line, column = subject.key_place(fields[index])
        start = subject.lines.starts[line - 1] + column - 1
        edits.append(Edit(start, start + len(fields[index].key), name))
    meant = tuple((names.get(at, field.key), field.value) for at, field in enumerate(fields))
    return Mend(tuple(edits), meant)


def _misspelt_keys(subject: Subject, findings: tuple[Finding, ...]) -> Mend:
    fields = subject.agent.fields
    keys = [field.key for field in fields]
    lines = {finding.line for finding in findings}
    names: dict[int, str] = {}
    for index, field in enumerate(fields):
        near = nearest_key(field.key, subject.format) if field.line in lines else None
        if field.key in subject.format.keys or not near or not _is_certain(field.key, near):
            continue
        if near not in keys and near not in names.values():
            names[index] = near
    if not names:
        raise Unsafe("it is not certain which key is meant")
    return _renamed_keys(subject, names)


def _allowed_tools(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    fields = subject.agent.fields
    found = [index for index, field in enumerate(fields) if field.key in SKILLS_KEYS]
    if subject.agent.field("tools") or len(found) != 1:
        raise Unsafe("it is not certain which list is meant")
    field = fields[found[0]]
    entries = _tools(field, subject.format)
    one_each = not isinstance(field.value, str) or len(field.value.split(",")) == len(entries)
    if not entries or not one_each or not all(entry.known for entry in entries):
        raise Unsafe("not every entry is a known tool, with a comma to the next")
    return _renamed_keys(subject, {found[0]: "tools"})


def _renamed_tools(subject: Subject, findings: tuple[Finding, ...]) -> Mend:
    def today(entry: ToolEntry) -> str | None:
        tool = entry.tool
        known = tool and entry.renamed and not tool.main_only and not tool.removed
        return tool.name if tool and known else None

    return _other_tools(subject, findings, today)


def _misspelt_tools(subject: Subject, findings: tuple[Finding, ...]) -> Mend:
    def meant(entry: ToolEntry) -> str | None:
        near = None if entry.known else nearest_tool(entry.name, subject.format)
        return near if near and _is_certain(entry.name, near) else None

    return _other_tools(subject, findings, meant)


def _other_tools(
    subject: Subject, findings: Iterable[Finding], other: Callable[[ToolEntry], str | None]
) -> Mend:
    """Gives tools other names; one that is listed under its other name already is taken out."""
    places = [subject.lines.starts[finding.line - 1] for finding in findings]
    edits: list[Edit] = []
    meant: list[Said] = []
    for field, start, end in subject.chunks:
        names: dict[str, str] = {}
        if field.key in _LISTS and any(start <= place < end for place in places):
            names = {
                each.written: name
                for each in _tools(field, subject.format)
                if (name := other(each))
            }
        edits += _tool_edits(subject, field, names) if names else ()
        meant.append(
            (field.key, _renamed(_tools(field, subject.format), names)) if names else said(field)
        )
    if not edits:
        raise Unsafe("it is not certain which tool is meant")
    return Mend(tuple(edits), tuple(meant))


def _renamed(entries: Iterable[ToolEntry], names: Mapping[str, str]) -> tuple[str, ...]:
    """The entries under their new names; a renamed one that is there already is left out."""
    return tuple(new for _, new in _news(tuple(entries), names) if new)


def _news(
    entries: tuple[ToolEntry, ...], names: Mapping[str, str]
) -> Iterator[tuple[ToolEntry, str]]:
    """Each entry with what it becomes; nothing, if it is to be taken out."""
    taken = {entry.written for entry in entries if entry.written not in names}
    for entry in entries:
        name = names.get(entry.written)
        new = name + entry.written.removeprefix(entry.name) if name else entry.written
        yield entry, "" if name and new in taken else new
        taken.add(new)


def _tool_edits(subject: Subject, field: Field, names: Mapping[str, str]) -> Iterator[Edit]:
    start = _value_span(subject, field)[1]
    at = 0
    for entry, new in _news(_tools(field, subject.format), names):
        place = _place(field.text, entry.written, at)
        at = place + len(entry.written)
        if not new:
            first, last = _with_separator(field.text, place, at)
            yield Edit(start + first, start + last, "")
        elif new != entry.written:
            yield Edit(start + place, start + at, new)


def _place(text: str, entry: str, at: int) -> int:
    found = re.compile(rf"(?<![\w-]){re.escape(entry)}(?![\w-])").search(text, at)
    if not found:
        raise Unsafe("the list of tools is not found as it is read")
    return found.start()


def _with_separator(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of an entry with its own quotes and what parts it from a neighbour."""
    if text[start - 1 : start] in _QUOTES and text[end : end + 1] == text[start - 1]:
        start, end = start - 1, end + 1
    if bullet := _BULLET.search(text, 0, start):
        return bullet.start(), end
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before.endswith(","):
        return len(before) - 1, end
    if after.startswith(","):
        return start, len(text) - len(after[1:].lstrip())
    raise Unsafe("it is not certain what parts the tools of the list")


def _misspelt_model(subject: Subject, _: tuple[Finding, ...]) -> Mend:
    field = subject.agent.field("model")
    near = nearest_model(subject)
    if not field or not near or not _is_certain(subject.text_of("model"), near):
        raise Unsafe("it is not certain which model is meant")
    start = _value_span(subject, field)[1]
    at = start + field.text.find(subject.text_of("model"))
    edit = Edit(at, at + len(subject.text_of("model")), near)
    fields = subject.agent.fields
    return Mend((edit,), tuple(("model", near) if each is field else said(each) for each in fields))


MENDERS: Mapping[str, Mender] = MappingProxyType(
    {
        "frontmatter-late": _late,
        "frontmatter-long-opening": _long_opening,
        "frontmatter-long-fence": _long_fence,
        "yaml-needs-retry": _values,
        "yaml-line-ends": _values,
        "yaml-unreadable": _values,
        "key-swallowed": _values,
        "description-cut": _values,
        "name-not-text": _as_text("name"),
        "description-not-text": _as_text("description"),
        "key-misspelt": _misspelt_keys,
        "allowed-tools": _allowed_tools,
        "tool-misspelt": _misspelt_tools,
        "tool-renamed": _renamed_tools,
        "model-misspelt": _misspelt_model,
    }
)
"""How the findings of a rule are mended, in the order in which it is to be done."""
