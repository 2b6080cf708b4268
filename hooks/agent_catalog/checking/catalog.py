"""Applies the rules to a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agent_catalog.checking.exceptions import Exemption, exemptions
from agent_catalog.checking.policy import Policy, unknown
from agent_catalog.checking.rule import Place, Rule
from agent_catalog.checking.rules import RULES
from agent_catalog.checking.rules.exceptions import UNREASONED, UNUSED
from agent_catalog.checking.subject import Disk, Subject, Surroundings, quoted
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding

EVERYTHING = Policy()
"""Every rule, as severe as it is by itself."""


def check_catalog(
    catalog: Catalog,
    policy: Policy = EVERYTHING,
    disk: Disk | None = None,
    *,
    whole: bool = True,
) -> Catalog:
    """Apply the rules to every agent.

    Args:
        catalog: Agents with the flaws that were noticed in them.
        policy: Which rules to apply, and how much they matter.
        disk: What other files there are; without it, links to anything but agents are not judged.
        whole: Whether the catalog holds every file of its sources, as some rules need.

    Returns:
        The catalog with the findings of each agent, in the order of the file.
    """
    around = Surroundings(catalog, disk, whole)
    rules = [rule for rule in RULES.values() if rule.code in policy.codes]
    rules = [rule for rule in rules if whole or not rule.whole]
    agents = tuple(
        replace(agent, findings=tuple(_check(Subject(agent, around), rules, policy)))
        for agent in catalog.agents
    )
    return replace(catalog, agents=agents)


def _check(subject: Subject, rules: list[Rule], policy: Policy) -> list[Finding]:
    agent = subject.agent
    made = list(exemptions(subject.parts.block))
    reasons = {code: each.reason for each in reversed(made) if each.reason for code in each.codes}
    found = [
        _finding(agent, rule, policy, place, message, mend)
        for rule, place, message, mend in _broken(subject, rules)
    ]
    told = [
        replace(each, accepted=reasons.get(each.code, each.accepted)) for each in found if each
    ]
    codes = {each.code for each in told}
    told += filter(
        None,
        (
            _finding(agent, rule, policy, _place(subject, each), message, mend)
            for rule, each, message, mend in _doubtful(made, codes, policy)
        ),
    )
    return sorted(told, key=lambda each: (each.line, each.column, each.code))


def _broken(subject: Subject, rules: list[Rule]) -> Iterator[tuple[Rule, Place, str, str]]:
    applied = {rule.code for rule in rules}
    for flaw in subject.agent.flaws:
        if flaw.code in applied:
            yield RULES[flaw.code], (flaw.line, flaw.column), flaw.message, flaw.mend
    for rule in rules:
        if not rule.claude or subject.is_claude:
            for spot in rule.look(subject):
                yield rule, spot.place, spot.message, spot.mend


def _doubtful(
    made: list[Exemption], codes: set[str], policy: Policy
) -> Iterator[tuple[Rule, Exemption, str, str]]:
    """What is to be said of the exceptions themselves."""
    for each in made:
        if not each.reason:
            message = "this exception has no reason, and so no effect"
            yield UNREASONED, each, message, "Say after the bracket why it is made."
            continue
        for code in each.codes:
            if code not in RULES:
                yield UNUSED, each, unknown(code), "Correct the code, or take it out."
            elif code in policy.codes and code not in codes:
                message = f"there is no finding {quoted(code)} to except"
                yield UNUSED, each, message, "Take the exception out."


def _place(subject: Subject, each: Exemption) -> Place:
    parts = subject.parts
    return subject.lines.place(len(parts.before) + len(parts.opening) + each.offset)


def _finding(  # noqa: PLR0913 (what a finding is made of)
    agent: Agent, rule: Rule, policy: Policy, place: Place, message: str, mend: str
) -> Finding | None:
    severity = policy.severity(rule, agent.shown)
    if severity is None or rule.code not in policy.codes:
        return None
    return Finding(
        path=agent.shown,
        line=place[0],
        column=place[1],
        code=rule.code,
        severity=severity,
        message=message,
        mend=mend,
        accepted=policy.accepted(rule.code, agent.shown),
    )
