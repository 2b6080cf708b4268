"""Texts as values of YAML, in the form that changes them least."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from agent_catalog.model.agent import Value
from agent_catalog.reading.marked_yaml import read_mapping

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[^\x00-\U0001fffd]')
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
