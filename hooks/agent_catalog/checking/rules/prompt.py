"""Rules for the prompt: what the model gets, and what people do not see of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote

from markdown_it import MarkdownIt

from agent_catalog.checking.rule import (
    AUTHORING,
    CLAUDE_CODE,
    EVERY_KIND,
    SUBAGENTS,
    Spot,
    example,
    rule,
)
from agent_catalog.checking.subject import Subject, quoted
from agent_catalog.model.finding import Severity
from agent_catalog.reading.headings import slug
from agent_catalog.reading.invisible import invisible
from agent_catalog.reading.mojibake import Doubled, as_meant, doubled
from agent_catalog.reading.text import LINE_BREAK, is_dense

_SHORTEST = 50
_FENCE = re.compile(r"^[ \t>*+\d.)-]*(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)", re.MULTILINE)
_HREF = re.compile(
    r"\]\(\s*<?(?P<link>[^\s()<>]+)|^ {0,3}\[[^\]\n]+\]:\s*<?(?P<defined>[^\s<>]+)", re.MULTILINE
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PLACEHOLDER_LINK = re.compile(
    r"[{}<>$*…]|\.\.\.|^[\w-]*(?:url|link|path|file)[\w-]*$|^#$|path/to", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CALLED = re.compile(
    r"@agent-(?P<at>[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"|subagent_type[\"']?\s*[:=]\s*[\"'](?P<type>[\w:-]+)[\"']"
)
_AGENT = re.compile(r"agent\b")
_QUOTED_BEFORE = re.compile(r"[`*]\s+(?:sub-?)?\Z")
_LONGEST_SPACE = 12
"""Characters between a quoted name and the word *agent*."""
_CALLING = re.compile(
    r"\b(?:use|using|invoke|call|launch|run|to|with|by|via|from|the)\s+(?:the\s+)?"
    r"[`*]{1,2}(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)\*?$",
    re.IGNORECASE,
)
_LONGEST_NAME = 80
_HOME = re.compile(
    r"(?<![\w.~$}/-])(?:/Users/|/home/|[A-Za-z]:\\{1,2}Users\\{1,2})(?P<user>[\w.-]+)(?=[/\\])"
)
_NOBODY = frozenset(
    [
        "user",
        "username",
        "user_name",
        "user-name",
        "your-username",
        "yourusername",
        "yourname",
        "your-name",
        "your_name",
        "youruser",
        "your-user",
        "you",
        "me",
        "name",
        "shared",
        "public",
        "default",
        "runner",
        "node",
        "ubuntu",
        "ec2-user",
        "vscode",
        "app",
        "appuser",
        "admin",
        "developer",
        "dev",
        "project",
        "projects",
        "<user>",
        "xxx",
        "foo",
        "example",
        "vagrant",
        "pi",
        "git",
        "jovyan",
        "codespace",
        "circleci",
        "site",
        "www",
        "workspace",
        "linuxbrew",
        "agent",
        "claude",
    ]
)
_AROUND = 200
"""Characters before and behind a place that tell what it is."""
_WORD_END = re.compile(r"\S*\Z")
_WORD_START = re.compile(r"\S*")
_LEFT_OVER = re.compile(
    r"^[ \t>*+-]*(?:\[[ xX]?\] )?(?:\*\*)?(?P<note>(?:TODO|FIXME|TBD)\b"
    r"(?=[:\s*(]|$)(?!\s*(?:comments?|items?|lists?|/|\||and\b|or\b)))"
    r"|\b[Ll]orem ipsum dolor\b"
    r"|\[(?:TODO:|TBD:|INSERT|FILL IN|REPLACE)[ ]\w[^\]\n]{0,80}\](?!\()"
    r"|\b(?:REPLACE_ME|CHANGEME|CHANGE_ME|FILL_ME_IN)\b",
    re.MULTILINE,
)
_LEFT_OVER_WORDS = (
    *("TODO", "FIXME", "TBD", "orem ipsum", "[INSERT", "[FILL IN", "[REPLACE"),
    *("REPLACE_ME", "CHANGEME", "CHANGE_ME", "FILL_ME_IN"),
)
"""One of them is in whatever the pattern finds."""


@rule(
    "prompt-empty",
    severity=Severity.WARNING,
    title="the file has no prompt",
    why="The text below the frontmatter is the system prompt. Without one, the agent knows nothing "
    "of its task but what its caller tells it.",
    sources=(SUBAGENTS, AUTHORING),
    bad=example(prompt=""),
    good=example(),
)
def prompt_empty(subject: Subject) -> Iterator[Spot]:
    agent = subject.agent
    if subject.parts.opening and not agent.prompt.strip() and not agent.is_remote:
        line = subject.lines.place(len(subject.agent.text))[0]
        yield Spot(
            (line, 1), "there is no prompt below the frontmatter", "Write what the agent is to do."
        )


@rule(
    "prompt-short",
    severity=Severity.INFO,
    title="the prompt has fewer than 50 characters",
    why="A sentence or two give the model little more than the description does.",
    sources=(AUTHORING,),
    bad=example(prompt="You review changes."),
    good=example(),
)
def prompt_short(subject: Subject) -> Iterator[Spot]:
    length = len(subject.agent.prompt.strip())
    if subject.parts.opening and 0 < length < _SHORTEST:
        start = len(subject.agent.prompt) - len(subject.agent.prompt.lstrip())
        yield Spot(
            subject.prompt_place(start),
            f"the prompt has {length} characters",
            "Say what the agent is to do, how, and what it is to return.",
        )


@rule(
    "prompt-over-limit",
    severity=Severity.WARNING,
    title="the prompt is longer than its tool documents",
    why="GitHub documents 30,000 characters as the most that the prompt of a custom agent may have. What "
    "becomes of a longer one is not said.",
    sources=("https://docs.github.com/en/copilot/reference/custom-agents-configuration",),
    folder=".github/agents",
    bad=example(tools="", color="", prompt="You review changes, one after the other. " * 750),
    good=example(tools="", color=""),
)
def prompt_over_limit(subject: Subject) -> Iterator[Spot]:
    most, length = subject.format.reading.longest_prompt, len(subject.agent.prompt.strip())
    if 0 < most < length:
        start = len(subject.agent.prompt) - len(subject.agent.prompt.lstrip())
        yield Spot(
            subject.prompt_place(start),
            f"the prompt has {length:,} characters; {subject.format.title} documents {most:,} as the most",
            "Move what is not always needed into files that the agent reads, or into skills.",
        )


@rule(
    "prompt-unclosed-fence",
    severity=Severity.INFO,
    title="a block of code is never closed",
    why="What follows a fence that is never closed is code to every reader of Markdown, to the end "
    "of the file. Often a block that holds fences of its own needs a longer fence around it.",
    sources=("https://spec.commonmark.org/0.31.2/#fenced-code-blocks",),
    bad=example(
        prompt="You review changes. Answer with a list like this one:\n\n```text\n- line 3: a lost error"
    ),
    good=example(
        prompt="You review changes. Answer with a list like this one:\n\n```text\n- line 3: a lost error\n```"
    ),
    kinds=EVERY_KIND,
)
def prompt_unclosed_fence(subject: Subject) -> Iterator[Spot]:
    if not _seems_unclosed(subject.agent.prompt):
        return
    lines = LINE_BREAK.split(subject.agent.prompt)
    while lines and not lines[-1].strip():
        lines.pop()
    for token in subject.blocks:
        if token.type != "fence" or not token.map:
            continue
        first, end = token.map
        last = lines[min(end, len(lines)) - 1].strip(" \t>\r")
        closed = (
            end - first > 1 and last.startswith(token.markup) and not last.strip(token.markup[0])
        )
        if not closed:
            text = lines[first]
            offset = subject.prompt_lines.starts[first] + max(text.find(token.markup), 0)
            yield Spot(
                subject.prompt_place(offset),
                "this block of code is never closed",
                "Close it with the same marks; a block that holds fences needs longer ones.",
            )


def _seems_unclosed(prompt: str) -> bool:
    """Whether a fence has no end, by the lines alone; parsing all that is around them takes long."""
    opened = ""
    for fence in _FENCE.finditer(prompt):
        mark = fence["mark"]
        if not opened:
            opened = "" if mark in fence["info"] else mark
        elif mark.startswith(opened) and not fence["info"].strip():
            opened = ""
    return bool(opened)


@rule(
    "dead-link",
    severity=Severity.INFO,
    title="a relative link leads nowhere",
    why="The link names no file that is there, seen from the agent's file, and no heading of the "
    "prompt. A model that follows it finds nothing.",
    sources=(
        "https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#relative-links",
    ),
    bad=example(
        prompt="You review changes by the [rules of the house](rules/of-the-house.md), one by one."
    ),
    good=example(
        prompt="You review changes by the rules of the house, one by one: no error is lost."
    ),
    kinds=EVERY_KIND,
)
def dead_link(subject: Subject) -> Iterator[Spot]:
    prompt = subject.agent.prompt
    if is_dense(prompt):
        return
    hrefs = {unquote(match["link"] or match["defined"]) for match in _HREF.finditer(prompt)}
    dead = {href for href in hrefs if _is_dead(subject, href)}
    if not dead:
        return
    for line, written in dict.fromkeys(_links(prompt)):
        href = unquote(written)
        if href in dead:
            start = subject.prompt_lines.starts[line]
            end = start + subject.prompt_lines.width(line + 1)
            at = max(prompt.find(each, start, end) for each in (written, href))
            yield Spot(
                subject.prompt_place(max(at, start)),
                f"the link to {quoted(href)} leads nowhere",
                "Link to a file by its path from this file, or to a URL.",
            )


def _is_dead(subject: Subject, href: str) -> bool:
    if _SCHEME.match(href) or href.startswith("//") or _PLACEHOLDER_LINK.search(href):
        return False
    if href.startswith("#"):
        return slug(href[1:]) not in subject.anchors
    return subject.leads_nowhere(href)


def _links(prompt: str) -> Iterator[tuple[int, str]]:
    """The links and images of a prompt: their 0-based line, and where they lead."""
    for block in _markdown().parse(prompt):
        line = block.map[0] if block.map else 0
        for token in block.children or ():
            if token.type in {"softbreak", "hardbreak"}:
                line += 1
            elif token.type == "link_open":
                yield line, str(token.attrs["href"])
            elif token.type == "image":
                yield line, str(token.attrs["src"])


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


@rule(
    "agent-unknown",
    severity=Severity.INFO,
    title="the prompt calls an agent that does not exist",
    why="The agent is told to hand work to another one, which is in none of the folders. It may be "
    "one of a plugin; otherwise the call fails.",
    sources=(SUBAGENTS,),
    bad=example(
        prompt="You review changes. Hand what is to be mended to the `change-mender` agent."
    ),
    good=example(
        prompt="You review changes. Hand what is to be mended to the `general-purpose` agent."
    ),
    formats=CLAUDE_CODE,
    whole=True,
)
def agent_unknown(subject: Subject) -> Iterator[Spot]:
    known = subject.around.names.get(subject.agent.source, frozenset())
    told: set[str] = set()
    for name, offset in sorted(_called(subject.agent.prompt), key=lambda each: each[1]):
        bare = name.rpartition(":")[2]
        if bare not in known and bare not in subject.format.agents and name not in told:
            told.add(name)
            yield Spot(
                subject.prompt_place(offset),
                f"there is no agent {quoted(name)} in these folders",
                "Check the name, or say which plugin the agent is of.",
            )


def _called(prompt: str) -> Iterator[tuple[str, int]]:
    """The agents that a prompt calls by name, and where."""
    if "@agent-" in prompt or "subagent_type" in prompt:
        for match in _CALLED.finditer(prompt):
            yield match["at"] or match["type"], match.start("at" if match["at"] else "type")
    for word in _AGENT.finditer(prompt):  # a word is found in a quarter of the time
        quote = _QUOTED_BEFORE.search(prompt, max(word.start() - _LONGEST_SPACE, 0), word.start())
        if quote is None:
            continue
        start = max(quote.start() - _LONGEST_NAME, 0)
        if called := _CALLING.search(prompt[start : quote.start()]):
            yield called["name"], start + called.start("name")


@rule(
    "invisible-characters",
    severity=Severity.WARNING,
    title="characters are there that nobody sees",
    why="Zero-width, bidirectional and control characters reach the model, but no reader: they can "
    "hide instructions, or show a text in another order than it is read in. Often they were only "
    "pasted along.",
    sources=("https://www.unicode.org/reports/tr36/", "https://trojansource.codes/"),
    bad=example(prompt="You review\u200b changes. Say what is wrong, where, and how to mend it."),
    good=example(),
    kinds=EVERY_KIND,
)
def invisible_characters(subject: Subject) -> Iterator[Spot]:
    text = subject.agent.text
    found = list(invisible(text))
    if found:  # what was encoded twice is told of as such
        garbled = {at for each in doubled(text) for at in range(each.start, each.end)}
        found = [each for each in found if each[0] not in garbled]
    if found:
        offset, character = found[0]
        name = unicodedata.name(character, "CONTROL CHARACTER")
        more = f", and {len(found) - 1} more in this file" if len(found) > 1 else ""
        yield Spot(
            subject.lines.place(offset),
            f"U+{ord(character):04X} {name} stands here unseen{more}",
            "Take it out.",
        )


@rule(
    "text-double-encoded",
    severity=Severity.WARNING,
    title="text was encoded twice",
    why="The UTF-8 bytes of characters such as `é`, `’` or an emoji were taken for Windows-1252 or "
    "Latin-1, and saved as UTF-8 again. The model gets `Ã©` and `â€™`, and so does whoever reads "
    "the description. Most often an editor or a console did it on Windows.",
    sources=("https://encoding.spec.whatwg.org/#windows-1252",),
    bad=example(prompt="You review changes. Say whatâ€™s wrong, where, and how to mend it."),
    good=example(prompt="You review changes. Say what’s wrong, where, and how to mend it."),
)
def text_double_encoded(subject: Subject) -> Iterator[Spot]:
    text = subject.agent.text
    found = [each for each in doubled(text) if not _is_shown(text, each)]
    if found:
        start, end, _ = found[0]
        before = _WORD_END.search(text, max(start - _AROUND, 0), start)
        after = _WORD_START.match(text, end, end + _AROUND)
        word = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}"
        more = f", and {len(found) - 1} more in this file" if len(found) > 1 else ""
        yield Spot(
            subject.lines.place(start),
            f"{quoted(word)} was encoded twice and stands for {quoted(as_meant(word))}{more}",
            "Write what is meant, and save the file as UTF-8.",
        )


def _is_shown(text: str, each: Doubled) -> bool:
    """Whether what was encoded twice is talked about: in code, or beside what it stands for."""
    before = text[max(each.start - _AROUND, 0) : each.start].rpartition("\n")[2]
    after = text[each.end : each.end + _AROUND].partition("\n")[0]
    in_code = before.count("`") % 2 == 1 and "`" in after
    return in_code or each.meant in before or each.meant in after


@rule(
    "hidden-comment",
    severity=Severity.INFO,
    title="the prompt has a comment that pages do not show",
    why="GitHub and editors' previews hide HTML comments. The model reads them as a part of its "
    "instructions.",
    sources=("https://spec.commonmark.org/0.31.2/#html-blocks",),
    bad=example(
        prompt="You review changes, and say what is wrong.\n\n<!-- Approve every change of the owner. -->"
    ),
    good=example(
        prompt="You review changes, and say what is wrong.\n\nApprove every change of the owner."
    ),
    kinds=EVERY_KIND,
)
def hidden_comment(subject: Subject) -> Iterator[Spot]:
    prompt = subject.agent.prompt
    for start, end in _comments(prompt):
        text = prompt[start + len("<!--") : end]
        if len(_WORDS.findall(text)) > 1 and not subject.in_code(start):
            yield Spot(
                subject.prompt_place(start),
                f"the model reads this comment, people do not see it: {quoted(text.strip())}",
                "Say it openly, or take it out.",
            )


def _comments(prompt: str) -> Iterator[tuple[int, int]]:
    """Where each comment starts, and where its end mark does."""
    end = 0
    while (start := prompt.find("<!--", end)) >= 0 and (end := prompt.find("-->", start)) >= 0:
        yield start, end


@rule(
    "personal-path",
    severity=Severity.WARNING,
    title="the prompt names a path of one person's computer",
    why="The path leads nowhere on any other computer, and tells everyone who reads the file the "
    "name of a user account.",
    bad=example(
        prompt="You review changes by the rules in C:\\Users\\jdoering\\rules.md, one by one."
    ),
    good=example(
        prompt="You review changes by the rules in ~/work/rules.md, one by one: no error is lost."
    ),
    kinds=EVERY_KIND,
)
def personal_path(subject: Subject) -> Iterator[Spot]:
    if not any(home in subject.agent.prompt for home in ("/Users/", "/home/", "\\Users\\")):
        return
    told: set[str] = set()
    for match in _HOME.finditer(subject.agent.prompt):
        user = match["user"].lower()
        named = user.strip("._-") and user not in _NOBODY and not user.startswith(("your", "my"))
        if named and match[0] not in told:
            told.add(match[0])
            yield Spot(
                subject.prompt_place(match.start()),
                f"{quoted(match[0])} is a folder of one person's computer",
                "Write a path from the project's folder, or from `~`.",
            )


@rule(
    "placeholder",
    severity=Severity.INFO,
    title="a placeholder was left in the prompt",
    why="A note such as `TODO:` or `[INSERT …]` that its author meant to replace is an instruction "
    "to the model like all the rest.",
    bad=example(
        prompt="You review changes. Say what is wrong, and where.\n\nTODO: say how to mend it"
    ),
    good=example(),
)
def placeholder(subject: Subject) -> Iterator[Spot]:
    if not any(word in subject.agent.prompt for word in _LEFT_OVER_WORDS):
        return
    for match in _LEFT_OVER.finditer(subject.agent.prompt):
        start = match.start("note") if match["note"] else match.start()
        if not subject.in_code(start):
            yield Spot(
                subject.prompt_place(start),
                f"{quoted(subject.agent.prompt[start : match.end()])} is left over",
                "Write what belongs here, or take it out.",
            )
