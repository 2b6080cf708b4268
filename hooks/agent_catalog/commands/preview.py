"""The command `agent-catalog preview`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.checking.subject import Disk
from agent_catalog.commands.sources import given_options, given_sources
from agent_catalog.config import Options, OptionsError, SourceOption, find_sources
from agent_catalog.previewing.outcomes import OUTCOMES, Outcome, State
from agent_catalog.previewing.pulls import PULLS, PullRequest
from agent_catalog.publishing.characters import one_line
from agent_catalog.reading.catalog import read_catalog
from agent_catalog.reading.revisions import Repository, RevisionError
from agent_catalog.reading.sources import holds_site

if TYPE_CHECKING:
    from agent_catalog.plugin import Frame
    from agent_catalog.previewing.published import Published


@click.command()
@click.argument(
    "sources", nargs=-1, metavar="[SOURCE]...", callback=lambda *args: given_sources(args[2])
)
@click.option(
    "--site",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The built site, to which the previews are added.",
)
@click.option(
    "--pulls",
    "pulls_file",
    required=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The pull requests, as `agent-catalog pulls` writes them.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what came of each, for `agent-catalog comment`.",
)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mkdocs.yml that the site is built from.  [default: mkdocs.yml, if it is here and no SOURCE is given]",
)
@click.option(
    "--title",
    default="Agent catalog",
    show_default=True,
    help="What a site without mkdocs.yml is called.",
)
@click.option("--site-url", metavar="URL", default="", help="Where the site is published.")
@click.option("--repo-url", metavar="URL", default="", help="Where the repository is on GitHub.")
@click.option(
    "--base", metavar="REVISION", default="HEAD", show_default=True, help="What the site shows."
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="How long a preview may take.",
)
@click.option(
    "--altogether",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=480,
    show_default=True,
    help="How long all previews may take; what is left then is not made.",
)
def preview(  # noqa: PLR0913 (as many as the command has options)
    *,
    sources: tuple[SourceOption, ...],
    site: Path,
    pulls_file: Path,
    out: Path | None,
    config: Path | None,
    title: str,
    site_url: str,
    repo_url: str,
    base: str,
    seconds: float,
    altogether: float,
) -> None:
    """Add previews of pull requests to a site that is built.

    Each goes to pr-preview/pr-NUMBER/ and shows the agents that the pull request changes, and what
    changes about them. Their files are read as git has them; nothing of them is executed. A preview
    that cannot be made becomes a page that says why. Nothing else of the site is touched.

    SOURCE is as for `agent-catalog build`; without any, the sources of mkdocs.yml are meant.
    """
    if not holds_site(site):
        raise click.UsageError(f"--site {site} holds no site of a catalog")
    if not hasattr(os, "fork"):
        raise click.UsageError("previews are made on Linux and macOS only")
    # What renders takes long to import, which other commands need not wait for.
    from agent_catalog.plugin import open_frame  # noqa: PLC0415 (as said)

    try:
        pulls = PULLS.read(pulls_file)
        options, config = given_options(sources, config)
        with open_frame(options, config, title=title, site_url=site_url) as frame:
            given = _Given(
                site,
                config,
                base,
                site_url or frame.site_url,
                repo_url or frame.repo_url,
                seconds,
                altogether,
            )
            outcomes = list(_previews(pulls, given, options, frame))
    except (OSError, ValueError, OptionsError, RevisionError) as error:
        raise click.UsageError(str(error)) from None
    if out:
        OUTCOMES.write(outcomes, out)
    _summarize(outcomes)


@dataclass(frozen=True, slots=True)
class _Given:
    site: Path
    config: Path | None
    base: str
    site_url: str
    repo_url: str
    seconds: float
    altogether: float


def _previews(
    pulls: Iterable[PullRequest], given: _Given, options: Options, frame: Frame
) -> Iterator[Outcome]:
    from agent_catalog.previewing.isolation import Limits  # noqa: PLC0415 (as `preview` says)
    from agent_catalog.previewing.writing import write_previews  # noqa: PLC0415 (likewise)

    main = _published(options, given, frame)
    limits = Limits(seconds=given.seconds, altogether=given.altogether)
    for outcome, reason in write_previews(pulls, main, frame, given.site, limits):
        told = f": {one_line(reason)}" if reason else ""
        click.echo(f"#{outcome.pull.number}: {_WORDS[outcome.state]}{told}")
        yield outcome


_WORDS = {
    State.SHOWN: "its preview is made",
    State.FAILED: "no preview",
    State.UNCHANGED: "changes no agent",
}


def _published(options: Options, given: _Given, frame: Frame) -> Published:
    from agent_catalog.previewing.published import Published  # noqa: PLC0415 (as `preview` says)
    from agent_catalog.previewing.writing import list_pages  # noqa: PLC0415 (likewise)

    root = given.config.absolute().parent if given.config else Path.cwd()
    sources = find_sources(options, root, "SOURCE")
    repository = Repository(sources[0].folder)
    commit = repository.find_commit(given.base)
    if commit is None:
        raise ValueError(f"{given.base!r} is no revision")
    catalog = read_catalog(sources, (given.site.resolve(),))
    checked = check_catalog(catalog, options.policy, Disk.of(sources, root))
    return Published(
        catalog=checked,
        sources=sources,
        repository=repository,
        below=repository.find_prefix(root.resolve()) or "",
        commit=commit,
        policy=options.policy,
        urls=frame.urls,
        pages=frozenset(list_pages(given.site)),
        site_url=given.site_url,
        repo_url=given.repo_url,
        web=frame.repository,
    )


def _summarize(outcomes: Iterable[Outcome]) -> None:
    """Tell on the page of the workflow's run what came of each."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    lines = [
        f"| {each.pull.number} | {each.pull.commit[:12]} | {each.state} |" for each in outcomes
    ]
    if file and lines:
        table = ["| Pull request | Commit | Preview |", "|---|---|---|", *lines, ""]
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write("\n".join(table))
