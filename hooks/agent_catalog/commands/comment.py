"""The command `agent-catalog comment`."""

from __future__ import annotations

from pathlib import Path

import click

from agent_catalog.previewing.outcomes import OUTCOMES


@click.command()
@click.argument("outcomes", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--site-url",
    metavar="URL",
    required=True,
    help="Where the site with the previews is published.",
)
def comment(*, outcomes: Path, site_url: str) -> None:
    """Tell each pull request in one comment what it changes, and where its preview is.

    OUTCOMES is what `agent-catalog preview --out` writes. The comment of an earlier commit is
    changed; that of a closed pull request says that the preview is removed. GitHub is told as
    GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN say; the token may write to pull requests.
    """
    # What asks over the network takes long to import, which other commands need not wait for.
    from agent_catalog.github.api import GitHub, GitHubError  # noqa: PLC0415 (as said)
    from agent_catalog.github.comments import comment as keep_comments  # noqa: PLC0415 (as said)

    try:
        problems = keep_comments(GitHub.from_environment(), OUTCOMES.read(outcomes), site_url)
    except (GitHubError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
