"""The publishing workflow on one machine: a bare repository for GitHub's, and an API that answers."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from repositories import git
from sites import ENVIRONMENT, REPOSITORY, BuiltSite

NAME = "acme/crew"
SITE_URL = "https://acme.example/crew/"
BOT = "github-actions[bot]"
CATALOG = yaml.safe_load((REPOSITORY / ".github/workflows/catalog.yml").read_text(encoding="utf-8"))


@dataclass
class Request:
    method: str
    path: str
    authorization: str


@dataclass
class FakeGitHub:
    """What GitHub knows of the repository; answers like its API."""

    open: dict[int, str] = field(default_factory=dict)
    """Open pull requests by number, with the commit that the API tells."""
    closed: list[int] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    """Commits with a successful run."""
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    failures: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    """Status and headers of answers to give before any other."""
    per_page: int = 100
    """Entries of a page at most."""
    next_host: str = ""
    """Where links to the next page lead, if it is elsewhere."""
    url: str = ""

    def add(self, number: int, commit: str, *, checked: bool = True) -> None:
        self.open[number] = commit
        if checked:
            self.checked.add(commit)

    def say(self, number: int, login: str, body: str) -> None:
        comments = self.comments.setdefault(number, [])
        ident = sum(map(len, self.comments.values())) + 1
        comments.append({"id": ident, "user": {"login": login}, "body": body})

    def answer(self, method: str, path: str, query: dict[str, str], given: Any) -> Any:
        if path == "pulls" and query["state"] == "open":
            numbers = sorted(self.open, reverse=True)
            return [{"number": n, "head": {"sha": self.open[n]}} for n in numbers]
        if path == "pulls":
            return [{"number": n, "head": {"sha": "0" * 40}} for n in self.closed]
        if path == "actions/workflows/check.yml/runs":
            assert (query["event"], query["status"]) == ("pull_request", "success")
            return {"total_count": int(query["head_sha"] in self.checked)}
        if found := re.fullmatch(r"issues/(\d+)/comments", path):
            number = int(found[1])
            if method == "POST":
                self.say(number, BOT, given["body"])
                return {}
            return self.comments.get(number, [])
        if found := re.fullmatch(r"issues/comments/(\d+)", path):
            every = (each for comments in self.comments.values() for each in comments)
            comment = next(each for each in every if each["id"] == int(found[1]))
            comment["body"] = given["body"].replace("\n", "\r\n")  # as GitHub keeps them
            return {}
        raise AssertionError(f"{method} {path} is not asked for")


@contextmanager
def serving(github: FakeGitHub) -> Iterator[None]:
    """Answer at `github.url`."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _answer(self) -> None:
            url = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(url.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            given = json.loads(self.rfile.read(length)) if length else None
            path = url.path.removeprefix(f"/repos/{NAME}/")
            github.requests.append(
                Request(self.command, path, self.headers.get("Authorization", ""))
            )
            if github.failures:
                status, headers = github.failures.pop(0)
                self._send(status, headers, {"message": "no"})
                return
            told = github.answer(self.command, path, query, given)
            headers = {}
            if isinstance(told, list) and path != "pulls":
                page, size = int(query.get("page", "1")), github.per_page
                if len(told) > page * size:
                    host = github.next_host or github.url
                    headers["Link"] = f'<{host}/repos/{NAME}/{path}?page={page + 1}>; rel="next"'
                told = told[(page - 1) * size : page * size]
            self._send(200, headers, told)

        def _send(self, status: int, headers: Mapping[str, str], told: Any) -> None:
            data = json.dumps(told).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 (as the server calls them)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def steps(job: str) -> dict[str, str]:
    """The commands of a job of the workflow, by the names of its steps, without the set-up."""
    found = {each["name"]: each["run"] for each in CATALOG["jobs"][job]["steps"] if "run" in each}
    assert found.pop("Set the generator up") == "make -C generator command"
    return found


@dataclass
class Published:
    """What a run of the workflow made."""

    site: BuiltSite
    alone: dict[str, bytes]
    """The files of the site before the previews came to it."""
    output: str
    """What was logged."""
    summary: str
    outputs: str

    def preview(self, number: int) -> dict[str, bytes]:
        """The files of a preview, by path below it."""
        start = f"pr-preview/pr-{number}/"
        return {
            path.removeprefix(start): data
            for path, data in self.site.tree.items()
            if path.startswith(start)
        }


class Stage:
    """A runner's folder: the caller's repository and the generator, as the workflow has them."""

    def __init__(self, folder: Path, github: FakeGitHub) -> None:
        self.folder = folder
        self.github = github
        self.origin = folder / "origin.git"
        self.work = folder / "work"

    def publish(self, name: str, **environment: str) -> Published:
        """Run the very commands of the jobs `render` and `comment`."""
        runner = self.folder / name
        workspace, temp = runner / "workspace", runner / "temp"
        workspace.mkdir(parents=True)
        temp.mkdir()
        (workspace / "generator").symlink_to(REPOSITORY)
        git(workspace, "clone", "-q", "--no-local", str(self.origin), "caller")
        files = {key: runner / key.lower() for key in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for file in files.values():
            file.touch()
        given = {
            **ENVIRONMENT,
            "RUNNER_TEMP": str(temp),
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": NAME,
            "GITHUB_TOKEN": "ghs_secret",
            "SITE_URL": SITE_URL,
            "REPO_URL": f"https://github.example/{NAME}",
            "SOURCES": "agents",
            "TITLE": "Crew",
            "BRANCH": "main",
            "CHECK": "check.yml",
            **{key: str(file) for key, file in files.items()},
            **environment,
        }
        output = []
        alone: dict[str, bytes] = {}
        for job, place in (("render", workspace / "caller"), ("comment", workspace)):
            for step, command in steps(job).items():
                done = subprocess.run(
                    ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", command],
                    cwd=place,
                    env=given,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    encoding="utf-8",
                    timeout=200,
                    check=False,
                )
                assert done.returncode == 0, f"{step}: {done.stdout}"
                output.append(done.stdout)
                if step == "Render the branch":
                    alone = BuiltSite(temp / "site").tree
        return Published(
            BuiltSite(temp / "site"),
            alone,
            "".join(output),
            files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"),
            files["GITHUB_OUTPUT"].read_text(encoding="utf-8"),
        )
