"""Tool lists: what an agent may use, and what follows from it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from types import MappingProxyType
from typing import Any

from agent_catalog.model.agent import (
    Capability,
    Field,
    Tool,
    ToolAccess,
    ToolEntry,
    ToolMode,
    Value,
)
from agent_catalog.model.limits import LONGEST_VALUE, MOST_TOOLS, cut

_EVERYTHING = "*"
_EVERY_SERVER = "mcp__*"
_QUOTES = " \t\"'`"
_REFUSED = (False, "deny")
"""What a map from tool to permission refuses a tool with."""


def read_tool_access(
    tools: Field | None,
    disallowed: Field | None,
    *,
    memory: bool = False,
    servers: Sequence[str] = (),
) -> ToolAccess:
    """What an agent may use, from the fields that say so.

    A list is a string with commas or line breaks, or a YAML list. A map, as OpenCode has it, only
    changes single tools of all those of the session, unless it refuses `*`. Denial comes first:
    a denied entry with a specifier removes the whole tool, and `mcp__*` removes all of MCP. See
    <https://code.claude.com/docs/en/sub-agents> and <https://opencode.ai/docs/permissions>.

    Args:
        tools: The list of allowed tools; `None` if the key is missing, which means all of them.
        disallowed: The list of denied tools, if there is one.
        memory: Whether the agent has a memory, which adds Read, Write and Edit to a list.
        servers: The MCP servers that the agent brings along, by name.
    """
    mode, granted, refused = _split_access(tools.value) if tools else (ToolMode.ALL, [], [])
    if disallowed:
        refused = [*refused, *_names(disallowed.value)]
    allowed = tuple(map(_entry, granted)) if mode is ToolMode.LISTED else ()
    denied = tuple(map(_entry, refused))

    start = _session(_format(denied)) if mode is ToolMode.ALL else allowed
    if memory and mode is ToolMode.LISTED:
        start = (*allowed, *map(_entry, _data()["with_memory"]))
    kept = without(start, denied)
    needed = [entry.server for entry in kept if entry.server and entry.server != _EVERYTHING]
    given = _capabilities(kept)
    if servers:
        given.add(Capability.MCP)
    return ToolAccess(
        mode=mode,
        allowed=allowed[:MOST_TOOLS],
        denied=denied[:MOST_TOOLS],
        capabilities=tuple(capability for capability in Capability if capability in given),
        servers=tuple(map(cut, islice(dict.fromkeys([*needed, *servers]), MOST_TOOLS))),
        beyond=sum(max(len(entries) - MOST_TOOLS, 0) for entries in (allowed, denied)),
    )


def find_tool(name: str) -> Tool | None:
    """The tool of that name, be it the name of today or a former one."""
    return known_tools().get(name) or known_tools().get(_data()["renamed"].get(name, ""))


@cache
def _data() -> Mapping[str, Any]:
    text = files("agent_catalog.reading").joinpath("tools.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def known_tools() -> Mapping[str, Tool]:
    """Every known tool by its name today: Claude Code's own, then those of sibling formats.

    Names are told apart by case: `Read` is Claude Code's, `read` that of others.
    """
    formats = {"": _data()["tools"], **_data()["siblings"]}
    return MappingProxyType(
        {
            name: Tool(
                name=name,
                does=row["does"],
                asks=row.get("asks", False),
                capabilities=tuple(map(Capability, row.get("capabilities", ()))),
                subagents=row.get("subagents", True),
                format=format_,
                former=tuple(old for old, new in _data()["renamed"].items() if new == name),
                gone=row.get("gone", False),
            )
            for format_, rows in formats.items()
            for name, row in rows.items()
        }
    )


@cache
def _tool_sets() -> frozenset[str]:
    """The names before the slash of tools that are of no MCP server: `edit` of `edit/editFiles`."""
    return frozenset(name.partition("/")[0] for name in known_tools() if "/" in name)


# From the value of a field to names


def _split_access(value: Value) -> tuple[ToolMode, list[str], list[str]]:
    """The mode, the names allowed and the names denied by a value of `tools`."""
    if isinstance(value, Mapping):
        return _split_map(value)
    names = list(_names(value))
    if _EVERYTHING in names:
        return ToolMode.ALL, [], []
    return ToolMode.LISTED if names else ToolMode.NONE, names, []


def _split_map(permissions: Mapping[str, Value]) -> tuple[ToolMode, list[str], list[str]]:
    granted = list(_names(permissions))
    refused = [name for name, permission in permissions.items() if permission in _REFUSED]
    if _EVERYTHING not in refused:
        return ToolMode.ALL, [], refused
    refused.remove(_EVERYTHING)
    return ToolMode.LISTED if granted else ToolMode.NONE, granted, refused


def _names(value: Value) -> Iterator[str]:
    """The entries of a list in any of its shapes, as written, without their quotes."""
    if isinstance(value, str):
        yield from _names_of_text(value)
    elif isinstance(value, Mapping):
        yield from (name for name, permission in value.items() if permission not in _REFUSED)
    elif isinstance(value, Sequence):
        for item in value:
            # An item of `null` is a bullet with nothing behind it.
            yield from _names_of_text(item) if isinstance(item, str) else _text(item)
    else:
        yield from _text(value)


def _text(value: Value) -> Iterator[str]:
    if value is not None:
        yield json.dumps(value, ensure_ascii=False)


def _names_of_text(text: str) -> Iterator[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):  # a YAML list that was put in quotes
        text = text[1:-1]
    for part in _split(text, ",\r\n"):
        name = part.strip().removeprefix("- ").strip(_QUOTES)  # "- ": a YAML list, unparsed
        words = [word for word in _split(name, " ") if word]
        if len(words) > 1 and all(_entry(word).known for word in words):
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


def _entry(written: str) -> ToolEntry:
    written = cut(written, 2 * LONGEST_VALUE)
    name, specifier = _split_specifier(written)
    name = cut(name)
    tool = find_tool(name)
    server, server_tool = (None, None) if tool else _split_server(name)
    return ToolEntry(
        written=written,
        name=name,
        specifier=specifier,
        server=server,
        server_tool=server_tool,
        tool=tool,
    )


def _split_specifier(written: str) -> tuple[str, str | None]:
    """`Bash(git *)` as `Bash` and `git *`; see <https://code.claude.com/docs/en/permissions>."""
    name, opened, rest = written.partition("(")
    name = name.strip()
    return (name, rest[:-1]) if name and opened and rest.endswith(")") else (written, None)


def _split_server(name: str) -> tuple[str | None, str | None]:
    """The server and its tool of `mcp__server__tool`, or of `server/tool` as Copilot writes it."""
    if name.startswith("mcp__"):
        server, _, tool = name.removeprefix("mcp__").partition("__")
        return (server, tool or None) if server else (None, None)
    server, _, tool = name.rpartition("/")
    if server and tool and len(name.split()) == 1 and server not in _tool_sets():
        return server, tool
    return None, None


# From entries to what they give


@cache
def _session(format_: str) -> tuple[ToolEntry, ...]:
    """What an agent starts from that inherits all tools of a session, in one of the formats."""
    tools = [name for name, tool in known_tools().items() if format_ in tool.format.split(", ")]
    return tuple(map(_entry, [*tools, _EVERY_SERVER]))


def _format(denied: Iterable[ToolEntry]) -> str:
    """The format that the denied names are of; Claude Code's own if nothing tells."""
    return next((entry.tool.format.split(", ")[0] for entry in denied if entry.tool), "")


def without(entries: Iterable[ToolEntry], denied: Iterable[ToolEntry]) -> list[ToolEntry]:
    """The entries that denied ones leave over; a denied one removes the whole tool or server."""
    removed = {_scopes(entry)[-1] for entry in denied}
    for group in _data()["denied_together"].values():
        if not removed.isdisjoint(group):
            removed.update(group)
    return [entry for entry in entries if removed.isdisjoint(_scopes(entry))]


def _scopes(entry: ToolEntry) -> tuple[str, ...]:
    """The names whose denial removes the entry, from the widest down to its own."""
    if entry.tool:
        over_mcp = (_EVERY_SERVER,) if Capability.MCP in entry.tool.capabilities else ()
        return (_EVERYTHING, *over_mcp, entry.tool.name)
    if not entry.server:
        return (_EVERYTHING, entry.name)
    server = f"mcp__{entry.server}"
    scopes = (_EVERYTHING, _EVERY_SERVER, server)
    whole = entry.server_tool in (None, _EVERYTHING)
    return scopes if whole else (*scopes, f"{server}__{entry.server_tool}")


def _capabilities(entries: Iterable[ToolEntry]) -> set[Capability]:
    given: set[Capability] = set()
    for entry in entries:
        if entry.tool and entry.tool.subagents:
            given.update(entry.tool.capabilities)
        elif entry.server:
            given.add(Capability.MCP)
    return given
