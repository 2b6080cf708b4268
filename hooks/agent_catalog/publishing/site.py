"""A catalog becomes the content of a site: pages and files, and what was found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from agent_catalog.checking.catalog import EVERYTHING, check_catalog
from agent_catalog.checking.policy import Policy
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Flaw, beyond_limits
from agent_catalog.publishing.agent_schema import agent_schema
from agent_catalog.publishing.assets import assets
from agent_catalog.publishing.comparison import comparison_files
from agent_catalog.publishing.exports import catalog_json, catalog_schema, llms_txt, raw_url
from agent_catalog.publishing.links import LinkResolver, Repository
from agent_catalog.publishing.pages import (
    CatalogPage,
    RenderedAgent,
    Templates,
    catalog_pages,
    check_pages,
)
from agent_catalog.publishing.prompt import PromptRenderer, RenderedPrompt, Resolve
from agent_catalog.publishing.search import page_texts
from agent_catalog.publishing.urls import Urls


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is published."""

    catalog: Catalog
    """The agents, with what was found."""
    pages: tuple[CatalogPage, ...]
    files: Mapping[str, bytes]
    """By path below the site's root."""
    templates: Templates
    search_texts: Mapping[str, str]
    """What search is to find of each page beside its title, as HTML, by the page's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the site is called, and where it and its sources are."""

    title: str
    urls: Urls
    site_url: str = ""
    """The site's root, if it is known."""
    repository: Repository | None = None
    """Where the agent files are on the web, if they are."""
    policy: Policy = EVERYTHING
    """How much findings matter here."""


def publish(
    catalog: Catalog,
    settings: Settings,
    renderer: PromptRenderer,
    check: Callable[[Catalog], Catalog] = check_catalog,
    progress: Callable[[], None] = lambda: None,
) -> Site:
    """Make the content of a site.

    Args:
        catalog: What to publish.
        settings: The site.
        renderer: Renders prompts; one that is used again need not render the same one twice.
        check: Applies the rules, whose findings are shown.
        progress: Is called after each prompt.
    """
    resolver = LinkResolver(catalog, settings.urls, settings.repository)
    rendered = {}
    for agent in catalog.agents:
        rendered[agent.key] = _render(agent, renderer, partial(resolver.resolve, agent))
        progress()
    renderer.forget()
    agents = (_with_flaws(agent, rendered[agent.key].prompt) for agent in catalog.agents)
    catalog = check(replace(catalog, agents=tuple(agents)))
    pages = (
        *catalog_pages(catalog, settings.title, rendered, settings.repository, settings.site_url),
        *check_pages(catalog, settings.policy),
    )
    return Site(
        catalog=catalog,
        pages=pages,
        files={
            **{raw_url(agent, catalog): agent.data for agent in catalog.agents},
            **assets(),
            **dict(comparison_files(catalog, settings.urls)),
            "catalog.json": catalog_json(catalog, settings.urls).encode(),
            "catalog.schema.json": catalog_schema().encode(),
            "agent.schema.json": agent_schema().encode(),
            "llms.txt": llms_txt(catalog, settings.title, settings.site_url).encode(),
        },
        templates=Templates(catalog, settings.urls),
        search_texts=page_texts(pages),
    )


def _render(agent: Agent, renderer: PromptRenderer, resolve: Resolve) -> RenderedAgent:
    triggers = (renderer.render(trigger.text, resolve) for trigger in agent.triggers)
    return RenderedAgent(renderer.render(agent.prompt, resolve), tuple(triggers))


def _with_flaws(agent: Agent, prompt: RenderedPrompt) -> Agent:
    return replace(agent, flaws=(*agent.flaws, *_unrendered(agent, prompt)))


def _unrendered(agent: Agent, prompt: RenderedPrompt) -> Iterator[Flaw]:
    if prompt.beyond:
        what = f"the prompt is shown as it is written, for {prompt.beyond}"
        yield beyond_limits(agent.prompt_line, what)
    if prompt.error:
        yield Flaw(
            line=agent.prompt_line,
            column=1,
            code="prompt-unrendered",
            message=f"the prompt cannot be shown as Markdown ({prompt.error}), only as written",
            mend="Take out what is unusual in its Markdown, and report the file to us.",
        )
