"""What the documentation says of the formats, from their data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agent_catalog.model.format import Effect, Format, Identity, Key
from agent_catalog.reading.formats.known import known_formats

_INTRODUCTION = """\
---
description: "Which tools' agent files the catalog reads, how it recognises them, and what is known of each: keys, tools, and what faults do."
---

# Formats

Each agent file is written for one tool, and is judged by what that tool does with it. An agent's page says which one the file is taken for, and by what that was recognised. The first of these signs decides:

1. the option [`format`](options.md#sources) of its source;
2. the file's name;
3. the folder that it is in;
4. keys that one tool alone has;
5. the tools that it lists, if most have names of one tool;
6. nothing: it is taken for an agent of {default}.

What is known of a tool is data with a date, each fact with its source. What is not known is said to be unknown, on the pages as in the findings. Files of other kinds get their pages as well: a skill (`SKILL.md`), a command and a prompt are called what they are, and what their tools let them do is not judged. What is none of these, such as `*.mdc` or `*.instructions.md`, is passed over by name: the build, `check` and the page of checks say what it is. So is Markdown in the folder of a tool whose agents have no format here, such as `.continue/agents`, and what lies in a skill's folder beside `SKILL.md`; the option `format` has it read all the same.

This page is written from the data.
"""

_SIGNS = {
    "name": "the key `name`",
    "file": "the file's name",
    "path": "the path below the folder",
    "display_name": "the key `display_name`",
}

_EFFECTS = {
    Effect.IGNORED: "is ignored",
    Effect.PASSED_ON: "goes to the model's provider as an option",
    Effect.PLACEHOLDER: "makes it load a placeholder with all tools",
    Effect.PARTLY: "is refused",
    Effect.SKIPPED: "keeps the file from being loaded, without a word",
    Effect.REFUSED: "keeps the file from being loaded, with a message",
    Effect.STOPS: "keeps the tool from starting",
    Effect.UNKNOWN: "does what is not documented",
}

_FAULTS = {
    "frontmatter-missing": "No frontmatter",
    "frontmatter-broken": "A file that cannot be parsed",
    "key-unknown": "An unknown key",
    "value-type": "A value of a wrong type",
    "tool-unknown": "An unknown tool",
}


def formats_page() -> str:
    """What the documentation says of the formats, as Markdown."""
    formats = known_formats().values()
    first = next(iter(formats))
    lines = [_INTRODUCTION.format(default=first.title), *_overview(formats), ""]
    for each in formats:
        lines += _format(each)
    return "\n".join(lines)


def _overview(formats: Iterable[Format]) -> Iterator[str]:
    yield "| Tool | `format` | Folders | Known by | As of |"
    yield "|---|---|---|---|---|"
    for each in formats:
        folders = _codes(each.recognition.folders)
        names = _codes(each.recognition.names)
        signs = "; ".join(filter(None, [names, _codes(sorted(each.recognition.keys))]))
        yield f"| [{each.title}](#{each.slug}) | `{each.slug}` | {folders} | {signs or '—'} | {each.as_of} |"


def _format(each: Format) -> Iterator[str]:
    yield f"## {each.title} {{ #{each.slug} }}"
    yield ""
    yield f"It is called by {_signs(each.identity, title=False)}, and shown as {_signs(each.identity, title=True)}."
    yield ""
    yield from (f"- {line}" for line in _faults(each))
    yield ""
    yield "| Key | Takes | What it does |"
    yield "|---|---|---|"
    for name, key in each.keys.items():
        yield f"| `{name}` | {_takes(key)} | {_about(key)} |"
    yield ""
    links = ", ".join(f"[{name}]({url})" for name, url in each.sources.items())
    yield f"Known from {links}."
    yield ""


def _signs(identity: Identity, *, title: bool) -> str:
    signs = identity.title if title else identity.id
    return ", or else ".join(_SIGNS.get(sign, f"the key `{sign}`") for sign in signs)


def _faults(each: Format) -> Iterator[str]:
    for name, what in _FAULTS.items():
        fault = each.fault(name)
        where = f" {each.where[name]}" if name in each.where else ""
        yield f"{what} {_EFFECTS[fault.effect]}{where}."


def _takes(key: Key) -> str:
    if key.values:
        return _codes(key.values)
    return " or ".join(key.types) or "—"


def _about(key: Key) -> str:
    told = [key.about]
    if key.missing is not Effect.IGNORED:
        where = f" {key.where}" if key.where else ""
        told.append(f"Required: without it the file {_REQUIRED[key.missing]}{where}.")
    elif key.default:
        told.append(f"Default: {key.default}.")
    if key.deprecated:
        told.append(f"Write {key.deprecated} instead.")
    return " ".join(told).replace("|", "\\|")


_REQUIRED = {
    Effect.PARTLY: "is refused",
    Effect.SKIPPED: "is skipped without a word",
    Effect.REFUSED: "is not loaded",
    Effect.STOPS: "keeps the tool from starting",
    Effect.UNKNOWN: "is treated in a way that is not documented",
}


def _codes(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
