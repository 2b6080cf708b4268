"""Counts what is false on the pages of files for other tools than Claude Code.

.venv/bin/python tests/false_statements.py FOLDER    counts them for the files of a folder, by tool

Each page of a real site is held against what was judged by hand: what the file is called and
whether it loads, what it may do, the folders of its tool, and which names are tools of VS Code.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bs4 import BeautifulSoup, Tag

from siblings import sources, table
from sites import BuiltSite, build_project, select, shown, write_project

SITE_URL = "https://example.org/crew/"

FOLDERS = {
    "copilot": (".github/agents", "~/.copilot/agents"),
    "opencode": (".opencode/agents", "~/.config/opencode/agents"),
    "codex": (".codex/agents", "~/.codex/agents"),
    "cursor": (".cursor/agents", "~/.cursor/agents"),
    "gemini-cli": (".gemini/agents", "~/.gemini/agents"),
    "kiro": (".kiro/agents", "~/.kiro/agents"),
    "kilo": (".kilo/agents", "~/.config/kilo/agents"),
    "junie": (".junie/agents", "~/.junie/agents"),
}
"""Where each tool looks for agents, of a project and of a user."""

CAPABILITIES = {
    "reads files": "read",
    "changes files": "write",
    "runs commands": "execute",
    "uses the network": "network",
    "starts other agents": "delegate",
    "uses MCP servers": "mcp",
    "MCP": "mcp",
}

MORE = "?"
"""What stands with the capabilities of an agent of which it is not known what else it can do."""

VSCODE_SETS = frozenset(
    [
        *("agent", "browser", "edit", "execute", "read", "search", "vscode", "web", "todo"),
        *("new", "runCommands", "runNotebooks", "runTasks"),
    ]
)
"""Tool sets of VS Code, those of today and former ones: what stands before the slash."""

VSCODE_NAMES = frozenset(
    [
        *("changes", "codebase", "createDirectory", "createFile", "editFiles", "extensions"),
        *("fetch", "fileSearch", "githubRepo", "listDirectory", "problems", "readFile"),
        *("runCommand", "runInTerminal", "runSubagent", "runTests", "searchResults"),
        *("terminalLastCommand", "terminalSelection", "testFailure", "textSearch", "todos"),
        *("usages", "vscodeAPI"),
    ]
)
"""Tools of VS Code by the names that they had without a set."""

ALIASES = frozenset(
    [
        *("shell", "bash", "powershell", "notebookread", "multiedit", "write", "notebookedit"),
        *("grep", "glob", "custom-agent", "task", "websearch", "webfetch", "todowrite"),
    ]
)
"""Names that Copilot documents for its tools, in lower case."""

EXTENSIONS = frozenset({"vscode.mermaid-chat-features", "ms-python.python"})
"""Extensions of VS Code that bring tools along."""

OWN_TEXTS = (
    "h1",
    ".ac-path",
    ".ac-summary",
    "[data-agent-prompt]",
    "#prompt-source",
    ".ac-metadata td",
    ".ac-frontmatter pre",
    ".ac-prose",
    ".ac-example",
    ".ac-triggers",
    ".ac-see-also",
)
"""What on a page is a text of the file, or of files that are like it, and no statement on it."""

_NOT_LOADED = re.compile(r"do(?:es)? not (?:load|start)\b|skips this file|would not load")


class Statement(NamedTuple):
    """Something false."""

    tool: str
    """The slug of its format."""
    path: str
    kind: str
    text: str


@dataclass(frozen=True)
class Judged:
    """What is known of the files by hand."""

    files: Mapping[str, Mapping[str, str]]
    capabilities: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls) -> Judged:
        return cls(table("siblings.tsv"), table("siblings-capabilities.tsv"))


def built(folder: Path, project: Path) -> BuiltSite:
    """The site of all files, each repository as a source of its own."""
    listed = [{"folder": str(each.folder), "label": each.label} for each in sources(folder)]
    plugins = ["search", {"agent-catalog": {"sources": listed}}]
    write_project(project, {}, plugins=plugins, site_url=SITE_URL)
    return build_project(project)


def false_statements(
    site: BuiltSite, folder: Path, judged: Judged, part: str = ""
) -> Iterator[Statement]:
    """What is false on the pages of files for other tools than Claude Code.

    Args:
        site: Their site.
        folder: The files.
        judged: What is true of them.
        part: What is in the paths of the files whose pages are looked at.
    """
    places = {each.label: each.shown for each in sources(folder)}
    for agent in site.catalog["agents"]:
        path = f"{places[agent['source']]}/{agent['path']}"
        row = judged.files[path]
        if row["format"] != "claude-code" and part in path:
            page = site.page(agent["url"])
            for kind, text in _of_page(page, agent, row, judged.capabilities.get(path)):
                yield Statement(row["format"], path, kind, text)


def _of_page(
    page: BeautifulSoup,
    agent: Any,
    row: Mapping[str, str],
    access: Mapping[str, str] | None,
) -> Iterator[tuple[str, str]]:
    article = page.select_one("article.ac-agent")
    assert article is not None
    if (title := shown(_one(article, "h1"))) != row["title"]:
        yield "title", title
    if agent["format"] != row["format"] or agent["kind"] != row["kind"]:
        yield "format", f"{agent['format']}, {agent['kind']}"
    yield from _installation(article, row)
    if row["kind"] == "agent":
        yield from _tools(article, row["format"])
        yield from _calls(article, agent["metadata"], row)
    if access:
        yield from _capabilities(article, agent, access)
    own = BeautifulSoup(str(article), "html5lib")
    for each in own.select(", ".join(OWN_TEXTS)):
        each.decompose()
    if agent["metadata"].get("tools") and "lists none" in shown(own):
        yield "said to list no tools", ""
    if "Claude Code" in str(own):
        yield "another tool", _around(str(own), "Claude Code")
    said = _NOT_LOADED.search(shown(own))
    if said and row["loads"] == "yes":
        yield "said not to load", _around(shown(own), said[0])
    if not said and row["loads"] == "no":
        yield "not said not to load", ""


def _one(element: Tag, selector: str) -> Tag:
    found = element.select_one(selector)
    assert found is not None, selector
    return found


def _around(text: str, part: str) -> str:
    at = text.index(part)
    return " ".join(text[max(at - 80, 0) : at + 80].split())


CALLED_BY_PATH = frozenset({"kilo", "kiro", "opencode"})
"""Formats whose agents are called by their folders, too."""


def _installation(article: Tag, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    commands = select(article, "pre[id^=install-]")
    loads = row["kind"] == "agent" and row["loads"] == "yes"
    if len(commands) != (2 if loads else 0):
        yield "install", f"{len(commands)} commands"
    below = re.search(r"/agents?/(.+)/", row["path"]) if row["format"] in CALLED_BY_PATH else None
    for tools, command in zip(FOLDERS[row["format"]], commands, strict=False):
        folder = f"{tools}/{below[1]}" if below else tools
        if f"mkdir -p {folder} " not in command or f" -o {folder}/" not in command:
            yield "install", command


def _calls(
    article: Tag, keys: Mapping[str, Any], row: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """How it is said to be called, of what its own keys leave."""
    calls = select(article, ".ac-calls li")
    if row["loads"] == "no" or row["format"] not in {"copilot", "opencode"}:
        return
    if row["format"] == "copilot":
        ways = {"In VS Code": keys.get("target") != "github-copilot"}
        ways["In Copilot CLI"] = keys.get("target") != "vscode"
        ways = {how: may and keys.get("user-invocable") is not False for how, may in ways.items()}
    else:
        ways = {"In a message": keys.get("mode") != "primary"}
        ways["On the command line"] = keys.get("mode") != "subagent"
    for how, may in ways.items():
        if any(call.startswith(how) for call in calls) != may:
            yield "call", f"{how}: {may}"


def _tools(article: Tag, format_: str) -> Iterator[tuple[str, str]]:
    """What is said of the entries of the lists of tools."""
    for row in article.select(".ac-tools tbody tr"):
        name, gets, does, *_ = select(row, "th, td")
        server, slash, member = name.rpartition("/")
        of_vscode = name in VSCODE_NAMES or (
            server in VSCODE_SETS if slash else name in VSCODE_SETS
        )
        unknown = does.startswith("Not a tool") or "not known whether" in gets
        if format_ != "copilot":
            if unknown and "mcp" in does.lower():
                yield "tool", f"{name}: {does}"
            continue
        if (of_vscode or name.lower() in ALIASES) and (unknown or "server" in does):
            yield "tool of VS Code", f"{name}: {gets} {does}"
        elif not of_vscode and slash and unknown:
            yield "tool of a server or an extension", f"{name}: {gets} {does}"
        elif server in EXTENSIONS and not does.startswith("A tool of the extension"):
            yield "tool of an extension", f"{name}: {does}"
        elif member == "*" and "MCP server" not in does:
            yield "tools of a server", f"{name}: {does}"


def _capabilities(article: Tag, agent: Any, access: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What it is said to be able to do, and not to be able to."""
    judged = set(access["capabilities"].split())
    open_ended = access["mode"] == "unknown" or MORE in judged
    judged -= {MORE}
    if agent["tools"]["mode"] != access["mode"]:
        yield "mode", f"{agent['tools']['mode']}, not {access['mode']}"
    if set(agent["capabilities"]) != (judged if agent["loadable"] else set()):
        yield "capabilities", f"catalog.json: {agent['capabilities']}"
    for chip in article.select(".ac-chips li"):
        text = shown(chip)
        classes = set(chip.get_attribute_list("class"))
        capability = CAPABILITIES[text.removeprefix("not: ").partition(":")[0].partition(",")[0]]
        if "ac-chip--by" in classes:
            false = "execute" not in judged or capability in judged
        elif "ac-chip--not" in classes:
            false = capability in judged or open_ended
        else:
            false = capability not in judged
        if false:
            yield "capabilities", text


def main() -> None:
    """Build the site of a folder and print what is false on it."""
    folder = Path(sys.argv[1])
    judged = Judged.read()
    with tempfile.TemporaryDirectory() as project:
        site = built(folder, Path(project))
        found = list(false_statements(site, folder, judged))
    files = Counter(row["format"] for row in judged.files.values() if row["format"])
    for each in found:
        print(f"{each.path}: {each.kind}: {each.text}")  # noqa: T201 (a script)
    for tool, count in Counter(each.tool for each in found).items():
        per_100 = 100 * count / files[tool]
        print(f"{tool}: {count} on {files[tool]} pages, {per_100:.0f} per 100")  # noqa: T201


if __name__ == "__main__":
    main()
