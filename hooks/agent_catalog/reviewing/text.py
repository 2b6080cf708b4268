"""A review as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from agent_catalog.publishing.characters import one_line
from agent_catalog.reviewing import words
from agent_catalog.reviewing.clause import Clause
from agent_catalog.reviewing.review import AgentChange, Review


def review_text(review: Review) -> str:
    """What changed: an overview, then a block for each agent; empty if nothing did.

    Whatever comes from a file is on one line and has nothing invisible in it.
    """
    return "\n".join(_lines(review)) + "\n" if review else ""


def clause_text(clause: Clause) -> str:
    """A clause on one line, without saying whether it is an escalation."""
    return "".join(part if isinstance(part, str) else one_line(part.text) for part in clause.parts)


def _lines(review: Review) -> Iterator[str]:
    yield words.counts(review)
    yield from filter(None, [words.context(review), words.passed_over(review)])
    yield from (f"  {one_line(path)}" for path in review.passed_over)
    for change in review.changes[: review.escalated]:
        yield from _block(change)
    if review.collisions:
        yield ""
    for collision in review.collisions:
        yield clause_text(words.collision(collision))
        yield from (f"  {one_line(agent.shown)}" for agent in collision.agents)
    for change in review.changes[review.escalated :]:
        yield from _block(change)


def _block(change: AgentChange) -> Iterator[str]:
    yield ""
    yield f"{change.kind:<9}{one_line(change.agent.shown)}"
    for clause in words.clauses(change):
        yield f"  {'ESCALATION: ' if clause.escalation else ''}{clause_text(clause)}"
