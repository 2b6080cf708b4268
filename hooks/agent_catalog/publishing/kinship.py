"""What is said of agents that are alike, and where two are compared."""

from __future__ import annotations

from urllib.parse import quote

from agent_catalog.comparing.relatives import Relative, Relatives
from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog

COMPARE = "compare/index"
"""The name of the page that compares two agents."""

_MOST_PAIRS = 12
"""Pairs to suggest."""


def in_words(relative: Relative) -> str:
    """In what an agent is like another: `Same name, similar purpose`."""
    if relative.identical:
        return "Identical file"
    similar = relative.similarity is not None
    if relative.same_name:
        return "Same name, similar purpose" if similar else "Same name"
    return "Similar purpose"


def query(one: Agent, other: Agent, catalog: Catalog) -> str:
    """What makes the page that compares show these two."""
    first, second = (quote(catalog.address(agent)) for agent in (one, other))
    return f"?a={first}&b={second}"


def pairs(catalog: Catalog, relatives: Relatives) -> list[tuple[Agent, Agent, Relative]]:
    """The agents that are most alike without being the same file, each in one pair only."""
    found = [
        (agent.key, relative)
        for agent in catalog.agents
        for relative in relatives[agent.key]
        if not relative.identical
    ]
    found.sort(key=lambda pair: (-(pair[1].similarity or 0), not pair[1].same_name))
    chosen: list[tuple[Agent, Agent, Relative]] = []
    used: set[AgentKey] = set()
    for key, relative in found:
        if len(chosen) < _MOST_PAIRS and not used & {key, relative.key}:
            chosen.append((catalog.agent(key), catalog.agent(relative.key), relative))
            for one in (key, relative.key):
                used |= {one, *(each.key for each in relatives[one] if each.identical)}
    return chosen
