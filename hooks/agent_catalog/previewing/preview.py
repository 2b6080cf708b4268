"""A preview: the pages of the agents that a pull request changes, and what changes about them.

Its pages stand in a folder of the published site. They share the site's frame, styles and
scripts, and whatever the pull request does not change leads to the site's own pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from agent_catalog.checking.policy import Policy
from agent_catalog.comparing.relatives import relatives
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.previewing.change import read_change
from agent_catalog.previewing.pulls import PullRequest
from agent_catalog.publishing.exports import raw_url
from agent_catalog.publishing.links import LinkResolver
from agent_catalog.publishing.links import Repository as Web
from agent_catalog.publishing.pages import CatalogPage, Templates, agent_page
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.publishing.site import Site, render_agent
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.revisions import Repository
from agent_catalog.reading.sources import Source
from agent_catalog.reviewing.card import Sites, review_card
from agent_catalog.reviewing.comparing import compare_catalogs
from agent_catalog.reviewing.page import review_page

FOLDER = "pr-preview"
"""Where previews are, below the site's root."""


def place(pull: PullRequest) -> str:
    """The path of a preview below the site's root."""
    return f"{FOLDER}/pr-{pull.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """The published site, which previews are part of."""

    catalog: Catalog
    """Its agents, with findings."""
    sources: tuple[Source, ...]
    repository: Repository
    """The repository of the sources."""
    commit: str
    """The commit that the site is made from."""
    policy: Policy
    """How much findings matter."""
    urls: Urls
    pages: frozenset[str]
    """The URLs of its pages, below its root."""
    site_url: str = ""
    """Its root, if that is known."""
    repo_url: str = ""
    """The repository on GitHub, if it is there."""
    web: Web | None = None
    """Where the files of the site's commit are on the web."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is published of a pull request."""

    site: Site
    """Its pages; the first one is its home."""
    card: str
    """The comment for the pull request; empty if it changes no agent."""


@dataclass(frozen=True, slots=True)
class PreviewUrls(Urls):
    """URLs of a preview's pages, and of the site's for all that the preview does not have.

    A page that neither has, such as that of a group which the pull request is the first to use,
    is stood in for by the site's index of such pages.
    """

    place: str = ""
    """The path of the preview below the site's root."""
    own: frozenset[str] = frozenset()
    """Names of pages that the preview has."""
    others: frozenset[str] = frozenset()
    """URLs of pages that the site has."""

    def page(self, name: str) -> str:
        """The URL of a page, below the site's root."""
        if name in self.own:
            return Urls.page(self, f"{self.place}/{name}")
        url = Urls.page(self, name)
        if name.startswith(f"{self.place}/") or url in self.others:
            return url
        return Urls.page(self, f"{name.partition('/')[0]}/index" if "/" in name else "index")


class _Templates(Templates):
    """Puts the banner before each page, and offers nothing that a preview cannot do."""

    def __init__(self, catalog: Catalog, urls: Urls, pull: PullRequest, repo_url: str) -> None:
        super().__init__(catalog, urls)
        self._environment.globals |= {"pull": pull, "repo_url": repo_url, "home": f"{place(pull)}/index"}
        self._environment.filters["compare_url"] = lambda *_: ""

    def render(self, page: CatalogPage) -> str:
        banner = self._environment.get_template("preview-banner.html.jinja").render(page=page)
        return banner + super().render(page)


def make_preview(pull: PullRequest, main: Main, renderer: PromptRenderer) -> Preview:
    """Render what a pull request changes.

    Raises:
        ChangeError: Its change cannot be previewed.
        RevisionError: Git does not read it.
    """
    change = read_change(
        main.repository, main.catalog, main.sources, main.commit, pull.commit, main.policy
    )
    catalog = change.after
    own = [agent for agent in catalog.agents if agent.key in change.touched]
    urls = _urls(pull, main, frozenset(f"agents/{catalog.address(agent)}" for agent in own))
    review = compare_catalogs(change.before, catalog)
    home = review_page(review, f"{place(pull)}/index", f"Pull request {pull.number}", main.urls, main.pages)
    pages = (home, *_agent_pages(own, catalog, urls, pull, main, renderer))
    after = f"{main.site_url.rstrip('/')}/{place(pull)}/" if main.site_url else ""
    return Preview(
        _site(catalog, pages, {f"{place(pull)}/{raw_url(each, catalog)}": each.data for each in own}, urls, pull, main),
        review_card(review, Sites(main.site_url, after)) if review else "",
    )


def explain(pull: PullRequest, main: Main, reason: str) -> Preview:
    """A page in place of a preview that could not be made.

    Args:
        pull: The pull request.
        main: The site.
        reason: Why, in words of ours.
    """
    urls = _urls(pull, main, frozenset())
    page = CatalogPage(
        name=f"{place(pull)}/index",
        title=f"No preview of pull request {pull.number}",
        summary="Why there is no preview of this pull request.",
        template="no-preview.html.jinja",
        values={"reason": reason},
        indexed=False,
    )
    return Preview(_site(main.catalog, (page,), {}, urls, pull, main), "")


def _urls(pull: PullRequest, main: Main, own: frozenset[str]) -> PreviewUrls:
    return PreviewUrls(main.urls.directories, place(pull), own, main.pages)


def _site(
    catalog: Catalog,
    pages: tuple[CatalogPage, ...],
    files: dict[str, bytes],
    urls: Urls,
    pull: PullRequest,
    main: Main,
) -> Site:
    return Site(
        catalog=catalog,
        pages=pages,
        files=files,
        templates=_Templates(catalog, urls, pull, main.repo_url),
        search_texts={},
    )


def _agent_pages(
    agents: list[Agent],
    catalog: Catalog,
    urls: PreviewUrls,
    pull: PullRequest,
    main: Main,
    renderer: PromptRenderer,
) -> Iterator[CatalogPage]:
    resolver = LinkResolver(catalog, urls, main.web)
    alike = relatives(catalog)
    view = f"{main.repo_url.rstrip('/')}/blob/{pull.commit}/" if main.repo_url else ""
    web = Web(main.web.root, view, "") if view and main.web else None
    for agent in agents:
        rendered = render_agent(agent, renderer, partial(resolver.resolve, agent))
        page = agent_page(agent, catalog, rendered, alike[agent.key], web, "")
        values = {
            **page.values,
            "raw": f"{urls.place}/{raw_url(agent, catalog)}",
            "installation": None,  # it is not merged, and may never be
            "edit_url": "",
        }
        yield replace(page, name=f"{urls.place}/{page.name}", values=values, indexed=False)
