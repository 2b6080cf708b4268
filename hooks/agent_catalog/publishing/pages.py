"""The pages of the catalog: what is on each, and its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from agent_catalog.model.agent import Agent, AgentKey, Capability, ToolMode, estimated_tokens
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.model.finding import Severity
from agent_catalog.publishing.characters import visible
from agent_catalog.publishing.exports import raw_url
from agent_catalog.publishing.links import Repository
from agent_catalog.publishing.prompt import Heading, RenderedPrompt
from agent_catalog.publishing.urls import Urls

POWERS = {
    Capability.READ: "reads files",
    Capability.WRITE: "changes files",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "uses the network",
    Capability.DELEGATE: "starts other agents",
    Capability.MCP: "uses MCP servers",
}
"""The capabilities in plain words."""

_MOST_NAMESAKES = 10
"""Agents of the same name to list on an agent's page."""

SHORT_POWERS = {
    Capability.READ: "reads",
    Capability.WRITE: "writes",
    Capability.EXECUTE: "runs commands",
    Capability.NETWORK: "network",
    Capability.DELEGATE: "delegates",
    Capability.MCP: "MCP",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogPage:
    """A page before it is rendered."""

    name: str
    """Its path below the site's root, without an ending: `agents/team/reviewer`."""
    title: str
    """Plain text."""
    summary: str
    """One line of plain text, for search engines and previews."""
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the template shows, beside `page` and `catalog`."""
    headings: tuple[Heading, ...] = ()
    """The table of contents, in the order of the page."""
    listed: bool = False
    """Whether the page stands in the site's navigation."""
    agent: Agent | None = None
    """The agent, if it is an agent's page."""


@dataclass(frozen=True, slots=True)
class RenderedAgent:
    """What of an agent is Markdown, as HTML."""

    prompt: RenderedPrompt
    triggers: tuple[RenderedPrompt, ...]
    """The texts of the agent's triggers, in their order."""


def catalog_pages(
    catalog: Catalog,
    title: str,
    rendered: Mapping[AgentKey, RenderedAgent],
    repository: Repository | None,
) -> Iterator[CatalogPage]:
    """Every page of the catalog, the home page first.

    Args:
        catalog: The agents and their groups.
        title: What the site is called.
        rendered: Each agent's Markdown.
        repository: Where the agent files are on the web, if they are.
    """
    yield _home(catalog, title)
    yield CatalogPage(
        name="agents/index",
        title="Agents",
        summary=f"All {len(catalog.agents)} agents.",
        template="agents.html.jinja",
        headings=tuple(
            Heading(2, f"folder-{group.slug}", group.title or "Top folder")
            for group in catalog.folders
        ),
        listed=True,
    )
    for agent in catalog.agents:
        yield _agent(agent, catalog, rendered[agent.key], repository)
    yield from _facet("models", "Models", catalog.models, listed=True)
    yield from _facet("colors", "Colors", catalog.colors, listed=True)
    yield from _facet("tools", "Tools", catalog.tools, listed=False)


def _home(catalog: Catalog, title: str) -> CatalogPage:
    return CatalogPage(
        name="index",
        title=title,
        summary=f"A catalog of {len(catalog.agents)} AI agents.",
        template="home.html.jinja",
        headings=tuple(
            Heading(2, name.lower(), name) for name in ("Models", "Colors", "Tools", "Files")
        ),
        listed=True,
    )


def _facet(
    name: str, title: str, groups: tuple[Group, ...], *, listed: bool
) -> Iterator[CatalogPage]:
    """The page that compares the groups of a facet, and a page for each."""
    yield CatalogPage(
        name=f"{name}/index",
        title=title,
        summary=f"All agents by {title.lower()}.",
        template=f"{name}.html.jinja",
        values={"groups": groups, "facet": name},
        listed=True,
    )
    for group in groups:
        yield CatalogPage(
            name=f"{name}/{group.slug}",
            title=group.title,
            summary=group.about,
            template="tool.html.jinja" if name == "tools" else "group.html.jinja",
            values={"group": group, "facet": name},
            listed=listed,
        )


def _agent(
    agent: Agent, catalog: Catalog, rendered: RenderedAgent, repository: Repository | None
) -> CatalogPage:
    on_web = repository if agent.in_project else None
    namesakes = catalog.namesakes(agent, most=_MOST_NAMESAKES)
    findings = sorted(agent.findings, key=lambda finding: (finding.line, finding.column))
    sections = {
        "when-to-use-it": "When to use it",
        "what-it-can-do": "What it can do",
        "system-prompt": "System prompt",
        "metadata": "Metadata",
        **({"findings": "Findings"} if findings else {}),
        **({"see-also": "See also"} if namesakes else {}),
    }
    headings: list[Heading] = []
    for identifier, text in sections.items():
        headings.append(Heading(2, identifier, text))
        if identifier == "system-prompt":
            headings += rendered.prompt.headings
    return CatalogPage(
        name=f"agents/{catalog.address(agent)}",
        title=agent.name,
        summary=agent.description.summary
        or f"The agent {agent.name}; its file does not describe it.",
        template="agent.html.jinja",
        values={
            "agent": agent,
            "prompt": rendered.prompt,
            "triggers": tuple(zip(agent.triggers, rendered.triggers, strict=True)),
            "tokens": estimated_tokens(agent.prompt),
            "powers": powers(agent),
            "namesakes": namesakes,
            "namesakes_in_all": catalog.count_namesakes(agent),
            "findings": findings,
            "raw": raw_url(agent, catalog),
            "view_url": on_web.view_url(agent.shown) if on_web else "",
            "edit_url": on_web.edit_url(agent.shown) if on_web else "",
        },
        headings=tuple(headings),
        agent=agent,
    )


def powers(agent: Agent) -> str:
    """What the tools of an agent let it do, in a sentence."""
    access = agent.tools
    can = [POWERS[each] for each in access.capabilities if each is not Capability.MCP]
    if access.servers:
        plural = "s" if len(access.servers) > 1 else ""
        can.append(f"needs the MCP server{plural} {_enumeration(access.servers)}")
    elif Capability.MCP in access.capabilities:
        can.append(POWERS[Capability.MCP])
    if access.mode is ToolMode.ALL:
        return f"{_inheritance(agent)}: {_enumeration(can)}."
    if access.mode is ToolMode.NONE and not can:
        return "Has no tools."
    if not can and not all(entry.known for entry in access.allowed):
        return "Lists only tools that are not known here."
    sentence = _enumeration(can)
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _inheritance(agent: Agent) -> str:
    start = "Inherits" if agent.field("tools") else "Has no tool list, so it inherits"
    but = " but those denied to it" if agent.tools.denied else ""
    return f"{start} every tool of the session{but}"


def _enumeration(words: Sequence[str]) -> str:
    if not words:
        return "neither reads nor changes nor runs anything"
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


class Templates:
    """Renders pages; everything is escaped but what the prompt renderer made."""

    def __init__(self, catalog: Catalog, urls: Urls) -> None:
        self._catalog = catalog
        self._urls = urls
        self._environment = Environment(
            loader=PackageLoader("agent_catalog.publishing"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "visible": visible,
            "message": _message,
            "page_url": self._page_url,
            "file_url": self._file_url,
            "plural": _plural,
        }
        self._environment.globals |= {
            "catalog": catalog,
            "ToolMode": ToolMode,
            "Severity": Severity,
            "SHORT_POWERS": SHORT_POWERS,
        }

    def render(self, page: CatalogPage) -> str:
        """The content of a page as HTML, for the theme to put a frame around."""
        return self._environment.get_template(page.template).render(page=page, **page.values)

    def search_text(self, page: CatalogPage) -> str:
        """What search is to find of a page, as HTML: its words, for an agent's the prompt too."""
        return self._environment.get_template("search.html.jinja").render(page=page)

    def overview(self, name: str) -> str:
        """The catalog's counts and groups, for a page that is not the catalog's own.

        Args:
            name: The page's path below the site's root, without an ending.
        """
        page = CatalogPage(name=name, title="", summary="", template="overview.html.jinja")
        return self.render(page)

    @pass_context
    def _page_url(self, context: Context, name: str) -> str:
        return self._urls.relative(self._urls.page(name), context["page"].name)

    @pass_context
    def _file_url(self, context: Context, url: str) -> str:
        return self._urls.relative(url, context["page"].name)


_CODE = re.compile(r"`([^`]+)`")


def _message(text: str) -> Markup:
    """The message of a finding, which names code between backticks, as HTML."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(visible(text))))  # noqa: S704 (escaped by `visible`)


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
