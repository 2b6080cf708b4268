"""The pages of checks: what each rule found in a catalog, and which agents have problems."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from agent_catalog.checking.policy import Policy
from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import SUBJECTS
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding, Severity

MOST_AGENTS = 60
"""Agents that a page of checks names; the list has all of them."""
MOST_PLACES = 5
"""Places in one agent that a rule's page names; the agent's page has all of them."""


@dataclass(frozen=True)
class Check:
    """A rule, how severe it is here, and what it found."""

    rule: Rule
    subject: str
    """What the rule is about, as a title for people."""
    severity: Severity | None
    """For files that no pattern names; `None` if it is off."""
    elsewhere: Mapping[str, Severity | None]
    """How severe it is for the files of a pattern, the pattern that holds first."""
    found: tuple[tuple[Agent, tuple[Finding, ...]], ...]
    """Each agent that breaks it with its findings; those with open ones first."""

    @cached_property
    def agents(self) -> int:
        """How many agents have a finding that nobody accepted."""
        return sum(any(not each.accepted for each in findings) for _, findings in self.found)

    @cached_property
    def severities(self) -> tuple[Severity, ...]:
        """How severe the findings are that nobody accepted, the most severe first."""
        open_ones = {
            each.severity for _, findings in self.found for each in findings if not each.accepted
        }
        return tuple(sorted(open_ones, key=lambda severity: -severity.rank))


def checks_of(catalog: Catalog, policy: Policy) -> tuple[Check, ...]:
    """Every rule with what it found: the most severe first, and of those the most frequent."""
    by_code: dict[str, dict[int, list[Finding]]] = defaultdict(dict)
    for index, agent in enumerate(catalog.agents):
        for finding in agent.findings:
            by_code[finding.code].setdefault(index, []).append(finding)
    checks = []
    for subject, rules in SUBJECTS.items():
        for rule in rules:
            places = by_code[rule.code].items()
            found = [(catalog.agents[index], tuple(findings)) for index, findings in places]
            found.sort(key=lambda each: all(finding.accepted for finding in each[1]))
            checks.append(Check(rule, subject, *_levels(rule, policy), tuple(found)))
    return tuple(sorted(checks, key=_weight))


def _weight(check: Check) -> tuple[int, int]:
    rank = check.severities[0].rank if check.severities else -1
    return -rank, -check.agents


def _levels(rule: Rule, policy: Policy) -> tuple[Severity | None, Mapping[str, Severity | None]]:
    """How severe a rule is for most files, and for those that patterns name."""
    elsewhere: dict[str, Severity | None] = {}
    for level in reversed(policy.levels):
        if rule.code in level.codes:
            if level.path == "*":
                return level.severity, elsewhere
            elsewhere.setdefault(level.path, level.severity)
    return rule.severity, elsewhere


@dataclass(frozen=True, slots=True)
class Broken:
    """An agent with problems."""

    agent: Agent
    codes: Mapping[str, int]
    """How often it breaks which rules, by code, the most severe first."""


def broken_agents(catalog: Catalog) -> tuple[Broken, ...]:
    """The agents with problems that nobody accepted, the worst first."""
    broken = sorted((agent for agent in catalog.agents if agent.problems), key=_badness)
    return tuple(Broken(agent, _codes(agent)) for agent in broken)


def _badness(agent: Agent) -> tuple[bool, int, int]:
    severities = Counter(each.severity for each in agent.problems)
    return agent.loadable, -severities[Severity.ERROR], -severities[Severity.WARNING]


def _codes(agent: Agent) -> Mapping[str, int]:
    ordered = sorted(agent.problems, key=lambda each: -each.severity.rank)
    return Counter(each.code for each in ordered)


def unbroken(checks: tuple[Check, ...]) -> Mapping[str, tuple[Check, ...]]:
    """The rules that nothing breaks or only what is accepted, by subject."""

    def of(subject: str) -> Iterator[Check]:
        return (each for each in checks if each.subject == subject and not each.agents)

    return {subject: rest for subject in SUBJECTS if (rest := tuple(of(subject)))}
