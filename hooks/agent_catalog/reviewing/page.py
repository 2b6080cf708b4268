"""A review as a page of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent_catalog.model.agent import Agent
from agent_catalog.publishing.pages import CatalogPage
from agent_catalog.publishing.prompt import Heading
from agent_catalog.publishing.urls import Urls
from agent_catalog.reviewing import words
from agent_catalog.reviewing.clause import Clause
from agent_catalog.reviewing.review import AgentChange, Review


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What happened to an agent, and where its pages are."""

    kind: str
    agent: Agent
    clauses: tuple[Clause, ...]
    before: str
    """The URL of its page as it was, below the site's root; empty if there is none."""
    after: str
    """The name of its page as it is; empty if it is removed."""


def review_page(
    review: Review, name: str, title: str, urls: Urls, pages: Iterable[str]
) -> CatalogPage:
    """The page of a review.

    Args:
        review: What changed.
        name: The page's name.
        title: The page's title.
        urls: Where pages of the site are.
        pages: The URLs of the pages that the site has.
    """
    known = frozenset(pages)
    changes = tuple(_shown(change, review, urls, known) for change in review.changes)
    return CatalogPage(
        name=name,
        title=title,
        summary="What changes for users of the agents.",
        template="review.html.jinja",
        values={
            "overview": tuple(_overview(review)),
            "changes": changes,
            "collisions": [(words.collision(each), each.agents) for each in review.collisions],
            "passed_over": review.passed_over,
        },
        headings=tuple(_headings(review)),
        indexed=False,
    )


def _overview(review: Review) -> Iterator[str]:
    for each in (words.counts(review), words.context(review)):
        if each:
            yield f"{each[:1].upper()}{each[1:]}."


def _headings(review: Review) -> Iterator[Heading]:
    if review.collisions:
        yield Heading(2, "collisions", "Same names")
    for number, change in enumerate(review.changes, start=1):
        yield Heading(2, f"change-{number}", change.agent.name)
    if review.passed_over:
        yield Heading(2, "passed-over", "Passed over")


def _shown(change: AgentChange, review: Review, urls: Urls, known: frozenset[str]) -> ShownChange:
    before = ""
    if change.before:
        url = urls.page(f"agents/{review.before.address(change.before)}")
        before = url if url in known else ""
    after = f"agents/{review.after.address(change.after)}" if change.after else ""
    return ShownChange(change.kind.value, change.agent, words.clauses(change), before, after)
