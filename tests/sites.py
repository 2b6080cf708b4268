"""Real sites to test: trees of files in, a built site out, and what must hold of every one."""

from __future__ import annotations

import gzip
import json
import logging
import os
import posixpath
import re
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

REPOSITORY = Path(__file__).parents[1]
AGENT_CATALOG = Path(sys.executable).with_name("agent-catalog")
"""The command, as installed."""
ENVIRONMENT = {
    **os.environ,
    "NO_MKDOCS_2_WARNING": "1",
    "SOURCE_DATE_EPOCH": "1735689600",  # MkDocs writes the date of the build into the sitemap
}

Tree = Mapping[str, str | bytes]
"""Files by path; text is dedented, bytes are written as they are."""


def write_tree(folder: Path, tree: Tree) -> Path:
    """Write files below a folder, which is returned."""
    for path, content in tree.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else _dedented(content).encode()
        file.write_bytes(data)
    return folder


def _dedented(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


def agent_file(name: str, body: str = "Do it.", **keys: str) -> str:
    """A valid agent file."""
    keys = {"name": name, "description": f"Does what {name} does.", **keys}
    frontmatter = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\n{frontmatter}---\n\n{body}\n"


def write_project(folder: Path, tree: Tree, **settings: object) -> Path:
    """Write a project with the catalog as a plugin; settings go to its `mkdocs.yml`."""
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    config = {
        "site_name": "Crew",
        "theme": {"name": "material", "font": False},
        "plugins": ["search", "agent-catalog"],
        **settings,
    }
    write_tree(folder, {"mkdocs.yml": yaml.safe_dump(config), **tree})
    return folder


@dataclass(frozen=True)
class BuiltSite:
    """A folder with a site, and what was said while it was built."""

    folder: Path
    output: str = ""
    """What stood on standard output and standard error."""
    code: int = 0
    """The exit status."""
    records: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    """Level and text of each message of MkDocs."""

    def page(self, url: str) -> BeautifulSoup:
        """A page as a browser parses it, by its URL below the root."""
        path = self.folder / url
        file = path / "index.html" if not url or url.endswith("/") else path
        return BeautifulSoup(file.read_text(encoding="utf-8"), "html5lib")

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    @cached_property
    def catalog(self) -> Any:
        return json.loads(self.text("catalog.json"))

    @property
    def pages(self) -> list[str]:
        """The paths of all HTML files."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self._find("*.html"))

    @cached_property
    def outlines(self) -> dict[str, Outline]:
        """The outline of every page."""
        return {path: outline(self.text(path)) for path in self.pages}

    @property
    def tree(self) -> dict[str, bytes]:
        """Every file by path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes() for path in self._find("*")
        }

    def _find(self, pattern: str) -> list[Path]:
        return [path for path in sorted(self.folder.rglob(pattern)) if path.is_file()]

    @property
    def warnings(self) -> list[str]:
        """What fails a strict build."""
        return [text for level, text in self.records if level >= logging.WARNING]

    @property
    def notes(self) -> list[str]:
        return [text for level, text in self.records if level == logging.INFO]


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append((record.levelno, record.getMessage()))


def build_project(project: Path, **settings: Any) -> BuiltSite:
    """Build a project within this process, without `--strict`: see `BuiltSite.warnings`."""
    option: Any = MkDocsConfig.plugins
    option.plugin_cache.clear()  # else plugins remember earlier builds
    recorder = _Recorder()
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.addHandler(recorder)
    logger.setLevel(logging.INFO)
    try:
        config = load_config(str(project / "mkdocs.yml"), **settings)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    finally:
        logger.removeHandler(recorder)
        logger.setLevel(level)
    return BuiltSite(Path(config.site_dir), records=tuple(recorder.records))


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command; standard error goes to standard output."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=ENVIRONMENT | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def mkdocs_build(project: Path, *arguments: str, **environment: str) -> BuiltSite:
    """Run `mkdocs build` in a process of its own."""
    command = [sys.executable, "-m", "mkdocs", "build", *arguments]
    done = run(*command, cwd=project, **environment)
    return BuiltSite(project / "site", done.stdout, done.returncode)


def refusal(project: Path) -> str:
    """What a build within this process is refused with."""
    recorder = _Recorder()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(recorder)
    try:
        build_project(project)
    except Abort as error:
        return "\n".join([*(text for _, text in recorder.records), str(error)])
    finally:
        logger.removeHandler(recorder)
    raise AssertionError("the build was not refused")


# What a page shows.


_INLINE = frozenset({"a", "b", "code", "em", "s", "span", "strong", "time"})


def shown(element: Tag) -> str:
    """The text of an element, with single spaces and one between blocks."""
    return " ".join(_text(element).split())


def _text(node: PageElement) -> str:
    if not isinstance(node, Tag):
        return str(node)
    if node.name in {"script", "style"}:
        return ""
    text = "".join(map(_text, node.children))
    return text if node.name in _INLINE else f" {text} "


def select(element: Tag, selector: str) -> list[str]:
    """The texts of all elements that a CSS selector finds."""
    return [shown(each) for each in element.select(selector)]


def section(page: Tag, ident: str) -> str:
    """The text from a heading to the next one of its level."""
    heading = page.find(id=ident)
    assert isinstance(heading, Tag), f"no element {ident!r}"
    strings = []
    for each in heading.next_elements:
        if isinstance(each, Tag) and each.name in {heading.name, "footer"}:
            break
        if isinstance(each, str):
            strings.append(each)
    return " ".join(" ".join(strings).split())


def row(page: Tag, first: str) -> list[str]:
    """The cells of the table row whose first cell has this text."""
    rows = [select(each, "th, td") for each in page.select("tr")]
    return next(cells for cells in rows if cells[:1] == [first])


def navigation(page: Tag) -> dict[str, str]:
    """Where the entries of the site's navigation lead, by their text."""
    links = page.select(".md-nav--primary a.md-nav__link[href]")
    return {
        shown(link): str(link["href"]) for link in links if not str(link["href"]).startswith("#")
    }


def searched(site: BuiltSite) -> dict[str, Any]:
    """What search has of each page, by its URL from the root."""
    found = {}
    for path, data in site.tree.items():
        if path.endswith(".pf_fragment"):
            fragment = json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd"))
            found[fragment["url"].replace("~.html", "/")] = fragment
    return found


# What must hold of every page.


@dataclass
class Outline:
    """The ids of a page and what it refers to."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    """Targets of `<a>`, and of `<link>` that only tell of other pages."""
    loads: list[str] = field(default_factory=list)
    """What a browser fetches to show the page."""


class _Outliner(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outline = Outline()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.outline.ids.append(values["id"])
        told = tag == "a" or values.get("rel") in {"canonical", "prev", "next"}
        target = self.outline.links if told else self.outline.loads
        for name in {"href", "src", "action", "data", "poster"} & values.keys():
            target.append(values[name])
        for candidate in values.get("srcset", "").split(","):
            target.extend(candidate.split()[:1])


def outline(html: str) -> Outline:
    parser = _Outliner()
    parser.feed(html)
    parser.close()
    return parser.outline


def broken_links(site: BuiltSite, root: str = "/") -> list[str]:
    """Each link within the site that leads to no file or no id of it.

    Args:
        site: The site.
        root: The path of `site_url`, for the links of `404.html`, which are absolute.
    """
    ids = {path: set(each.ids) for path, each in site.outlines.items()}
    return [
        f"{path}: {href}"
        for path, each in site.outlines.items()
        for href in [*each.links, *each.loads]
        if not _resolves(site.folder, path, href, ids, root)
    ]


def _resolves(folder: Path, path: str, href: str, ids: Mapping[str, set[str]], root: str) -> bool:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return parts.scheme != "javascript"
    target = unquote(parts.path)
    if target.startswith("/"):
        if not target.startswith(root):
            return False
        target = target.removeprefix(root)
    elif target:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    else:
        target = path
    if target.startswith(".."):
        return False
    if (folder / target).is_dir():
        target = posixpath.normpath(posixpath.join(target, "index.html"))
    fragment = unquote(parts.fragment)
    if not (folder / target).is_file():
        return False
    return not fragment or target not in ids or fragment in ids[target]


def repeated_ids(site: BuiltSite) -> list[str]:
    """Each id that a page has twice."""
    return [
        f"{path}: {ident}"
        for path, each in site.outlines.items()
        for ident, count in Counter(each.ids).items()
        if count > 1
    ]


_CSS_URL = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])((?:https?:)?//[^"')]+)""")


def foreign_loads(site: BuiltSite) -> list[str]:
    """Each thing that a page or stylesheet has a browser fetch from another host."""
    pages = [
        f"{path}: {url}"
        for path, each in site.outlines.items()
        for url in each.loads
        if urlsplit(url).netloc
    ]
    styles = [
        f"{path.relative_to(site.folder).as_posix()}: {url}"
        for path in sorted(site.folder.rglob("*.css"))
        for url in _CSS_URL.findall(path.read_text(encoding="utf-8"))
    ]
    return pages + styles


def assert_sound(site: BuiltSite, root: str = "/") -> None:
    """Every link leads somewhere, every id is the only one, nothing is fetched from elsewhere."""
    assert broken_links(site, root) == []
    assert repeated_ids(site) == []
    assert foreign_loads(site) == []
