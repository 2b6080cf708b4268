"""The live site: what changes in a source folder shows, and the log says what was read again."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sites import ENVIRONMENT, REPOSITORY, agent_file, write_project, write_tree

DEADLINE = 60
"""Seconds; a change shows within two on an idle machine."""


@dataclass(frozen=True)
class Served:
    """A site that is being served."""

    project: Path
    root: str
    log: Path
    process: subprocess.Popen[bytes]

    def get(self, url: str) -> tuple[int, str]:
        """The status and the text of an answer; 0 if there is none."""
        try:
            with urllib.request.urlopen(self.root + url, timeout=DEADLINE) as answer:  # noqa: S310 (our own server)
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""
        except OSError:
            return 0, ""

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until something holds; the log is shown if it never does."""
        end = time.monotonic() + DEADLINE
        while not condition():
            state = f"process: {self.process.poll()}; log:\n{self.output()}"
            assert time.monotonic() < end, f"{what}: not within {DEADLINE} s; {state}"
            time.sleep(0.1)

    def wait_for(self, url: str, text: str) -> None:
        self.wait(f"{url} shows {text!r}", lambda: text in self.get(url)[1])


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="module", params=["plugin", "hook"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(request.param)
    tree = {
        "agents/kept.md": agent_file("kept", "See [nobody](nobody.md)."),
        "agents/edited.md": agent_file("edited", model="sonnet"),
        "agents/deleted.md": agent_file("deleted"),
    }
    hook = {"hooks": [str(REPOSITORY / "hooks/catalog.py")], "plugins": ["search"]}
    project = write_project(folder / "project", tree, **(hook if request.param == "hook" else {}))
    port = free_port()
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"],
            cwd=project,
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        site = Served(project, f"http://127.0.0.1:{port}/", log, process)
        site.wait("the server answers", lambda: site.get("")[0] == 200)
        yield site
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_an_edit_shows_on_every_page_that_it_concerns(served: Served) -> None:
    file = served.project / "agents/edited.md"
    assert served.get("models/haiku/")[0] == 404
    text = agent_file("edited", "Now with verve.", model="haiku", description="Rewritten.")
    file.write_text(text, encoding="utf-8")
    served.wait_for("agents/edited/", "Now with verve.")
    served.wait_for("agents/", "Rewritten.")
    assert served.get("models/haiku/")[0] == 200
    assert served.get("agents/edited.md") == (200, text)
    log = served.output()
    assert "agent_catalog: read again: agents/edited.md" in log
    assert "read again: agents/kept.md" not in log


def test_a_new_agent_gets_a_page(served: Served) -> None:
    write_tree(served.project, {"agents/new/added.md": agent_file("added", "Fresh.")})
    served.wait_for("agents/new/added/", "Fresh.")
    served.wait_for("agents/", "new/added/")
    assert "agent_catalog: added: agents/new/added.md" in served.output()


def test_a_deleted_agent_is_gone(served: Served) -> None:
    assert served.get("agents/deleted/")[0] == 200
    (served.project / "agents/deleted.md").unlink()
    served.wait("the page is gone", lambda: served.get("agents/deleted/")[0] == 404)
    assert "deleted" not in served.get("agents/")[1]
    assert "agent_catalog: removed: agents/deleted.md" in served.output()


def test_a_mistake_is_told_and_its_repair_shows(served: Served) -> None:
    file = served.project / "agents/edited.md"
    file.write_text(agent_file("edited", description="Helps: with all"), encoding="utf-8")
    served.wait_for("agents/edited/", "yaml-needs-retry")
    assert "agents/edited.md:3:19: not valid YAML" in served.output()
    file.write_text(agent_file("edited", "Repaired.", description="Helps."), encoding="utf-8")
    served.wait_for("agents/edited/", "Repaired.")
    assert "yaml-needs-retry" not in served.get("agents/edited/")[1]


def test_search_follows_an_edit(served: Served) -> None:
    index = "assets/agent-catalog/pagefind/pagefind-entry.json"
    before = served.get(index)
    assert before[0] == 200
    file = served.project / "agents/edited.md"
    file.write_text(agent_file("edited", "Now of zebrafinches."), encoding="utf-8")
    served.wait_for("agents/edited/", "zebrafinches")
    served.wait("the index is new", lambda: served.get(index) not in {before, (404, "")})


def test_agents_that_stay_keep_their_findings(served: Served) -> None:
    assert served.get("agents/kept/")[1].count("leads nowhere") == 1
    served.project.joinpath("agents/other.md").write_text(agent_file("other"), encoding="utf-8")
    served.wait_for("agents/", "other/")
    assert served.get("agents/kept/")[1].count("leads nowhere") == 1


def test_a_link_to_an_agent_that_comes_later_leads_to_it(served: Served) -> None:
    write_tree(served.project, {"agents/early.md": agent_file("early", "See [late](late.md).")})
    served.wait_for("agents/early/", "leads nowhere")
    write_tree(served.project, {"agents/late.md": agent_file("late")})
    served.wait_for("agents/early/", 'href="../late/"')
    assert "leads nowhere" not in served.get("agents/early/")[1]


def test_nothing_is_built_without_a_change(served: Served) -> None:
    builds = served.output().count("Documentation built")
    time.sleep(2)
    assert served.output().count("Documentation built") == builds
    assert "Traceback" not in served.output()
