"""Applies the rules to a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from agent_catalog.checking.exceptions import Exemption, exemptions
from agent_catalog.checking.policy import Policy, unknown
from agent_catalog.checking.rule import Rule, Spot
from agent_catalog.checking.rules import RULES
from agent_catalog.checking.rules.exceptions import UNREASONED, UNUSED
from agent_catalog.checking.subject import Disk, Subject, Surroundings
from agent_catalog.model.agent import Agent
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding
from agent_catalog.model.format import Kind
from agent_catalog.model.limits import MOST_SPOTS

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
    agents = tuple(
        replace(agent, findings=tuple(check_agent(Subject(agent, around), policy)))
        for agent in catalog.agents
    )
    return replace(catalog, agents=agents)


def check_agent(subject: Subject, policy: Policy) -> list[Finding]:
    """The findings in one file, in its order."""
    agent = subject.agent
    rules = _applied(policy, subject.around.whole, agent.format.slug, agent.kind)
    made = list(islice(exemptions(subject.parts.block), MOST_SPOTS))
    reasons = {code: each.reason for each in reversed(made) if each.reason for code in each.codes}
    told = [
        replace(found, accepted=reasons.get(rule.code, found.accepted))
        for rule, spot in _broken(subject, rules)
        if (found := _finding(subject.agent, rule, spot, policy))
    ]
    codes = frozenset(each.code for each in told)
    told += [
        found
        for rule, spot in islice(_doubtful(subject, made, codes, policy), MOST_SPOTS)
        if (found := _finding(subject.agent, rule, spot, policy))
    ]
    return sorted(told, key=lambda each: (each.line, each.column, each.code))


@lru_cache(maxsize=64)
def _applied(policy: Policy, whole: bool, format_: str, kind: Kind) -> tuple[Rule, ...]:  # noqa: FBT001 (a cache takes positions)
    """The rules for files of a format and a kind."""
    return tuple(
        rule
        for rule in RULES.values()
        if rule.code in policy.codes
        and (whole or not rule.whole)
        and kind in rule.kinds
        and (not rule.formats or format_ in rule.formats)
    )


def _broken(subject: Subject, rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, Spot]]:
    for flaw in subject.agent.flaws:
        if flaw.code in RULES:
            place = (flaw.line, flaw.column)
            yield RULES[flaw.code], Spot(place, flaw.message, flaw.mend, flaw.severity)
    for rule in rules:
        for spot in _first(rule.look(subject)):
            yield rule, spot


def _first(spots: Iterable[Spot]) -> Sequence[Spot]:
    """So many of the places as a page can show; the last one says that there are more."""
    shown = list(islice(spots, MOST_SPOTS + 1))
    if len(shown) > MOST_SPOTS:
        shown.pop()
        shown[-1] = replace(shown[-1], message=f"{shown[-1].message}; later ones are not listed")
    return shown


def _doubtful(
    subject: Subject, made: list[Exemption], codes: frozenset[str], policy: Policy
) -> Iterator[tuple[Rule, Spot]]:
    """What is to be said of the exceptions themselves."""
    start = len(subject.parts.before) + len(subject.parts.opening)
    for each in made:
        place = subject.lines.place(start + each.offset)
        if not each.reason:
            message = "this exception has no reason, and so no effect"
            yield UNREASONED, Spot(place, message, "Say behind the bracket why it is made.")
            continue
        for code in each.codes:
            if code not in RULES:
                yield UNUSED, Spot(place, unknown(code), "Correct the code, or take it out.")
            elif code in policy.codes and code not in codes:
                message = f"there is no finding `{code}` to except"
                yield UNUSED, Spot(place, message, "Take the exception out.")


def _finding(agent: Agent, rule: Rule, spot: Spot, policy: Policy) -> Finding | None:
    severity = policy.severity(rule, agent.shown, spot.severity)
    if severity is None or rule.code not in policy.codes:
        return None
    return Finding(
        path=agent.shown,
        line=spot.place[0],
        column=spot.place[1],
        code=rule.code,
        severity=severity,
        message=spot.message,
        mend=spot.mend,
        accepted=policy.accepted(rule.code, agent.shown),
    )
