"""Where pages and files of the site are, seen from one another."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from urllib.parse import quote


def whole(root: str, url: str = "") -> str:
    """A URL below the site's root as a whole one, whoever wrote the root.

    Args:
        root: The site's root, with a slash at its end, several or none, as plugins of MkDocs leave
            it too; empty if it is not known.
        url: The URL below the root; without one, the root's own.

    Returns:
        The whole URL; if the root is not known, the one below it.
    """
    return f"{root.rstrip('/')}/{url}" if root else url


@dataclass(frozen=True, slots=True)
class Urls:
    """Turns names of pages and files into URLs, below the site's root or relative to a page.

    A page's name is its path without an ending: `agents/team/reviewer`; the page of a folder is
    called `index`: `agents/index`.
    """

    directories: bool = True
    """Whether a page's URL is a folder (`team/reviewer/`) or a file (`team/reviewer.html`)."""

    def page(self, name: str) -> str:
        """The URL of a page, below the site's root."""
        if not self.directories:
            return quote(f"{name}.html")
        if name == "index" or name.endswith("/index"):
            return quote(name.removesuffix("index"))
        return quote(f"{name}/")

    def relative(self, target: str, page: str) -> str:
        """A URL below the site's root as a link from a page."""
        here = posixpath.dirname(self.page(page))
        link = posixpath.relpath(f"/{target}", f"/{here}")
        return f"{link}/" if target.endswith("/") or not target else link
