"""The adapter to MkDocs, and the only module that knows it.

At `on_config` it checks the options, at `on_files` it reads the agents and adds their pages and
files, at `on_page_content` it fills the overview into pages that ask for it, at `on_page_context`
it takes down what search is to find, at `on_post_page` it completes each page's head and
mends the theme's frame around it, as at `on_post_template` for the theme's own pages, at
`on_post_build` it writes the search index, and at `on_serve` it watches the source folders. The
catalog's pages render themselves; they never pass through Python-Markdown, nor does an agent's
frontmatter become a page's metadata, for MkDocs would act on both.
"""

from __future__ import annotations

import logging
import os
import posixpath
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial, reduce
from html import unescape
from operator import or_
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml
from jinja2 import Environment
from markupsafe import Markup, escape
from mkdocs.commands.build import build, get_context
from mkdocs.config import load_config
from mkdocs.config.base import Config
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Link, Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import TemplateContext

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.subject import Disk
from agent_catalog.config import (
    AcceptOption,
    Options,
    OptionsError,
    find_sources,
    read_options,
)
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Severity
from agent_catalog.publishing.assets import FAVICON, ICON, MARK, PREVIEW, SCRIPT, STYLESHEET
from agent_catalog.publishing.characters import one_line, spelled_out
from agent_catalog.publishing.content_security import Active, ContentSecurity, active_parts
from agent_catalog.publishing.frame import mended
from agent_catalog.publishing.head import Alternate, Head
from agent_catalog.publishing.links import Repository
from agent_catalog.publishing.navigation import Section, add_sections, titles
from agent_catalog.publishing.pages import CatalogPage
from agent_catalog.publishing.prompt import Heading, PromptRenderer
from agent_catalog.publishing.search import SearchError, page_kind, record, write_search_index
from agent_catalog.publishing.site import Settings, Site, publish
from agent_catalog.publishing.urls import Urls, whole
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.history import read_history
from agent_catalog.reading.selection import unexpected
from agent_catalog.reading.sources import Source

OVERVIEW = "<!-- agent-catalog: overview -->"
"""Stands in a page of the site's author for the catalog's counts and groups."""

Progress = Callable[[int, int], None]
"""Is told how many steps of how many are done."""

_THEME = Path(__file__).with_name("theme")
_THEMES_FAVICON = "assets/images/favicon.png"
"""What Material shows unless told otherwise."""
_HOOK_OPTIONS = "extra.agent_catalog"
_PLUGIN_OPTIONS = "agent-catalog"

_log = get_plugin_logger("agent_catalog")


class _Unchecked(Config):
    """What MkDocs would check of the options: nothing, `agent_catalog.config` does."""


class CatalogPlugin(BasePlugin[_Unchecked]):
    """The catalog as an MkDocs plugin and, in its own repository, as a hook.

    As a plugin it takes its options from `plugins`, as a hook from `extra.agent_catalog`.
    """

    site: Site | None = None
    """What the last build published."""
    progress: Progress | None = None
    reports_findings = True
    """Whether findings are logged, for a strict build to fail on."""

    def __init__(self) -> None:
        super().__init__()
        self._options_from = _HOOK_OPTIONS
        self._options = Options()
        self._sources: tuple[Source, ...] = ()
        self._read: Catalog | None = None  # without the findings that publishing adds
        self._renderer = PromptRenderer()
        self._records: dict[str, str] = {}  # of the pages of this build, for search
        self._serves = False
        self._nav = Navigation([], [])
        self._security: ContentSecurity | None = None
        self._overviews: dict[str, str] = {}  # of the author's pages, by their file's path
        self._done = self._steps = 0

    def load_config(
        self,
        options: dict[str, Any],
        config_file_path: str | None = None,
    ) -> tuple[list[tuple[str, Exception]], list[tuple[str, str]]]:
        """Take the options of `plugins`; MkDocs reports errors with the plugin's name."""
        self._options_from = _PLUGIN_OPTIONS
        try:
            self._options = read_options(options, _PLUGIN_OPTIONS)
        except OptionsError as error:
            return [(_PLUGIN_OPTIONS, error)], []
        return [], []

    def take(self, options: Options) -> None:
        """Take options that are checked already."""
        self._options_from = _PLUGIN_OPTIONS
        self._options = options

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep this object, with what it rendered, across the builds of one `mkdocs serve`."""
        self._serves = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Check the options, and announce the stylesheet and the script.

        Raises:
            PluginError: An option is wrong; the message has its full name.
        """
        try:
            if self._options_from == _HOOK_OPTIONS:
                values = config.extra.get("agent_catalog")
                values = {} if values is None else values
                self._options = read_options(values, _HOOK_OPTIONS)
            self._sources = find_sources(self._options, _root(config), self._options_from)
            _refuse_folders(self._sources, config, self._options_from)
        except OptionsError as error:
            raise PluginError(str(error)) from None
        config.extra_css.append(STYLESHEET)
        script = ExtraScriptValue(SCRIPT)
        script.type = "module"
        config.extra_javascript.append(script)
        _remove_credentials(config)
        _add_theme(config)
        _add_identity(config)
        _replace_search(config)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Read the agents, and add their pages and files to the site."""
        if config.site_url:  # which plugins may have set since MkDocs checked it, as mike does
            config.site_url = whole(config.site_url)
        before = self._read
        excluded = (Path(config.site_dir).resolve(), Path(config.docs_dir).resolve())
        catalog = self._read = read_catalog(self._sources, excluded, before)
        catalog = replace(catalog, histories=read_history(catalog, self._sources))
        if before:
            _report_changes(before, catalog)
        self._done, self._steps = 0, 2 * len(catalog.agents)
        settings = Settings(
            title=config.site_name,
            urls=Urls(directories=config.use_directory_urls),
            site_url=config.site_url or "",
            repository=_repository(config),
            policy=self._options.policy,
        )
        disk = Disk.of(self._sources, _root(config))
        check = partial(check_catalog, policy=settings.policy, disk=disk)
        self.site = publish(catalog, settings, self._renderer, check, self._step)
        if self.reports_findings:
            _report_passed_over(catalog)
            _report_findings(self.site.catalog, self._options.fail_on)
            _report_unused(self._options.accept, self.site.catalog, self._options_from)
        _add_pages(self.site, files, config)
        _add_files(self.site, files, config)
        _remove_search_files(files)
        return files

    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Put the overview into a page whose author asked for it with a comment."""
        if self.site is None or isinstance(page, _Page) or OVERVIEW not in html:
            return None
        name = posixpath.join(posixpath.dirname(page.file.src_uri), page.file.name)
        overview = self._overviews[page.file.dest_uri] = self.site.templates.overview(name)
        return html.replace(OVERVIEW, overview)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        """Keep the navigation, to make pages without an agent with."""
        self._nav = nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Make the policy of all pages from what the theme puts into one without an agent.

        There is none while serving, for MkDocs then adds a script of its own to each page.
        """
        option = self._options.content_security
        if option is False or self._serves:
            self._security = None
            return
        self._frames = _Frames(env, self._nav, files, config)
        self._security = ContentSecurity(
            added={} if option is True else {str(name): each for name, each in option.items()},
            frame=self._frames.of_most,
            fonts=bool(config.theme.get("font")),
        )

    @event_priority(-100)  # when other plugins are done with the page
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> None:
        """Take down what search is to find of the page."""
        own = page if isinstance(page, _Page) else None
        if not _is_hidden(page):
            self._records[page.file.dest_uri] = record(
                unescape(page.title or ""),
                own.search_text() if own else page.content or "",
                _language(config),
                url=page.url,
                kind=own.kind if own else "Page",
            )
        if own and own.of_agent:
            self._step()

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the search index.

        Raises:
            PluginError: It could not be made.
        """
        records, self._records = self._records, {}
        try:
            write_search_index(records, Path(config.site_dir), _language(config))
        except SearchError as error:
            raise PluginError(str(error)) from None

    @event_priority(-100)  # after those that add a preview of their own
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Complete the page's head, and mend the frame that the theme has put around it.

        Raises:
            PluginError: A page of the catalog would run a script that is not the theme's.
        """
        html = mended(_head(page, config).add_to(output))
        if self._security is None:
            return html
        security = self._security
        if not isinstance(page, _Page):
            written = output.replace(self._overviews.pop(page.file.dest_uri, OVERVIEW), "")
            return security.add_to(html, own=active_parts(written))
        if _depth(page.file) not in _DEPTHS:
            security = replace(security, frame=self._frames.at(_depth(page.file)))
        for offence in security.offences(output):
            raise PluginError(_refusal(page, offence))
        return security.add_to(html)

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str:
        """Mend the frame of the pages that are templates of the theme, such as `404.html`."""
        if not template_name.endswith(".html"):
            return output_content
        html = mended(output_content)
        return self._security.add_to(html, own=active_parts(html)) if self._security else html

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., None]
    ) -> LiveReloadServer:
        """Watch the source folders."""
        for source in self._sources:
            server.watch(str(source.folder))
        return server

    def _step(self) -> None:
        self._done += 1
        if self.progress:
            self.progress(self._done, self._steps)


class _Page(Page):
    """A page of the catalog, which renders itself."""

    def __init__(self, page: CatalogPage, site: Site, file: File, config: MkDocsConfig) -> None:
        # The theme prints titles and descriptions as they are.
        super().__init__(str(escape(spelled_out(page.title))), file, config)
        self.of_agent = page.agent is not None
        self.kind = page_kind(page)
        self.indexed = page.indexed
        self._catalog_page = page
        self._site = site
        self._meta = {"description": str(escape(spelled_out(page.summary)))}
        if page.name != "index":  # whose title is that of the site, and once is enough
            self._meta["title"] = str(escape(spelled_out(page.full_title or page.title)))

    @property
    def raw(self) -> str:
        """The path of the agent's file below the site's root, if it is an agent's page."""
        return str(self._catalog_page.values["raw"]) if self.of_agent else ""

    def read_source(self, config: MkDocsConfig) -> None:
        self.markdown = ""
        self.meta = self._meta

    def render(self, config: MkDocsConfig, files: Files) -> None:
        self.content = self._site.templates.render(self._catalog_page)
        self.toc = _table_of_contents(self._catalog_page.headings)

    def search_text(self) -> str:
        """What search is to find of the page beside its title, as HTML."""
        return self._site.search_texts[self._catalog_page.name]


_DEPTHS = range(8)
"""Below the site's root, of pages that have the same policy whatever others there are."""


def _depth(file: File) -> int:
    return file.url.count("/")


class _Frames:
    """What is active of pages without content: the theme writes the way to the root into a script."""

    def __init__(
        self, env: Environment, nav: Navigation, files: Files, config: MkDocsConfig
    ) -> None:
        self._template = env.get_template("main.html")
        self._nav, self._files, self._config = nav, files, config
        self._known: dict[int, Active] = {}
        self.of_most = reduce(or_, map(self.at, _DEPTHS))

    def at(self, depth: int) -> Active:
        """Of pages so many folders below the site's root."""
        if depth not in self._known:
            path = "/".join([*["x"] * depth, "index.md"])
            file = File(path, None, "", self._config.use_directory_urls)
            blank = Page("", file, self._config)
            blank.content, blank.meta = "", {}
            context = get_context(self._nav, self._files, self._config, blank)
            self._known[depth] = active_parts(self._template.render(context))
        return self._known[depth]


def _refusal(page: Page, offence: str) -> str:
    """Why a page is not published."""
    return (
        f"{page.file.dest_uri} would be published with {offence}, which is not one of the theme's. "
        "If it is of your template or a plugin, move it to a file, or allow its hash with the "
        "option `content_security`."
    )


def _is_hidden(page: Page) -> bool:
    """Whether its author hides the page from search, as Material lets them."""
    search = page.meta.get("search")
    return isinstance(search, dict) and bool(search.get("exclude"))


def _language(config: MkDocsConfig) -> str:
    return str(config.theme.get("language") or "en").lower()


def _replace_search(config: MkDocsConfig) -> None:
    """Keep Material's search from building an index and a form of its own."""
    if search := config.plugins.get("material/search"):
        search.config.enabled = False


def _remove_search_files(files: Files) -> None:
    """Leave out what Material publishes for its own search."""
    folders = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
    for file in list(files):
        if file.src_uri.startswith(folders):
            files.remove(file)


def _table_of_contents(headings: Iterable[Heading]) -> TableOfContents:
    top: list[AnchorLink] = []
    open_links: list[AnchorLink] = []
    for heading in headings:
        link = AnchorLink(str(escape(spelled_out(heading.text))), heading.id, heading.level)
        while open_links and open_links[-1].level >= heading.level:
            open_links.pop()
        (open_links[-1].children if open_links else top).append(link)
        open_links.append(link)
    return TableOfContents(top)


def _add_pages(site: Site, files: Files, config: MkDocsConfig) -> None:
    """Add the pages of the catalog; where the author has a page of that name, it stays."""
    taken = {file.dest_uri for file in files.documentation_pages()}
    sections: dict[str, list[_Page]] = {}
    for each in site.pages:
        file = File.generated(config, f"{each.name}.md", content="")
        if file.dest_uri in taken:
            _report_taken(each)
            continue
        page = _Page(each, site, file, config)
        if each.listed:
            file.inclusion = InclusionLevel.INCLUDED
            sections.setdefault(posixpath.dirname(each.name), []).append(page)
        else:
            file.inclusion = InclusionLevel.NOT_IN_NAV
        files.append(file)
    if config.nav is not None:
        config.nav = add_sections(config.nav, map(_section, sections.values()))
        _name_pages(files, titles(config.nav))


def _name_pages(files: Files, named: Iterable[tuple[str, str]]) -> None:
    """Call pages what the navigation calls them, as MkDocs does with pages that it makes."""
    for path, title in named:
        file = files.get_file_from_path(path)
        if file and isinstance(file.page, _Page):
            file.page.title = title


def _section(pages: list[_Page]) -> Section:
    index, *groups = pages
    below = tuple(page.file.src_uri for page in groups)
    return Section(str(index.title), index.file.src_uri, below)


def _report_taken(page: CatalogPage) -> None:
    if page.agent:
        place = one_line(page.agent.shown)
        _log.warning("%s: a page of the documentation has this agent's address", place)
    else:
        _log.info("%s.md of the documentation stands in for the catalog's page", page.name)


def _add_files(site: Site, files: Files, config: MkDocsConfig) -> None:
    for path, content in site.files.items():
        # Under another ending MkDocs does not take a Markdown file for a page.
        source = f"{path}.raw" if path.endswith(".md") else path
        file = File.generated(config, source, content=content)
        file.dest_uri = path
        file.inclusion = InclusionLevel.INCLUDED
        files.append(file)


def _report_findings(catalog: Catalog, fail_on: Severity) -> None:
    """Log each finding in a line, as a warning where it is to fail a strict build.

    Notes are counted, and only logged one by one if MkDocs is asked for all it has to tell.
    """
    notes = 0
    for finding in catalog.findings:
        level = logging.INFO
        if not finding.accepted and finding.severity.rank >= fail_on.rank:
            level = logging.WARNING
        elif not finding.accepted and finding.severity is Severity.INFO:
            level = logging.DEBUG
            notes += 1
        _log.log(level, "%s", one_line(str(finding)))
    if notes:
        _log.info("notes on agent files: %s; `agent-catalog check --level info` lists them", notes)


def _report_passed_over(catalog: Catalog) -> None:
    """Say what is in the source folders and not read, but for read-mes and the like."""
    for each in unexpected(catalog.skipped):
        _log.info("passed over: %s: %s", one_line(each.path), each.reason)


def _report_unused(accept: Iterable[AcceptOption], catalog: Catalog, name: str) -> None:
    """Say which accepted findings there are none of: a slip of the pen, or mended since."""
    reasons = {finding.accepted for finding in catalog.findings}
    for index, each in enumerate(accept):
        if each.reason not in reasons:
            _log.info("%s.accept.%s: there is no such finding in %s", name, index, each.path)


def _report_changes(before: Catalog, after: Catalog) -> None:
    """Say what was read again since the last build."""
    old = {agent.key: agent for agent in before.agents}
    new = {agent.key: agent for agent in after.agents}
    for key in sorted(old.keys() | new.keys()):
        if key not in new:
            _log.info("removed: %s", one_line(old[key].shown))
        elif key not in old:
            _log.info("added: %s", one_line(new[key].shown))
        elif old[key].data != new[key].data:
            _log.info("read again: %s", one_line(new[key].shown))


def _remove_credentials(config: MkDocsConfig) -> None:
    """Keep user and password of a URL, as CI systems put them there, out of all pages."""
    for name in ("repo_url", "site_url", "edit_uri", "edit_uri_template"):
        url = config.get(name)
        parts = urlsplit(url) if isinstance(url, str) else None
        if parts and "@" in parts.netloc:
            config[name] = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
            _log.warning("%s holds credentials; they are left out of the site", name)


def _add_theme(config: MkDocsConfig) -> None:
    """Let our templates stand before the theme's, but behind those of the site's author."""
    behind_author = 1 if config.theme.custom_dir else 0
    config.theme.dirs.insert(behind_author, str(_THEME))


def _add_identity(config: MkDocsConfig) -> None:
    """Give the site the catalog's mark and favicon, where its author has none."""
    theme = config.theme
    icons = theme.get("icon") or {}
    if not theme.get("logo") and not icons.get("logo"):
        theme["icon"] = {**icons, "logo": MARK}
    folders = filter(None, (config.docs_dir, theme.custom_dir))
    in_place = any(Path(folder, _THEMES_FAVICON).exists() for folder in folders)
    if theme.get("favicon") == _THEMES_FAVICON and not in_place:
        theme["favicon"] = FAVICON


def _head(page: Page, config: MkDocsConfig) -> Head:
    is_home = page.file.dest_uri == "index.html"
    title = config.site_name if is_home else page.meta.get("title") or page.title or ""
    description = page.meta.get("description") or config.site_description or ""
    forms = []
    if is_home:
        forms.append(("catalog.json", "application/json", "All agents as data"))
        forms.append(("llms.txt", "text/plain", "All agents for language models"))
    elif isinstance(page, _Page) and page.raw:
        forms.append((page.raw, "text/markdown", "The agent's file"))
    return Head(
        title=Markup(title).striptags(),  # noqa: S704 (undone: it may hold entities)
        description=Markup(description).striptags(),  # noqa: S704 (as above)
        site_name=config.site_name,
        is_home=is_home,
        url=page.canonical_url or "",
        picture=whole(config.site_url, PREVIEW) if config.site_url else "",
        icon=get_relative_url(ICON, page.url) if config.theme.get("favicon") == FAVICON else "",
        indexed=not isinstance(page, _Page) or page.indexed,
        alternates=tuple(
            Alternate(url=get_relative_url(path, page.url), media_type=media_type, title=name)
            for path, media_type, name in forms
        ),
    )


def _refuse_folders(sources: Iterable[Source], config: MkDocsConfig, name: str) -> None:
    """Refuse agents in folders that MkDocs has plans of its own for.

    Raises:
        OptionsError: A source lies in the folder of the documentation or of the site.
    """
    uses = {config.docs_dir: "publishes by itself", config.site_dir: "empties at every build"}
    for index, source in enumerate(sources):
        for folder, use in uses.items():
            if source.folder.is_relative_to(Path(folder).resolve()):
                raise OptionsError(
                    f"{name}.sources.{index}.folder: {source.shown!r} lies in "
                    f"{Path(folder).name!r}, which MkDocs {use}; move it out of there"
                )


def _root(config: MkDocsConfig) -> Path:
    """The folder of `mkdocs.yml`, which the options' paths are relative to."""
    return Path(config.config_file_path or "mkdocs.yml").absolute().parent


def _repository(config: MkDocsConfig) -> Repository | None:
    """Where files are on the web, from the URL that MkDocs makes edit links with.

    That one stands for the folder of the documentation; a page that shows a file is found at
    `blob` (GitHub, GitLab) where the one that edits it is at `edit`.
    """
    by_path = config.edit_uri and not config.edit_uri.startswith(("?", "#"))
    if not config.repo_url or not by_path or config.edit_uri_template:
        return None
    root = _root(config)
    documentation = urljoin(f"{config.repo_url.rstrip('/')}/", config.edit_uri)
    up = Path(os.path.relpath(root, config.docs_dir)).as_posix()
    edit = urljoin(documentation, f"{up}/")
    start = len(config.repo_url)
    view, history = (
        edit[:start] + edit[start:].replace("edit/", f"{kind}/", 1) for kind in ("blob", "commits")
    )
    return Repository(root, view, edit, history)


_STANDALONE = {
    "theme": {
        "name": "material",
        "font": False,
        "features": [
            "content.code.copy",
            "content.tooltips",
            "navigation.indexes",
            "navigation.prune",
            "navigation.top",
            "toc.follow",
        ],
        "palette": [
            {
                "media": "(prefers-color-scheme: light)",
                "scheme": "default",
                "toggle": {"icon": "material/weather-night", "name": "Switch to dark mode"},
            },
            {
                "media": "(prefers-color-scheme: dark)",
                "scheme": "slate",
                "toggle": {"icon": "material/weather-sunny", "name": "Switch to light mode"},
            },
        ],
    },
}


@contextmanager
def _standalone(options: Options, out: Path, title: str, site_url: str) -> Iterator[MkDocsConfig]:
    """The configuration of a site that has no `mkdocs.yml`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "mkdocs.yml")
        Path(folder, "docs").mkdir()
        settings = {
            **_STANDALONE,
            "site_name": title,
            "site_url": site_url,
            "site_dir": str(out.absolute()),
            "plugins": [{_PLUGIN_OPTIONS: options.model_dump(mode="json")}],
        }
        file.write_text(yaml.safe_dump(settings), encoding="utf-8")
        config = load_config(str(file))
        config.nav = []  # so that the catalog's sections stand in their own order
        yield config


def build_site(
    options: Options,
    out: Path,
    *,
    title: str,
    site_url: str = "",
    progress: Progress | None = None,
) -> Site:
    """Build a site from source folders alone, without an `mkdocs.yml`.

    Args:
        options: The options, with absolute source folders.
        out: The folder to write; what is in it is deleted.
        title: What the site is called.
        site_url: Where it is published, if that is known.
        progress: Is told how far it is.

    Returns:
        What was published.
    """
    with _standalone(options, out, title, site_url) as config:
        plugin = config.plugins[_PLUGIN_OPTIONS]
        assert isinstance(plugin, CatalogPlugin)
        plugin.progress = progress
        plugin.reports_findings = False
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
            plugin.progress = None  # MkDocs keeps the object for its next build
            plugin.reports_findings = True
    assert plugin.site is not None
    return plugin.site


class Frame:
    """A site's frame, for pages that are made beside its build."""

    def __init__(self, config: MkDocsConfig, options: Options) -> None:
        """Take on what the site's build would.

        Args:
            config: The site's configuration.
            options: The catalog's, of which the plugin makes its styles and scripts known.
        """
        plugin = CatalogPlugin()
        plugin.take(options)
        self._config = plugin.on_config(config)
        self._environment = config.theme.get_env()
        plugin.on_env(self._environment, config=config, files=Files([]))
        self._plugin = plugin
        self.urls = Urls(directories=config.use_directory_urls)
        self.site_url = config.site_url or ""
        self.repo_url = config.repo_url or ""
        self.repository = _repository(config)

    def write(self, site: Site, out: Path) -> None:
        """Write pages and files of a site into a folder, and nothing else.

        Args:
            site: What to write; its pages are the navigation.
            out: The folder that stands for the site's root.
        """
        config, files = self._config, Files([])
        directories = config.use_directory_urls
        pages = [
            _Page(each, site, File(f"{each.name}.md", None, "", directories), config)
            for each in site.pages
        ]
        navigation = Navigation([Link(config.site_name, "."), *pages], [])
        template = self._environment.get_template("main.html")
        for page in pages:
            page.read_source(config)
            page.render(config, files)
            page.active = True
            html = template.render(get_context(navigation, files, config, page))
            page.active = False
            html = self._plugin.on_post_page(html, page=page, config=config)
            _write(out / page.file.dest_uri, html.encode())
        for path, content in site.files.items():
            _write(out / path, content)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


@contextmanager
def open_frame(
    options: Options, file: Path | None, *, title: str = "", site_url: str = ""
) -> Iterator[Frame]:
    """The frame of a site.

    Args:
        options: The catalog's options.
        file: The site's `mkdocs.yml`; without one, it is as
            [`build_site`][agent_catalog.plugin.build_site] makes it. Of its plugins, only the
            catalog is at work in the frame.
        title: What a site without `mkdocs.yml` is called.
        site_url: Where that one is published, if that is known.

    Raises:
        OptionsError: The configuration cannot be used.
    """
    with tempfile.TemporaryDirectory() as out:
        try:
            if file:
                yield Frame(load_config(str(file), site_dir=out), options)
            else:
                with _standalone(options, Path(out), title, site_url) as config:
                    yield Frame(config, options)
        except (Abort, ConfigurationError, PluginError) as error:
            raise OptionsError(str(error)) from None
