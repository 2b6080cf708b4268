"""Agent files in TOML: parsed, and salvaged where they are broken.

The keys at the top are the fields, and one of them holds the prompt. `tomllib` parses; where a key
stands, it does not say, so that is found in the text.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.model.format import Format
from agent_catalog.model.limits import DEEPEST_YAML, MOST_KEYS
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.text import Lines

_KEY = re.compile(r"""^[ \t]*(?:\[+[ \t]*)?(["']?)([\w-]+)\1[ \t]*(?:[=.\]])[ \t]*""", re.MULTILINE)
_PLACE = re.compile(r"\s*\((?:at line (\d+), column (\d+)|at end of document)\)$")


def read_toml(text: str, format_: Format) -> Document:
    """Read a TOML file as far as it can be read; never raises.

    Args:
        text: The whole file.
        format_: The format of the file, which says which key holds the prompt.
    """
    lines = Lines(text)
    flaws: tuple[Flaw, ...] = ()
    try:
        fields = tuple(_fields(tomllib.loads(text), lines, Reading.STRICT))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        fields = tuple(_salvaged(lines))
        flaws = (_broken(error, lines, format_),)
    if len(fields) > MOST_KEYS:
        what = f"the file has {len(fields):,} keys, and no more than {MOST_KEYS} are read"
        flaws += (beyond_limits(fields[MOST_KEYS].line, what),)
    prompt = next((each for each in fields if each.key == format_.reading.prompt), None)
    told = prompt.value if prompt and isinstance(prompt.value, str) else ""
    return Document(
        fields=fields[:MOST_KEYS],
        prompt=told,
        prompt_line=_prompt_line(prompt, told) if prompt else 1,
        flaws=flaws,
    )


def _prompt_line(field: Field, prompt: str) -> int:
    """The line of the file on which the prompt starts; behind three quotes, a line break is left out."""
    opening = field.text[3:5]
    return field.line + (opening.startswith(("\n", "\r\n")) and not prompt.startswith("\n"))


def _fields(values: Mapping[str, Any], lines: Lines, reading: Reading) -> Iterator[Field]:
    places = dict(_places(lines.text))
    ends = sorted([*(start for start, _ in places.values()), len(lines.text)])
    for key, value in values.items():
        start, begin = places.get(key, (0, 0))
        end = next((each for each in ends if each > start), len(lines.text))
        yield Field(
            key=key,
            value=_plain(value),
            text=lines.text[begin:end].strip(),
            line=lines.place(start)[0],
            column=lines.place(begin)[1],
            reading=reading,
        )


def _places(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each key at the top with where it stands and where its value begins; the first of a table's."""
    seen: set[str] = set()
    inside = _strings(text)
    in_table = False
    for match in _KEY.finditer(text):
        if any(start < match.start(2) < end for start, end in inside):
            continue
        table = "[" in text[match.start() : match.start(2)]
        if match[2] not in seen and (table or not in_table):
            seen.add(match[2])
            yield match[2], (match.start(2), match.end() if not table else match.start(2))
        in_table = in_table or table


_STRING = re.compile(
    r"""\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3}""",
    re.DOTALL,
)


def _strings(text: str) -> list[tuple[int, int]]:
    """The spans of texts that go over several lines."""
    return [match.span() for match in _STRING.finditer(text)]


def _plain(value: object, depth: int = 0) -> Value:
    """A TOML value as what JSON can hold."""
    if depth > DEEPEST_YAML:
        return "…"
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_plain(item, depth + 1) for item in value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):  # JSON has none of these
        return str(value)
    assert isinstance(value, str | int | float | bool)
    return value


def _salvaged(lines: Lines) -> Iterator[Field]:
    """Each key of a broken file that can be read on its own."""
    places = sorted((start, key) for key, (start, _) in _places(lines.text))
    ends = [*(start for start, _ in places[1:]), len(lines.text)]
    for (start, key), end in zip(places, ends, strict=False):  # of a file without keys, one end
        chunk = lines.text[start:end]
        try:
            values = tomllib.loads(chunk)
        except (tomllib.TOMLDecodeError, RecursionError):
            values = {key: chunk.partition("=")[2].strip().strip("\"'").strip()}
        for field in _fields(values, Lines(chunk), Reading.SALVAGED):
            line = lines.place(start)[0]
            yield Field(
                key=field.key,
                value=field.value,
                text=field.text,
                line=line + field.line - 1,
                column=field.column,
                reading=Reading.SALVAGED,
            )


def _broken(error: Exception, lines: Lines, format_: Format) -> Flaw:
    message = str(error) or "it is nested too deep"
    place = _PLACE.search(message)
    last = len(lines.starts)
    line = int(place[1]) if place and place[1] else last
    column = int(place[2]) if place and place[2] else 1
    problem = _PLACE.sub("", message)
    fault = format_.fault("frontmatter-broken")
    return fault.flaw(
        code="toml-unreadable",
        line=min(line, last),
        column=min(column, lines.width(min(line, last))),
        message=f"not valid TOML ({problem[:1].lower()}{problem[1:]}): {fault.clause}",
        mend="Write texts of one line in double quotes and longer ones between `'''` and `'''`.",
    )
