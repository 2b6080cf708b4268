"""Rules for the frontmatter: where it stands, and whether it is YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_catalog.checking.rule import (
    CLAUDE_CODE,
    EVERY_KIND,
    LOADER,
    SUBAGENTS,
    Rule,
    Spot,
    codex_example,
    example,
    issue,
    rule,
)
from agent_catalog.checking.subject import Subject, quoted
from agent_catalog.model.agent import Reading
from agent_catalog.model.finding import Severity
from agent_catalog.reading.asides import Aside, asides

_PROMPT = "You review changes. Say what is wrong, where, and how to mend it.\n"
_ASIDE = re.compile(r"\s[#&!]")
_PROSE = frozenset({"description", "initialPrompt"})
"""Keys whose values are so seldom followed by a comment that it is taken for text."""
_NO_SPACE = re.compile(r"#\S")
_ISSUE = re.compile(r"#\d+(?!\w)")
"""The number of an issue, which no comment starts with."""
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\s*")
_PAIRS = ("()", "[]", "{}")
_OPEN_QUOTE = re.compile(r"(?<![^\s(,=])'[^']*\Z")
_GOOD = example()
_BLOCK = example(
    description="description: |\n  Reviews a change. Example: user: 'Look over my diff'"
)

MISSING = Rule(
    code="frontmatter-missing",
    severity=Severity.ERROR,
    title="there is no frontmatter",
    why="A file that does not start with `---` is plain text to agent tools: no agent is loaded "
    "from it, and nothing says so. If it is no agent, move it out of the folder.",
    sources=(SUBAGENTS,),
    bad=_PROMPT,
    good=_GOOD,
)

LATE = Rule(
    code="frontmatter-late",
    severity=Severity.ERROR,
    title="something stands before the frontmatter",
    why="Agent tools look for `---` at the very start of the file. After an empty line, a space "
    "or a comment, the frontmatter is text like any other, and no agent is loaded.",
    sources=(LOADER,),
    bad="\n" + _GOOD,
    good=_GOOD,
    fixable=True,
)

LONG_OPENING = Rule(
    code="frontmatter-long-opening",
    severity=Severity.ERROR,
    title="the first line has more than three dashes",
    why="Agent tools take exactly `---` for the start of the frontmatter. A longer rule is text, "
    "and no agent is loaded.",
    sources=(LOADER,),
    bad="--" + _GOOD,
    good=_GOOD,
    fixable=True,
)

UNCLOSED = Rule(
    code="frontmatter-unclosed",
    severity=Severity.ERROR,
    title="the frontmatter is never closed",
    why="Without a second `---` there is no frontmatter to agent tools, and no agent is loaded.",
    sources=(LOADER,),
    bad=_GOOD.replace("\n---\n", "\n"),
    good=_GOOD,
)

CUT_OFF = Rule(
    code="frontmatter-cut-off",
    severity=Severity.ERROR,
    title="three dashes end the frontmatter before it has a name and a description",
    why="Claude Code ends the frontmatter at the first `---` after its start, even within a value. "
    "What is before them is no agent here, so the file is skipped.",
    sources=(LOADER, "https://github.com/anthropics/claude-code/pull/89404"),
    bad=example(
        name="",
        description="description: Reviews a change --- for defects.\nname: reviewer",
    ),
    good=example(name="", description="description: Reviews a change for defects.\nname: reviewer"),
)

STRAY_DASHES = Rule(
    code="frontmatter-stray-dashes",
    severity=Severity.WARNING,
    title="three dashes end the frontmatter before its last key",
    why="Claude Code ends the frontmatter at the first `---` after its start, even within a value. "
    "Every key after them is lost, and the prompt starts in the middle of the line.",
    sources=(LOADER, "https://github.com/anthropics/claude-code/pull/89404"),
    bad=example("initialPrompt: Review this change --- all of it.", "model: opus"),
    good=example("initialPrompt: Review this change, all of it.", "model: opus"),
)

LONG_FENCE = Rule(
    code="frontmatter-long-fence",
    severity=Severity.INFO,
    title="the closing line has more than three dashes",
    why="Claude Code stops after three dashes; the others become the start of the prompt.",
    sources=(LOADER,),
    bad=_GOOD.replace("\n---\n", "\n------\n"),
    good=_GOOD,
    fixable=True,
)

NEEDS_RETRY = Rule(
    code="yaml-needs-retry",
    severity=Severity.WARNING,
    title="the frontmatter is YAML only after values are put in quotes",
    why="Most often an unquoted value holds a colon and a space. Claude Code parses such a file "
    "once more with its risky values in quotes and succeeds. Other agent tools, editors and "
    "GitHub do not try again, and see a broken file.",
    sources=(LOADER, issue(91871)),
    bad=example(description="description: Reviews a change. Example: user: 'Look over my diff'"),
    good=_BLOCK,
    fixable=True,
)

LINE_ENDS = Rule(
    code="yaml-line-ends",
    severity=Severity.ERROR,
    title="CR LF line ends keep Claude Code from mending the frontmatter",
    why="When the frontmatter is no YAML, Claude Code puts its risky values in quotes and parses "
    "it once more. It overlooks lines that end in CR LF, as Windows has them, so the file is "
    "skipped without a word, although the same file with LF is loaded.",
    sources=(issue(80890),),
    bad=example(
        description="description: Reviews a change. Example: user: 'Look over my diff'"
    ).replace("\n", "\r\n"),
    good=_BLOCK,
    fixable=True,
)

UNREADABLE = Rule(
    code="yaml-unreadable",
    severity=Severity.ERROR,
    title="the frontmatter is no YAML, and quotes do not help",
    why="Agent tools skip the file without a word. Claude Code tells only in the log of `--debug`. "
    "The page shows what could be read key by key.",
    sources=(issue(91871), issue(45971)),
    bad=example(
        description='description: Reviews a change. Examples:\n\n<example>\nuser: "Look over my diff"\n'
        'assistant: "I\'ll ask the reviewer agent."\n</example>'
    ),
    good=example(
        description="description: |\n  Reviews a change. Examples:\n\n  <example>\n"
        '  user: "Look over my diff"\n  assistant: "I\'ll ask the reviewer agent."\n  </example>'
    ),
    fixable=True,
)

SWALLOWED = Rule(
    code="key-swallowed",
    severity=Severity.ERROR,
    title="a key passes for a part of the value before it",
    why="A line that is indented goes on with the value above it, unless it is a key with a plain "
    "colon and a space. Then the file is valid YAML without that key, and nothing says so: if it "
    "is the description, agent tools skip the file. The page shows what is meant.",
    sources=("https://yaml.org/spec/1.2.2/#733-plain-style", SUBAGENTS),
    bad=example(
        name="name: reviewer\n  description:Reviews a change for defects before it is merged.",
        description="",
    ),
    good=example(),
    fixable=True,
)


TOML_UNREADABLE = Rule(
    code="toml-unreadable",
    severity=Severity.ERROR,
    title="the file is no TOML",
    why="Codex ignores a file that it cannot parse, with a warning at its start. The page shows what "
    "could be read key by key.",
    sources=("https://github.com/openai/codex/pull/14488",),
    file="reviewer.toml",
    folder=".codex/agents",
    bad=codex_example(description='description = "Reviews a "change" for defects."'),
    good=codex_example(description="description = 'Reviews a \"change\" for defects.'"),
)


@rule(
    "value-cut",
    severity=Severity.WARNING,
    title="YAML takes a part of a value for something else",
    why="In YAML, `#` after a space starts a comment, `&` at the start of a value a name for it and "
    "`!` a type. In an unquoted value they are lost to every tool, and nothing says so, for the "
    "file is valid. Comments behind a value that is whole are not reported.",
    sources=(
        "https://yaml.org/spec/1.2.2/#66-comments",
        "https://yaml.org/spec/1.2.2/#69-node-properties",
    ),
    bad=example(description="description: Reviews a change, as issue #12 asks for."),
    good=example(description='description: "Reviews a change, as issue #12 asks for."'),
    kinds=EVERY_KIND,
)
def value_cut(subject: Subject) -> Iterator[Spot]:
    if not _ASIDE.search(subject.parts.block):
        return
    for field, start, end in subject.chunks:
        if field.reading is Reading.RETRIED:
            continue
        for aside in asides(subject.agent.text[start:end]):
            place = subject.lines.place(start + aside.offset)
            if aside.written[0] == "#":
                if _cuts(field.key, aside):
                    yield Spot(place, _lost(field.key), "Put the value in quotes.")
            elif not _is_used(aside, subject.parts.block):
                what = "an anchor" if aside.written[0] == "&" else "a tag"
                yield Spot(
                    place,
                    f"{quoted(aside.written)} is {what} to YAML, and no part of `{field.key}`",
                    "Put the value in quotes if it is a part of it; else take it out.",
                )


def _lost(key: str) -> str:
    what = ", and what stands there is not denied" if key == "disallowedTools" else ""
    return f"`#` starts a comment here, so the rest of `{key}` is lost{what}"


def _cuts(key: str, comment: Aside) -> bool:
    """Whether a comment takes the rest of a value, and is none that stands behind it."""
    _, written, text = comment
    if _ISSUE.match(written) or _is_open(text) or written.startswith("#,"):
        return True
    if not text:
        return bool(_COLOR.fullmatch(written) or (key in _PROSE and _NO_SPACE.match(written)))
    return key in _PROSE or (text.endswith(",") and bool(_NO_SPACE.match(written)))


def _is_open(text: str) -> bool:
    """Whether a bracket or a quote is opened in a text and not closed."""
    pairs = any(text.count(pair[0]) > text.count(pair[1]) for pair in _PAIRS)
    return pairs or any(text.count(quote) % 2 for quote in '"`') or bool(_OPEN_QUOTE.search(text))


def _is_used(aside: Aside, block: str) -> bool:
    """Whether an alias names an anchor."""
    return aside.written[0] == "&" and f"*{aside.written[1:]}" in block


@rule(
    "duplicate-key",
    severity=Severity.WARNING,
    title="a key stands twice",
    why="Claude Code takes the last one; stricter parsers of YAML refuse the file. One of the two "
    "is not what its author believes it to be.",
    sources=("https://yaml.org/spec/1.2.2/#3213-node-comparison",),
    bad=example("model: sonnet", "model: opus"),
    good=example("model: opus"),
    kinds=EVERY_KIND,
)
def duplicate_key(subject: Subject) -> Iterator[Spot]:
    first: dict[str, int] = {}
    for field in subject.agent.fields:
        line = first.setdefault(field.key, field.line)
        if line != field.line:
            counts = "; the last one counts" if subject.format.slug in CLAUDE_CODE else ""
            yield Spot(
                subject.key_place(field),
                f"`{field.key}` stands on line {line} already{counts}",
                "Keep one of the two.",
            )
