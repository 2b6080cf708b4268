"""Following agents from one catalog to another, also to other paths."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import product
from pathlib import PurePosixPath
from typing import TypeAlias

from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog

Pair: TypeAlias = tuple[Agent | None, Agent | None]

_ALIKE = 0.5
"""Share of the text that a moved file keeps at least; git's own limit for a rename."""
_BOILERPLATE = 8
"""Files that may have a line in common before it tells nothing about which is which."""


def follow(before: Catalog, after: Catalog) -> Iterator[Pair]:
    """Each agent of either catalog once, with what it was before or is after.

    An agent at the same path is the same agent. One whose path is gone is followed to a new
    path, in this order: where the same bytes are; where the only other file of its name is; where
    the file is most like it, and at least half of the text is the same, line by line and wherever
    the lines stand. Of equally good places, one with the same file name is taken, then the
    first by path.
    """
    old = {agent.key: agent for agent in before.agents}
    new = {agent.key: agent for agent in after.agents}
    gone = [agent for key, agent in old.items() if key not in new]
    come = [agent for key, agent in new.items() if key not in old]
    yield from ((old[key], new[key]) for key in old if key in new)
    for matches in (_same_file, _same_bytes, _same_name, _similar):
        pairs = list(matches(gone, come))
        yield from pairs
        left = {id(agent) for pair in pairs for agent in pair}
        gone = [agent for agent in gone if id(agent) not in left]
        come = [agent for agent in come if id(agent) not in left]
    yield from ((agent, None) for agent in gone)
    yield from ((None, agent) for agent in come)


def _same_file(gone: list[Agent], come: list[Agent]) -> Iterator[tuple[Agent, Agent]]:
    return _zipped(gone, come, lambda agent: (agent.data, PurePosixPath(agent.path).name))


def _same_bytes(gone: list[Agent], come: list[Agent]) -> Iterator[tuple[Agent, Agent]]:
    return _zipped(gone, come, lambda agent: agent.data)


def _zipped(
    gone: list[Agent], come: list[Agent], key: Callable[[Agent], Hashable]
) -> Iterator[tuple[Agent, Agent]]:
    # An empty file may be one that could not be read.
    old = _group((agent for agent in gone if agent.data), key)
    new = _group((agent for agent in come if agent.data), key)
    for value, agents in old.items():
        yield from zip(agents, new.get(value, ()), strict=False)


def _same_name(gone: list[Agent], come: list[Agent]) -> Iterator[tuple[Agent, Agent]]:
    old = _group((agent for agent in gone if agent.has_name), lambda agent: agent.name)
    new = _group((agent for agent in come if agent.has_name), lambda agent: agent.name)
    for name, agents in old.items():
        if len(agents) == len(new.get(name, ())) == 1:
            yield agents[0], new[name][0]


def _similar(gone: list[Agent], come: list[Agent]) -> Iterator[tuple[Agent, Agent]]:
    lines = {id(agent): _lines(agent) for agent in [*gone, *come]}
    pairs = [
        (_likeness(lines[id(one)], lines[id(other)]), one, other)
        for one, other in _candidates(gone, come, lines)
    ]
    likely = [pair for pair in pairs if pair[0] >= _ALIKE]
    taken: set[int] = set()
    for _, one, other in sorted(likely, key=lambda each: (-each[0], each[1].key, each[2].key)):
        if id(one) not in taken and id(other) not in taken:
            taken.update((id(one), id(other)))
            yield one, other


def _candidates(
    gone: list[Agent], come: list[Agent], lines: dict[int, Counter[str]]
) -> Iterator[tuple[Agent, Agent]]:
    """The pairs with a line in common that few other files have."""
    where: dict[str, tuple[list[Agent], list[Agent]]] = defaultdict(lambda: ([], []))
    for side, agents in enumerate((gone, come)):
        for agent in agents:
            for line in lines[id(agent)]:
                where[line][side].append(agent)
    seen: set[tuple[int, int]] = set()
    for old, new in where.values():
        if len(old) <= _BOILERPLATE and len(new) <= _BOILERPLATE:
            for pair in product(old, new):
                key = id(pair[0]), id(pair[1])
                if key not in seen:
                    seen.add(key)
                    yield pair


def _lines(agent: Agent) -> Counter[str]:
    """How often each line stands in the file, without white space; empty ones are left out."""
    return Counter(filter(None, (" ".join(line.split()) for line in agent.text.splitlines())))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of characters in lines that both have, from 0 to 1."""
    both = sum(len(line) * count for line, count in (one & other).items())
    return 2 * both / (_size(one) + _size(other))


def _size(lines: Counter[str]) -> int:
    return sum(len(line) * count for line, count in lines.items())


def _group(
    agents: Iterable[Agent], key: Callable[[Agent], Hashable]
) -> dict[Hashable, list[Agent]]:
    groups: dict[Hashable, list[Agent]] = defaultdict(list)
    for agent in agents:
        groups[key(agent)].append(agent)
    return groups
