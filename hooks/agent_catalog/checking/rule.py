"""A rule: what it looks for, why it matters, how it looks broken and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from agent_catalog.checking.subject import Subject
from agent_catalog.model.finding import Severity
from agent_catalog.model.format import Kind

Place: TypeAlias = tuple[int, int]
"""A 1-based line and column of the file."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a file breaks a rule."""

    place: Place
    message: str
    """What is wrong, in one line, in lower case and without a stop."""
    mend: str
    """What to do about it, as a sentence."""
    severity: Severity | None = None
    """How much it matters for this format, if that is not what the rule says."""


Look: TypeAlias = Callable[[Subject], Iterable[Spot]]
"""Finds the places where a file breaks a rule."""


def _nowhere(_: Subject) -> Iterator[Spot]:
    """What is noticed in reading or publishing need not be looked for."""
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All that is said of a rule, in one place; its page and its documentation come from here."""

    code: str
    """Kebab-case: `tool-renamed`."""
    severity: Severity
    """How much a finding matters unless the options say otherwise."""
    title: str
    """One line, which completes "finds that …"."""
    why: str
    """What agent tools do with such a file, and what follows; Markdown."""
    sources: tuple[str, ...] = ()
    """URLs of what this is known from."""
    bad: str
    """An agent file that breaks this rule once and no other; empty if no text can."""
    good: str
    """The same file, mended; empty if no other text mends it, but another place or what no text can."""
    file: str = "reviewer.md"
    """The name of the example's file."""
    folder: str = ""
    """Where it stands, if that matters: `plugins/review/agents`."""
    beside: str = ""
    """The other file of the example, of the same name in the folder `other`, if it takes two."""
    fixable: bool = False
    """Whether `--fix` can mend it, where nothing about the file makes that uncertain."""
    formats: frozenset[str] = frozenset()
    """The slugs of the formats that it is about; empty for a rule about all of them."""
    kinds: frozenset[Kind] = frozenset({Kind.AGENT})
    """The kinds of files that it is about."""
    whole: bool = False
    """Whether it needs every file of a source to be known, and not only some."""
    look: Look = _nowhere


def rule(  # noqa: PLR0913 (the fields of a rule)
    code: str,
    *,
    severity: Severity,
    title: str,
    why: str,
    bad: str,
    good: str,
    file: str = "reviewer.md",
    folder: str = "",
    beside: str = "",
    sources: tuple[str, ...] = (),
    fixable: bool = False,
    formats: Iterable[str] = (),
    kinds: Iterable[Kind] = (Kind.AGENT,),
    whole: bool = False,
) -> Callable[[Look], Rule]:
    """Make a rule of the function below it."""
    return lambda look: Rule(
        code=code,
        severity=severity,
        title=title,
        why=why,
        bad=bad,
        good=good,
        file=file,
        folder=folder,
        beside=beside,
        sources=sources,
        fixable=fixable,
        formats=frozenset(formats),
        kinds=frozenset(kinds),
        whole=whole,
        look=look,
    )


CLAUDE_CODE = ("claude-code",)
"""The formats of rules that are about Claude Code alone."""
EVERY_KIND = frozenset(Kind)

SUBAGENTS = "https://code.claude.com/docs/en/sub-agents"
TOOLS = "https://code.claude.com/docs/en/tools-reference"
PERMISSIONS = "https://code.claude.com/docs/en/permissions"
LOADER = (
    "https://github.com/anthropics/claude-plugins-official/blob/main/.github/scripts/"
    "validate-frontmatter.ts"
)
AUTHORING = (
    "https://github.com/anthropics/claude-plugins-official/tree/main/plugins/plugin-dev/skills/"
    "agent-development"
)


def issue(number: int) -> str:
    """The URL of a report on Claude Code."""
    return f"https://github.com/anthropics/claude-code/issues/{number}"


def example(
    *keys: str,
    name: str = "name: reviewer",
    description: str = "description: Reviews a change for defects before it is merged.",
    tools: str = "tools: Read, Grep",
    color: str = "color: blue",
    prompt: str = "You review changes. Say what is wrong, where, and how to mend it.",
) -> str:
    """An agent file in which nothing is wrong but what is given; an empty line is left out."""
    lines = [line for line in (name, description, tools, color, *keys) if line]
    return "\n".join(["---", *lines, "---", *(["", prompt] if prompt else []), ""])


def codex_example(
    *keys: str,
    description: str = 'description = "Reviews a change for defects before it is merged."',
    prompt: str = "You review changes. Say what is wrong, where, and how to mend it.",
) -> str:
    """The same as a file of Codex, which is TOML."""
    text = f'developer_instructions = """\n{prompt}\n"""' if prompt else ""
    return "\n".join([*filter(None, ['name = "reviewer"', description, *keys, text]), ""])
