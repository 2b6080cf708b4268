"""A finding: something about an agent file that its author should know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

UNPARSED = {
    "yaml-unreadable": "frontmatter-broken",
    "yaml-line-ends": "frontmatter-broken",
    "frontmatter-missing": "frontmatter-missing",
    "frontmatter-late": "frontmatter-missing",
    "frontmatter-long-opening": "frontmatter-missing",
    "frontmatter-unclosed": "frontmatter-missing",
}
"""Codes of flaws with which a tool finds no fields, and the faults that they are."""


class Severity(StrEnum):
    """How much a finding matters, from a note to a file that no tool loads."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Orders severities: a greater rank matters more."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What was noticed while a file was read or shown, before a rule says how much it matters."""

    code: str
    """The rule, in kebab-case: `yaml-needs-retry`."""
    line: int
    """1-based line of the file."""
    column: int
    """1-based column, in characters."""
    message: str
    """What is wrong, in one line."""
    mend: str
    """What to do about it, in one line."""
    fatal: bool = False
    """Whether the tool that the file is for is known not to load it because of it."""
    severity: Severity | None = None
    """How much it matters for this format, if that is not what its rule says."""

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message} [{self.code}]"


def beyond_limits(line: int, message: str) -> Flaw:
    """That a part of a file is beyond what is taken apart or shown."""
    return Flaw(
        code="over-limit",
        line=line,
        column=1,
        message=message,
        mend="Shorten it; the file itself, as it is published, has all of it.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake or surprise in one agent file, with a way to mend it."""

    path: str
    """The file as the reader of a report finds it: POSIX, and not absolute in what is published."""
    line: int
    """1-based line of the file."""
    column: int
    """1-based column, in characters."""
    code: str
    """The rule, in kebab-case: `yaml-needs-retry`."""
    severity: Severity
    message: str
    """What is wrong, in one line."""
    mend: str
    """What to do about it, in one line."""
    accepted: str | None = None
    """The reason its owner gave for leaving it so, if there is one."""

    @property
    def place(self) -> str:
        """Where it is, as editors and terminals link it: `path:line:column`."""
        return f"{self.path}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.code}]"
