"""Source folders become a catalog."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from agent_catalog.model.agent import Agent, AgentKey, ToolEntry
from agent_catalog.model.catalog import Catalog, Group, addresses, slug
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.facets import FacetGroup, color_groups, model_groups
from agent_catalog.reading.sources import AgentFile, Source, read_source


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
        return agent if agent and agent.data == file.data else read_agent(file)

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
    agents: Iterable[Agent], keys: Callable[[Agent], Iterable[str]]
) -> dict[str, tuple[AgentKey, ...]]:
    members: dict[str, list[AgentKey]] = defaultdict(list)
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
    return tuple(
        _tool_group(entries[name], members[name])
        for name in sorted(members, key=lambda name: (not entries[name].known, name.lower(), name))
    )


def _tool_group(entry: ToolEntry, members: tuple[AgentKey, ...]) -> Group:
    tool, server = entry.tool, entry.server
    if tool:
        formats = [name for name in tool.format.split(", ") if name]
        place = slug("-".join([*formats, tool.name]).lower())
        about = tool.does
    elif server:
        place = slug(f"mcp-{server}")
        about = f"Tools of the MCP server {server}, which the session must be connected to."
    else:
        place = slug(f"other-{entry.name}")
        about = "Not a tool that agent tools are known to have."
    return Group(slug=place, title=entry.group, about=about, members=members, tool=tool)


def _folders(agents: Iterable[Agent]) -> tuple[Group, ...]:
    members = _by(agents, lambda agent: ["/".join(filter(None, (agent.source, agent.folder)))])
    return tuple(
        Group(
            slug="/".join(map(slug, filter(None, folder.split("/")))),
            title=folder,
            about="",
            members=group,
        )
        for folder, group in sorted(members.items())
    )
