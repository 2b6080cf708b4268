"""A review: what differs between two catalogs, as values that know no output format."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from agent_catalog.model.agent import Agent, FacetValue
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding
from agent_catalog.model.format import Format
from agent_catalog.model.format import Kind as FileKind
from agent_catalog.model.tool import Capability, ToolEntry, ToolMode

_Value = TypeVar("_Value")
_Value_co = TypeVar("_Value_co", covariant=True)
_Hashable = TypeVar("_Hashable", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Difference(Generic[_Value_co]):
    """A value that is no longer what it was."""

    before: _Value_co
    after: _Value_co


def difference(before: _Value, after: _Value) -> Difference[_Value] | None:
    """Both values; `None` if they are the same."""
    return None if before == after else Difference(before, after)


@dataclass(frozen=True, slots=True)
class Shift(Generic[_Value_co]):
    """What came to a set of values and what went from it."""

    gained: tuple[_Value_co, ...] = ()
    lost: tuple[_Value_co, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost)


def shift(before: Iterable[_Hashable], after: Iterable[_Hashable]) -> Shift[_Hashable]:
    """What came and what went, each once and in its own order."""
    old, new = dict.fromkeys(before), dict.fromkeys(after)
    return Shift(
        tuple(value for value in new if value not in old),
        tuple(value for value in old if value not in new),
    )


class Kind(StrEnum):
    """What happened to an agent, in the order that it is told in."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    """It has another path; it may have changed as well."""
    CHANGED = "changed"
    REFORMATTED = "reformatted"
    """The file differs, but nothing that an agent tool or a model takes from it."""


class Reason(StrEnum):
    """Why a change is an escalation."""

    PERMISSION_MODE = "permission-mode"
    """It asks for permission less often, as far as is known; with the new mode."""
    UNKNOWN = "unknown"
    """It was known what the agent may use, and is no longer."""
    ALL_TOOLS = "all-tools"
    """Its file limited it, and now it has all that the session has."""
    CAPABILITY = "capability"
    """More than to read; with the [`Capability`][agent_catalog.model.tool.Capability]."""
    SERVER = "server"
    """Another MCP server; with its name."""
    SERVER_TOOL = "server-tool"
    """Another tool of an MCP server that it used already; with the tool's name."""
    DENIAL = "denial"
    """A tool that is no longer denied; with its name."""
    ASKS = "asks"
    """A tool that is used without a question, or by other patterns; with its name."""
    KEY = "key"
    """A key that gives something by itself was added or changed, or takes effect; with the key."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A way in which an agent may do more than it could."""

    reason: Reason
    what: str = ""
    """What [`Reason`][agent_catalog.reviewing.review.Reason] says, as written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """What differs in what an agent may use."""

    mode: Difference[ToolMode] | None = None
    about: Difference[str] | None = None
    """What limits it in place of a list, as a sentence."""
    capabilities: Shift[Capability] = Shift()
    tools: Shift[ToolEntry] = Shift()
    """What it gets, or no longer gets, unless a denial tells that; nothing where one of both
    starts from all tools of the session."""
    conditions: tuple[Difference[ToolEntry], ...] = ()
    """For each tool that it gets as before but on another condition, its entries."""
    denied: Shift[ToolEntry] = Shift()
    """Denials that take something away, or did."""
    servers: Shift[str] = Shift()
    listed_idly: Shift[ToolEntry] = Shift()
    """Entries of the list that give nothing, or did not."""
    denied_idly: Shift[ToolEntry] = Shift()
    """Denials that take nothing away, or did not."""
    specifiers: tuple[ToolEntry, ...] = ()
    """A tool for each that is listed with other specifiers than before."""
    respelled: bool = False
    """Whether the keys differ and all of the above is the same."""

    @property
    def without_effect(self) -> tuple[ToolEntry, ...]:
        """What came to the lists or went from them and makes no difference."""
        shifts = (self.listed_idly, self.denied_idly)
        return tuple(entry for each in shifts for entry in (*each.gained, *each.lost))

    def __bool__(self) -> bool:
        return self != AccessChange()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """How much of a text is new: in lines of a prompt, in words of a description.

    Of the pieces of the longer text, `changed` have no counterpart in the other one, wherever it
    stands. Empty lines do not count, nor does the white space around and between words.
    """

    tokens: Difference[int]
    """The estimated size."""
    changed: int
    total: int
    """Pieces of the longer text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesChange:
    """How many examples of a description came, went, and were rewritten."""

    added: int = 0
    removed: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysChange:
    """Other keys of the frontmatter than those with a change of their own."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Formatting(StrEnum):
    """What differs in the bytes of a file and in nothing else."""

    LINE_ENDS = "line ends"
    BYTE_ORDER_MARK = "byte order mark"
    KEY_ORDER = "order of keys"
    YAML = "YAML style"
    SPACE = "white space"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChange:
    """One agent that is not what it was. What is the same is `None` or empty."""

    kind: Kind
    before: Agent | None
    """`None` if it is added."""
    after: Agent | None
    """`None` if it is removed."""
    escalations: tuple[Escalation, ...] = ()
    loadable: Difference[bool] | None = None
    format: Difference[Format] | None = None
    file_kind: Difference[FileKind] | None = None
    """What the file is to its tool."""
    id: Difference[str] | None = None
    """What its tool calls it."""
    name: Difference[str] | None = None
    """What it is shown as."""
    access: AccessChange | None = None
    permission_mode: Difference[str] | None = None
    """As written; empty if none is set that has an effect."""
    model: Difference[FacetValue] | None = None
    color: Difference[FacetValue] | None = None
    description: TextChange | None = None
    """Of its prose, by words; its size is that of all of it."""
    examples: ExamplesChange | None = None
    prompt: TextChange | None = None
    """By lines."""
    keys: KeysChange | None = None
    findings: Shift[Finding] = Shift()
    """New ones and mended ones, told apart by code and message."""
    formatting: tuple[Formatting, ...] = ()
    """What differs if it is reformatted, or moved and otherwise the same."""

    @property
    def agent(self) -> Agent:
        """The agent as it is or, if it is removed, as it was."""
        agent = self.after or self.before
        assert agent
        return agent


@dataclass(frozen=True, slots=True)
class Collision:
    """A name that more files have than before, and more than one."""

    name: str
    agents: tuple[Agent, ...]
    """Who has it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What changed between two catalogs for a user of the agents."""

    before: Catalog
    after: Catalog
    changes: tuple[AgentChange, ...]
    """Those with an escalation first, then by kind, then by path."""
    collisions: tuple[Collision, ...]
    """By name."""
    passed_over: tuple[str, ...]
    """What is passed over now and was not before: links, submodules, and what is no agent."""
    description_tokens: Difference[int]
    """What the descriptions of all agents that load add to every context, estimated."""

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changes or self.collisions or self.passed_over)

    def count(self, kind: Kind) -> int:
        """How many agents something of that kind happened to."""
        return sum(change.kind is kind for change in self.changes)

    @property
    def escalated(self) -> int:
        """How many agents may do more than they could."""
        return sum(bool(change.escalations) for change in self.changes)
