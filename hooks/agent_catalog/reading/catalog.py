"""Source folders become a catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from agent_catalog.model.agent import Agent, AgentKey, FacetValue
from agent_catalog.model.catalog import Catalog, Group, Skipped, addresses, apart, slug
from agent_catalog.model.tool import ToolEntry
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.facets import FacetGroup, color_groups, model_groups
from agent_catalog.reading.formats.known import DEFAULT, known_formats
from agent_catalog.reading.sources import AgentFile, Found, Source, read_source

_Value = TypeVar("_Value")


def read_catalog(
    sources: Iterable[Source], exclude: Collection[Path] = (), before: Catalog | None = None
) -> Catalog:
    """Read every agent of every source; never raises on what the files hold.

    Args:
        sources: Folders with labels that differ.
        exclude: Absolute paths of folders to leave out, such as the site's own.
        before: What was read before; agents whose files are the same are taken from it.
    """
    return catalog_from([read_source(source, exclude) for source in sources], before)


def catalog_from(found: Sequence[Found], before: Catalog | None = None) -> Catalog:
    """Read the agent files of every source, wherever their bytes come from.

    Args:
        found: What each source holds; the sources' labels differ.
        before: What was read before; agents whose files are the same are taken from it.
    """
    known = {(agent.shown, agent.key): agent for agent in before.agents} if before else {}

    def read(file: AgentFile) -> Agent:
        agent = known.get((file.shown, (file.source.label, file.path)))
        # An empty file may be one that could not be read.
        same = agent and file.data and (agent.data, agent.plugin) == (file.data, file.plugin)
        return agent if agent and same else read_agent(file)

    agents = tuple(read(file) for each in found for file in each.files)
    return catalog_of(agents, skipped=tuple(skipped for each in found for skipped in each.skipped))


def catalog_of(agents: tuple[Agent, ...], skipped: tuple[Skipped, ...] = ()) -> Catalog:
    """Give agents their addresses and groups."""
    named = (agent for agent in agents if agent.has_name)
    return Catalog(
        agents=agents,
        addresses=addresses(agents),
        models=_facet(model_groups(), _by(agents, lambda agent: [_facet_value(agent.model)])),
        colors=_facet(color_groups(), _by(agents, lambda agent: [_facet_value(agent.color)])),
        tools=_tools(agents),
        formats=_formats(agents),
        folders=_folders(agents),
        names={
            name: alike.keys for name, alike in _by(named, lambda agent: [(agent.name, "")]).items()
        },
        skipped=skipped,
    )


@dataclass(frozen=True, slots=True)
class _Alike:
    """Agents with a value in common, and the ways it is written."""

    members: dict[AgentKey, None] = field(default_factory=dict)
    spellings: dict[str, None] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[AgentKey, ...]:
        return tuple(self.members)


def _by(
    agents: Iterable[Agent], values: Callable[[Agent], Iterable[tuple[_Value, str]]]
) -> dict[_Value, _Alike]:
    """Group agents by values, each of which comes with its spelling."""
    groups: dict[_Value, _Alike] = defaultdict(_Alike)
    for agent in agents:
        for value, spelling in values(agent):
            groups[value].members[agent.key] = None
            groups[value].spellings[spelling] = None
    return groups


def _facet_value(value: FacetValue) -> tuple[str, str]:
    return value.group, value.written


def _facet(groups: Iterable[FacetGroup], found: Mapping[str, _Alike]) -> tuple[Group, ...]:
    return tuple(
        Group(
            slug=group.slug,
            title=group.title,
            about=group.about,
            members=found[group.slug].keys,
            spellings=_spellings(found[group.slug], group.title),
        )
        for group in groups
        if group.slug in found
    )


def _spellings(alike: _Alike, title: str) -> tuple[str, ...]:
    """The spellings, if there is another one than the title."""
    written = tuple(filter(None, alike.spellings))
    return () if written in {(), (title,), (title.lower(),)} else written


def _tools(agents: Iterable[Agent]) -> tuple[Group, ...]:
    entries: dict[tuple[str, str], ToolEntry] = {}

    def listed(agent: Agent) -> Iterator[tuple[tuple[str, str], str]]:
        for entry in agent.tools.allowed:
            entries.setdefault(entry.group, entry)
            yield entry.group, entry.name

    found = _by(agents, listed)
    order = list(known_formats())

    def place(key: tuple[str, str]) -> tuple[object, ...]:
        format_, name = key
        known = order.index(format_) if format_ else len(order)
        return not entries[key].known, known, name.lower(), name

    keys = sorted(found, key=place)
    slugs = apart((key, _tool_slug(entries[key])) for key in keys)
    return tuple(
        Group(
            slug=slugs[key],
            key=key,
            title=key[1],
            about=_about_tool(entries[key]),
            members=found[key].keys,
            spellings=_spellings(found[key], key[1]),
            tool=entries[key].tool,
            server=entries[key].server is not None,
        )
        for key in keys
    )


def _tool_slug(entry: ToolEntry) -> str:
    """Tools of the most frequent format are called by their name alone."""
    if entry.tool:
        format_ = entry.tool.format
        owner = [] if format_ == DEFAULT else [format_]
        return slug("-".join([*owner, entry.tool.name]).lower())
    return slug(f"mcp-{entry.server}") if entry.server else "not-recognised"


def _about_tool(entry: ToolEntry) -> str:
    if entry.tool:
        return entry.tool.does
    if entry.server == "*":
        return "Tools of every MCP server that the session is connected to."
    if entry.server:
        return f"Tools of the MCP server {entry.server}, which the session must be connected to."
    return "Names that are no tool which the files' tools are known to have."


def _formats(agents: Iterable[Agent]) -> tuple[Group, ...]:
    found = _by(agents, lambda agent: [(agent.format.slug, "")])
    return tuple(
        Group(
            slug=each.slug,
            title=each.title,
            about=f"Files for {each.title}.",
            members=found[each.slug].keys,
        )
        for each in known_formats().values()
        if each.slug in found
    )


def _folders(agents: Iterable[Agent]) -> tuple[Group, ...]:
    found = _by(agents, lambda agent: [((agent.source, agent.folder), "")])
    names = {key: "/".join(filter(None, key)) for key in sorted(found)}
    places = apart((key, _folder_place(name)) for key, name in names.items())
    return tuple(
        Group(slug=places[key], title=names[key], about="", members=found[key].keys)
        for key in names
    )


def _folder_place(name: str) -> str:
    return "/".join(slug(part) for part in name.split("/") if part)
