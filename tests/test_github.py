"""What is asked of GitHub, and how its refusals are taken."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_catalog.github.api import GitHub, GitHubError
from agent_catalog.github.comments import MARKER, comment, comment_text
from agent_catalog.github.pulls import fetch_pulls, open_pulls
from agent_catalog.previewing.outcomes import OUTCOMES, Outcome, State
from agent_catalog.previewing.pulls import PULLS, PullRequest
from agent_catalog.reading.revisions import RevisionError
from rehearsal import BOT, NAME, SITE_URL, FakeGitHub, serving
from repositories import commit, git, repository

ONE = PullRequest(1, "1" * 40)
TOKEN = "ghs_0123456789"  # noqa: S105 (none that anyone has)


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    found = FakeGitHub()
    with serving(found):
        yield found


def api(fake: FakeGitHub, token: str = TOKEN) -> GitHub:
    return GitHub(fake.url, NAME, token)


def bodies(fake: FakeGitHub, number: int = 1) -> list[str]:
    return [each["body"].replace("\r\n", "\n") for each in fake.comments.get(number, [])]


# Asking


def test_a_list_is_read_from_all_of_its_pages(fake: FakeGitHub) -> None:
    fake.per_page = 2
    for number in range(5):
        fake.say(1, "ada", str(number))
    assert [each["body"] for each in api(fake).pages("issues/1/comments")] == list("01234")


def test_the_token_goes_nowhere_else(fake: FakeGitHub) -> None:
    other = FakeGitHub()
    with serving(other):
        fake.per_page, fake.next_host = 1, other.url
        for number in range(3):
            fake.say(1, "ada", str(number))
        assert len(list(api(fake).pages("issues/1/comments"))) == 1
        assert other.requests == []


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_what_passes_is_asked_again(fake: FakeGitHub, status: int) -> None:
    fake.failures = [(status, {"Retry-After": "0"})] * 2
    fake.add(1, ONE.commit)
    assert list(open_pulls(api(fake), "main", "check.yml")) == [ONE]


def test_a_comment_is_not_posted_twice(fake: FakeGitHub) -> None:
    fake.failures = [(502, {})]
    with pytest.raises(GitHubError, match="502"):
        api(fake).post("issues/1/comments", body="x")
    assert [each.method for each in fake.requests] == ["POST"]


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (404, {}, "404 Not Found"),
        (401, {}, "401 Unauthorized"),
        (403, {}, "does the job's token have the permission"),
        (403, {"x-ratelimit-remaining": "0"}, "the rate limit is used up"),
        (302, {"Location": "https://evil.example"}, "302 Found"),
    ],
)
def test_a_refusal_is_told_without_the_token(
    fake: FakeGitHub, status: int, headers: dict[str, str], message: str
) -> None:
    fake.failures = [(status, headers)]
    with pytest.raises(GitHubError, match=message) as caught:
        api(fake).get("pulls", state="open")
    assert TOKEN not in str(caught.value)
    assert "GET /repos/acme/crew/pulls" in str(caught.value)


def test_no_answer_is_told_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_catalog.github.api._RETRIES", 0)
    github = GitHub("http://127.0.0.1:9", NAME, TOKEN)
    with pytest.raises(GitHubError, match="no answer") as caught:
        github.get("pulls")
    assert TOKEN not in str(caught.value)
    assert TOKEN not in repr(github)


def test_the_environment_says_whom_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", NAME)
    assert GitHub.from_environment() == GitHub("https://api.github.com", NAME)
    monkeypatch.setenv("GITHUB_API_URL", "https://ghe.example/api/v3/")
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert GitHub.from_environment() == GitHub("https://ghe.example/api/v3", NAME, TOKEN)
    for wrong in ("", "crew", "a/b/c", "a/b?c"):
        monkeypatch.setenv("GITHUB_REPOSITORY", wrong)
        with pytest.raises(GitHubError, match="OWNER/NAME"):
            GitHub.from_environment()


# Pull requests


def test_only_checked_commits_are_previewed(fake: FakeGitHub) -> None:
    fake.add(1, "1" * 40)
    fake.add(2, "2" * 40, checked=False)
    fake.add(3, "--upload-pack=evil")
    assert list(open_pulls(api(fake), "main", "check.yml")) == [ONE]
    assert [each.number for each in open_pulls(api(fake), "main", "")] == [2, 1]


def test_pull_requests_are_handed_on_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "pulls.json"
    PULLS.write([ONE], file)
    assert PULLS.read(file) == (ONE,)
    for wrong in ('{"number": 1}', '[{"number": 0, "commit": "' + "1" * 40 + '"}]', "[{}]", "\0"):
        file.write_text(wrong)
        with pytest.raises(ValueError, match="no list of pull requests"):
            PULLS.read(file)


def test_fetching_takes_the_commit_that_was_checked_and_no_other(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin", {"a.md": "a"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--no-local", str(origin), "clone")
    heads = {number: commit(origin, {"a.md": str(number)}) for number in (1, 2)}
    for number, head in heads.items():
        git(origin, "update-ref", f"refs/pull/{number}/head", head)
    asked = [PullRequest(1, heads[1]), PullRequest(2, heads[1]), PullRequest(3, heads[1])]

    assert list(fetch_pulls(asked, clone)) == asked[:1]

    assert git(clone, "rev-parse", "refs/agent-catalog/pull/1") == heads[1]
    assert git(clone, "status", "--porcelain") == ""


def test_a_folder_that_is_no_repository_is_no_list_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(RevisionError, match="not a git repository"):
        list(fetch_pulls([ONE], tmp_path))


# Comments


def test_a_pull_request_has_one_comment_that_follows_it(fake: FakeGitHub) -> None:
    shown = Outcome(ONE, State.SHOWN, "### What changes\n\n- added `a`\n")
    for outcome in (shown, shown, Outcome(ONE, State.FAILED), Outcome(ONE, State.UNCHANGED)):
        assert comment(api(fake), [outcome], SITE_URL) == []
        assert len(bodies(fake)) == 1
        assert bodies(fake)[0].startswith(MARKER)
    assert "changes no agent" in bodies(fake)[0]
    assert [each.method for each in fake.requests if each.method != "GET"] == [
        "POST",
        "PATCH",
        "PATCH",
    ]


def test_who_changes_no_agent_is_not_bothered(fake: FakeGitHub) -> None:
    assert comment(api(fake), [Outcome(ONE, State.UNCHANGED)], SITE_URL) == []
    assert bodies(fake) == []


def test_only_our_own_comment_counts(fake: FakeGitHub) -> None:
    fake.say(1, "mallory", f"{MARKER}\nFine.")
    fake.say(1, BOT, f"Another tool's, which quotes {MARKER}")
    comment(api(fake), [Outcome(ONE, State.FAILED)], SITE_URL)
    assert len(bodies(fake)) == 3
    assert bodies(fake)[2].startswith(MARKER)


def test_a_closed_one_is_told_once_that_its_preview_is_gone(fake: FakeGitHub) -> None:
    comment(api(fake), [Outcome(ONE, State.FAILED)], SITE_URL)
    fake.closed = [1, 2]
    for _ in range(2):
        assert comment(api(fake), [], SITE_URL) == []
    assert "its preview is removed" in bodies(fake)[0]
    assert [each.method for each in fake.requests].count("PATCH") == 1
    assert bodies(fake, 2) == []


def test_one_that_fails_does_not_keep_others_from_theirs(fake: FakeGitHub) -> None:
    other = PullRequest(2, "2" * 40)
    fake.failures = [(404, {})]
    told = comment(api(fake), [Outcome(ONE, State.FAILED), Outcome(other, State.FAILED)], SITE_URL)
    assert len(told) == 1
    assert told[0].startswith("#1: ")
    assert len(bodies(fake, 2)) == 1


def test_a_comment_has_no_more_than_github_takes() -> None:
    text = comment_text(Outcome(ONE, State.SHOWN, "x" * 100_000), SITE_URL)
    assert len(text) <= 65_536


def test_outcomes_are_handed_on_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.json"
    outcomes = (Outcome(ONE, State.SHOWN, "card"), Outcome(ONE, State.FAILED))
    OUTCOMES.write(outcomes, file)
    assert OUTCOMES.read(file) == outcomes
    file.write_text("[{}]")
    with pytest.raises(ValueError, match="no list of outcomes of previews"):
        OUTCOMES.read(file)


def test_a_private_repository_is_fetched_with_the_token(
    tmp_path: Path, fake: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token is sent to the server, and stands in no file and no argument."""
    clone = repository(tmp_path / "clone", {"a.md": "a"})
    git(clone, "remote", "add", "origin", f"{fake.url}/{NAME}.git")
    fake.failures = [(401, {})] * 4
    monkeypatch.setenv("GITHUB_SERVER_URL", fake.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert list(fetch_pulls([ONE], clone)) == []
    basic = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert fake.requests[0].path.endswith("/info/refs")
    assert {each.authorization for each in fake.requests} == {f"Basic {basic}"}
    files = [file for file in clone.rglob("*") if file.is_file()]
    assert not any(TOKEN.encode() in file.read_bytes() for file in files)
    assert not any(basic.encode() in file.read_bytes() for file in files)
