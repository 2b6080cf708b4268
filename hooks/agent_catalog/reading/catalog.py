"""Source folders become a catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from agent_catalog.model.agent import Agent, AgentKey, ToolEntry
from agent_catalog.model.catalog import Catalog, Group, addresses, apart, slug
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.facets import FacetGroup, color_groups, model_groups
from agent_catalog.reading.sources import AgentFile, Source, read_source

_Key = TypeVar("_Key")


def read_catalog(
    sources: Iterable[Source], exclude: Collection[Path] = (), before: Catalog | None = None
) -> Catalog:
    """Read every agent of every source; never raises on what the files hold.

    Args:
        sources: Folders with labels that differ.
        exclude: Absolute paths of folders to leave out, such as the site's own.
        before: What was read before; agents whose files are the same are taken from it.
    """
    found = [read_source(source, exclude) for source in sources]
    known = {(agent.shown, agent.key): agent for agent in before.agents} if before else {}

    def read(file: AgentFile) -> Agent:
        agent = known.get((file.shown, (file.source.label, file.path)))
        # An empty file may be one that could not be read.
        return agent if agent and file.data and agent.data == file.data else read_agent(file)

    agents = tuple(read(file) for each in found for file in each.files)
    return catalog_of(agents, skipped=tuple(path for each in found for path in each.skipped))


def catalog_of(agents: tuple[Agent, ...], skipped: tuple[str, ...] = ()) -> Catalog:
    """Give agents their addresses and groups."""
    return Catalog(
        agents=agents,
        addresses=addresses(agents),
        models=_facet(model_groups(), _by(agents, lambda agent: [agent.model.group])),
        colors=_facet(color_groups(), _by(agents, lambda agent: [agent.color.group])),
        tools=_tools(agents),
        folders=_folders(agents),
        names=_by(agents, lambda agent: [agent.name]),
        skipped=skipped,
    )


def _by(
    agents: Iterable[Agent], keys: Callable[[Agent], Iterable[_Key]]
) -> dict[_Key, tuple[AgentKey, ...]]:
    members: dict[_Key, list[AgentKey]] = defaultdict(list)
    for agent in agents:
        for key in dict.fromkeys(keys(agent)):
            members[key].append(agent.key)
    return {key: tuple(group) for key, group in members.items()}


def _facet(
    groups: Iterable[FacetGroup], members: Mapping[str, tuple[AgentKey, ...]]
) -> tuple[Group, ...]:
    return tuple(
        Group(slug=group.slug, title=group.title, about=group.about, members=members[group.slug])
        for group in groups
        if group.slug in members
    )


def _tools(agents: Iterable[Agent]) -> tuple[Group, ...]:
    entries: dict[str, ToolEntry] = {}

    def listed(agent: Agent) -> Iterator[str]:
        for entry in agent.tools.allowed:
            entries.setdefault(entry.group, entry)
            yield entry.group

    members = _by(agents, listed)
    names = sorted(members, key=lambda name: (not entries[name].known, name.lower(), name))
    places = apart((name, _tool_place(entries[name])) for name in names)
    return tuple(_tool_group(entries[name], places[name], members[name]) for name in names)


def _tool_place(entry: ToolEntry) -> str:
    if entry.tool:
        formats = [name for name in entry.tool.format.split(", ") if name]
        return slug("-".join([*formats, entry.tool.name]).lower())
    return slug(f"mcp-{entry.server}" if entry.server else f"other-{entry.name}")


def _tool_group(entry: ToolEntry, place: str, members: tuple[AgentKey, ...]) -> Group:
    if entry.tool:
        about = entry.tool.does
    elif entry.server:
        about = f"Tools of the MCP server {entry.server}, which the session must be connected to."
    else:
        about = "Not a tool that agent tools are known to have."
    return Group(slug=place, title=entry.group, about=about, members=members, tool=entry.tool)


def _folders(agents: Iterable[Agent]) -> tuple[Group, ...]:
    members = _by(agents, lambda agent: [(agent.source, agent.folder)])
    names = {key: "/".join(filter(None, key)) for key in sorted(members)}
    places = apart((key, _folder_place(name)) for key, name in names.items())
    return tuple(
        Group(slug=places[key], title=names[key], about="", members=members[key]) for key in names
    )


def _folder_place(name: str) -> str:
    return "/".join(slug(part) for part in name.split("/") if part)
