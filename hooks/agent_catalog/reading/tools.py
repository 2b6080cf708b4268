"""Tool lists: their entries, and what is known of each in the format of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise
from types import MappingProxyType

from agent_catalog.model.agent import Value
from agent_catalog.model.format import Effect, Format
from agent_catalog.model.limits import LONGEST_VALUE, cut
from agent_catalog.model.tool import Capability, Gets, Tool, ToolEntry
from agent_catalog.reading.formats.known import DEFAULT, known_formats

EVERYTHING = "*"
EVERY_SERVER = "mcp__*"
_QUOTES = " \t\"'`"
_REFUSED = (False, "deny")
"""What a map from tool to permission refuses a tool with."""
_ENTRIES = 4096


# From the value of a field to names


def names_of(value: Value, format_: Format) -> Iterator[str]:
    """The entries of a list in any of its shapes, as written, without their quotes."""
    if isinstance(value, str):
        yield from _names_of_text(value, format_)
    elif isinstance(value, Mapping):
        yield from (name for name, permission in value.items() if permission not in _REFUSED)
    elif isinstance(value, Sequence):
        for item in value:
            # An item of `null` is a bullet with nothing behind it.
            yield from (_names_of_text(item, format_) if isinstance(item, str) else _as_text(item))
    else:
        yield from _as_text(value)


def _as_text(value: Value) -> Iterator[str]:
    if value is not None:
        yield json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=_ENTRIES)
def _names_of_text(text: str, format_: Format) -> tuple[str, ...]:
    return tuple(_parted(text, format_))


def _parted(text: str, format_: Format) -> Iterator[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # a YAML list that was put in quotes
        text = text[1:-1]
    for part in _split(text, ",\r\n"):
        name = part.strip().removeprefix("- ").strip(_QUOTES)  # "- ": a YAML list, unparsed
        words = [word for word in _split(name, " ") if word]
        if len(words) > 1 and all(read_entry(word, format_).known for word in words):
            yield from words
        elif name:
            yield name


def _split(text: str, separators: str) -> list[str]:
    """The parts of a text, parted at each separator that is in no closed parentheses."""
    cuts: list[int] = []
    cuts_before_open: list[int] = []
    for position, character in enumerate(text):
        if character in separators:
            cuts.append(position)
        elif character == "(":
            cuts_before_open.append(len(cuts))
        elif character == ")" and cuts_before_open:
            del cuts[cuts_before_open.pop() :]
    return [text[start + 1 : end] for start, end in pairwise([-1, *cuts, len(text)])]


# From a name to an entry


@lru_cache(maxsize=_ENTRIES)
def read_entry(written: str, format_: Format) -> ToolEntry:
    """An entry of a tool list by itself, whatever else is listed."""
    written = cut(written, 2 * LONGEST_VALUE)
    takes = format_.tools.specifiers
    name, specifier = _split_specifier(written) if takes else (written, None)
    name = cut(name)
    tool = find_tool(name, format_)
    server, server_tool = (None, None) if tool else _split_server(name, format_)
    extension = _extension(server, server_tool, format_)
    if extension:
        server, server_tool = None, None
    entry = ToolEntry(
        written=written,
        name=name,
        specifier=specifier,
        server=server,
        server_tool=server_tool,
        extension=extension,
        tool=tool,
    )
    return _judged(entry, format_)


def _judged(entry: ToolEntry, format_: Format) -> ToolEntry:
    """The entry with whether its name alone keeps it from an agent."""
    title = format_.title
    tool = entry.tool
    if tool and tool.removed:
        return replace(
            entry, gets=Gets.NO, why="removed", condition=f"{title} no longer has this tool"
        )
    if tool and tool.name in format_.tools.never:
        return replace(
            entry,
            gets=Gets.NO,
            why="never-given",
            condition=f"{title} never gives it to such an agent",
        )
    if tool and entry.renamed and format_.tools.aliases and entry.name not in format_.tools.aliases:
        return replace(
            entry,
            gets=Gets.DEPENDS,
            why="former-name",
            condition=f"it is not known whether {title} still takes this former name of `{tool.name}`",
        )
    if entry.server and "." in entry.server + (entry.server_tool or "") and _joins(format_):
        return replace(
            entry,
            gets=Gets.NO,
            why="dot-in-name",
            condition="names of MCP tools have no dots: this one matches nothing",
        )
    return entry if entry.known else _unknown(entry, format_)


def _joins(format_: Format) -> bool:
    """Whether names of MCP tools are made of words and underscores, without other signs."""
    return all("__" in each for each in format_.tools.server)


def _unknown(entry: ToolEntry, format_: Format) -> ToolEntry:
    """An entry that is no known tool; where not all are known, it may be one."""
    title = format_.title
    effect = format_.fault("tool-unknown").effect
    if effect is Effect.UNKNOWN or not (format_.tools.complete or effect.is_fatal):
        return replace(
            entry,
            gets=Gets.DEPENDS,
            why="not-verified",
            condition=f"it is not known whether {title} has this tool",
        )
    if owner := owner_of(entry.name, but=format_):
        # A page speaks of the most frequent tool only if its file is for it.
        whose = owner.title if format_.slug == DEFAULT else "another agent tool"
        return replace(
            entry,
            gets=Gets.NO,
            why="of-another-tool",
            condition=f"it is a name of {whose}; {title} has no such tool",
        )
    return replace(
        entry, gets=Gets.NO, why="unknown-tool", condition=f"{title} is not known to have it"
    )


@lru_cache(maxsize=_ENTRIES)
def owner_of(name: str, but: Format) -> Format | None:
    """The first format, but for one, that has a tool of the name; in exactly its case, if any has."""
    others = [
        (each, is_spelled(name, each))
        for each in known_formats().values()
        if each != but and (tool := find_tool(name, each)) and not tool.removed
    ]
    return max(others, key=lambda each: each[1], default=(None, False))[0]


def find_tool(name: str, format_: Format) -> Tool | None:
    """The tool of that name in a format: its name of today, a former one, or one of a tool set."""
    key = name.lower() if format_.tools.case == "any" else name
    tools = _by_spelling(format_)
    if tool := tools.get(key):
        return tool
    part, slash, member = key.partition("/")
    tool = tools.get(part) if slash and member else None
    return tool if tool and tool.set else None


@lru_cache(maxsize=_ENTRIES)
def is_spelled(name: str, format_: Format) -> bool:
    """Whether it is a tool of the format in exactly its case."""
    tool = find_tool(name, format_)
    if tool is None:
        return False
    if "/" in name and tool.set:
        return name.startswith(f"{tool.name}/")
    return name in {tool.name, *tool.former}


@cache
def _by_spelling(format_: Format) -> Mapping[str, Tool]:
    """The format's tools by every name that stands for one."""
    tools = format_.tools
    names = {old: tools.known[new] for old, new in tools.renamed.items()} | dict(tools.known)
    if tools.case == "any":
        names = {name.lower(): tool for name, tool in names.items()}
    return MappingProxyType(names)


def _split_specifier(written: str) -> tuple[str, str | None]:
    """`Bash(git *)` as `Bash` and `git *`; see <https://code.claude.com/docs/en/permissions>."""
    name, opened, rest = written.partition("(")
    name = name.strip()
    return (name, rest[:-1]) if name and opened and rest.endswith(")") else (written, None)


def _split_server(name: str, format_: Format) -> tuple[str | None, str | None]:
    for pattern in _server_patterns(format_):
        if found := pattern.fullmatch(name):
            return found["server"], found.groupdict().get("tool") or None
    return None, None


@cache
def _server_patterns(format_: Format) -> tuple[re.Pattern[str], ...]:
    """How the format writes the tools of MCP servers, the most telling form first."""
    forms = sorted(format_.tools.server, key=len, reverse=True)
    return tuple(
        re.compile(
            re.escape(form)
            .replace(
                r"\{server\}",
                r"(?P<server>(?!__).+?)" if "__{tool}" in form else r"(?P<server>(?!__)\S+)",
            )
            .replace(r"\{tool\}", r"(?P<tool>.*)" if "__" in form else r"(?P<tool>[^\s/]+)")
        )
        for form in forms
    )


_EXTENSION = re.compile(r"[\w-]+\.[\w-]+")


def _extension(server: str | None, tool: str | None, format_: Format) -> str | None:
    """The extension of the editor that may stand where a server does: `ms-python.python`.

    Only the tools of an MCP server are all meant by an asterisk: see `getToolSetFullReferenceName` in
    <https://github.com/microsoft/vscode/blob/main/src/vs/workbench/contrib/chat/browser/tools/languageModelToolsService.ts>.
    """
    if not server or tool == EVERYTHING or "{server}/{tool}" not in format_.tools.server:
        return None
    return server if _EXTENSION.fullmatch(server) else None


# Denial


def refused(entry: ToolEntry) -> ToolEntry:
    """An entry that the file denies."""
    return replace(entry, gets=Gets.NO, why="denied", condition="the file denies it")


def without(
    entries: Iterable[ToolEntry], denied: Iterable[ToolEntry], format_: Format
) -> list[ToolEntry]:
    """The entries that denied ones leave over; a denied one removes the whole tool or server."""
    removed = {_scopes(entry)[-1] for entry in denied}
    if not removed:
        return list(entries)
    for group in format_.tools.together.values():
        if not removed.isdisjoint(group):
            removed.update(group)
    return [entry for entry in entries if removed.isdisjoint(_scopes(entry))]


def _scopes(entry: ToolEntry) -> tuple[str, ...]:
    """The names whose denial removes the entry, from the widest down to its own."""
    if entry.tool:
        over_mcp = (EVERY_SERVER,) if Capability.MCP in entry.tool.capabilities else ()
        return (EVERYTHING, *over_mcp, entry.tool.name)
    if not entry.server:
        return (EVERYTHING, entry.name)
    server = f"mcp__{entry.server}"
    scopes = (EVERYTHING, EVERY_SERVER, server)
    whole = entry.server_tool in (None, EVERYTHING)
    return scopes if whole else (*scopes, f"{server}__{entry.server_tool}")
