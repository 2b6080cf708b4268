"""What stands at the top of a broken agent's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent_catalog.checking.mend import mended_values
from agent_catalog.checking.rules import RULES
from agent_catalog.model.agent import Agent
from agent_catalog.model.finding import UNPARSED, Finding, Flaw
from agent_catalog.publishing.characters import spelled_out
from agent_catalog.publishing.excerpt import Line, excerpt
from agent_catalog.reading.formats.known import known_formats

_REWRITTEN = frozenset(
    {
        *("yaml-needs-retry", "yaml-line-ends", "yaml-unreadable"),
        *("key-swallowed", "description-cut"),
    }
)
"""Rules on keys that are read as they are meant once their lines are written otherwise."""
_MISREAD = _REWRITTEN | {"frontmatter-stray-dashes", "value-cut", "duplicate-key", "not-utf-8"}
"""Rules on files that some tool reads otherwise than they are meant, or not at all."""
_MOST = 3
"""Mistakes that are shown; the others are told of further below."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One mistake that changes what the file's tool reads."""

    what: Flaw | Finding
    why: str
    """Why it matters, where the rule is about the file's tool."""
    excerpt: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Banner:
    """What keeps the file's tool from reading it as it is meant."""

    loader: str
    """The tool."""
    fatal: bool
    """Whether it does not load the file at all."""
    unread: bool
    """Whether nothing is known of what is in it."""
    troubles: tuple[Trouble, ...]
    mended: Mapping[str, str]
    """For each key whose value is no YAML, the lines to put in its place, if they are certain."""


def banner_of(agent: Agent) -> Banner | None:
    """What is to be said first of an agent's file; `None` if all tools read it as it is meant.

    That a finding is accepted changes nothing for the tools, so it is shown like any other.
    """
    fatal = [flaw for flaw in agent.flaws if flaw.fatal]
    misread = [finding for finding in agent.findings if finding.code in _MISREAD]
    told: list[Flaw] | list[Finding] = fatal or misread
    if not told:
        return None
    mended = mended_values(agent) if any(each.code in _REWRITTEN for each in told) else {}
    # What is shown is what is copied, so nothing in it may have to be spelled out.
    copies = all(spelled_out(lines) == lines for lines in mended.values())
    return Banner(
        agent.format.title,
        bool(fatal),
        agent.unread,
        tuple(
            Trouble(each, _why(agent, each.code), excerpt(agent.text, each.line, each.column))
            for each in told[:_MOST]
        ),
        mended if copies else {},
    )


def _why(agent: Agent, code: str) -> str:
    """What the rule says, unless it speaks of other tools than the file's."""
    if agent.placeholder and code in UNPARSED:
        return ""  # it is loaded, as the message says
    why = RULES[code].why
    others = (each.title for each in known_formats().values() if each != agent.format)
    return "" if any(title in why for title in others) else why
