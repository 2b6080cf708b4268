"""The one comment that a pull request gets: what it changes, and where to see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent_catalog.github.api import GitHub, GitHubError
from agent_catalog.previewing.outcomes import Outcome, State
from agent_catalog.previewing.preview import place
from agent_catalog.publishing.urls import whole

MARKER = "<!-- agent-catalog: review -->"
"""The first line of the comment, by which it is found again."""
AUTHOR = "github-actions[bot]"
"""Who writes it: the token of a workflow. Anyone else could write the marker, too."""
MOST_CLOSED = 25
"""Pull requests closed of late whose comments are brought up to date."""

_REMOVED = f"{MARKER}\nThis pull request is closed, and its preview is removed.\n"
_LARGEST = 65_000
"""Characters of a comment; GitHub takes 65,536."""


@dataclass(frozen=True, slots=True)
class _Comment:
    ident: int
    body: str


def comment(github: GitHub, outcomes: Iterable[Outcome], site_url: str) -> list[str]:
    """Bring the comments of all pull requests up to date.

    A pull request that changes no agent gets none, unless it has one of an earlier commit.

    Args:
        github: The repository; its token may write comments.
        outcomes: What there is of each pull request.
        site_url: The published site.

    Returns:
        For each pull request that could not be commented on, why.
    """
    problems = []
    given = tuple(outcomes)
    for outcome in given:
        try:
            _keep(github, outcome, site_url)
        except GitHubError as error:
            problems.append(f"#{outcome.pull.number}: {error}")
    shown = {outcome.pull.number for outcome in given}
    try:
        problems += _clear(github, shown)
    except GitHubError as error:
        problems.append(str(error))
    return problems


def _keep(github: GitHub, outcome: Outcome, site_url: str) -> None:
    number = outcome.pull.number
    found = _find(github, number)
    body = comment_text(outcome, site_url)
    if found is None:
        if outcome.state is not State.UNCHANGED:
            github.post(f"issues/{number}/comments", body=body)
    elif found.body != body:
        github.patch(f"issues/comments/{found.ident}", body=body)


def _clear(github: GitHub, shown: set[int]) -> list[str]:
    """Say in the comments of closed pull requests that their previews are gone."""
    problems = []
    closed = github.get(
        "pulls", state="closed", sort="updated", direction="desc", per_page=MOST_CLOSED
    )
    for number in {int(each["number"]) for each in closed} - shown:
        try:
            found = _find(github, number)
            if found and found.body != _REMOVED:
                github.patch(f"issues/comments/{found.ident}", body=_REMOVED)
        except GitHubError as error:
            problems.append(f"#{number}: {error}")
    return problems


def _find(github: GitHub, number: int) -> _Comment | None:
    for each in github.pages(f"issues/{number}/comments"):
        # GitHub hands lines back with other ends than it was given.
        body = str(each["body"] or "").replace("\r\n", "\n")
        if body.startswith(MARKER) and (each["user"] or {}).get("login") == AUTHOR:
            return _Comment(int(each["id"]), body)
    return None


def comment_text(outcome: Outcome, site_url: str) -> str:
    """The comment, as Markdown.

    Of the pull request it holds its number, its commit and the review card, and nothing else.
    """
    url = whole(site_url, f"{place(outcome.pull)}/")
    commit = f"`{outcome.pull.commit[:12]}`"
    if outcome.state is State.UNCHANGED:
        told = f"Commit {commit} changes no agent."
    elif outcome.state is State.FAILED:
        told = f"There is no preview of commit {commit}: [why]({url})."
    else:
        told = f"{outcome.card.rstrip()}\n\n[All changes and the agents' pages]({url}) at {commit}."
    return f"{MARKER}\n{told}"[:_LARGEST].rstrip() + "\n"
