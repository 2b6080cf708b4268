"""A preview: the pages of the agents that a pull request changes, and what changes about them.

Its pages stand in a folder of the published site. They share the site's frame, styles and
scripts, and whatever the pull request does not change leads to the site's own pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from agent_catalog.comparing.relatives import relatives
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.previewing.change import read_change
from agent_catalog.previewing.published import Published
from agent_catalog.previewing.pulls import PullRequest
from agent_catalog.publishing.exports import raw_url
from agent_catalog.publishing.links import LinkResolver
from agent_catalog.publishing.links import Repository as Web
from agent_catalog.publishing.pages import CatalogPage, Templates, agent_page
from agent_catalog.publishing.prompt import PromptRenderer
from agent_catalog.publishing.site import Site, render_agent
from agent_catalog.publishing.urls import Urls, whole
from agent_catalog.reviewing.card import Sites, review_card
from agent_catalog.reviewing.comparing import compare_catalogs
from agent_catalog.reviewing.page import review_page

FOLDER = "pr-preview"
"""Where previews are, below the site's root."""


def place(pull: PullRequest) -> str:
    """The path of a preview below the site's root."""
    return f"{FOLDER}/pr-{pull.number}"


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
        self._environment.globals |= {
            "pull": pull,
            "repo_url": repo_url,
            "home": f"{place(pull)}/index",
        }
        self._environment.filters["compare_url"] = lambda *_: ""

    def render(self, page: CatalogPage) -> str:
        banner = self._environment.get_template("preview-banner.html.jinja").render(page=page)
        return banner + super().render(page)


def make_preview(pull: PullRequest, main: Published, renderer: PromptRenderer) -> Preview:
    """Render what a pull request changes.

    Args:
        pull: The pull request.
        main: The site.
        renderer: Renders prompts.

    Raises:
        ChangeError: Its change cannot be previewed.
        RevisionError: Git does not read it.
    """
    return _Maker(pull, main).preview(renderer)


def explain(pull: PullRequest, main: Published, reason: str) -> Preview:
    """A page in place of a preview that could not be made.

    Args:
        pull: The pull request.
        main: The site.
        reason: Why, in words of ours.
    """
    return _Maker(pull, main).explanation(reason)


@dataclass(frozen=True, slots=True)
class _Maker:
    pull: PullRequest
    main: Published

    @property
    def place(self) -> str:
        return place(self.pull)

    @property
    def home(self) -> str:
        return f"{self.place}/index"

    def preview(self, renderer: PromptRenderer) -> Preview:
        change = read_change(self.main, self.pull.commit)
        catalog, main = change.after, self.main
        own = [agent for agent in catalog.agents if agent.key in change.touched]
        urls = self._urls(frozenset(f"agents/{catalog.address(agent)}" for agent in own))
        review = compare_catalogs(change.before, catalog)
        title = f"Pull request {self.pull.number}"
        pages = (
            review_page(review, self.home, title, main.urls, main.pages),
            *self._agent_pages(own, catalog, urls, renderer),
        )
        files = {f"{self.place}/{raw_url(each, catalog)}": each.data for each in own}
        root = whole(main.site_url)
        after = whole(root, f"{self.place}/") if root else ""
        sites = Sites(root, after, main.urls)
        card = review_card(review, sites) if review else ""
        return Preview(self._site(catalog, pages, urls, files), card)

    def explanation(self, reason: str) -> Preview:
        page = CatalogPage(
            name=self.home,
            title=f"No preview of pull request {self.pull.number}",
            summary="Why there is no preview of this pull request.",
            template="no-preview.html.jinja",
            values={"reason": reason},
            indexed=False,
        )
        return Preview(self._site(self.main.catalog, (page,), self._urls(frozenset()), {}), "")

    def _urls(self, own: frozenset[str]) -> PreviewUrls:
        return PreviewUrls(self.main.urls.directories, self.place, own, self.main.pages)

    def _site(
        self,
        catalog: Catalog,
        pages: tuple[CatalogPage, ...],
        urls: Urls,
        files: Mapping[str, bytes],
    ) -> Site:
        return Site(
            catalog=catalog,
            pages=pages,
            files=files,
            templates=_Templates(catalog, urls, self.pull, self.main.repo_url),
            search_texts={},
        )

    def _agent_pages(
        self, agents: Sequence[Agent], catalog: Catalog, urls: Urls, renderer: PromptRenderer
    ) -> Iterator[CatalogPage]:
        resolver = LinkResolver(catalog, urls, self.main.web)
        alike = relatives(catalog, {agent.key for agent in agents})
        for agent in agents:
            rendered = render_agent(agent, renderer, partial(resolver.resolve, agent))
            page = agent_page(agent, catalog, rendered, alike[agent.key], self._web(agent), "")
            values = {
                **page.values,
                "raw": f"{self.place}/{raw_url(agent, catalog)}",
                "installation": None,  # it is not merged, and may never be
                "edit_url": "",
            }
            yield replace(page, name=f"{self.place}/{page.name}", values=values, indexed=False)

    def _web(self, agent: Agent) -> Web | None:
        """Where the agent's file is on the web, at the commit of the pull request."""
        url = self.main.repo_url.rstrip("/")
        # A tree that was made by hand may have names that lead out of it.
        if not url or ".." in agent.shown.split("/"):
            return None
        below = quote(f"{self.main.below}/") if self.main.below else ""
        return Web(Path(), f"{url}/blob/{self.pull.commit}/{below}", "")
