"""Faults: keys, values and tools for which a tool does not load a file, by the data of its format.

What its tool only ignores is no matter of reading; rules find that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent_catalog.model.agent import Field, Value
from agent_catalog.model.finding import Flaw, Severity
from agent_catalog.model.format import Effect, Fault, Format, Key
from agent_catalog.model.tool import ToolAccess
from agent_catalog.reading.facets import NOT_RECOGNISED, read_color
from agent_catalog.reading.permissions import Action
from agent_catalog.reading.text import Lines

TEXT, LIST, MAP, TRUTH, NUMBER = "text", "list", "map", "true or false", "number"
_TYPES = {str: TEXT, bool: TRUTH, int: NUMBER, float: NUMBER, tuple: LIST, list: LIST, dict: MAP}
TOLD_ALONE = frozenset({"name", "description"})
"""Keys that have rules of their own, where they are needed."""
_ARTICLES = {LIST: "a list", MAP: "a map", NUMBER: "a number"}


def type_of(value: Value) -> str:
    """What a value is, in the words of the formats' data."""
    return _TYPES[type(value)]


def in_words(type_: str) -> str:
    """The type with its article."""
    return _ARTICLES.get(type_, type_)


def fits(value: Value, key: Key, format_: Format) -> bool:
    """Whether a value is of a type that its key takes; nothing else is known of other keys."""
    if not key.types or value is None or type_of(value) in key.types:
        return True
    # Where a wrong type is dropped, what says true or false as text is taken for it.
    lenient = format_.fault("value-type").effect is Effect.IGNORED
    return lenient and TRUTH in key.types and isinstance(value, str) and value in {"true", "false"}


def wrong_type(field: Field, key: Key, format_: Format) -> Fault | None:
    """What a value of a wrong type does; `None` if it is of a right one."""
    if field.value is not None and type_of(field.value) in key.refuses:
        return format_.consequence(Effect.SKIPPED)
    return None if fits(field.value, key, format_) else format_.fault("value-type")


def type_message(field: Field, key: Key, fault: Fault) -> str:
    """That a value is of a wrong type."""
    taken = " or ".join(map(in_words, key.types))
    said = "" if fault.effect is Effect.IGNORED else f": {fault.clause}"
    return f"`{field.key}` takes {taken}, but this is {in_words(type_of(field.value))}{said}"


def other_value(field: Field, key: Key, format_: Format) -> Fault | None:
    """What a word does that is none of those a key takes; `None` if it is one, or not known."""
    value = field.value
    if not key.values or not isinstance(value, str) or not value.strip():
        return None
    return None if value.strip() in key.values else format_.fault(f"{field.key}-unfit")


def value_place(field: Field, text: str, part: str = "") -> tuple[int, int]:
    """The line and column of a field's value in its file.

    Args:
        field: The field.
        text: The file.
        part: What is looked for in the value; the value's start is meant if it is not there.
    """
    lines = Lines(text)
    at = text.find(field.text, lines.starts[field.line - 1]) if field.text else -1
    return lines.place(at + max(field.text.find(part), 0)) if at >= 0 else (field.line, 1)


def fatal_flaws(
    fields: Mapping[str, Field], access: ToolAccess, format_: Format, text: str
) -> Iterator[Flaw]:
    """What keeps the tool from loading the file beside what is missing.

    Args:
        fields: The frontmatter, by key.
        access: What it says of tools.
        format_: The format of the file.
        text: The file.
    """
    for field in fields.values():
        key = format_.keys.get(field.key)
        if key is None:
            yield from _unknown_key(field, format_)
        else:
            yield from _wrong_value(field, key, format_, text)
            yield from _removed(field, key, format_)
    yield from _wrong_color(fields.get("color"), format_, text)
    if format_.tools.shape == "permissions":
        yield from _wrong_permissions(fields, format_, text)
    yield from _unknown_tools(fields, access, format_, text)


def _removed(field: Field, key: Key, format_: Format) -> Iterator[Flaw]:
    """That the file itself says that there is no such agent, which is no mistake."""
    if key.removes and field.value is True:
        yield Flaw(
            code="agent-disabled",
            line=field.line,
            column=1,
            message=f"`{field.key}: true` switches the agent off: {format_.title} has no such agent",
            mend="Take the line out if the agent is to be used.",
            fatal=True,
            severity=Severity.INFO,
        )


def _unknown_key(field: Field, format_: Format) -> Iterator[Flaw]:
    fault = format_.fault("key-unknown")
    if fault.effect.is_fatal:
        yield fault.flaw(
            code="key-unknown",
            line=field.line,
            column=1,
            message=f"{format_.title} has no key `{_short(field.key)}`: {fault.clause}",
            mend="Take the line out.",
        )


def _wrong_value(field: Field, key: Key, format_: Format, text: str) -> Iterator[Flaw]:
    if field.key in TOLD_ALONE and key.missing is not Effect.IGNORED:
        return  # that what is needed is no text has a flaw of its own
    fault = wrong_type(field, key, format_)
    if fault and fault.effect.is_fatal:
        line, column = value_place(field, text)
        yield fault.flaw(
            code="value-type",
            line=line,
            column=column,
            message=type_message(field, key, fault),
            mend=f"Write {' or '.join(map(in_words, key.types))}.",
        )
        return
    fault = other_value(field, key, format_)
    if fault and fault.effect.is_fatal:
        line, column = value_place(field, text)
        yield fault.flaw(
            code="value-unknown",
            line=line,
            column=column,
            message=f"`{field.key}` cannot be `{_short(str(field.value))}`: {fault.clause}",
            mend=f"Write one of {', '.join(f'`{each}`' for each in key.values)}.",
        )
        return
    fault = format_.fault(f"{field.key}-unfit")
    if fault.effect.is_fatal and (wrong := _wrong_entry(field.value, key)):
        line, column = value_place(field, text, wrong[0])
        yield fault.flaw(
            code="value-unknown",
            line=line,
            column=column,
            message=f"`{field.key}` {wrong[1]}: {fault.clause}",
            mend=f"It must {key.form}.",
        )


def _wrong_entry(value: Value, key: Key) -> tuple[str, str] | None:
    """The first entry of a list that is none, and what is wrong with it."""
    if not key.entry or not isinstance(value, tuple | list):
        return None
    if not value:
        return "", "has no entry"
    seen: set[str] = set()
    for each in value:
        if not isinstance(each, str):
            return "", f"cannot hold {in_words(type_of(each)) if each is not None else 'nothing'}"
        if not re.fullmatch(key.entry, each):
            return each, f"cannot hold `{_short(each)}`"
        if each.strip() in seen:
            return each, f"has `{_short(each)}` twice"
        seen.add(each.strip())
    return None


def _wrong_color(field: Field | None, format_: Format, text: str) -> Iterator[Flaw]:
    colors = format_.colors
    fault = format_.consequence(colors.unknown) if colors else None
    if not (field and colors and fault and fault.effect.is_fatal):
        return
    if read_color(field, format_).group == NOT_RECOGNISED and isinstance(field.value, str):
        line, column = value_place(field, text)
        own = ", ".join(f"`{each}`" for each in (*colors.names, *colors.theme))
        yield fault.flaw(
            code="color-unknown",
            line=line,
            column=column,
            message=f"`color` cannot be `{_short(field.value)}`: {fault.clause}",
            mend=f"Write {'`#` and six hexadecimal digits, or ' if colors.hex else ''}one of {own}.",
        )


def _wrong_permissions(fields: Mapping[str, Field], format_: Format, text: str) -> Iterator[Flaw]:
    """Entries of the maps of permissions that are none."""
    fault = format_.fault("value-type")
    for field in filter(None, map(fields.get, ("permission", "tools"))):
        unfit = _unfit_tools if field.key == "tools" else _unfit_permissions
        for name, why in unfit(field.value, format_):
            line, column = value_place(field, text, name)
            yield fault.flaw(
                code="permission-invalid",
                line=line,
                column=column,
                message=f"`{_short(name)}` {why}: {fault.clause}",
                mend="Write `true` or `false`." if field.key == "tools" else _ONE_OF,
            )


_ONE_OF = "Write `allow`, `ask` or `deny`."


def _unfit_tools(value: Value, _: Format) -> Iterator[tuple[str, str]]:
    for name, given in value.items() if isinstance(value, Mapping) else ():
        if not isinstance(given, bool) and given is not None:
            yield name, f"is {in_words(type_of(given))}, and neither true nor false"


def _unfit_permissions(value: Value, format_: Format) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value not in set(Action):
        yield value, "is none of `allow`, `ask` and `deny`"
    for name, given in value.items() if isinstance(value, Mapping) else ():
        if isinstance(given, Mapping) and name in format_.tools.whole:
            yield name, "takes no patterns"
        elif not all(
            isinstance(each, str) and each in set(Action)
            for each in (given.values() if isinstance(given, Mapping) else [given])
            if each is not None
        ):
            yield name, "has a value that is none of `allow`, `ask` and `deny`"


def _unknown_tools(
    fields: Mapping[str, Field], access: ToolAccess, format_: Format, text: str
) -> Iterator[Flaw]:
    fault = format_.fault("tool-unknown")
    field = fields.get(format_.tools.key)
    unknown = [entry for entry in access.allowed if not entry.known]
    if not fault.effect.is_fatal or field is None or not unknown:
        return
    for entry in unknown:
        line, column = value_place(field, text, entry.written)
        yield fault.flaw(
            code="tool-unknown",
            line=line,
            column=column,
            message=f"{format_.title} has no tool `{_short(entry.name)}`: {fault.clause}",
            mend="Write the name that the tool has there, or take it out.",
        )


def _short(text: str) -> str:
    """A text of the file on one line, for a message."""
    line = re.sub(r"\s+", " ", text).replace("`", "'").strip()
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004 (as much as a line of a terminal leaves)
