"""Mended text: what to write in place of values that are not YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_catalog.checking.scalars import says, written
from agent_catalog.model.agent import Agent, Field, Reading
from agent_catalog.reading.frontmatter import read_frontmatter, split
from agent_catalog.reading.text import LINE_BREAK, Lines


def mended_values(agent: Agent) -> Mapping[str, str]:
    """The keys that are no YAML as they are written, with the values that were read as YAML.

    Returns:
        For each such key the lines to put in its place. There are none if the file would not be
        read the same, and strictly, with them.
    """
    chunks = list(_chunks(agent))
    mended = {}
    for field, lines in chunks:
        if not _is_yaml(field, lines):
            forms = (form for form in _forms(field, lines) if says(form, field.key, field.value))
            mended[field.key] = next(forms, lines)
    block = "".join(mended.get(field.key, lines) for field, lines in chunks)
    return mended if _is_same(f"---\n{block}---\n", agent) else {}


def _forms(field: Field, lines: str) -> Iterator[str]:
    """What may be written for a key, first what differs least."""
    if "\n" not in field.text:
        yield f"{field.key}: {field.text}\n"
    yield lines.lstrip(" \t")
    if isinstance(field.value, str) and (form := written(field.key, field.value, block=True)):
        yield f"{field.key}: {form}\n"


def _chunks(agent: Agent) -> Iterator[tuple[Field, str]]:
    """Each key with its lines, up to the next key."""
    parts = split(agent.text)
    first = Lines(agent.text).place(len(parts.before) + len(parts.opening))[0]
    lines = LINE_BREAK.split(parts.block)
    fields = sorted(agent.fields, key=lambda field: field.line)
    ends = [*(field.line - first for field in fields[1:]), len(lines)]
    for field, end in zip(fields, ends, strict=False):  # a file may have no key
        yield field, "\n".join([*lines[field.line - first : end], ""])


def _is_yaml(field: Field, lines: str) -> bool:
    """Whether a key's lines, as they are, are YAML by themselves and say what was read."""
    if field.reading is Reading.STRICT:
        return True
    return not lines[:1].isspace() and says(lines, field.key, field.value)


def _is_same(text: str, agent: Agent) -> bool:
    """Whether a text is read strictly, and says what the agent's file says."""
    read = read_frontmatter(text, agent.format, in_plugin=agent.plugin is not None)
    told = [(field.key, field.value) for field in agent.fields]
    return (
        all(field.reading is Reading.STRICT for field in read.fields)
        and [(field.key, field.value) for field in read.fields] == told
        and not any(
            flaw.code.startswith(("yaml-", "key-", "frontmatter-cut")) for flaw in read.flaws
        )
    )
