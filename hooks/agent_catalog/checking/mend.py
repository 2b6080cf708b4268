"""Mended text: what to write in place of values that are not YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from agent_catalog.model.agent import Agent, Field, Reading
from agent_catalog.reading.frontmatter import read_frontmatter, split
from agent_catalog.reading.text import LINE_BREAK, Lines

_INDENT = "  "


def block_scalar(key: str, value: str) -> str:
    r"""A key with a text of any kind as YAML, in lines that need no quotes and no escapes.

    Args:
        key: A plain word.
        value: What a YAML parser is to read, to the letter.

    Returns:
        Lines that end in a line break: `description: |-` and the value, indented.

    Raises:
        ValueError: The value holds what such a block cannot: control characters, or line breaks
            other than `\n`.
    """
    ends = len(value) - len(value.rstrip("\n"))
    keep = ("-", "", "+")[min(ends, 2)] if value.strip("\n") else "+"
    indent = len(_INDENT) if value[:1] in {" ", "\n"} else ""
    lines = value.removesuffix("\n").split("\n") if value else []
    body = "".join(f"{_INDENT}{line}\n" if line else "\n" for line in lines)
    text = f"{key}: |{indent}{keep}\n{body}"
    try:
        same = yaml.safe_load(text) == {key: value}
    except (yaml.YAMLError, ValueError, RecursionError):
        same = False
    if not same:
        raise ValueError(f"no block of YAML can hold the value of {key!r}")
    return text


def mended_values(agent: Agent) -> Mapping[str, str]:
    """The keys whose values are no YAML as they are written, with the values that were read as YAML.

    Returns:
        For each such key the lines to put in its place. There are none if the file would not be
        read the same, and strictly, with them.
    """
    chunks = list(_chunks(agent))
    broken = [field for field, _ in chunks if isinstance(field.value, str) and not _is_yaml(field)]
    try:
        mended = {field.key: block_scalar(field.key, str(field.value)) for field in broken}
    except ValueError:
        return {}
    block = "".join(mended.get(field.key, chunk) for field, chunk in chunks)
    return mended if _is_same(f"---\n{block}---\n", agent) else {}


def _chunks(agent: Agent) -> Iterator[tuple[Field, str]]:
    """Each key with its lines, up to the next key."""
    parts = split(agent.text)
    first = Lines(agent.text).place(len(parts.before) + len(parts.opening))[0]
    lines = LINE_BREAK.split(parts.block)
    fields = sorted(agent.fields, key=lambda field: field.line)
    ends = [*(field.line - first for field in fields[1:]), len(lines)]
    for field, end in zip(fields, ends, strict=False):  # a file may have no key
        yield field, "\n".join([*lines[field.line - first : end], ""])


def _is_yaml(field: Field) -> bool:
    """Whether the value, as written, is YAML by itself."""
    if field.reading is Reading.STRICT:
        return True
    try:
        return bool(yaml.safe_load(f"{field.key}: {field.text}") == {field.key: field.value})
    except (yaml.YAMLError, ValueError, RecursionError):
        return False


def _is_same(text: str, agent: Agent) -> bool:
    """Whether a text is read strictly, and says what the agent's file says."""
    read = read_frontmatter(text)
    told = [(field.key, field.value) for field in agent.fields]
    return (
        all(field.reading is Reading.STRICT for field in read.fields)
        and [(field.key, field.value) for field in read.fields] == told
        and not any(flaw.code.startswith(("yaml-", "frontmatter-cut")) for flaw in read.flaws)
    )
