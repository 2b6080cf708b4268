"""The command `agent-catalog pulls`."""

from __future__ import annotations

from pathlib import Path

import click

from agent_catalog.previewing.pulls import PULLS
from agent_catalog.reading.revisions import RevisionError


@click.command()
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the list, for `agent-catalog preview`.",
)
@click.option(
    "--base",
    metavar="BRANCH",
    default="main",
    show_default=True,
    help="The branch that is published.",
)
@click.option(
    "--check",
    metavar="WORKFLOW",
    default="check.yml",
    show_default=True,
    help="The workflow that must have succeeded for a commit; empty for none.",
)
def pulls(*, out: Path, base: str, check: str) -> None:
    """List the open pull requests that may be previewed, and fetch their commits.

    These are the 25 newest ones into BRANCH whose last commit a run of WORKFLOW has checked. GitHub
    is asked as GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN say; the commits are fetched from
    the remote `origin` of the repository here, and nothing is checked out.
    """
    # What asks over the network takes long to import, which other commands need not wait for.
    from agent_catalog.github.api import GitHub, GitHubError  # noqa: PLC0415
    from agent_catalog.github.pulls import fetch_pulls, open_pulls  # noqa: PLC0415

    try:
        github = GitHub.from_environment()
        listed = list(open_pulls(github, base, check))
        fetched = list(fetch_pulls(listed, Path.cwd()))
    except (GitHubError, RevisionError) as error:
        raise click.ClickException(str(error)) from None
    for pull in listed:
        state = pull.commit[:12] if pull in fetched else "changed meanwhile, or not to be fetched"
        click.echo(f"#{pull.number}: {state}")
    PULLS.write(fetched, out)
