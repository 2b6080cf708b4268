"""The rules as data: each has all that is said of it, and its examples show what it finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agent_catalog.checking.policy import Policy
from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import RULES, SUBJECTS
from agent_catalog.model.finding import Severity
from checks import example_tree, findings

NO_TEXT = {
    *("file-unreadable", "not-utf-8", "utf-16", "prompt-unrendered", "description-share"),
    *("file-too-large", "over-limit", "file-name-unportable", "file-name-clash"),
}
"""Rules that no text of a few lines can break."""
ELSEWHERE = {"file-name-former", "file-not-looked-for"}
"""Rules that the same text keeps in another folder, under its usual name."""


def each_rule() -> list[Rule]:
    return list(RULES.values())


def with_example() -> list[Rule]:
    return [rule for rule in RULES.values() if rule.bad]


def code(rule: Rule) -> str:
    return rule.code


def test_every_rule_is_in_the_table_once() -> None:
    listed = [rule.code for rules in SUBJECTS.values() for rule in rules]
    assert len(listed) == len(set(listed)) == len(RULES) > 50
    assert {rule.code for rule in RULES.values() if not rule.bad} == NO_TEXT
    assert {rule.code for rule in with_example() if not rule.good} == ELSEWHERE


@pytest.mark.parametrize("rule", each_rule(), ids=code)
def test_a_rule_says_what_and_why(rule: Rule) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", rule.code)
    assert rule.title
    assert not rule.title.endswith(".")
    assert "\n" not in rule.title
    assert rule.why.endswith(".")
    assert all(source.startswith("https://") for source in rule.sources)


@pytest.mark.parametrize("rule", with_example(), ids=code)
def test_a_bad_example_breaks_its_rule_and_no_other(rule: Rule, tmp_path: Path) -> None:
    told = findings(tmp_path, example_tree(rule, rule.bad))
    (finding,) = [each for each in told if "other/" not in each.path]
    assert finding.code == rule.code
    assert finding.severity is rule.severity
    lines = re.split(r"\r\n|\n", rule.bad)
    assert 1 <= finding.line <= len(lines)
    assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1
    assert "\n" not in finding.message + finding.mend
    assert not finding.message.endswith(".")
    assert finding.mend.endswith(".")


@pytest.mark.parametrize("rule", with_example(), ids=code)
def test_a_good_example_does_not_break_its_rule(rule: Rule, tmp_path: Path) -> None:
    if rule.code in ELSEWHERE:
        folder = rule.folder.rpartition("/")[0]
        told = findings(tmp_path, {f"{folder}/reviewer.md": rule.bad})
    else:
        told = findings(tmp_path, example_tree(rule, rule.good))
    mended = [each for each in told if "other/" not in each.path]
    assert rule.code not in [each.code for each in mended]
    assert all(each.severity is Severity.INFO for each in mended)


@pytest.mark.parametrize("rule", with_example(), ids=code)
def test_a_rule_that_is_left_out_finds_nothing(rule: Rule, tmp_path: Path) -> None:
    policy = Policy().without({rule.code})
    assert findings(tmp_path, example_tree(rule, rule.bad), policy) == []
