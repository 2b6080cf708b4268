"""Mended text: what to write in place of values that are not YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_catalog.checking.scalars import doubt, says, with_star_keys, written
from agent_catalog.model.agent import Agent, Field, Reading, Value
from agent_catalog.reading.frontmatter import read_frontmatter, split
from agent_catalog.reading.text import LINE_BREAK, Lines


def mended_values(agent: Agent) -> Mapping[str, str]:
    """The keys that are no YAML as they are written, with the values that were read as YAML.

    Returns:
        For each such key the lines to put in its place. There are none if the file would not be
        read the same, and strictly, with them, or if one is a list, a map or a quote that is not
        closed.
    """
    chunks = list(_chunks(agent))
    mended = {}
    values = [field.value for field, _ in chunks]
    for at, (field, lines) in enumerate(chunks):
        if _is_yaml(field, lines):
            continue
        if stars := _stars(agent, field, lines):
            mended[field.key], values[at] = stars
            continue
        forms = (form for form in _forms(field, lines, agent) if says(form, field.key, field.value))
        form = next(forms, None)
        if form is None:
            return {}
        mended[field.key] = form
    block = "".join(mended.get(field.key, lines) for field, lines in chunks)
    told = [(field.key, value) for (field, _), value in zip(chunks, values, strict=True)]
    return mended if _is_same(f"---\n{block}---\n", agent, told) else {}


def _stars(agent: Agent, field: Field, lines: str) -> tuple[str, Value] | None:
    key = agent.format.keys.get(field.key)
    takes = key is not None and "map" in key.types and isinstance(field.value, str)
    return with_star_keys(f"{lines.rstrip()}\n", field.key) if takes else None


def _may_be_map(field: Field, lines: str) -> bool:
    """Whether the value starts below its key, as lists and maps do."""
    first = lines.strip().partition("\n")[0].rstrip()
    below = first.endswith(":") and first[:-1].strip(" \t\"'") == field.key
    return below and field.key not in {"description", "initialPrompt"}


def _forms(field: Field, lines: str, agent: Agent) -> Iterator[str]:
    """What may be written for a key, first what differs least."""
    if "\n" not in field.text:
        yield f"{field.key}: {field.text}\n"
    yield lines.lstrip(" \t")
    doubtful = doubt(field, agent.format) or _may_be_map(field, lines)
    if not doubtful and isinstance(field.value, str):
        form = written(field.key, field.value, block=True)
        if form:
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


def _is_same(text: str, agent: Agent, told: list[tuple[str, Value]]) -> bool:
    """Whether a text is read strictly, and says what is meant."""
    read = read_frontmatter(text, agent.format, in_plugin=agent.plugin is not None)
    return (
        all(field.reading is Reading.STRICT for field in read.fields)
        and [(field.key, field.value) for field in read.fields] == told
        and not any(
            flaw.code.startswith(("yaml-", "key-", "frontmatter-cut")) for flaw in read.flaws
        )
    )
