"""Where the relative links of a prompt lead."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.publishing.urls import Urls
from agent_catalog.reading.project import Project

_QUERY_OR_FRAGMENT = re.compile(r"[?#]")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where the source files are on the web."""

    root: Path
    """The folder that the URLs stand for."""
    view: str
    """The URL that shows a file, up to the file's path below the root."""
    edit: str
    """The URL that edits a file, up to the file's path below the root."""

    def view_url(self, path: str) -> str:
        """The URL that shows a file, given its path below the root."""
        return self.view + quote(path)

    def edit_url(self, path: str) -> str:
        """The URL that edits a file, given its path below the root."""
        return self.edit + quote(path)


class LinkResolver:
    """Resolves links between agent files to pages of the catalog, others to the repository."""

    def __init__(self, catalog: Catalog, urls: Urls, repository: Repository | None) -> None:
        self._catalog = catalog
        self._urls = urls
        self._repository = repository
        self._project = Project(repository.root) if repository else None
        self._by_path = {agent.shown: agent for agent in catalog.agents}

    def resolve(self, agent: Agent, href: str) -> str | None:
        """The URL, seen from the agent's page, that a relative link in its prompt stands for.

        A link that starts with `/` counts from the root of the repository, as on GitHub.

        Returns:
            The URL, or None if the link leads to no agent and no file of the repository.
        """
        path = unquote(_QUERY_OR_FRAGMENT.split(href, maxsplit=1)[0])
        start = "" if path.startswith("/") else posixpath.dirname(agent.shown)
        target = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
        if target in self._by_path:
            page = f"agents/{self._catalog.address(self._by_path[target])}"
            here = f"agents/{self._catalog.address(agent)}"
            return self._urls.relative(self._urls.page(page), here)
        if self._repository and self._project and agent.in_project and self._project.holds(target):
            return self._repository.view_url(target)
        return None
