"""A repository on GitHub, asked by its REST API (<https://docs.github.com/en/rest>)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.util.retry import Retry

_SECONDS = 20
"""How long an answer may take to begin, and to go on."""
_RETRIES = 4
_PAGE = 100
"""Entries of a page, as many as there can be."""
_MOST_PAGES = 20
_NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class GitHubError(RuntimeError):
    """GitHub cannot be asked, or refuses; the message holds no token."""


class _Token(AuthBase):
    """A token for every request; without one that is set so, a `.netrc` would be taken."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass(frozen=True, repr=False)
class GitHub:
    """A repository, and what is needed to ask for it."""

    url: str
    """Of the API."""
    repository: str
    """`OWNER/NAME`."""
    token: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        """As a workflow has it in `GITHUB_API_URL`, `GITHUB_REPOSITORY` and `GITHUB_TOKEN`.

        Raises:
            GitHubError: The repository is not said.
        """
        repository = os.environ.get("GITHUB_REPOSITORY", "")
        if not _NAME.fullmatch(repository):
            raise GitHubError("GITHUB_REPOSITORY must name a repository: OWNER/NAME")
        url = os.environ.get("GITHUB_API_URL") or "https://api.github.com"
        return cls(url.rstrip("/"), repository, os.environ.get("GITHUB_TOKEN", ""))

    @cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.auth = _Token(self.token)
        session.headers.update(
            {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        )
        # What makes something new is not tried again: it might make it twice.
        retry = Retry(
            total=_RETRIES,
            backoff_factor=1,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods={"GET", "PATCH"},
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        return session

    def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 (as GitHub answers)
        """What is at a path of the repository.

        Raises:
            GitHubError: GitHub does not answer, or refuses.
        """
        return self._ask("GET", self._at(path), params=query).json()

    def pages(self, path: str, **query: str | int) -> Iterator[Any]:
        """The entries of a list, from as many pages as it takes.

        Raises:
            GitHubError: GitHub does not answer, or refuses.
        """
        url: str | None = self._at(path)
        params: Mapping[str, str | int] = {"per_page": _PAGE, **query}
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            answer = self._ask("GET", url, params=params)
            yield from answer.json()
            # The token must not be sent to any other place.
            following = answer.links.get("next", {}).get("url")
            url = following if following and following.startswith(f"{self.url}/") else None
            params = {}

    def post(self, path: str, **values: str) -> None:
        """Make something new.

        Raises:
            GitHubError: GitHub does not answer, or refuses.
        """
        self._ask("POST", self._at(path), json=values)

    def patch(self, path: str, **values: str) -> None:
        """Change something.

        Raises:
            GitHubError: GitHub does not answer, or refuses.
        """
        self._ask("PATCH", self._at(path), json=values)

    def _at(self, path: str) -> str:
        return f"{self.url}/repos/{self.repository}/{path}"

    def _ask(self, method: str, url: str, **given: Any) -> requests.Response:  # noqa: ANN401 (as `requests` takes it)
        what = f"{method} {url.removeprefix(self.url)}"
        try:
            answer = self._session.request(
                method, url, timeout=_SECONDS, allow_redirects=False, **given
            )
        except requests.RequestException as error:
            raise GitHubError(f"{what}: no answer ({type(error).__name__})") from None
        if answer.ok and not answer.is_redirect:
            return answer
        if answer.status_code in {403, 429} and answer.headers.get("x-ratelimit-remaining") == "0":
            raise GitHubError(f"{what}: the rate limit is used up; run it again in an hour")
        hint = "; does the job's token have the permission?" if answer.status_code == 403 else ""  # noqa: PLR2004 (HTTP's own)
        raise GitHubError(f"{what}: {answer.status_code} {answer.reason}{hint}")
