"""Rules for the name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fnmatch import fnmatchcase

from agent_catalog.checking.rule import (
    AUTHORING,
    CLAUDE_CODE,
    EVERY_KIND,
    SUBAGENTS,
    Rule,
    Spot,
    example,
    issue,
    rule,
)
from agent_catalog.checking.subject import Subject, folded, quoted, stem
from agent_catalog.model.finding import Severity

_STYLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 256
"""Characters: https://code.claude.com/docs/en/sub-agents (2026-10)."""
_UNPORTABLE = re.compile(
    r"(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?:\..*)?|.*[. ]|.*[<>:\"|?*\\\x00-\x1f].*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_FILE_NAME = 255
"""Bytes, of Linux; Windows and macOS count otherwise and come to about the same."""
_NO_LETTER = re.compile(r"[\W_]+")

MISSING = Rule(
    code="name-missing",
    severity=Severity.ERROR,
    title="there is no name",
    why="Claude Code takes a file without a `name` for documentation and skips it without a word. "
    "The page is titled with the file's name.",
    sources=(SUBAGENTS, issue(50522)),
    bad=example(name=""),
    good=example(),
)

NOT_TEXT = Rule(
    code="name-not-text",
    severity=Severity.ERROR,
    title="the name is no text",
    why="YAML takes an unquoted `404` for a number and `[a]` for a list. Claude Code skips the file "
    "without a word.",
    sources=(SUBAGENTS,),
    bad=example(name="name: 404"),
    good=example(name='name: "404"'),
    fixable=True,
)

RESERVED = Rule(
    code="name-reserved",
    severity=Severity.ERROR,
    title="the name is one that its tool does not take",
    why="A colon parts a plugin from its agent, and a hyphen starts an option. Claude Code skips "
    "the file, and says so only in the log of `--debug`.",
    sources=(SUBAGENTS,),
    bad=example(name="name: -reviewer"),
    good=example(),
)


@rule(
    "name-too-long",
    severity=Severity.WARNING,
    title="the name has more than 256 characters",
    why="Claude Code documents 256 characters as the longest name.",
    sources=(SUBAGENTS,),
    bad=example(name="name: " + "re" * 130 + "viewer"),
    good=example(),
    formats=CLAUDE_CODE,
)
def name_too_long(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("name")
    if _counts(subject) and field and len(name := subject.text_of("name")) > _LONGEST:
        yield Spot(
            subject.value_place(field),
            f"the name has {len(name)} characters, and may have {_LONGEST}",
            "Shorten it to a few words.",
        )


@rule(
    "name-style",
    severity=Severity.INFO,
    title="the name is not in lower-case letters, digits and hyphens",
    why="The name is what people type and models call: `@agent-reviewer`. Claude Code's "
    "documentation asks for lower-case letters and hyphens; it loads others as well.",
    sources=(SUBAGENTS, AUTHORING),
    bad=example(name="name: Reviewer"),
    good=example(),
    formats=CLAUDE_CODE,
)
def name_style(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("name")
    name = subject.text_of("name")
    if _counts(subject) and field and _is_usable(name) and not _STYLE.fullmatch(name):
        better = "-".join(filter(None, _NO_LETTER.split(name.lower())))
        suggestion = f", as in `{better}`" if _STYLE.fullmatch(better) else ""
        yield Spot(
            subject.value_place(field),
            f"the name {quoted(name)} is not in lower-case letters, digits and hyphens",
            f"Write it in lower-case letters and hyphens{suggestion}.",
        )


@rule(
    "name-differs-from-file",
    severity=Severity.INFO,
    title="the name is not that of the file",
    why="Claude Code goes by the name alone. People look for the file: with another name, they find "
    "the wrong one or none.",
    sources=(SUBAGENTS,),
    bad=example(name="name: code-judge"),
    good=example(),
    formats=CLAUDE_CODE,
)
def name_differs_from_file(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("name")
    name = subject.text_of("name")
    differs = _letters(name) != _letters(stem(subject.agent))
    if _counts(subject) and field and _is_usable(name) and differs:
        yield Spot(
            subject.value_place(field),
            f"the name is {quoted(name)}, but the file is called {quoted(stem(subject.agent))}",
            "Give the file the agent's name, or the agent the file's.",
        )


def _counts(subject: Subject) -> bool:
    """Whether the agent is called as the file says; a placeholder is called as the file is."""
    return not subject.agent.placeholder


def _is_usable(name: str) -> bool:
    """Whether nothing worse is to be said of the name than how it is written."""
    return 0 < len(name) <= _LONGEST and ":" not in name and not name.startswith("-")


def _letters(name: str) -> str:
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", name).lower())


@rule(
    "name-repeated",
    severity=Severity.WARNING,
    title="another agent in the same folder has the same name",
    why="Of agents with one name, Claude Code loads a single one: the first that the file system "
    "hands out, which may be another one on each machine. Nothing is said but by `/doctor`. Codex "
    "ignores all but one, and in OpenCode one takes the place of the other.",
    sources=(SUBAGENTS, "https://github.com/open-gsd/gsd-core/issues/4855"),
    bad=example(),
    good=example(name="name: change-reviewer"),
    beside=example(),
    formats=("claude-code", "codex", "opencode", "kilo"),
    whole=True,
)
def name_repeated(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    field = agent.field("name") or (agent.fields[0] if agent.fields else None)
    if not field or not agent.loadable:
        return
    key = (*subject.tree, agent.format.slug, agent.id)
    alike = subject.around.namesakes.get(key, ())
    others = [each for each in alike if each.key != agent.key]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        yield Spot(
            subject.value_place(field),
            f"`{others[0].shown}`{more} has this name, too: only one of them is loaded",
            "Give each agent a name of its own.",
        )


@rule(
    "file-name-former",
    severity=Severity.INFO,
    title="the file has a name that its tool takes from former times",
    why="VS Code called custom agents chat modes until release 1.106. It still reads `*.chatmode.md`; "
    "Copilot CLI and GitHub look for agents in `.github/agents` alone.",
    sources=(
        "https://code.visualstudio.com/docs/agent-customization/custom-agents",
        "https://docs.github.com/en/copilot/reference/custom-agents-configuration",
    ),
    file="reviewer.chatmode.md",
    folder=".github/chatmodes",
    bad=example(tools="", color=""),
    good="",
)
def file_name_former(subject: Subject) -> Iterator[Spot]:
    recognition = subject.format.recognition
    name = subject.agent.path.rpartition("/")[2]
    if any(fnmatchcase(name, pattern) for pattern in recognition.former):
        today = next(each for each in recognition.names if each not in recognition.former)
        place = f"{subject.format.install[0].folder}/{today.replace('*', stem(subject.agent))}"
        yield Spot(
            (1, 1),
            f"{subject.format.title} has another kind of name for such files today",
            f"Call the file `{place}`.",
        )


@rule(
    "file-name-unportable",
    severity=Severity.WARNING,
    title="some systems cannot have a file of that name",
    why="Windows keeps names such as `con` and `aux` for devices, allows no name that ends in a dot "
    'or a space or holds one of `<>:"|?*\\`, and no system a name of more than 255 bytes. A '
    "repository with such a file cannot be checked out there. The page has another address.",
    sources=("https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file",),
    bad="",
    good=example(),
    kinds=EVERY_KIND,
)
def file_name_unportable(subject: Subject) -> Iterator[Spot]:
    for part in subject.agent.path.split("/"):
        if _UNPORTABLE.fullmatch(part) or len(part.encode("utf-8", "replace")) > _LONGEST_FILE_NAME:
            yield Spot(
                (1, 1),
                f"the file or folder name {quoted(part)} cannot be had on every system",
                "Name it in lower-case letters, digits and hyphens.",
            )


@rule(
    "file-name-clash",
    severity=Severity.WARNING,
    title="two files have names that some systems take for one",
    why="On Windows and macOS, names that differ only in case, or in how a letter with its accent "
    "is encoded, are one name: of two such files a checkout has a single one.",
    sources=("https://git-scm.com/docs/git-config#Documentation/git-config.txt-coreignoreCase",),
    bad="",
    good=example(),
    whole=True,
    kinds=EVERY_KIND,
)
def file_name_clash(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    alike = subject.around.folded[agent.source, folded(agent.path)]
    others = [each for each in alike if each.key != agent.key]
    if others:
        yield Spot(
            (1, 1),
            f"`{others[0].shown}` is the same name on Windows and macOS",
            "Give one of the two another name.",
        )
