"""Exceptions that a file makes from rules, in comments of its frontmatter.

    # agent-catalog: ignore[tools-inherited] It reviews whatever it is asked to.

Such a line stands for itself, at the very left of the frontmatter: behind a value it could become
a part of it when agent tools put the value in quotes. YAML takes it for a comment, so what agent
tools read stays the same. It holds for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(
    r"^#[ \t]*agent-catalog:[ \t]*ignore\[(?P<codes>[^\]\r\n]*)\][ \t]*(?P<reason>[^\r\n]*)$",
    re.MULTILINE,
)
_MARK = "agent-catalog:"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A comment that excepts a file from rules."""

    codes: tuple[str, ...]
    reason: str
    """Why; without a reason it has no effect."""
    offset: int
    """Where it stands, in the text that was searched."""


def exemptions(block: str) -> Iterator[Exemption]:
    """The exceptions that the text between the fences makes."""
    if _MARK not in block:
        return
    for comment in _COMMENT.finditer(block):
        codes = tuple(code.strip() for code in comment["codes"].split(",") if code.strip())
        yield Exemption(codes, comment["reason"].strip(), comment.start())
