"""Texts as values of YAML, in the form that changes them least."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from agent_catalog.model.agent import Field, Value
from agent_catalog.model.format import Format
from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.retry import QUOTED

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[^\x00-\U0001fffd]')
_CLOSING = {"[": "]", "{": "}"}
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_STAR_KEY = re.compile(
    r"(?:^[ \t]+|[{,][ \t]*)(?P<key>\*[^\s,:{}\[\]\"'#]*)(?=[ \t]*:\s)", re.MULTILINE
)
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def written(key: str, text: str, line_end: str = "\n", *, block: bool = False) -> str | None:
    r"""What to write behind `key:` for YAML to read that text.

    Double quotes, if the text can stand between them as it is; else a block below `|-`, in which
    nothing is escaped; else double quotes with escapes.

    Args:
        key: The key, at the very left of its line.
        text: The value.
        line_end: What ends a line of the file.
        block: Whether a block is better than quotes, as for a text that people go on writing.

    Returns:
        The value without what ends its last line, or `None` if no form is read as that text, by
        the catalog and by PyYAML.
    """
    forms = _forms(text, line_end, block=block)
    return next((form for form in forms if says(f"{key}: {form}\n", key, text)), None)


def _forms(text: str, line_end: str, *, block: bool) -> Iterator[str]:
    if not block and not _ESCAPED.search(text):
        yield f'"{text}"'
    if "\r" not in text:
        lines = (f"  {line}" if line else "" for line in text.split("\n"))
        yield line_end.join(["|-", *lines])
    yield f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _NAMED.get(match[0]) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")  # noqa: PLR2004 (what \u can hold)


def says(chunk: str, key: str, value: Value) -> bool:
    """Whether lines are YAML and hold that key with that value, and no other."""
    try:
        entries = read_mapping(chunk)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    told = [(entry.key, repr(entry.value)) for entry in entries]
    return told == [(key, repr(value))] and agrees(chunk, {key: value})


def agrees(block: str, values: dict[str, Value]) -> bool:
    """Whether PyYAML, which is another parser than the catalog's, reads the same texts.

    It follows YAML 1.1, in which more values than in 1.2 are no text, such as dates; those it may
    read as what they are.
    """
    try:
        told = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    if not isinstance(told, dict):
        return not values
    texts = {key: value for key, value in values.items() if isinstance(value, str)}
    return all(told[key] == text for key, text in texts.items() if isinstance(told.get(key), str))


def star_keys(lines: str, key: str) -> tuple[tuple[re.Match[str], ...], Value] | None:
    """The keys with a star that quotes make right in a map, and what the map then says.

    To YAML a bare `*` starts an alias, so such lines are no YAML.

    Args:
        lines: The lines of a key whose value is a map.
        key: The key.
    """
    found = tuple(_STAR_KEY.finditer(lines))
    text = _with_quotes(lines, found)
    if not found or "&" in lines:
        return None
    try:
        entries = read_mapping(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    told = [entry.value for entry in entries if entry.key == key]
    if len(entries) != 1 or not told or not isinstance(told[0], Mapping):
        return None
    return found, told[0]


def with_star_keys(lines: str, key: str) -> tuple[str, Value] | None:
    """Lines with their star keys in quotes, and what they then say."""
    found = star_keys(lines, key)
    return (_with_quotes(lines, found[0]), found[1]) if found else None


def _with_quotes(lines: str, found: tuple[re.Match[str], ...]) -> str:
    for match in reversed(found):
        start, end = match.span("key")
        lines = f'{lines[:start]}"{lines[start:end]}"{lines[end:]}'
    return lines


def doubt(field: Field, format_: Format) -> str:
    """Why a value that is no YAML may not be the text that it is written as; empty if it is.

    A list, a map or a quote that is not closed is meant as one, and would be a wrong text.
    """
    text = field.text.strip()
    if not isinstance(field.value, str) or QUOTED.fullmatch(text):
        return ""
    if text[:1] in _CLOSING:
        key = format_.keys.get(field.key)
        if (key and {"list", "map"} & {*key.types}) or _closes_late(text):
            kind = "list" if text[0] == "[" else "map"
            return f"the value of `{field.key}` may be a {kind}, and not text"
    elif text[:1] in {'"', "'"}:
        plain = _APOSTROPHE.sub("", _ESCAPE.sub("", text))
        if plain.count(text[0]) % 2:
            return f"it is not certain where the quote of `{field.key}` is to be closed"
    return ""


def _closes_late(text: str) -> bool:
    """Whether the bracket that a text starts with is closed at its end, or never."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character == text[0]) - (character == _CLOSING[text[0]])
        if not depth:
            return at == len(text) - 1
    return True
