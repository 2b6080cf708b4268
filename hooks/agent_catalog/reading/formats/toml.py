"""Agent files in TOML: parsed, and salvaged where they are broken.

The keys at the top are the fields, and one of them holds the prompt. `tomllib` parses; where a key
stands, it does not say, so that is found in the text.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from agent_catalog.model.agent import Field, Reading, Value
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.model.format import Format
from agent_catalog.model.limits import DEEPEST_YAML, MOST_KEYS
from agent_catalog.reading.formats.document import Document
from agent_catalog.reading.text import Lines

_TOKEN = re.compile(
    r'''"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"{3,5}|\Z)'''  # a text of several lines, perhaps unclosed
    r"""|'{3}(?:(?!'{3}).)*(?:'{3,5}|\Z)"""
    r"""|"(?:[^"\\\n]|\\[^\n])*"?|'[^'\n]*'?"""
    r"|#[^\n]*|[\[\]{}\n]",
    re.DOTALL,
)
"""What parts statements, and what is to be passed over as one."""
_NEXT = re.compile(r"[ \t\r\n]*")
_ASSIGNS = re.compile(r"[\w-]+[ \t]*=")
_KEY = re.compile(
    r"""(\[{0,2})[ \t]*("(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*'|[\w-]+)[ \t]*[=.\]][ \t]*"""
)
_DEEP = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""")
_PLACE = re.compile(r"\s*\((?:at line (\d+), column (\d+)|at end of document)\)$")
_CLOSED = re.compile(r"""[ \t]*[\w."'-]+[ \t]*=[ \t]*"(?:[^"\\\n]|\\[^\n])*"[ \t]*""")
"""A key with a text in double quotes that ends before a place."""
_OPENING = re.compile(r"'{3}(?:\r?\n)?|\"{3}(?:\r?\n)?(?:\\[ \t]*\r?\n\s*)?")


class _Part(NamedTuple):
    """What stands of a key at the top, in one piece."""

    key: str
    start: int
    """Where the key stands."""
    begin: int
    """Where its value does."""
    end: int


def read_toml(text: str, format_: Format) -> Document:
    """Read a TOML file as far as it can be read; never raises.

    Args:
        text: The whole file.
        format_: The format of the file, which says which key holds the prompt.
    """
    lines = Lines(text)
    parts = list(_parts(text))
    flaws: tuple[Flaw, ...] = ()
    try:
        fields = tuple(_fields(_parsed(text), parts, lines))
    except (ValueError, RecursionError) as error:  # a number may have too many digits, too
        fields = tuple(_salvaged(part, lines) for part in parts)
        flaws = (_broken(error, lines, format_),)
    if len(fields) > MOST_KEYS:
        what = f"the file has {len(fields):,} keys, and no more than {MOST_KEYS} are read"
        flaws += (beyond_limits(fields[MOST_KEYS].line, what),)
    prompt = next((each for each in fields if each.key == format_.reading.prompt), None)
    told = prompt.value if prompt and isinstance(prompt.value, str) else ""
    return Document(
        fields=fields[:MOST_KEYS],
        prompt=told,
        prompt_line=_prompt_line(prompt) if prompt else 1,
        flaws=flaws,
    )


def _parsed(text: str) -> dict[str, Any]:
    """The values of a file, unless it takes `tomllib` long: so does a key of very many parts."""
    if _DEEP.search(text):
        raise RecursionError
    return tomllib.loads(text)


def _prompt_line(field: Field) -> int:
    """The line of the file on which the prompt starts; behind three quotes, a line break is left out."""
    opening = _OPENING.match(field.text)
    return field.line + (opening[0].count("\n") if opening else 0)


def _fields(values: Mapping[str, Any], parts: Iterable[_Part], lines: Lines) -> Iterator[Field]:
    """The keys of a valid file, each with its first place."""
    places = {part.key: part for part in reversed(list(parts))}
    for key, value in values.items():
        part = places.get(key, _Part(key, 0, 0, 0))
        yield _field(part, _plain(value), Reading.STRICT, lines)


def _field(part: _Part, value: Value, reading: Reading, lines: Lines) -> Field:
    return Field(
        key=part.key,
        value=value,
        text=lines.text[part.begin : part.end].strip(),
        line=lines.place(part.start)[0],
        column=lines.place(part.begin)[1],
        reading=reading,
    )


def _parts(text: str) -> Iterator[_Part]:
    """Each statement of a key at the top; the statements of a table are one with its header."""
    table: _Part | None = None
    for start, end in _statements(text):
        found = _KEY.match(text, start, end)
        key = _name(found[2]) if found else ""
        if table and not (found and found[1] and key != table.key):
            table = table._replace(end=end)
            continue
        if table:
            yield table
            table = None
        if found:
            header = bool(found[1])
            part = _Part(key, found.start(2), found.start(1) if header else found.end(), end)
            if header:
                table = part
            else:
                yield part
    if table:
        yield table


def _name(written: str) -> str:
    """A key without its quotes."""
    if written[0] not in "\"'":
        return written
    try:
        return next(iter(tomllib.loads(f"{written} = 0")))
    except ValueError:
        return written[1:-1]


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Where each statement starts and ends, in a broken text as far as that can be told."""
    start = _next(text, 0)
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in {"[", "{"}:
            depth += 1
        elif token[0] in {"]", "}"}:
            depth = max(depth - 1, 0)
        elif token[0] == "\n" and (depth == 0 or _ASSIGNS.match(text, token.end())):
            depth = 0
            if start < token.start():
                yield start, token.start()
            if start < token.end():
                start = _next(text, token.end())
    if start < len(text):
        yield start, len(text)


def _next(text: str, offset: int) -> int:
    """Where the next line with something on it starts to say it."""
    found = _NEXT.match(text, offset)
    return found.end() if found else offset


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


def _salvaged(part: _Part, lines: Lines) -> Field:
    """A key of a broken file, read on its own."""
    written = lines.text[part.begin : part.end]
    statement = lines.text[lines.starts[lines.place(part.start)[0] - 1] : part.end]
    try:
        value = _plain(_parsed(statement)[part.key])
    except (ValueError, KeyError, RecursionError):
        value = written.strip().strip("\"'").strip()
    return _field(part, value, Reading.SALVAGED, lines)


def _broken(error: Exception, lines: Lines, format_: Format) -> Flaw:
    message = str(error) or "it is nested too deep"
    place = _PLACE.search(message)
    last = len(lines.starts)
    line = int(place[1]) if place and place[1] else last
    column = int(place[2]) if place and place[2] else 1
    problem = _PLACE.sub("", message)
    line = min(line, last)
    column = min(column, lines.width(line))
    fault = format_.fault("frontmatter-broken")
    return fault.flaw(
        code="toml-unreadable",
        line=line,
        column=column,
        message=f"not valid TOML ({problem[:1].lower()}{problem[1:]}): {fault.clause}",
        mend=_advice(lines, line, column),
    )


def _advice(lines: Lines, line: int, column: int) -> str:
    """What to do where the parser stopped."""
    start = lines.starts[line - 1]
    at = start + column - 1
    rest = lines.text[at : start + lines.width(line)]
    if not (_CLOSED.fullmatch(lines.text, start, at) and '"' in rest):
        return "Write texts of one line in double quotes and longer ones between `'''` and `'''`."
    whole = lines.text[start : start + lines.width(line)]
    marks = "`'''` and `'''`" if "'" in whole else "`'` and `'`"
    return f'Put a backslash before each `"` within the text, or write the text between {marks}.'
