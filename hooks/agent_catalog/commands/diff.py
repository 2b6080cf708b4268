"""The command `agent-catalog diff`."""

from __future__ import annotations

from pathlib import Path

import click

from agent_catalog.checking.catalog import check_catalog
from agent_catalog.reading.revisions import RevisionError
from agent_catalog.reviewing.card import Sites, review_card
from agent_catalog.reviewing.comparing import compare_catalogs
from agent_catalog.reviewing.records import review_json
from agent_catalog.reviewing.sides import Labelled, SideError, read_sides
from agent_catalog.reviewing.text import review_text


def _labelled(value: str) -> Labelled:
    label, equals, folder = value.partition("=")
    return Labelled(label, folder) if equals else Labelled("", value)


@click.command()
@click.argument("base")
@click.argument("head")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="FOLDER",
    callback=lambda *args: tuple(map(_labelled, args[2])),
    help="A folder of agents below BASE and HEAD, or LABEL=FOLDER; may be repeated.",
)
@click.option(
    "--merge-base",
    is_flag=True,
    help="Compare with the commit at which HEAD parted from BASE.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="Markdown is the review card, safe for a comment.",
)
@click.option("--before-url", metavar="URL", default="", help="The site to link BASE's agents to.")
@click.option("--after-url", metavar="URL", default="", help="The site to link HEAD's agents to.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything changed.")
def diff(  # noqa: PLR0913 (as many as the command has options)
    *,
    base: str,
    head: str,
    sources: tuple[Labelled, ...],
    merge_base: bool,
    form: str,
    before_url: str,
    after_url: str,
    exit_code: bool,
) -> None:
    """Say what changes for users of the agents from BASE to HEAD.

    BASE and HEAD are folders, git revisions (main, HEAD~1) or folders of revisions (main:agents).
    Agents of a revision are looked for in the folder that the other one names, else in agents or
    .claude/agents. Escalations, which let an agent do more than before, stand first.
    """
    if (before_url or after_url) and form != "markdown":
        raise click.UsageError("--before-url and --after-url are for --format markdown")
    try:
        sites = Sites(before_url, after_url)
        before, after = read_sides(base, head, sources, here=Path.cwd(), merge_base=merge_base)
    except (SideError, RevisionError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    review = compare_catalogs(check_catalog(before), check_catalog(after))
    if form == "markdown":
        told = review_card(review, sites)
    else:
        told = review_json(review) if form == "json" else review_text(review)
    click.echo(told.encode(), nl=False)
    if exit_code and review:
        raise click.exceptions.Exit(1)
