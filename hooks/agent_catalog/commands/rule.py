"""`agent-catalog rule`: explains a rule, or lists them all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from agent_catalog.checking.frequency import frequency
from agent_catalog.checking.policy import unknown
from agent_catalog.checking.rule import Rule
from agent_catalog.checking.rules import RULES, SUBJECTS

_WIDTH = 80


@click.command()
@click.argument("code", required=False)
def rule(code: str | None) -> None:
    """Explain a rule by its CODE, or list all of them."""
    if code is None:
        click.echo("\n".join(_list()))
    elif code in RULES:
        click.echo("\n".join(_explain(RULES[code])).rstrip())
    else:
        raise click.UsageError(unknown(code))


def _list() -> Iterator[str]:
    for title, rules in SUBJECTS.items():
        yield title
        for each in rules:
            yield f"  {each.code:<27} {each.severity:<8} {each.title}"


def _explain(each: Rule) -> Iterator[str]:
    counted = frequency()
    found = counted.found.get(each.code, 0)
    yield f"{each.code} ({each.severity}): {each.title}"
    yield ""
    yield click.wrap_text(each.why, _WIDTH)
    yield ""
    if each.bad:
        yield "Wrong:\n"
        yield _indented(each.bad)
        if each.good:
            yield "Right:\n"
            yield _indented(each.good)
    if each.fixable:
        yield "`agent-catalog check --fix` mends it, where that leaves no doubt."
    yield f"Found in {found:,} of {counted.files:,} public agent files ({counted.as_of})."
    for url in each.sources:
        yield f"See {url}"


def _indented(text: str) -> str:
    return re.sub(r"^(?=.)", "    ", text.replace("\r", "␍"), flags=re.MULTILINE)
