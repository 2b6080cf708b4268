"""Which agents are alike: the same file, the same name, or a similar purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from agent_catalog.comparing.similarity import Purpose, similar
from agent_catalog.model.agent import Agent, AgentKey
from agent_catalog.model.catalog import Catalog

MOST_IDENTICAL = 5
"""Files that are the same, byte for byte, to tell of at most."""
MOST_NAMESAKES = 10
"""Agents of the same name to tell of at most."""
MOST_SIMILAR = 5
"""Agents of a similar purpose and another name to tell of at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """Another agent that is like a given one, and in what."""

    key: AgentKey
    identical: bool = False
    """Whether the file is the same, byte for byte."""
    same_name: bool = False
    similarity: float | None = None
    """How near the purposes are, up to 1; `None` if they are not similar."""
    copies: int = 0
    """How many further files are the same as this one; they are not told of again."""


Relatives = Mapping[AgentKey, tuple[Relative, ...]]
"""For each agent those that are like it."""


def relatives(catalog: Catalog, of: Collection[AgentKey] | None = None) -> Relatives:
    """Find the agents that are like each agent.

    Identical files come first, then other agents of the name, then those of a similar purpose;
    in each of the three the most similar first, then in the order of the catalog. An agent is
    told of once, and of files that are the same only the first one.

    Args:
        catalog: All agents.
        of: Whose relatives are looked for, if not everyone's.
    """
    files: dict[bytes, list[Agent]] = defaultdict(list)
    for agent in catalog.agents:
        files[agent.data].append(agent)
    asked = [
        same for same in files.values() if of is None or any(agent.key in of for agent in same)
    ]
    purposes = {same[0].key: _purpose(same[0]) for same in files.values()}
    near = similar(purposes, of=None if of is None else {same[0].key for same in asked})
    namesakes = _namesakes(same[0] for same in files.values())
    found: dict[AgentKey, tuple[Relative, ...]] = {}
    for same in asked:
        others = tuple(_others(same[0], near[same[0].key], namesakes, files, catalog))
        for agent in same:
            found[agent.key] = (*_identical(agent, same), *others)
    return found


def _namesakes(agents: Iterable[Agent]) -> Mapping[str, Sequence[AgentKey]]:
    found: dict[str, list[AgentKey]] = defaultdict(list)
    for agent in agents:
        if agent.has_name:
            found[agent.name].append(agent.key)
    return found


def _identical(agent: Agent, same: Sequence[Agent]) -> Iterator[Relative]:
    others = (each for each in same if each is not agent)
    for each in islice(others, MOST_IDENTICAL):
        yield Relative(key=each.key, identical=True, same_name=agent.has_name, similarity=1.0)


def _others(
    agent: Agent,
    near: Mapping[AgentKey, float],
    namesakes: Mapping[str, Sequence[AgentKey]],
    files: Mapping[bytes, Sequence[Agent]],
    catalog: Catalog,
) -> Iterator[Relative]:
    """Files that differ from the agent's and from one another."""
    alike = [catalog.agent(key) for key in near]
    named = [each.key for each in alike if _same_name(agent, each)]
    unnamed = [each.key for each in alike if each.key not in named]
    rest = (
        key
        for key in namesakes.get(agent.name if agent.has_name else "", ())
        if key not in {agent.key, *named}
    )
    of_name = [*named, *islice(rest, MOST_NAMESAKES)][:MOST_NAMESAKES]
    for key in (*of_name, *unnamed[:MOST_SIMILAR]):
        copies = files[catalog.agent(key).data]
        yield Relative(
            key=key,
            same_name=key in of_name,
            similarity=near.get(key),
            copies=len(copies) - 1,
        )


def _same_name(one: Agent, other: Agent) -> bool:
    return one.has_name and other.has_name and one.name == other.name


def _purpose(agent: Agent) -> Purpose:
    description = agent.description
    examples = [
        text
        for example in description.examples
        for text in (example.context, *(turn.text for turn in example.turns), example.commentary)
    ]
    triggers = [text for trigger in agent.triggers for text in (trigger.name, trigger.text)]
    return Purpose(agent.name, description.prose, "\n".join(examples + triggers))
