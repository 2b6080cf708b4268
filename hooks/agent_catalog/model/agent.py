"""An agent, as its file tells it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from agent_catalog.model.finding import UNPARSED, Finding, Flaw, Severity
from agent_catalog.model.format import Effect, Format, FormatFrom, Kind
from agent_catalog.model.limits import MOST_FILES
from agent_catalog.model.plugin import Plugin
from agent_catalog.model.tool import Capability, ToolAccess, ToolMode

_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)\s+(?![a-z])"  # not within a sentence
    r"|(?<=[。！？])"
)

_LONGEST_SENTENCE = 4000
"""Characters of the prose that are searched for the end of its first sentence."""
_LONGEST_SUMMARY = 300
"""Characters; longer first sentences are cut at a word."""

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""A frontmatter value: what JSON can hold, and nothing else."""


class Reading(StrEnum):
    """How a value was read from the frontmatter."""

    STRICT = "strict"
    """The frontmatter is valid YAML."""
    RETRIED = "retried"
    """Valid only after the second try that its tool makes: risky values in quotes or in blocks."""
    SALVAGED = "salvaged"
    """Not readable by agent tools; this value was read on its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One key of the frontmatter and where it stands."""

    key: str
    value: Value
    text: str
    """The value as written in the file, without the key."""
    line: int
    """1-based line of the key in the file."""
    column: int
    """1-based column of the value's first character."""
    reading: Reading


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of an example."""

    speaker: str
    """Who speaks: `user` and `assistant` in lower case, anyone else as written; may be empty."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A conversation that shows when the agent is called."""

    context: str = ""
    turns: tuple[Turn, ...] = ()
    commentary: str = ""
    """Why the agent is called here."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A named occasion to call the agent, from the prompt's `When to invoke` list."""

    name: str
    """The bold lead of the bullet; empty if it has none."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the frontmatter says the agent is for."""

    text: str
    """All of it, with the line breaks a loader makes of a literal `\\n`."""
    prose: str
    """The text that is in no example, in paragraphs parted by an empty line."""
    examples: tuple[Example, ...] = ()
    beyond: int = 0
    """How many examples, and turns of examples, there are beyond those that are told here."""

    @property
    def summary(self) -> str:
        """The first sentence of the prose, on one line; a very long one is cut."""
        return _summary(self.prose)

    @property
    def details(self) -> str:
        """What the prose says beyond its summary; all of it, if the summary had to be cut."""
        if _first_sentence(self.prose) != self.summary:
            return self.prose
        end = 0
        for word, place in zip(self.summary.split(), _WORD.finditer(self.prose), strict=False):
            end = place.start() + len(word)
        return self.prose[end:].strip()


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that agents are grouped by, with its spelling in the file."""

    group: str
    """The slug of the group: `sonnet`, `inherit`, `not-set`, `not-recognised`."""
    written: str
    """As written; empty if not set."""


AgentKey: TypeAlias = tuple[str, str]
"""A source's label and a path below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One agent file, read as far as it can be."""

    source: str
    """The label of the source folder it was found in; empty if it needs none."""
    path: str
    """POSIX path below the source folder: `team/backend-engineer.md`."""
    shown: str
    """The path as people know it, from where they started: `agents/team/backend-engineer.md`."""
    in_project: bool
    """Whether the path is one below the project's folder, as it is on the web."""
    data: bytes
    """The file, byte for byte."""
    text: str
    """The file as text, as agent tools decode it."""
    format: Format
    """The tool that the file is for."""
    format_from: FormatFrom
    """By what that was recognised."""
    kind: Kind
    """What the file is to its tool."""
    id: str
    """What its tool calls it."""
    plugin: Plugin | None
    """The plugin that brings it along, if one does."""
    name: str
    """What it is shown as: in most formats the name as written, or the file's if it has none."""
    description: Description
    triggers: tuple[Trigger, ...]
    tools: ToolAccess
    model: FacetValue
    color: FacetValue
    fields: tuple[Field, ...]
    """Every key of the frontmatter, known or not, in the file's order."""
    prompt: str
    """The body: what the model gets as its system prompt, to the letter."""
    prompt_line: int
    """1-based line of the file on which the prompt starts."""
    loadable: bool
    """Whether its tool is not known to pass it over."""
    flaws: tuple[Flaw, ...] = ()
    """What was noticed in reading it."""
    findings: tuple[Finding, ...] = ()
    """What the rules make of the flaws and of all the rest; empty before they are applied."""

    @property
    def unread(self) -> bool:
        """Whether nothing is known of what is in the file, or of its frontmatter."""
        unread = {"file-too-large", "file-unreadable", "over-limit"}
        return any(flaw.fatal and flaw.code in unread for flaw in self.flaws)

    @property
    def placeholder(self) -> bool:
        """Whether its tool loads an agent that has the file's name, and nothing of its fields."""
        return bool(
            self.loadable
            and self.plugin is not None
            and self.kind is Kind.AGENT
            and any(flaw.code in UNPARSED for flaw in self.flaws)
            and Effect.PLACEHOLDER in self.format.plugin_errors.values()
        )

    @property
    def acts(self) -> bool:
        """Whether it is an agent, no skill or command, and its tool is not known to pass it over."""
        return self.loadable and self.kind is Kind.AGENT

    @property
    def capabilities(self) -> tuple[Capability, ...]:
        """What it can do; nothing while its tool does not load it."""
        return self.tools.capabilities if self.loadable else ()

    @property
    def inherits(self) -> bool:
        """Whether it has every tool of the session that its file does not deny."""
        access = self.tools
        return access.mode is ToolMode.ALL and bool(access.capabilities) and not access.about

    @property
    def has_name(self) -> bool:
        """Whether the file names it; if not, the name is the file's."""
        field = self.field("name")
        return field is not None and bool(field.text)

    @property
    def key(self) -> AgentKey:
        """What tells it from every other agent of the catalog."""
        return self.source, self.path

    @property
    def folder(self) -> str:
        """The folder below the source, empty for its top."""
        return self.path.rpartition("/")[0]

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that nobody accepted."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The open findings that are more than notes."""
        return tuple(each for each in self.open_findings if each.severity is not Severity.INFO)

    def is_ignored(self, key: str) -> bool:
        """Whether a key that its tool knows has no effect here: in an agent of a plugin."""
        known = self.format.keys.get(key)
        return self.plugin is not None and known is not None and not known.in_plugins

    def idle_beside(self, key: str) -> str:
        """The key beside which another has no effect, with its value; empty if it has one."""
        known = self.format.keys.get(key)
        for other, values in known.idle_with.items() if known else ():
            field = self.field(other)
            if field and field.value in values:
                return f"{other}: {field.value}"
        return ""

    @property
    def is_remote(self) -> bool:
        """Whether it runs elsewhere, with a prompt and tools that its file does not tell."""
        return any(
            (field := self.field(key)) is not None and field.value == value
            for key, value in self.format.tools.remote.items()
        )

    def field(self, key: str) -> Field | None:
        """The field of that key, the last one if it is repeated, as loaders take it."""
        for field in reversed(self.fields):  # faster than with `next`, and asked for very often
            if field.key == key:
                return field
        return None


@lru_cache(maxsize=MOST_FILES)  # every list that an agent stands in asks for it
def _summary(prose: str) -> str:
    return textwrap.shorten(_first_sentence(prose), _LONGEST_SUMMARY, placeholder=" …")


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text[:_LONGEST_SENTENCE].split("\n\n", 1)[0].split())
    return _SENTENCE_END.split(paragraph, maxsplit=1)[0]
