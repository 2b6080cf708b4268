"""Tools: what is known of each, and what a file's entries for them give an agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

NOT_RECOGNISED = "Not recognised"
"""The title of the group of what is no known tool, model or color."""


class Capability(StrEnum):
    """What the tools of an agent let it do."""

    READ = "read"
    WRITE = "write"
    EXECUTE = "execute"
    NETWORK = "network"
    DELEGATE = "delegate"
    MCP = "mcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What is known of a tool, whichever agent lists it."""

    name: str
    """Its name today."""
    format: str
    """The slug of the format whose tool has it."""
    does: str
    """One line: what an agent does with it."""
    asks: bool | None = None
    """Whether it asks for permission by default; `None` if that is not documented."""
    capabilities: tuple[Capability, ...] = ()
    set: bool = False
    """Whether it stands for several tools, each of which can be listed as `name/tool`."""
    removed: bool = False
    """Whether its agent tool no longer has it."""
    main_only: bool = False
    """Whether only the main agent of a session is given it, and no subagent."""
    specifier: str = ""
    """What stands in parentheses behind it, where that is not what it is behind other tools."""
    former: tuple[str, ...] = ()
    """Names that it had before, and other names that it goes by."""


class Gets(StrEnum):
    """Whether an agent gets what an entry of its file lists."""

    YES = "yes"
    NO = "no"
    DEPENDS = "depends"
    """On how and where it is run, or on what is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntry:
    """One entry of an agent's tool list."""

    written: str
    """As it stands in the file: `Bash(git *)`."""
    name: str
    """Without the specifier: `Bash`, `mcp__context7__get-library-docs`."""
    specifier: str | None = None
    """What stands in parentheses: `git *`."""
    server: str | None = None
    """The MCP server, for `mcp__server` and `mcp__server__tool`."""
    server_tool: str | None = None
    """The tool of that server; `None` or `*` stands for all of them."""
    extension: str | None = None
    """The extension of the editor that the tool is of: `ms-python.python`."""
    tool: Tool | None = None
    """What is known of it under its name today; `None` for MCP tools and unknown names."""
    gets: Gets = Gets.YES
    why: str | None = None
    """Why it is not simply given, as a code: `beside-bash`; `None` if it is."""
    condition: str = ""
    """The same for people: when the agent gets it, or why it does not, without a stop."""
    main_only: bool = False
    """Whether an agent gets it as the main agent of a session alone, and never as a subagent."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Where it depends on what the tool is called with: patterns, and `allow`, `ask` or `deny`."""

    @property
    def renamed(self) -> bool:
        """Whether it is known by another name today."""
        return self.tool is not None and self.tool.name != self.name and not self.tool.set

    @property
    def known(self) -> bool:
        """Whether its tool can know it: a listed tool, or one of a server or an extension."""
        return bool(self.tool or self.server or self.extension)

    @property
    def group(self) -> tuple[str, str]:
        """What it is grouped by: a format's slug and the tool's name today, or an MCP server."""
        if self.tool:
            return self.tool.format, self.tool.name
        return "", f"mcp__{self.server}" if self.server else NOT_RECOGNISED


class ToolMode(StrEnum):
    """Which tools an agent starts from."""

    ALL = "all"
    """No list: the agent inherits every tool of the session, MCP servers included."""
    LISTED = "listed"
    NONE = "none"
    """An empty list: the agent has no tool."""
    UNKNOWN = "unknown"
    """It is not known what the agent may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAccess:
    """What the agent may use, and what follows from it."""

    mode: ToolMode
    allowed: tuple[ToolEntry, ...] = ()
    """The list as written, in its order; empty in the other modes."""
    denied: tuple[ToolEntry, ...] = ()
    added: tuple[ToolEntry, ...] = ()
    """What a key adds beside the list, and the list does not give."""
    capabilities: tuple[Capability, ...] = ()
    """What the tools that it gets, always or sometimes, let it do as a subagent.

    In the order of [`Capability`][agent_catalog.model.tool.Capability].
    """
    servers: tuple[str, ...] = ()
    """The MCP servers that it needs, by name."""
    beyond: int = 0
    """How many entries the lists have beyond those that are told here; what they allow is told."""
    about: str = ""
    """What limits it in place of a list of tools, as a sentence: a sandbox, `readonly`."""
    granted: tuple[ToolEntry, ...] = field(default=(), compare=False, repr=False)
    """Every tool that it gets, always or sometimes, from its file or from the session."""

    @property
    def uncertain(self) -> bool:
        """Whether it is not known what the agent cannot do, for it is not known what it gets."""
        return self.mode is ToolMode.UNKNOWN or any(
            entry.extension or (entry.gets is Gets.DEPENDS and not entry.known)
            for entry in self.allowed
        )

    @property
    def effective(self) -> tuple[ToolEntry, ...]:
        """Every entry with whether the agent gets it: listed ones, added ones, denied ones."""
        return (*self.allowed, *self.added, *self.denied)

    def count(self, gets: Gets) -> int:
        """How many of the listed entries the agent gets, does not get, or may get."""
        return sum(entry.gets is gets for entry in self.allowed)
