"""What the home page and the pages of groups compare: groups in an order, shares, spellings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.model.tool import Capability, ToolEntry
from agent_catalog.reading.formats.known import known_formats

TOOL_CAPABILITIES: Mapping[Capability | None, str] = {
    Capability.READ: "Read files",
    Capability.WRITE: "Change files",
    Capability.EXECUTE: "Run commands",
    Capability.NETWORK: "Use the network",
    Capability.DELEGATE: "Start other agents",
    Capability.MCP: "Reach MCP servers",
    None: "Serve the session itself",
}
"""What a tool is for, by the first capability that it gives."""


_MOST_LISTED_AT_HOME = 8
"""Agents that the home page lists by name; a larger catalog has its list elsewhere."""
_MOST_CHARTED = 10
"""Tools or folders in a chart of the home page."""
_FEWEST_CHARTED = 4
"""Agents; of fewer, charts would only draw what a line of text says better."""


def home_sections(catalog: Catalog) -> dict[str, str]:
    """The sections of the home page: the title of each by its name."""
    agents = len(catalog.agents)
    if not agents:
        return {"files": "Files for programs"}
    charts = {"capabilities": "What they can do", "models": "Models", "colors": "Colors"}
    if catalog.tools:
        charts["tools"] = "Tools"
    if len(catalog.formats) > 1:
        charts["formats"] = "Formats"
    return {
        "start": "Where to start",
        **({"agents": "Agents"} if agents <= _MOST_LISTED_AT_HOME else {}),
        **(charts if agents >= _FEWEST_CHARTED else {"groups": "Groups"}),
        "problems": "What is broken",
        **({"folders": "Folders"} if len(catalog.folders) > 1 else {}),
        "files": "Files for programs",
    }


def most_used(groups: Iterable[Group]) -> list[Group]:
    """The largest groups, for the home page."""
    return sorted(groups, key=lambda group: -len(group.members))[:_MOST_CHARTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSection:
    """Tools of one kind, as the page of all tools shows them."""

    slug: str
    title: str
    about: str
    parts: Mapping[str, tuple[Group, ...]] = field(default_factory=dict)
    """The groups by what they are for, the most used first; one part may have no name."""

    @property
    def most(self) -> int:
        """How many agents the largest group has."""
        return max(len(group.members) for part in self.parts.values() for group in part)


def tool_sections(groups: Iterable[Group]) -> tuple[ToolSection, ...]:
    """The groups by tool in sections by kind: whose tool it is, or that it is none."""
    ranked = sorted(groups, key=lambda group: -len(group.members))
    servers = [group for group in ranked if group.server]
    rest = [group for group in ranked if not group.tool and not group.server]
    sections = (
        *(
            ToolSection(
                slug=each.slug,
                title=each.title,
                about=f"Tools that {each.title} brings along.",
                parts=_by_capability(
                    group for group in ranked if group.tool and group.tool.format == each.slug
                ),
            )
            for each in known_formats().values()
        ),
        ToolSection(
            slug="mcp-servers",
            title="MCP servers",
            about="The session must be connected to a server before its tools can be used.",
            parts={"": tuple(servers)} if servers else {},
        ),
        ToolSection(
            slug="not-recognised",
            title="Not recognised",
            about="Names that are no tool which the files' tools are known to have.",
            parts={"": tuple(rest)} if rest else {},
        ),
    )
    return tuple(section for section in sections if section.parts)


def _by_capability(groups: Iterable[Group]) -> dict[str, tuple[Group, ...]]:
    groups = tuple(groups)
    parts = {
        title: tuple(group for group in groups if _first(group) is capability)
        for capability, title in TOOL_CAPABILITIES.items()
    }
    return {title: part for title, part in parts.items() if part}


def _first(group: Group) -> Capability | None:
    return next(iter(group.tool.capabilities), None) if group.tool else None


def spellings(catalog: Catalog, group: Group, facet: str) -> dict[str, int]:
    """How many agents write the value of a group in which way, the most frequent first.

    Empty if all write it as the group is called.
    """
    if not group.spellings:
        return {}
    return _ranked(
        written
        for agent in catalog.members(group)
        for written in {*_written(agent, group, facet)}
        if written
    )


def _written(agent: Agent, group: Group, facet: str) -> Iterator[str]:
    if facet == "models":
        yield agent.model.written.strip()
    elif facet == "colors":
        yield agent.color.written.strip()
    else:
        yield from (entry.name for entry in _entries(agent, group))


def specifiers(catalog: Catalog, group: Group) -> dict[str, int]:
    """How many agents limit the tool of a group to what, the most frequent first."""
    return _ranked(
        written
        for agent in catalog.members(group)
        for written in {
            entry.written for entry in _entries(agent, group) if entry.specifier is not None
        }
    )


def _entries(agent: Agent, group: Group) -> Iterator[ToolEntry]:
    return (entry for entry in agent.tools.allowed if entry.group == group.key)


def _ranked(values: Iterable[str]) -> dict[str, int]:
    counted = Counter(values)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def share(count: int, total: int) -> str:
    """A share in per cent, which is 0 or 100 only of none or all."""
    if not total:
        return "—"
    percent = f"{count / total:.0%}"
    if percent == "0%" and count:
        percent = "<1%"
    elif percent == "100%" and count < total:
        percent = ">99%"
    return percent.replace("%", "\N{NO-BREAK SPACE}%")
