"""Keys read one by one, where a frontmatter as a whole is no YAML or does not say what it means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import yaml

from agent_catalog.model.agent import Field, Reading
from agent_catalog.reading.block import Block
from agent_catalog.reading.keys import Key
from agent_catalog.reading.marked_yaml import read_mapping
from agent_catalog.reading.retry import BLOCK_HEADER, QUOTED
from agent_catalog.reading.text import LINE_BREAK


def salvaged(block: Block, keys: Sequence[Key]) -> Iterator[Field]:
    """Each key with what stands up to the next one: as YAML by itself, or else as it is written."""
    ends = [*(key.start - len(key.indent) for key in keys), len(block.text)]
    for key, end in zip(keys, ends[1:], strict=True):
        yield _read_alone(block, key, end) or _read_raw(block, key, end)


def _read_alone(block: Block, key: Key, end: int) -> Field | None:
    lines, added = key.lines(block.text, end)
    try:
        (entry,) = read_mapping(lines)
    except (yaml.YAMLError, ValueError):
        return None
    start = max(key.start + entry.start - added, key.end)
    return Field(
        key=entry.key,
        value=entry.value,
        text=block.text[start : key.start + entry.end - added].rstrip(),
        line=block.place(key.start)[0],
        column=block.place(start)[1],
        reading=Reading.SALVAGED,
    )


def _read_raw(block: Block, key: Key, end: int) -> Field:
    """A field whose value no parser takes: its text is the value, without what encloses it."""
    rest = block.text[key.end : end]
    text = rest.strip()
    header = BLOCK_HEADER.match(text)
    first, *others = LINE_BREAK.split(text[header.end() :] if header else text)
    value = "\n".join([first, textwrap.dedent("\n".join(others))]).strip()
    if unquoted := QUOTED.fullmatch(value):
        value = unquoted[2]
    return Field(
        key=key.name,
        value=value,
        text=text,
        line=block.place(key.start)[0],
        column=block.place(key.end + rest.find(text))[1],
        reading=Reading.SALVAGED,
    )
