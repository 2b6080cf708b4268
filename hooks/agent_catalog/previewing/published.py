"""What is published already, and all previews share."""

from __future__ import annotations

from dataclasses import dataclass

from agent_catalog.checking.policy import Policy
from agent_catalog.model.catalog import Catalog
from agent_catalog.publishing.links import Repository as Web
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.revisions import Repository
from agent_catalog.reading.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The published site, which previews are part of."""

    catalog: Catalog
    """Its agents, with findings."""
    sources: tuple[Source, ...]
    repository: Repository
    """The repository of the sources."""
    below: str
    """The path of the project's folder, from the repository's top; empty if it is the same."""
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
