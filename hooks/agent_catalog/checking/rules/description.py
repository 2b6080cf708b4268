"""Rules for the description, which decides when an agent is called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_catalog.checking.rule import (
    AUTHORING,
    CLAUDE_CODE,
    SUBAGENTS,
    Rule,
    Spot,
    example,
    issue,
    rule,
)
from agent_catalog.checking.subject import Subject, quoted
from agent_catalog.model.finding import Severity
from agent_catalog.model.tokens import estimated_tokens

_SHORTEST = 20
_LONGEST = 5000
"""Characters; Anthropic's guide for authors gives 10 to 5,000, best 200 to 1,000."""
_BUDGET = 15_000
"""Tokens that all descriptions may have before Claude Code warns (2026-10)."""
_EXAMPLE_TAG = re.compile(r"(?<!`)<(/?)example>(?!`)", re.IGNORECASE)
_CALLED = re.compile(
    r"\b(?:use|using|launch|engage|invoke|call|ask|have|run|start|deploy)\s+(?:the|our|my)\s+"
    r"[`*\"']{0,3}(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)+)[`*\"']{0,3}\s+(?:sub-?)?agent\b"
)

MISSING = Rule(
    code="description-missing",
    severity=Severity.ERROR,
    title="there is no description",
    why="The description tells the model when to call the agent. Claude Code skips a file without "
    "one, and says so only in the log of `--debug`.",
    sources=(SUBAGENTS, issue(50522)),
    bad=example(description=""),
    good=example(),
)

NOT_TEXT = Rule(
    code="description-not-text",
    severity=Severity.ERROR,
    title="the description is no text",
    why="YAML takes an unquoted `[…]` for a list and `1` for a number. Claude Code skips the file, "
    "and says so only in the log of `--debug`.",
    sources=(SUBAGENTS, issue(50522)),
    bad=example(description="description: [Reviews a change for defects.]"),
    good=example(description='description: "[Reviews a change for defects.]"'),
    fixable=True,
)

CUT = Rule(
    code="description-cut",
    severity=Severity.WARNING,
    title="a line of the description passes for a key",
    why="A line that starts with a word such as `user:` at the very left is a key of its own. The "
    "file is valid YAML, the description ends before that line, and nothing says so. The page "
    "shows the whole.",
    sources=(issue(91871),),
    bad=example(
        description='description: Reviews a change for defects.\nuser: "Look over my diff"\n'
        'assistant: "I\'ll ask the reviewer agent."'
    ),
    good=example(
        description='description: |\n  Reviews a change for defects.\n  user: "Look over my diff"\n'
        '  assistant: "I\'ll ask the reviewer agent."'
    ),
    fixable=True,
)


@rule(
    "description-short",
    severity=Severity.INFO,
    title="the description has fewer than 20 characters",
    why="The model chooses an agent by its description alone. A word or two do not tell it when to.",
    sources=(SUBAGENTS, AUTHORING),
    bad=example(description="description: Reviews code."),
    good=example(),
)
def description_short(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    length = len(subject.text_of("description"))
    if field and 0 < length < _SHORTEST:
        yield Spot(
            subject.value_place(field),
            f"the description has {length} characters, too few to say when to call the agent",
            "Say what the agent does and when to use it.",
        )


@rule(
    "description-long",
    severity=Severity.INFO,
    title="the description has more than 5,000 characters",
    why="Every session carries the descriptions of all agents. Anthropic's guide for authors sets "
    "5,000 characters as the most, and 200 to 1,000 as best.",
    sources=(AUTHORING,),
    bad=example(description="description: Reviews a change" + " and another" * 430 + "."),
    good=example(),
    formats=CLAUDE_CODE,
)
def description_long(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    length = len(subject.agent.description.text)
    if field and length > _LONGEST:
        yield Spot(
            subject.value_place(field),
            f"the description has {length:,} characters, more than {_LONGEST:,}",
            "Keep what says when to call the agent, and move the rest to the prompt.",
        )


@rule(
    "description-share",
    severity=Severity.INFO,
    title="the description takes more than its share of the context",
    why="Claude Code puts the descriptions of all agents into each session, and warns when they "
    "have more than 15,000 tokens together. This one has more than that divided by the number "
    "of agents.",
    sources=(SUBAGENTS,),
    bad="",
    good=example(),
    formats=CLAUDE_CODE,
    whole=True,
)
def description_share(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    total = subject.around.description_tokens.get(subject.tree, 0)
    if not field or not subject.agent.loadable or total <= _BUDGET:
        return
    tokens = estimated_tokens(subject.agent.description.text)
    number = len(subject.around.trees[subject.tree])
    if tokens > _BUDGET / number:
        yield Spot(
            subject.value_place(field),
            f"about {tokens:,} tokens, more than a share of {_BUDGET // number:,}: "
            f"the {number} agents of this folder have {total:,} together",
            "Shorten it, or keep agents that are rarely called elsewhere.",
        )


@rule(
    "description-escaped-breaks",
    severity=Severity.INFO,
    title="the description holds a backslash and an `n` in place of line breaks",
    why="Claude Code makes line breaks of them. Other tools show the two characters, or hand them "
    "to the model.",
    sources=(AUTHORING,),
    bad=example(description="description: Reviews a change.\\n\\nUse it before each merge."),
    good=example(description="description: |\n  Reviews a change.\n\n  Use it before each merge."),
)
def description_escaped_breaks(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    count = subject.text_of("description").count("\\n")
    if field and count:
        written = "\\\\n" if "\\\\n" in field.text else "\\n"
        yield Spot(
            subject.value_place(field, written),
            f"`\\n` stands {count} times for a line break"
            if count > 1
            else "`\\n` stands for a line break",
            "Write `description: |` and the text below it, indented, with real line breaks.",
        )


@rule(
    "example-unclosed",
    severity=Severity.WARNING,
    title="an `<example>` is never closed",
    why="The model cannot tell where the example ends and the description goes on.",
    sources=(AUTHORING,),
    bad=example(
        description='description: |\n  Reviews a change.\n  <example>\n  user: "Look over my diff"\n'
        '  assistant: "I\'ll ask the reviewer agent."'
    ),
    good=example(
        description='description: |\n  Reviews a change.\n  <example>\n  user: "Look over my diff"\n'
        '  assistant: "I\'ll ask the reviewer agent."\n  </example>'
    ),
)
def example_unclosed(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    if not field:
        return
    opened: int | None = None
    for tag in _EXAMPLE_TAG.finditer(field.text):
        if tag[1]:
            opened = None
        elif opened is not None:
            break
        else:
            opened = tag.start()
    if opened is not None:
        line, column = subject.value_place(field)
        start = subject.lines.starts[line - 1] + column - 1
        yield Spot(
            subject.lines.place(start + opened),
            "this `<example>` is never closed",
            "Put `</example>` after its last line.",
        )


@rule(
    "example-other-agent",
    severity=Severity.WARNING,
    title="the examples call another agent",
    why="The examples show the model when to call this agent. If they name another one, as after "
    "copying or renaming a file, the model calls that one, or looks for what does not exist.",
    sources=(AUTHORING,),
    bad=example(
        description='description: |\n  Reviews a change.\n  <example>\n  user: "Look over my diff"\n'
        '  assistant: "I\'ll use the code-judge agent."\n  </example>'
    ),
    good=example(
        description='description: |\n  Reviews a change.\n  <example>\n  user: "Look over my diff"\n'
        '  assistant: "I\'ll use the reviewer agent."\n  </example>'
    ),
)
def example_other_agent(subject: Subject) -> Iterator[Spot]:
    field = subject.agent.field("description")
    if not field or not subject.agent.description.examples:
        return
    said = " ".join(turn.text for each in subject.agent.description.examples for turn in each.turns)
    called = [match["name"] for match in _CALLED.finditer(said)]
    own = subject.agent.name.lower().removesuffix("-agent")
    if called and own not in said.lower() and own.replace("-", " ") not in said.lower():
        yield Spot(
            subject.value_place(field, called[0]),
            f"the examples call {quoted(called[0])}, but never {quoted(subject.agent.name)}",
            f"Write {quoted(subject.agent.name)} in the examples, or take them out.",
        )
