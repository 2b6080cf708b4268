"""Pages of files for other tools than Claude Code say nothing false: a real site against judgements."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from false_statements import Judged, built, false_statements
from siblings import sources
from sites import BuiltSite

pytestmark = pytest.mark.siblings

CAN = 'class="ac-chips">'


@pytest.fixture(scope="module")
def judged() -> Judged:
    return Judged.read()


@pytest.fixture(scope="module")
def site(siblings: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    folder = tmp_path_factory.mktemp("siblings")
    yield built(siblings, folder)
    shutil.rmtree(folder)


def test_enough_is_judged(judged: Judged) -> None:
    tools = [path.partition("/")[0] for path in judged.capabilities]
    assert judged.capabilities.keys() <= judged.files.keys()
    assert tools.count("copilot") >= 25
    assert tools.count("opencode") >= 15


def test_no_page_says_anything_false(siblings: Path, site: BuiltSite, judged: Judged) -> None:
    assert list(false_statements(site, siblings, judged)) == []


@pytest.mark.parametrize(
    ("path", "kind", "change"),
    [
        ("tsh-architect.agent", "title", lambda html: html.replace("tsh-architect</h1>", "…</h1>")),
        ("tsh-architect.agent", "install", lambda html: html.replace(".github/", ".claude/")),
        (
            "tsh-architect.agent",
            "said not to load",
            lambda html: html.replace(
                "<dt>File", "<p>Copilot does not load this file.</p><dt>File"
            ),
        ),
        (
            "tsh-architect.agent",
            "another tool",
            lambda html: html.replace("<dt>File", "<i title='As in Claude Code'></i><dt>File"),
        ),
        (
            "tsh-architect.agent",
            "capabilities",
            lambda html: html.replace("changes files", "uses the network"),
        ),
        (
            "tsh-architect.agent",
            "tool of VS Code",
            lambda html: html.replace(
                "Runs a command of the editor", "Not a tool that it is known"
            ),
        ),
        (
            "tsh-architect.agent",
            "tools of a server",
            lambda html: html.replace("All tools of the MCP server", "A tool of"),
        ),
        (
            "tsh-ui-engineer.agent",
            "call",
            lambda html: html.replace("In VS Code, in the", "In the"),
        ),
        (
            "tsh-copilot-engineer.agent",
            "tool of an extension",
            lambda html: html.replace("A tool of the extension", "A tool of the MCP server"),
        ),
        (
            "agentsbridge/.github/agents/code-reviewer",
            "capabilities",
            lambda html: html.replace(
                CAN, CAN + '<li class="ac-chip--not"><span>not: </span>runs commands</li>'
            ),
        ),
        (
            "code/build-agent",
            "said to list no tools",
            lambda html: html.replace(
                "it inherits every", "the file lists none, it inherits every"
            ),
        ),
        (
            "code/build-agent",
            "call",
            lambda html: html.replace("In a message", "On the command line"),
        ),
        (
            "agentsbridge/.opencode/agents/test-runner",
            "not said not to load",
            lambda html: html.replace("not load", "load").replace("not start", "start"),
        ),
    ],
)
def test_what_is_false_is_counted(  # noqa: PLR0913, PLR0917 (three fixtures and a case)
    siblings: Path,
    site: BuiltSite,
    judged: Judged,
    path: str,
    kind: str,
    change: Callable[[str], str],
) -> None:
    places = {each.label: each.shown for each in sources(siblings)}
    (url,) = [
        agent["url"]
        for agent in site.catalog["agents"]
        if path in f"{places[agent['source']]}/{agent['path']}"
    ]
    page = site.folder / url / "index.html"
    html = page.read_text(encoding="utf-8")
    assert change(html) != html
    try:
        page.write_text(change(html), encoding="utf-8")
        found = {each.kind for each in false_statements(site, siblings, judged, path)}
    finally:
        page.write_text(html, encoding="utf-8")
    assert found == {kind}
