"""The catalog: all agents, their addresses and their groups."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.finding import Finding, Severity
from agent_catalog.model.history import History
from agent_catalog.model.profile import Profile, profile_of
from agent_catalog.model.tool import Capability, Tool, ToolEntry

_CLEAN = re.compile(r"(?!dot-)[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_-])?")
_RESERVED = re.compile(
    r"index|404"
    r"|(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?"  # devices of Windows, whatever the ending
    r"|.*\.(?:md|html?|json|txt|xml)"
)
_DIGESTED = re.compile(r"(?:.*-)?[0-9a-f]{16}")
_LONGEST_ADDRESS = 240
_UNSAFE = re.compile(r"[^a-z0-9_]+")

_Key = TypeVar("_Key", bound=Hashable)


def slug(name: str) -> str:
    """A name made fit for URLs and any file system: always the same, and no other name's.

    A name in lower-case ASCII letters, digits, `.`, `_` and `-` is its own slug. A hidden
    folder's dot is spelled out. Any other name loses something on the way, so a few digits of
    its SHA-256 keep it apart from all that lose the same; and one that ends like these gets some
    as well, so that it never takes another's place.
    """
    if _is_clean(name):
        return name
    if name.startswith(".") and _is_clean(name[1:]):
        return f"dot-{name[1:]}"
    readable = _UNSAFE.sub("-", name.lower()).strip("-_")[:60].rstrip("-_")
    return f"{readable}-{_digest(name)}" if readable else _digest(name)


def _is_clean(name: str) -> bool:
    if _RESERVED.fullmatch(name) or _DIGESTED.fullmatch(name):
        return False
    return _CLEAN.fullmatch(name) is not None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def address(agent: Agent) -> str:
    """The path of an agent's page below `agents/`; it depends on the agent's own path alone.

    One that is too long for file systems ends in digits that no other path has.
    """
    parts = agent.path.removesuffix(".md").removesuffix(".toml").split("/")
    parts = [agent.source, *parts] if agent.source else parts
    place = "/".join(map(slug, parts))
    if len(place) <= _LONGEST_ADDRESS:
        return place
    return f"{place[:_LONGEST_ADDRESS].rpartition('/')[0]}/{_digest('/'.join(parts))}"


def addresses(agents: Iterable[Agent]) -> Mapping[AgentKey, str]:
    """An address for each agent."""
    return apart((agent.key, address(agent)) for agent in agents)


def apart(places: Iterable[tuple[_Key, str]]) -> dict[_Key, str]:
    """A place for each key: the one given or, if an earlier key has it, one with more digits.

    Slugs are alike only by accident, or on purpose of who wrote the agents.
    """
    taken: dict[str, _Key] = {}
    for key, given in places:
        place = given
        while place in taken:
            place = f"{place}-{_digest(f'{key}{place}')}"
        taken[place] = key
    return {key: place for place, key in taken.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Agents that share a value of a facet."""

    slug: str
    title: str
    about: str
    """One sentence: what the value means, or what the tool does."""
    members: tuple[AgentKey, ...]
    spellings: tuple[str, ...] = ()
    """How the value is written in the files, each way once."""
    key: tuple[str, str] = ("", "")
    """What the entries of a tool are grouped by, for groups by tool."""
    tool: Tool | None = None
    """What is known of the tool, for groups by tool."""
    server: bool = False
    """Whether it is a group of the tools of an MCP server."""


@dataclass(frozen=True, slots=True, order=True)
class Skipped:
    """A file or folder of a source that is no agent, or is not read for another reason."""

    path: str
    """POSIX path below the source folder."""
    reason: str
    """What it is, in words that come from no file."""


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """All agents, in the order of their sources and paths."""

    agents: tuple[Agent, ...]
    addresses: Mapping[AgentKey, str]
    """Where each agent's page is, below `agents/`."""
    models: tuple[Group, ...]
    colors: tuple[Group, ...]
    tools: tuple[Group, ...]
    """By the tool's name today; those of one MCP server are one group."""
    formats: tuple[Group, ...]
    """By the tool that the files are for."""
    folders: tuple[Group, ...]
    names: Mapping[str, tuple[AgentKey, ...]]
    """Who has a name; more than one agent may. Files without one have none."""
    skipped: tuple[Skipped, ...] = ()
    """What was passed over in the sources, by path below their folders."""
    histories: Mapping[AgentKey, History] = field(default_factory=dict)
    """When agents were added and last changed, of those of which it is known."""

    @cached_property
    def _by_key(self) -> Mapping[AgentKey, Agent]:
        return {agent.key: agent for agent in self.agents}

    def address(self, agent: Agent) -> str:
        """Where the agent's page is, below `agents/`."""
        return self.addresses[agent.key]

    def agent(self, key: AgentKey) -> Agent:
        """The agent of a key of this catalog."""
        return self._by_key[key]

    def members(self, group: Group) -> list[Agent]:
        """The agents of a group, by name."""
        agents = [self._by_key[key] for key in group.members]
        return sorted(agents, key=lambda agent: (agent.name.casefold(), agent.key))

    def count_namesakes(self, agent: Agent) -> int:
        """How many other agents have the same name."""
        return max(0, len(self.names.get(agent.name, ())) - 1) if agent.has_name else 0

    def tool_group(self, entry: ToolEntry) -> Group | None:
        """The agents that list a tool, if any does."""
        return self._tool_groups.get(entry.group)

    def model_group(self, agent: Agent) -> Group:
        """The agents that run on the same model."""
        return self._facet_groups["model", agent.model.group]

    def color_group(self, agent: Agent) -> Group:
        """The agents that look the same while they run."""
        return self._facet_groups["color", agent.color.group]

    @cached_property
    def _facet_groups(self) -> Mapping[tuple[str, str], Group]:
        facets = {"model": self.models, "color": self.colors}
        return {(facet, group.slug): group for facet, groups in facets.items() for group in groups}

    @cached_property
    def _tool_groups(self) -> Mapping[tuple[str, str], Group]:
        return {group.key: group for group in self.tools}

    @cached_property
    def _unknown_tools(self) -> Mapping[str, int]:
        """How many agents list each name that is no tool."""
        lists = (agent.tools.allowed for agent in self.agents)
        return Counter(
            name for entries in lists for name in {each.name for each in entries if not each.known}
        )

    def others_listing(self, entry: ToolEntry, agent: Agent) -> int:
        """How many agents beside one list a tool, or the same name that is none."""
        group = self.tool_group(entry)
        if not entry.known:
            listed = any(each.name == entry.name for each in agent.tools.allowed)
            return self._unknown_tools.get(entry.name, 0) - listed
        return len(group.members) - (agent.key in group.members) if group else 0

    @cached_property
    def _inheriting(self) -> Mapping[str, int]:
        """How many agents of each format inherit every tool of the session, less those denied."""
        return Counter(agent.format.slug for agent in self.agents if agent.acts and agent.inherits)

    @cached_property
    def inheriting(self) -> int:
        """How many agents inherit every tool of the session, less those denied to them."""
        return sum(self._inheriting.values())

    def inheriting_tool(self, group: Group) -> int:
        """How many agents inherit the tool of a group with all others of the session."""
        denied = sum(agent.acts and agent.inherits for agent in self.denying(group))
        if group.tool:
            return self._inheriting.get(group.tool.format, 0) - denied
        return self.inheriting - denied

    def denying(self, group: Group) -> list[Agent]:
        """The agents to which the tool of a group is denied, in the catalog's order."""
        return [
            agent
            for agent in self.agents
            if any(_takes_away(entry, group) for entry in agent.tools.denied)
            and (group.tool is None or group.tool.format == agent.format.slug)
        ]

    @cached_property
    def profile(self) -> Profile:
        """What all agents may do, counted."""
        return profile_of(self.agents)

    def profile_of(self, group: Group) -> Profile:
        """What the agents of a group may do, counted."""
        return profile_of(self._by_key[key] for key in group.members)

    @cached_property
    def not_loaded(self) -> int:
        """How many files their tools are known not to load."""
        return sum(not agent.loadable for agent in self.agents)

    @property
    def findings(self) -> Iterator[Finding]:
        """Every finding of every agent."""
        return (finding for agent in self.agents for finding in agent.findings)

    @cached_property
    def open_findings(self) -> Mapping[Severity, Mapping[str, int]]:
        """How many agents have a finding that nobody accepted, by severity and code.

        The most severe are first, and of those the most frequent; what there is none of is
        left out.
        """
        found: dict[Severity, Counter[str]] = {}
        for agent in self.agents:
            for severity, code in {(each.severity, each.code) for each in agent.open_findings}:
                found.setdefault(severity, Counter())[code] += 1
        return {
            severity: dict(sorted(found[severity].items(), key=lambda item: (-item[1], item[0])))
            for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
            if severity in found
        }

    def count_with(self, severity: Severity) -> int:
        """How many agents have a finding of a severity that nobody accepted."""
        return sum(
            any(each.severity is severity for each in agent.open_findings) for agent in self.agents
        )


def _takes_away(denied: ToolEntry, group: Group) -> bool:
    """Whether a denied entry removes the tool of a group, or all that its MCP server has."""
    if denied.name == "*":
        return True
    if denied.server == "*":
        return group.server or (
            group.tool is not None and Capability.MCP in group.tool.capabilities
        )
    if denied.server:
        return denied.server_tool in (None, "*") and denied.group == group.key
    return denied.tool is not None and denied.tool == group.tool
