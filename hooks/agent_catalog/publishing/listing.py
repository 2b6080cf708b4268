"""The list of all agents: its pages, what it is filtered by, and what a row tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent_catalog.model.agent import Agent, AgentKey, FacetValue
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Kind
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import NOT_RECOGNISED, Capability, Gets, ToolMode
from agent_catalog.publishing.capabilities import SHORT_CAPABILITIES
from agent_catalog.publishing.characters import visible
from agent_catalog.publishing.numbers import counted
from agent_catalog.reading.formats.known import known_formats

MOST_ROWS = 1500
"""Agents on a page of the list; a folder that fits on one page is not split."""

FEW_AGENTS = 8
"""A list of fewer agents is read quicker than filtered."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONGEST_VALUE = 24
"""Characters of a model or color that is none, in a row."""


@dataclass(frozen=True, slots=True)
class Section:
    """The agents of a folder, or as many of them as are on one page."""

    folder: Group
    agents: Sequence[Agent]
    continued: bool = False
    """Whether the page before has the folder's first agents."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that the list is filtered by."""

    value: str
    """As it stands in the address of a filtered list."""
    title: str
    members: frozenset[AgentKey]


@dataclass(frozen=True, slots=True)
class Facet:
    """A question to which each agent has an answer, or several."""

    name: str
    """As it stands in the address of a filtered list."""
    title: str
    options: tuple[Option, ...]


def list_pages(catalog: Catalog, most: int = MOST_ROWS) -> list[list[Section]]:
    """All agents by folder, on at least one page and with at most so many agents on each."""
    pages: list[list[Section]] = [[]]
    left = most
    for folder in catalog.folders:
        agents = catalog.members(folder)
        if left < len(agents) <= most:
            pages.append([])
            left = most
        start = 0
        while start < len(agents):
            if not left:
                pages.append([])
                left = most
            part = agents[start : start + left]
            pages[-1].append(Section(folder, part, continued=start > 0))
            start += len(part)
            left -= len(part)
    return pages


def list_page_name(number: int) -> str:
    """The name of a page of the list, the first being 1.

    No agent's address has a part that starts with a hyphen, so none is ever a page's.
    """
    return "agents/index" if number == 1 else f"agents/-/{number}"


def list_facets(catalog: Catalog) -> tuple[Facet, ...]:
    """What the agents differ in: no facet of which all have the same values."""
    facets = (
        Facet("format", "Format", _groups(catalog.formats)),
        Facet("model", "Model", _groups(catalog.models)),
        Facet("color", "Color", _groups(catalog.colors)),
        Facet("can", "Can do", _capabilities(catalog.agents)),
        Facet("tool", "Tools", _tools(catalog)),
        Facet("folder", "Folder", _groups(catalog.folders)),
        Facet("finding", "Findings", _findings(catalog.agents)),
    )
    return tuple(
        facet
        for facet in facets
        if any(len(option.members) < len(catalog.agents) for option in facet.options)
    )


def option_numbers(facets: Iterable[Facet]) -> Mapping[AgentKey, str]:
    """The options that each agent is among: their places in all facets, from 0, in base 36."""
    numbers: dict[AgentKey, list[str]] = defaultdict(list)
    options = (option for facet in facets for option in facet.options)
    for number, option in enumerate(options):
        for key in option.members:
            numbers[key].append(_base36(number))
    return {key: " ".join(each) for key, each in numbers.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a list tells of an agent, in words; what there is nothing to say of is empty."""

    model: str
    color: str
    capabilities: str
    """What its tools let it do; empty if it inherits all."""
    tools: str
    """That it inherits all tools, or all but some."""
    folder: str
    file: str
    """The file's name, if the folder has another agent of this name."""
    size: int
    """The estimated tokens of the prompt."""
    problems: int
    loadable: bool


def row_of(agent: Agent, catalog: Catalog) -> Row:
    """The facts of an agent."""
    access = agent.tools
    inherits = agent.acts and agent.inherits
    denied = f" but {len(access.denied)}" if access.denied else ""
    return Row(
        model=_named(agent.model, catalog.models),
        color=_named(agent.color, catalog.colors).lower(),
        capabilities="" if inherits or not agent.loadable else _capabilities_in_short(agent),
        tools=f"all tools{denied}" if inherits else "",
        folder="/".join(filter(None, (agent.source, agent.folder))),
        file=agent.path.rpartition("/")[2] if _has_neighbor(agent, catalog) else "",
        size=estimated_tokens(agent.prompt),
        problems=len(agent.problems),
        loadable=agent.loadable,
    )


_FACTS = ("model", "color", "capabilities", "tools")
"""The facts that may be the same in all rows of a list."""


def shared_facts(rows: Sequence[Row]) -> Mapping[str, str]:
    """The facts that are the same in all of several rows, by name; a row alone has none."""
    if len(rows) < 2:  # noqa: PLR2004 (it takes two to share)
        return {}
    first, *others = rows
    return {
        name: getattr(first, name)
        for name in _FACTS
        if all(getattr(each, name) == getattr(first, name) for each in others)
    }


def row_facts(row: Row, shared: Iterable[str] = (), *, folder: bool = False) -> Markup:
    """What a row tells beside name and purpose, as HTML.

    Args:
        row: The agent.
        shared: Names of facts to leave out, since all rows of the list have the same.
        folder: Whether to tell the agent's folder.
    """
    told = [visible(getattr(row, name)) for name in _FACTS[:-1] if name not in shared]
    told.append(_size(row.size))
    place = row.folder if folder else ""
    if row.file:
        told.append(visible(f"{place}/{row.file}" if place else row.file))
    elif place:
        told.append(visible(f"in {place}"))
    if "tools" not in shared:
        told.append(_flag(row.tools, Severity.WARNING))
    if not row.loadable:
        told.append(_flag("not loaded", Severity.ERROR))
    if row.problems:
        told.append(_flag(counted(row.problems, "problem"), Severity.WARNING))
    return Markup(" · ").join(filter(None, told))


def _size(tokens: int) -> Markup:
    return visible(counted(tokens, "token") if tokens < 1000 else f"{tokens / 1000:.1f}k tokens")  # noqa: PLR2004 (a thousand is k)


def _flag(text: str, severity: Severity) -> Markup:
    tag = "strong" if severity is Severity.ERROR else "b"
    return Markup(f"<{tag}>{visible(text)}</{tag}>") if text else Markup()  # noqa: S704 (escaped just here)


def _named(value: FacetValue, groups: Iterable[Group]) -> str:
    """The group's title; what is written, if that is not recognised; nothing if nothing is."""
    if not value.written:
        return ""
    title = next(group.title for group in groups if group.slug == value.group)
    if title != NOT_RECOGNISED:
        return title
    written = " ".join(value.written.split())
    return written if len(written) <= _LONGEST_VALUE else f"{written[:_LONGEST_VALUE]}…"


def _has_neighbor(agent: Agent, catalog: Catalog) -> bool:
    """Whether the agent's folder has another one of its name."""
    folder = (agent.source, agent.folder)
    places = (
        (source, path.rpartition("/")[0]) for source, path in catalog.names.get(agent.name, ())
    )
    return sum(place == folder for place in places) > 1


def _capabilities_in_short(agent: Agent) -> str:
    access = agent.tools
    if agent.kind is not Kind.AGENT:
        return agent.kind.value
    if access.capabilities:
        return ", ".join(SHORT_CAPABILITIES[each] for each in access.capabilities)
    if access.mode is ToolMode.UNKNOWN:
        return "tools not known"
    if access.mode is ToolMode.NONE or not access.allowed:
        return "no tools"
    if not any(entry.known for entry in access.allowed):
        return counted(len(access.allowed), "unknown tool")
    return counted(len(access.allowed), "tool without capabilities", "tools without capabilities")


def _groups(groups: Iterable[Group]) -> tuple[Option, ...]:
    return tuple(_option(group.slug, group.title, group.members) for group in groups)


def _capabilities(agents: Sequence[Agent]) -> tuple[Option, ...]:
    found = {
        each: [agent.key for agent in agents if agent.acts and each in agent.capabilities]
        for each in Capability
    }
    only_reads = [
        agent.key for agent in agents if agent.acts and agent.capabilities == (Capability.READ,)
    ]
    nothing = [agent.key for agent in agents if agent.kind is Kind.AGENT and not agent.capabilities]
    return _used(
        *(_option(each.value, SHORT_CAPABILITIES[each], keys) for each, keys in found.items()),
        _option("read-only", "only reads", only_reads),
        _option("none", "none of these", nothing),
    )


def _tools(catalog: Catalog) -> tuple[Option, ...]:
    modes = {
        mode: [agent.key for agent in catalog.agents if agent.tools.mode is mode]
        for mode in ToolMode
    }
    inheriting = [agent.key for agent in catalog.agents if agent.acts and agent.inherits]
    return _used(
        _option("all", "all tools", inheriting),
        _option("none", "no tools", modes[ToolMode.NONE]),
        _option("unknown", "not known", modes[ToolMode.UNKNOWN]),
        *_most_first(_given(catalog)),
    )


def _given(catalog: Catalog) -> Iterator[Option]:
    """Each tool with the agents that get it by listing it, at least sometimes."""
    given: dict[tuple[str, str], list[AgentKey]] = defaultdict(list)
    for agent in catalog.agents:
        for key in {each.group for each in agent.tools.allowed if each.gets is not Gets.NO}:
            given[key].append(agent.key)
    for group in catalog.tools:
        members = group.members if group.title == NOT_RECOGNISED else given[group.key]
        yield _option(group.slug, _tool_title(group, catalog), members)


def _tool_title(group: Group, catalog: Catalog) -> str:
    """The tool's name, with the format where the catalog holds several."""
    if group.tool is None or len(catalog.formats) < 2:  # noqa: PLR2004 (it takes two to be several)
        return group.title
    return f"{group.title} ({known_formats()[group.tool.format].title})"


def _findings(agents: Iterable[Agent]) -> tuple[Option, ...]:
    severities: dict[Severity, dict[AgentKey, None]] = {each: {} for each in Severity}
    codes: dict[str, dict[AgentKey, None]] = defaultdict(dict)
    sound = []
    for agent in agents:
        if not agent.problems:
            sound.append(agent.key)
        for finding in agent.open_findings:
            severities[finding.severity][agent.key] = None
            codes[finding.code][agent.key] = None
    return _used(
        _option("error", "errors", severities[Severity.ERROR]),
        _option("warning", "warnings", severities[Severity.WARNING]),
        _option("info", "notes", severities[Severity.INFO]),
        _option("none", "no problems", sound),
        *_most_first(_option(code, code, keys) for code, keys in codes.items()),
    )


def _option(value: str, title: str, members: Iterable[AgentKey]) -> Option:
    return Option(value, title, frozenset(members))


def _used(*options: Option) -> tuple[Option, ...]:
    return tuple(option for option in options if option.members)


def _most_first(options: Iterable[Option]) -> Iterator[Option]:
    yield from sorted(options, key=lambda option: (-len(option.members), option.title))


def _base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
