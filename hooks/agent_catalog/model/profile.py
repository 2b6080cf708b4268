"""Profiles: what agents may do and how long their prompts are, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median_low

from agent_catalog.model.agent import Agent
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Capability, ToolMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What some agents have in common, in numbers."""

    agents: int
    modes: Mapping[ToolMode, int]
    """How many agents start from all tools, from a list, or from none."""
    acting: int
    """How many are agents that their tools load; only these can do something."""
    inheriting: int
    """How many agents inherit every tool of the session, less those denied to them."""
    by_list: Mapping[Capability, int]
    """How many agents have a capability from what they list or bring along, or within limits."""
    by_inheritance: Mapping[Capability, int]
    """How many agents have a capability because they inherit all tools of the session."""
    median_tokens: int
    """The estimated tokens of the prompt in the middle, by length; 0 without agents."""

    def able(self, capability: Capability) -> int:
        """How many agents have a capability, wherever from."""
        return self.by_list[capability] + self.by_inheritance[capability]


def profile_of(agents: Iterable[Agent]) -> Profile:
    """Count what agents may do."""
    agents = tuple(agents)
    modes = Counter(agent.tools.mode for agent in agents)
    given = Counter(
        (agent.inherits, capability)
        for agent in agents
        if agent.acts
        for capability in agent.capabilities
    )
    return Profile(
        agents=len(agents),
        modes={mode: modes[mode] for mode in ToolMode},
        acting=sum(agent.acts for agent in agents),
        inheriting=sum(agent.acts and agent.inherits for agent in agents),
        by_list={each: given[False, each] for each in Capability},
        by_inheritance={each: given[True, each] for each in Capability},
        median_tokens=median_low([estimated_tokens(agent.prompt) for agent in agents] or [0]),
    )
