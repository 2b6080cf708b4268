"""Which pull requests are previewed, and their commits, fetched."""

from __future__ import annotations

import base64
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from agent_catalog.github.api import GitHub
from agent_catalog.previewing.pulls import PullRequest
from agent_catalog.reading.revisions import RevisionError, run_git

MOST_PULLS = 25
"""Pull requests that are previewed at most: the ones opened last."""

_MOST_ASKED = 100
"""Open pull requests of which it is asked whether they were checked."""
_SECONDS = 180
"""How long fetching may take, all pull requests together."""
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def open_pulls(github: GitHub, base: str, check: str) -> Iterator[PullRequest]:
    """The open pull requests whose commit a workflow has checked with success.

    For outside contributors, that workflow waits until somebody with write access approves its
    run. So nothing is published of a commit that nobody has looked at.

    Args:
        github: The repository.
        base: The branch that they are to be merged into.
        check: The file name of the workflow; empty to ask for none.

    Raises:
        GitHubError: GitHub cannot be asked.
    """
    listed = github.get(
        "pulls", state="open", base=base, sort="created", direction="desc", per_page=_MOST_ASKED
    )
    found = 0
    for each in listed:
        number, commit = each["number"], each["head"]["sha"]
        if not (isinstance(number, int) and _COMMIT.fullmatch(str(commit))):
            continue
        if found < MOST_PULLS and (not check or _is_checked(github, commit, check)):
            found += 1
            yield PullRequest(number, commit)


def _is_checked(github: GitHub, commit: str, check: str) -> bool:
    """Whether a run of the workflow for this very commit, caused by a pull request, succeeded."""
    runs = github.get(
        f"actions/workflows/{check}/runs",
        head_sha=commit,
        event="pull_request",
        status="success",
        per_page=1,
    )
    return bool(runs["total_count"])


def fetch_pulls(
    pulls: Iterable[PullRequest], folder: Path, remote: str = "origin"
) -> Iterator[PullRequest]:
    """Fetch the commits of pull requests, and hand on those that there still are.

    Their objects are checked for what git itself would never make. Nothing is checked out. A pull
    request that has another commit by now is left out; a later run shows it.

    Args:
        pulls: Pull requests, each with its commit.
        folder: A folder in the local repository.
        remote: The repository on GitHub, as the local one knows it.

    Raises:
        RevisionError: Git is not there, or the folder is in no repository.
    """
    run_git(folder, "rev-parse", "--git-dir")
    end = time.monotonic() + _SECONDS
    for pull in pulls:
        ref = f"+refs/pull/{pull.number}/head:{pull.ref}"
        try:
            left = max(0.1, end - time.monotonic())
            run_git(folder, *_FETCH, "--", remote, ref, environment=_credentials(), seconds=left)
            fetched = run_git(folder, "rev-parse", "--verify", "--end-of-options", pull.ref)
        except RevisionError:
            continue
        if fetched.decode().strip() == pull.commit:
            yield pull


_NEVER = ("emptyName", "fullPathname", "hasDot", "hasDotdot", "hasDotgit")
"""Kinds of names that git only warns of by itself, since some old repositories have them."""
_OPTIONS = (
    "fetch.fsckObjects=true",
    *(f"fetch.fsck.{each}=error" for each in _NEVER),
    f"core.hooksPath={os.devnull}",
)
_FETCH = (
    *(argument for option in _OPTIONS for argument in ("-c", option)),
    "fetch",
    "--quiet",
    "--force",
    "--no-tags",
    "--no-recurse-submodules",
    "--no-write-fetch-head",
    "--no-auto-maintenance",
)


def _credentials() -> Mapping[str, str]:
    """What lets git fetch from a private repository, kept out of files and of arguments."""
    token, server = os.environ.get("GITHUB_TOKEN"), os.environ.get("GITHUB_SERVER_URL")
    if not (token and server):
        return {}
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{server.rstrip('/')}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }
