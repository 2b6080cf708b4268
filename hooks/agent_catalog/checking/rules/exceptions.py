"""Rules for the exceptions that files make from rules."""

from __future__ import annotations

from agent_catalog.checking.rule import Rule, example
from agent_catalog.model.finding import Severity

_GOOD = example("# agent-catalog: ignore[tools-inherited] It is asked for everything.", tools="")

UNREASONED = Rule(
    code="exception-unreasoned",
    severity=Severity.WARNING,
    title="an exception has no reason",
    why="An exception without a reason cannot be judged by who comes later, so it has no effect.",
    bad=example("# agent-catalog: ignore[tool-unknown]"),
    good=_GOOD,
)

UNUSED = Rule(
    code="exception-unused",
    severity=Severity.INFO,
    title="an exception excepts nothing",
    why="The file has no such finding: what it was made for is mended, or its code is a slip of the pen.",
    bad=example("# agent-catalog: ignore[tool-unknown] Juggle is to come."),
    good=_GOOD,
)
