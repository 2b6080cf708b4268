"""Access: which tools an agent may use, from the keys of its file that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from agent_catalog.model.agent import Field, Value
from agent_catalog.model.format import Effect, Format
from agent_catalog.model.limits import MOST_TOOLS, cut
from agent_catalog.model.tool import Capability, Gets, ToolAccess, ToolEntry, ToolMode
from agent_catalog.reading.faults import in_words, type_of, wrong_type
from agent_catalog.reading.permissions import read_permissions
from agent_catalog.reading.situations import deciding_keys, settle
from agent_catalog.reading.tools import (
    EVERY_SERVER,
    EVERYTHING,
    names_of,
    read_entry,
    refused,
    without,
)

_MODES = {"all": ToolMode.ALL, "none": ToolMode.NONE, "unknown": ToolMode.UNKNOWN}


@dataclass(frozen=True, slots=True)
class _Settings:
    """What of a file decides on its tools."""

    format: Format
    fields: Mapping[str, Field]
    in_plugin: bool
    unread: bool
    """Whether the agent tool knows nothing of what the file says."""

    def value(self, key: str) -> Value:
        """The value of a key that has an effect; `None` if it is not set, or has none here."""
        known = self.format.keys.get(key)
        if known is None or (self.in_plugin and not known.in_plugins):
            return None
        if any(self._raw(other) in values for other, values in known.idle_with.items()):
            return None
        return self._raw(key)

    def _raw(self, key: str) -> Value:
        field = self.fields.get(key)
        return field.value if field else None

    def text(self, key: str) -> str:
        """The value of a key if it is text; else nothing."""
        value = self.value(key)
        return value.strip() if isinstance(value, str) else ""

    @property
    def servers(self) -> tuple[str, ...]:
        """The MCP servers that the agent brings along, by name."""
        key = "mcp-servers" if "mcp-servers" in self.format.keys else "mcpServers"
        return _servers(self.value(key) or self.value("mcp_servers"))


def read_access(
    format_: Format,
    fields: Mapping[str, Field],
    *,
    in_plugin: bool = False,
    unread: bool = False,
) -> ToolAccess:
    """What an agent may use.

    Args:
        format_: The format of its file, which says how tools are given.
        fields: The frontmatter, by key.
        in_plugin: Whether it is an agent of a plugin, in which some keys have no effect.
        unread: Whether the agent tool loads it without knowing what the file says.
    """
    settings = _Settings(format_, fields, in_plugin, unread)
    if unread:
        return _of_session(settings)
    if any(settings.text(key) == value for key, value in format_.tools.remote.items()):
        about = "It runs elsewhere, and its file does not tell with which tools."
        return ToolAccess(mode=ToolMode.UNKNOWN, about=about)
    return _SHAPES[format_.tools.shape](settings)


# A list of names


def _listed(settings: _Settings) -> ToolAccess:
    """Which tools a list allows.

    A list is a string with commas or line breaks, or a YAML list. Denial comes first: a denied
    entry with a specifier removes the whole tool, and `mcp__*` removes all of MCP. See
    <https://code.claude.com/docs/en/sub-agents>.
    """
    format_ = settings.format
    mode, names = _mode(settings)
    denied = tuple(
        refused(read_entry(name, format_))
        for name in names_of(settings.value("disallowedTools"), format_)
    )
    allowed = _settled(names, denied, settings) if mode is ToolMode.LISTED else ()
    added = _by_memory(allowed, denied, settings) if mode is ToolMode.LISTED else ()
    start = session(format_) if mode is ToolMode.ALL else (*allowed, *added)
    given = ToolAccess(mode=mode, allowed=allowed, denied=denied, added=added)
    return _access(given, without(start, denied, format_), settings.servers)


def _mode(settings: _Settings) -> tuple[ToolMode, list[str]]:
    """From what the agent starts, and the names on its list."""
    tools = settings.format.tools
    if tools.key not in settings.fields:
        return _MODES[tools.missing], []
    value = settings.value(tools.key)
    if isinstance(value, Mapping):
        dropped = settings.format.fault("value-type").effect is Effect.IGNORED
        return (_MODES[tools.missing] if dropped else ToolMode.UNKNOWN), []
    names = list(names_of(value, settings.format))
    if EVERYTHING in names:
        return ToolMode.ALL, []
    return (ToolMode.LISTED, names) if names else (_MODES[tools.empty], [])


def _settled(
    names: Iterable[str], denied: tuple[ToolEntry, ...], settings: _Settings
) -> tuple[ToolEntry, ...]:
    """The entries of a list with whether the agent gets each."""
    format_ = settings.format
    entries = [read_entry(name, format_) for name in names]
    kept = without(entries, denied, format_)
    listed = {entry.tool.name for entry in kept if entry.tool and entry.gets is not Gets.NO}
    set_keys = {key: settings.text(key) for key in deciding_keys(format_)}
    left = set(map(id, kept))
    return tuple(
        refused(entry)
        if id(entry) not in left
        else settle(entry, format_, listed, set_keys)
        if entry.gets is not Gets.NO
        else entry
        for entry in entries
    )


def _by_memory(
    allowed: Iterable[ToolEntry], denied: Iterable[ToolEntry], settings: _Settings
) -> tuple[ToolEntry, ...]:
    """The tools that a memory adds to a list which does not give them."""
    format_ = settings.format
    if settings.text("memory") not in _memories(format_):
        return ()
    given = {each.tool.name for each in allowed if each.tool and each.gets is not Gets.NO}
    condition = f"by `memory`, {format_.tools.memory_needs}"
    entries = [
        replace(read_entry(name, format_), gets=Gets.DEPENDS, why="by-memory", condition=condition)
        for name in format_.tools.with_memory
        if name not in given
    ]
    return tuple(without(entries, denied, format_))


def _memories(format_: Format) -> tuple[str, ...]:
    memory = format_.keys.get("memory")
    return memory.values if memory else ()


@cache
def session(format_: Format) -> tuple[ToolEntry, ...]:
    """What an agent starts from that inherits all tools of a session."""
    tools = format_.tools
    names = [name for name, tool in tools.known.items() if not tool.removed]
    entries = [
        settle(read_entry(name, format_), format_) for name in names if name not in tools.never
    ]
    every_server = ToolEntry(written=EVERY_SERVER, name=EVERY_SERVER, server=EVERYTHING)
    return (*entries, every_server)


def _of_session(settings: _Settings) -> ToolAccess:
    return _access(ToolAccess(mode=ToolMode.ALL), session(settings.format), settings.servers)


# Other ways to limit an agent


def _by_permission(settings: _Settings) -> ToolAccess:
    """OpenCode's permissions."""
    format_ = settings.format
    if wrong := _wrong_map(settings):
        return _access(ToolAccess(mode=ToolMode.UNKNOWN, about=wrong), (), settings.servers)
    found = read_permissions(settings.value("permission"), settings.value("tools"), format_)
    subagent = settings.text("mode") == "subagent"
    kept = [found.judged(entry, format_, subagent=subagent) for entry in session(format_)]
    about = "It asks before it uses any other tool." if found.asks else ""
    given = ToolAccess(mode=found.mode, allowed=found.allowed, denied=found.denied, about=about)
    return _access(given, [*kept, *found.allowed], settings.servers)


def _wrong_map(settings: _Settings) -> str:
    """That a map of permissions is none, so that nothing can be said of what it allows."""
    for name in ("permission", "tools"):
        field, key = settings.fields.get(name), settings.format.keys[name]
        if field and wrong_type(field, key, settings.format):
            taken = " or ".join(map(in_words, key.types))
            return (
                f"It depends on how `{name}` is put right, which is {in_words(type_of(field.value))}: "
                f"{settings.format.title} takes {taken} there."
            )
    return ""


def _by_sandbox(settings: _Settings) -> ToolAccess:
    """What a sandbox lets through; without one, the agent has that of who starts it."""
    sandboxes = settings.format.tools.sandbox
    mode = settings.text(settings.format.tools.key)
    if mode and mode not in sandboxes:
        about = f"{settings.format.title} is not known to have the sandbox `{mode}`."
        return _access(ToolAccess(mode=ToolMode.UNKNOWN, about=about), (), settings.servers)
    if mode:
        given = set(sandboxes[mode].capabilities)
        about = f"{sandboxes[mode].does} {settings.format.tools.caveat}".strip()
    else:
        given = set.intersection(*(set(each.capabilities) for each in sandboxes.values()))
        given.add(Capability.MCP)
        about = "It has the sandbox of the session that starts it."
    if settings.servers:
        given.add(Capability.MCP)
    return ToolAccess(
        mode=ToolMode.ALL,
        capabilities=tuple(each for each in Capability if each in given),
        servers=settings.servers,
        about=about,
    )


def _readonly(settings: _Settings) -> ToolAccess:
    """All tools of the session, or those that change nothing."""
    value = settings.value("readonly")
    if value is not True and value != "true":
        return _of_session(settings)
    about = "It is read-only: it changes no files and runs no command that changes anything."
    kept = [entry for entry in session(settings.format) if not _changes(entry)]
    return _access(ToolAccess(mode=ToolMode.ALL, about=about), kept, settings.servers)


def _changes(entry: ToolEntry) -> bool:
    return entry.tool is not None and not _CHANGES.isdisjoint(entry.tool.capabilities)


_CHANGES = frozenset({Capability.WRITE, Capability.EXECUTE})


def _unlimited(settings: _Settings) -> ToolAccess:
    """A format of which it is not known how it limits tools."""
    mode = _MODES[settings.format.tools.missing]
    return _access(ToolAccess(mode=mode), (), settings.servers)


_SHAPES: Mapping[str, Callable[[_Settings], ToolAccess]] = {
    "list": _listed,
    "tags": _listed,
    "permissions": _by_permission,
    "sandbox": _by_sandbox,
    "readonly": _readonly,
    "none": _unlimited,
}


# What follows from the entries that are left


def _access(given: ToolAccess, kept: Iterable[ToolEntry], servers: Sequence[str]) -> ToolAccess:
    """What follows from the tools that an agent is given.

    Args:
        given: The lists, in full.
        kept: What is left of them, or of the session's tools.
        servers: The MCP servers that the agent brings along.
    """
    kept = [entry for entry in kept if entry.gets is not Gets.NO]
    needed = [entry.server for entry in kept if entry.server and entry.server != EVERYTHING]
    capabilities = _capabilities(kept)
    if servers and given.mode is not ToolMode.UNKNOWN:
        capabilities.add(Capability.MCP)
    return replace(
        given,
        allowed=given.allowed[:MOST_TOOLS],
        denied=given.denied[:MOST_TOOLS],
        capabilities=tuple(each for each in Capability if each in capabilities),
        servers=tuple(map(cut, islice(dict.fromkeys([*needed, *servers]), MOST_TOOLS))),
        beyond=sum(max(len(entries) - MOST_TOOLS, 0) for entries in (given.allowed, given.denied)),
        granted=tuple(dict.fromkeys(kept)),
    )


def _capabilities(entries: Iterable[ToolEntry]) -> set[Capability]:
    """What tools let a subagent do."""
    given: set[Capability] = set()
    for entry in entries:
        if entry.tool and not entry.main_only:
            given.update(entry.tool.capabilities)
        elif entry.server:
            given.add(Capability.MCP)
    return given


def _servers(value: Value) -> tuple[str, ...]:
    """Names of MCP servers: a list of names or of maps from name to settings, or such a map."""
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    if isinstance(value, Mapping):
        return tuple(value)
    if not isinstance(value, tuple):
        return ()
    return tuple(
        name
        for entry in value
        for name in (entry if isinstance(entry, Mapping) else (entry,))
        if isinstance(name, str)
    )
