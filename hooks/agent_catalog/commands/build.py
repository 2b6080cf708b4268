"""Builds a site from folders of agent files: `agent-catalog build`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent_catalog.commands.sources import given_sources
from agent_catalog.config import Options, OptionsError, SourceOption, find_sources
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.publishing.characters import one_line
from agent_catalog.publishing.numbers import counted
from agent_catalog.reading.selection import unexpected
from agent_catalog.reading.sources import Source, holds_site

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from agent_catalog.publishing.site import Site


@click.command()
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="SOURCE...",
    callback=lambda *args: given_sources(args[2]),
)
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write the site to. A site that is there already is replaced.",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    help="Leave out paths below a source, such as `drafts/*`; may be given more than once.",
)
@click.option(
    "--title", default="Agent catalog", show_default=True, help="What the site is called."
)
@click.option(
    "--site-url",
    metavar="URL",
    default="",
    help="Where the site is published, for whole addresses.",
)
def build(
    sources: tuple[SourceOption, ...],
    out: Path,
    exclude: tuple[str, ...],
    title: str,
    site_url: str,
) -> None:
    """Build a site from folders of agent files; no mkdocs.yml is needed.

    SOURCE is a folder or, to tell it from the others in URLs and on pages, LABEL=FOLDER. Of
    several folders without a label, each has its name for one.
    """
    sources = tuple(each.model_copy(update={"exclude": exclude}) for each in sources)
    options = Options(sources=sources)
    try:
        found = find_sources(options, Path.cwd(), "SOURCE")
    except OptionsError:
        raise click.UsageError(
            "two folders have the same label; give one another: LABEL=FOLDER"
        ) from None
    _check_out(out, found)
    # MkDocs takes as long to import as hundreds of files take to check.
    from agent_catalog.plugin import build_site  # noqa: PLC0415

    site = build_site(options, out, title=title, site_url=site_url, progress=_ProgressBar())
    click.echo("\n".join(_summary(site, out)))


def _check_out(out: Path, sources: tuple[Source, ...]) -> None:
    """Refuse to overwrite what is no site of ours.

    Raises:
        click.UsageError: The folder holds something else, or agents, or cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--out {out}: {error.strerror}") from None
    for source in sources:
        if source.folder.is_relative_to(out.resolve()):
            raise click.UsageError(f"--out {out} would overwrite the source {source.shown}")
    if any(out.iterdir()) and not holds_site(out):
        raise click.UsageError(
            f"--out {out} is a folder with other files in it; name a new or an empty one"
        )


class _ProgressBar:
    """A bar on standard error, from the moment that it is known how long it will be."""

    _bar: ProgressBar[int] | None = None

    def __call__(self, done: int, steps: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=steps, label="Building", file=sys.stderr)
        self._bar.update(done - self._bar.pos)
        if done == steps:
            self._bar.render_finish()


def _summary(site: Site, out: Path) -> Iterator[str]:
    catalog = site.catalog
    yield f"{counted(len(catalog.agents), 'agent')}, {counted(len(site.pages), 'page')} in {out}"
    if catalog.skipped:
        skipped = counted(len(catalog.skipped), "file")
        yield f"  skipped   {skipped}, such as {one_line(catalog.skipped[0].path)}"
        for each in unexpected(catalog.skipped):
            yield f"            {one_line(each.path)}: {each.reason}"
    if not catalog.agents:
        yield "  There is no Markdown file to take for an agent."
        return
    yield f"  models    {_groups(catalog.models)}"
    yield f"  colors    {_groups(catalog.colors)}"
    if len(catalog.formats) > 1:
        told = ", ".join(f"{len(each.members):,} {each.title}" for each in catalog.formats)
        yield f"  formats   {told}"
    yield f"  tools     {counted(len(catalog.tools), 'tool')} named"
    if catalog.not_loaded:
        yield f"  broken    {counted(catalog.not_loaded, 'file')} that {_loaders(catalog)} not load"
    yield from _findings(catalog)


def _loaders(catalog: Catalog) -> str:
    """The tools of the catalog's files, as the subject of a sentence that says what they do."""
    if len(catalog.formats) > 1:
        return "their tools do"
    return f"{catalog.formats[0].title} does"


def _findings(catalog: Catalog) -> Iterator[str]:
    codes = Counter(finding.code for finding in catalog.findings)
    for index, (code, count) in enumerate(codes.most_common()):
        yield f"  {'' if index else 'findings':8}  {count:>5,} {code}"


def _groups(groups: tuple[Group, ...]) -> str:
    return ", ".join(f"{group.title} {len(group.members):,}" for group in groups)
