"""How much findings matter in a project, and which are meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase

from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import RULES
from agent_catalog.model.finding import Severity


@dataclass(frozen=True, slots=True)
class Level:
    """The severity of some rules, for the files that a pattern names."""

    codes: frozenset[str]
    severity: Severity | None
    """`None`: off."""
    path: str = "*"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Findings that are meant to be, with the reason."""

    path: str
    codes: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Which rules are applied, and what comes of their findings."""

    levels: tuple[Level, ...] = ()
    """Of those that fit a file and a rule, the last one holds."""
    acceptances: tuple[Acceptance, ...] = ()
    """Of those that fit a finding, the first one gives the reason."""
    codes: frozenset[str] = frozenset(RULES)
    """The rules to apply."""

    def only(self, codes: Iterable[str]) -> Policy:
        """The same with no rules but these."""
        return replace(self, codes=self.codes & frozenset(codes))

    def without(self, codes: Iterable[str]) -> Policy:
        """The same without these rules."""
        return replace(self, codes=self.codes - frozenset(codes))

    def severity(self, rule: Rule, path: str, given: Severity | None = None) -> Severity | None:
        """How much a finding of the rule matters in a file; `None` if it is off.

        Args:
            rule: The rule.
            path: The file.
            given: How much it matters for the format of the file, if not what the rule says.
        """
        for level in reversed(self.levels):
            if rule.code in level.codes and fnmatchcase(path, level.path):
                return level.severity
        return given or rule.severity

    def accepted(self, code: str, path: str) -> str | None:
        """The reason for which a finding is meant to be, if there is one."""
        return next(
            (
                each.reason
                for each in self.acceptances
                if code in each.codes and fnmatchcase(path, each.path)
            ),
            None,
        )


def matching(patterns: Iterable[str]) -> frozenset[str]:
    """The codes that patterns such as `tool-*` stand for.

    Raises:
        ValueError: A pattern stands for none; the message names the nearest code.
    """
    found: set[str] = set()
    for pattern in patterns:
        codes = {code for code in RULES if fnmatchcase(code, pattern)}
        if not codes:
            raise ValueError(unknown(pattern))
        found |= codes
    return frozenset(found)


def unknown(code: str) -> str:
    """That there is no such rule, and which one may be meant."""
    near = get_close_matches(code, RULES, n=1)
    return f"there is no rule {code!r}" + (f"; is {near[0]!r} meant?" if near else "")
