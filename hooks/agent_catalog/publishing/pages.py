"""The pages of the catalog: what is on each, and its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from agent_catalog.checking.frequency import frequency
from agent_catalog.checking.policy import Policy
from agent_catalog.comparing.relatives import Relative, Relatives, relatives
from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import FormatFrom, Kind
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Gets, ToolMode
from agent_catalog.publishing.banner import banner_of
from agent_catalog.publishing.capabilities import (
    CAPABILITIES,
    SHORT_CAPABILITIES,
    access_sentence,
    chips,
    knows_all,
    list_sentence,
    shell_sentence,
)
from agent_catalog.publishing.characters import spelled_out, visible, written
from agent_catalog.publishing.checks import (
    MOST_AGENTS,
    MOST_PLACES,
    Check,
    broken_agents,
    checks_of,
    unbroken,
)
from agent_catalog.publishing.colors import paint
from agent_catalog.publishing.exports import raw_url
from agent_catalog.publishing.installation import installation, invocations, is_not_by_hand
from agent_catalog.publishing.kinship import COMPARE, in_words, pairs, query
from agent_catalog.publishing.links import Repository
from agent_catalog.publishing.listing import (
    FEW_AGENTS,
    MOST_ROWS,
    Row,
    list_facets,
    list_page_name,
    list_pages,
    option_numbers,
    row_facts,
    row_of,
    shared_facts,
)
from agent_catalog.publishing.numbers import counted
from agent_catalog.publishing.overviews import (
    home_sections,
    most_used,
    share,
    specifiers,
    spellings,
    tool_sections,
)
from agent_catalog.publishing.prompt import Heading, RenderedPrompt
from agent_catalog.publishing.rules import has_example
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.formats.known import known_formats
from agent_catalog.reading.selection import unexpected

_MOST_NAMED = 10
"""Agents and spellings to name in a row."""
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""In the site's language, whatever the machine's is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogPage:
    """A page before it is rendered."""

    name: str
    """Its path below the site's root, without an ending: `agents/team/reviewer`."""
    title: str
    """Plain text."""
    full_title: str = ""
    """What tells the page from all others in tabs and search results, if the title does not."""
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
    indexed: bool = True
    """Whether search engines may list the page."""


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
    site_url: str,
) -> Iterator[CatalogPage]:
    """Every page of the catalog, the home page first.

    Args:
        catalog: The agents and their groups.
        title: What the site is called.
        rendered: Each agent's Markdown.
        repository: Where the agent files are on the web, if they are.
        site_url: The site's root, empty if it is not known.
    """
    alike = relatives(catalog)
    yield _home(catalog, title)
    yield from _list(catalog)
    for agent in catalog.agents:
        near = alike[agent.key]
        yield agent_page(agent, catalog, rendered[agent.key], near, repository, site_url)
    yield _compare(catalog, alike)
    yield from _facet("models", "Models", catalog.models, catalog, listed=True)
    yield from _facet("colors", "Colors", catalog.colors, catalog, listed=True)
    yield from _facet("tools", "Tools", catalog.tools, catalog, listed=False)
    if len(catalog.formats) > 1:
        yield from _facet("formats", "Formats", catalog.formats, catalog, listed=False)


def agent_page(  # noqa: PLR0913, PLR0917 (as many as there is to show)
    agent: Agent,
    catalog: Catalog,
    rendered: RenderedAgent,
    alike: tuple[Relative, ...],
    repository: Repository | None,
    site_url: str,
) -> CatalogPage:
    """The page of one agent.

    Args:
        agent: The agent.
        catalog: All agents.
        rendered: The agent's Markdown.
        alike: The agents that are like it.
        repository: Where the agent files are on the web, if they are.
        site_url: The site's root, empty if it is not known.
    """
    page = _agent(agent, catalog, rendered, repository, site_url)
    return _with_relatives(page, catalog, alike)


def check_pages(catalog: Catalog, policy: Policy) -> Iterator[CatalogPage]:
    """The page of all findings, and one for each rule.

    Args:
        catalog: The agents with what was found.
        policy: How much findings matter.
    """
    checks = checks_of(catalog, policy)
    rest = unbroken(checks)
    passed_over = unexpected(catalog.skipped)
    headings = {"rules": "By rule", "agents": "By agent"} if len(catalog.agents) else {}
    yield CatalogPage(
        name="checks/index",
        title="Checks",
        summary="What was found in the agent files, by rule and by agent.",
        template="checks.html.jinja",
        values={
            "checks": checks,
            "broken": broken_agents(catalog),
            "unbroken": rest,
            "passed_over": passed_over,
        },
        headings=_headings(
            {
                **headings,
                **({"passed-over": "Passed over"} if passed_over else {}),
                **({"others": "Kept by all"} if rest else {}),
            }
        ),
        listed=True,
    )
    for check in checks:
        yield _check(check)


def _check(check: Check) -> CatalogPage:
    rule = check.rule
    example = {"example": "Example"} if has_example(rule) else {}
    return CatalogPage(
        name=f"checks/{rule.code}",
        title=rule.code,
        full_title=f"{rule.code} (check)",
        summary=_sentence(rule.title).replace("`", ""),
        template="check.html.jinja",
        values={"check": check, "rule": rule, "has_example": bool(example)},
        headings=_headings({"why": "Why it matters", **example, "agents": "In this catalog"}),
    )


def _home(catalog: Catalog, title: str) -> CatalogPage:
    return CatalogPage(
        name="index",
        title=title,
        summary=f"A catalog of {counted(len(catalog.agents), 'AI agent')}.",
        template="home.html.jinja",
        headings=_headings(
            {f"catalog-{key}": text for key, text in home_sections(catalog).items()}
        ),
        listed=True,
    )


def _list(catalog: Catalog) -> Iterator[CatalogPage]:
    """The list of all agents, on as many pages as it takes; the first one has the filters."""
    facets = list_facets(catalog)
    numbers = option_numbers(facets)
    pages = list_pages(catalog)
    for number, sections in enumerate(pages, 1):
        title = "Agents" if number == 1 else f"Agents, page {number}"
        yield CatalogPage(
            name=list_page_name(number),
            title=title,
            summary=f"All {len(catalog.agents)} agents.",
            template="agents.html.jinja",
            values={
                "sections": sections,
                "facets": facets,
                "filtered": len(catalog.agents) >= FEW_AGENTS,
                "numbers": numbers,
                "number": number,
                "pages": tuple(map(list_page_name, range(1, len(pages) + 1))),
            },
            headings=tuple(
                Heading(2, f"folder-{each.folder.slug}", each.folder.title or "Top folder")
                for each in sections
            ),
            listed=number == 1,
        )


def _facet(
    name: str, title: str, groups: tuple[Group, ...], catalog: Catalog, *, listed: bool
) -> Iterator[CatalogPage]:
    """The page that compares the groups of a facet, and a page for each."""
    sections = tool_sections(groups) if name == "tools" else ()
    headings = {section.slug: section.title for section in sections}
    unknown = _unknown(name, groups)
    if name == "models" and groups:
        headings["meaning"] = "What they are"
    if name == "colors" and unknown:
        headings["others"] = "Other colors"
    yield CatalogPage(
        name=f"{name}/index",
        title=title,
        summary=f"All agents by {title.lower().removesuffix('s')}, compared.",
        template=f"{name}.html.jinja",
        values={
            "groups": groups,
            "facet": name,
            "sections": sections,
            "written": {each.slug: spellings(catalog, each, name) for each in unknown},
        },
        headings=_headings(headings),
        listed=name != "formats",
    )
    for group in groups:
        yield _group(group, name, catalog, listed=listed)


def _unknown(facet: str, groups: tuple[Group, ...]) -> list[Group]:
    """The groups whose title does not say what their agents write."""
    if facet == "tools":
        return [group for group in groups if not group.tool]
    return [group for group in groups if facet == "colors" and group.slug == "not-recognised"]


def _group(group: Group, facet: str, catalog: Catalog, *, listed: bool) -> CatalogPage:
    of_tool = facet == "tools"
    values = {"group": group, "facet": facet, "spellings": spellings(catalog, group, facet)}
    if of_tool:
        values |= {
            "specifiers": specifiers(catalog, group),
            "denying": catalog.denying(group),
            "inheriting": catalog.inheriting_tool(group),
        }
    they = "it" if len(group.members) == 1 else "they"
    first = {"who": "Who may use it"} if of_tool else {"capabilities": f"What {they} can do"}
    return CatalogPage(
        name=f"{facet}/{group.slug}",
        title=group.title,
        full_title=f"{group.title} ({facet.removesuffix('s')})",
        summary=group.about,
        template="tool.html.jinja" if of_tool else "group.html.jinja",
        values=values,
        headings=_headings({**first, "agents": "Agents that list it" if of_tool else "Agents"}),
        listed=listed,
    )


def _headings(titles: Mapping[str, str]) -> tuple[Heading, ...]:
    return tuple(Heading(2, identifier, title) for identifier, title in titles.items())


def _with_relatives(
    page: CatalogPage, catalog: Catalog, alike: tuple[Relative, ...]
) -> CatalogPage:
    """The page of an agent with those that are like it at its end."""
    assert page.agent is not None
    told = sum(1 + each.copies for each in alike if each.same_name)
    values = {
        "relatives": [(each, catalog.agent(each.key)) for each in alike],
        "namesakes_left": catalog.count_namesakes(page.agent) - told,
    }
    heading = (Heading(2, "see-also", "See also"),) if alike else ()
    return replace(page, values={**page.values, **values}, headings=(*page.headings, *heading))


def _compare(catalog: Catalog, alike: Relatives) -> CatalogPage:
    return CatalogPage(
        name=COMPARE,
        title="Compare two agents",
        summary="Two agents side by side: what they may do, and their prompts line by line.",
        template="compare.html.jinja",
        values={"pairs": pairs(catalog, alike)},
    )


_TOLD_BY = {
    FormatFrom.OPTION: "as the catalog's options say",
    FormatFrom.NAME: "recognised by the file's name",
    FormatFrom.FOLDER: "recognised by its folder",
    FormatFrom.KEYS: "recognised by its keys",
    FormatFrom.TOOLS: "recognised by the names of its tools",
    FormatFrom.DEFAULT: "assumed, for nothing tells of another tool",
}
"""By what a file's format was recognised, in words."""
_READ = {"system-prompt": "System prompt", "metadata": "Metadata"}
"""Headings of the page of a file that could be read."""


def _agent(
    agent: Agent,
    catalog: Catalog,
    rendered: RenderedAgent,
    repository: Repository | None,
    site_url: str,
) -> CatalogPage:
    on_web = repository if agent.in_project else None
    # A file without a name is called by its own, which files of other folders have as well.
    shares_title = catalog.count_namesakes(agent) > 0 or not agent.has_name
    findings = sorted(agent.findings, key=lambda finding: (finding.line, finding.column))
    when = agent.description.details or agent.description.examples or agent.triggers
    judged = agent.kind is Kind.AGENT and not agent.unread
    sections = {
        **({"when-to-use-it": "When to use it"} if when else {}),
        **({"tools": "Tools"} if judged else {}),
        **({} if agent.unread else _READ),
        **({"findings": "Findings"} if findings else {}),
    }
    headings: list[Heading] = []
    for identifier, text in sections.items():
        headings.append(Heading(2, identifier, text))
        if identifier == "system-prompt":
            headings += rendered.prompt.headings
    return CatalogPage(
        name=f"agents/{catalog.address(agent)}",
        title=agent.name,
        full_title=f"{agent.name} ({catalog.address(agent)})" if shares_title else "",
        summary=agent.description.summary or f"{agent.name}: an agent without a description.",
        template="agent.html.jinja",
        values={
            "agent": agent,
            "prompt": rendered.prompt,
            "triggers": tuple(zip(agent.triggers, rendered.triggers, strict=True)),
            "frontmatter": agent.text.removesuffix(agent.prompt) if agent.fields else "",
            "tokens": estimated_tokens(agent.prompt),
            "access_words": access_sentence(agent),
            "shell_words": shell_sentence(agent.tools),
            "list_words": list_sentence(agent),
            "told_by": _TOLD_BY[agent.format_from],
            "chips": chips(agent),
            "description_tokens": estimated_tokens(agent.description.text),
            "installation": installation(agent, raw_url(agent, catalog), site_url),
            "invocations": invocations(agent),
            "not_by_hand": is_not_by_hand(agent),
            "findings": findings,
            "banner": banner_of(agent),
            "raw": raw_url(agent, catalog),
            "view_url": on_web.view_url(agent.shown) if on_web else "",
            "edit_url": on_web.edit_url(agent.shown) if on_web else "",
            "history": catalog.histories.get(agent.key),
            "history_url": on_web.history_url(agent.shown) if on_web else "",
        },
        headings=tuple(headings),
        agent=agent,
    )


class Templates:
    """Renders pages; everything is escaped but what the prompt renderer made."""

    def __init__(self, catalog: Catalog, urls: Urls) -> None:
        self._catalog = catalog
        self._urls = urls
        self._rows: dict[AgentKey, Row] = {}
        self._environment = Environment(
            loader=PackageLoader("agent_catalog.publishing"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "visible": visible,
            "spelled_out": spelled_out,
            "written": written,
            "message": _message,
            "sentence": _sentence,
            "page_url": self._page_url,
            "file_url": self._file_url,
            "plural": counted,
            "number": "{:,}".format,
            "paint": paint,
            "in_words": in_words,
            "knows_all": knows_all,
            "compare_url": self._compare_url,
        }
        self._environment.globals |= {
            "catalog": catalog,
            "ToolMode": ToolMode,
            "Kind": Kind,
            "Gets": Gets,
            "FORMATS": known_formats(),
            "Severity": Severity,
            "CAPABILITIES": CAPABILITIES,
            "SHORT_CAPABILITIES": SHORT_CAPABILITIES,
            "MOST_NAMED": _MOST_NAMED,
            "MONTHS": _MONTHS,
            "MOST_AGENTS": MOST_AGENTS,
            "MOST_ROWS": MOST_ROWS,
            "MOST_PLACES": MOST_PLACES,
            "frequency": frequency,
            "is_filtered": len(catalog.agents) >= FEW_AGENTS,
            "home_sections": home_sections,
            "most_used": most_used,
            "share": share,
            "row_of": self._row,
            "row_facts": row_facts,
            "shared_facts": self._shared_facts,
        }

    def render(self, page: CatalogPage) -> str:
        """The content of a page as HTML, for the theme to put a frame around."""
        return self._environment.get_template(page.template).render(page=page, **page.values)

    def overview(self, name: str) -> str:
        """The catalog's counts and groups, for a page that is not the catalog's own.

        Args:
            name: The page's path below the site's root, without an ending.
        """
        page = CatalogPage(name=name, title="", summary="", template="overview.html.jinja")
        return self.render(page)

    def _row(self, agent: Agent) -> Row:
        """The facts of an agent, which stands in many lists."""
        if agent.key not in self._rows:
            self._rows[agent.key] = row_of(agent, self._catalog)
        return self._rows[agent.key]

    def _shared_facts(self, agents: Sequence[Agent]) -> Mapping[str, str]:
        return shared_facts([self._row(agent) for agent in agents])

    @pass_context
    def _page_url(self, context: Context, name: str) -> str:
        return self._urls.relative(self._urls.page(name), context["page"].name)

    @pass_context
    def _file_url(self, context: Context, url: str) -> str:
        return self._urls.relative(url, context["page"].name)

    @pass_context
    def _compare_url(self, context: Context, one: Agent, other: Agent) -> str:
        return self._page_url(context, COMPARE) + query(one, other, self._catalog)


_CODE = re.compile(r"`([^`]+)`")


def _message(text: str) -> Markup:
    """The message of a finding, which names code between backticks, as HTML."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(visible(text))))  # noqa: S704 (escaped by `visible`)


def _sentence(text: str) -> str:
    """A title of a rule, which starts in lower case and has no stop, as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."
