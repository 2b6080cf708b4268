"""Mends findings: changes what is wrong in a file, keeps every other byte, and makes certain of it.

The rules' mends are applied one after the other. After each, the file is read again, by the
catalog and by PyYAML; what is not read as it should be is taken back.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from agent_catalog.checking.catalog import check_agent
from agent_catalog.checking.exceptions import exemptions
from agent_catalog.checking.mends import MENDERS, Edit, Mend, Said, Unsafe, entries_of
from agent_catalog.checking.policy import Policy
from agent_catalog.checking.scalars import agrees
from agent_catalog.checking.subject import Subject, Surroundings
from agent_catalog.model.agent import Agent, Field, Reading
from agent_catalog.model.finding import Finding
from agent_catalog.model.format import Format
from agent_catalog.reading.agents import read_agent
from agent_catalog.reading.frontmatter import split
from agent_catalog.reading.sources import AgentFile, Source

_YAML = frozenset(
    {
        *("yaml-needs-retry", "yaml-line-ends", "yaml-unreadable"),
        *("key-swallowed", "description-cut"),
    }
)


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that could be mended elsewhere, but not here."""

    finding: Finding
    why: str
    """In lower case and without a stop."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What mending made of a file."""

    before: Agent
    after: Agent
    """The file as it should be, without findings; `before` if nothing is mended."""
    mended: tuple[Finding, ...] = ()
    """What is mended, at the places that it had when its turn came."""
    left: tuple[Left, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to write."""
        return self.after.data != self.before.data


def fix_agent(agent: Agent, around: Surroundings, policy: Policy) -> Fixed:
    """Mend what is wrong in a file and can be mended with certainty; writes nothing.

    The prompt stays as it is, byte for byte, and so does every field but for what a rename names:
    a key, a tool or a model that is misspelt or has another name today. A name or a description
    that is no text becomes the text that is written.

    Args:
        agent: The agent, as read.
        around: What its rules may know beyond the file.
        policy: Which rules are applied; what they leave out or accept is not mended.
    """
    now = agent
    mended: list[Finding] = []
    left: list[Left] = []
    for code in MENDERS:
        subject = Subject(now, around)
        found = tuple(
            each for each in check_agent(subject, policy.only({code})) if not each.accepted
        )
        if not found:
            continue
        try:
            now = _mended(subject, code, found)
        except Unsafe as reason:
            left += [Left(each, str(reason)) for each in found]
        else:
            mended += found
    return Fixed(agent, now, tuple(mended), tuple(left))


def fixable(agents: Iterable[Agent]) -> Iterator[Agent]:
    """The agents with an open finding that a program may mend."""
    for agent in agents:
        if any(finding.code in MENDERS for finding in agent.open_findings):
            yield agent


def _mended(subject: Subject, code: str, found: tuple[Finding, ...]) -> Agent:
    """The agent after one rule's mend.

    Raises:
        Unsafe: It cannot be made, or what comes of it is not what it should be.
    """
    mend = MENDERS[code](subject, found)
    after = _read(subject.agent, _edited(subject, mend.edits))
    if not _is_as_meant(subject.agent, after, mend, strict=code in _YAML):
        raise Unsafe("the mended file would not say the same")
    return after


def _edited(subject: Subject, edits: tuple[Edit, ...]) -> bytes:
    """The file with the edits made, which are all before its body.

    Raises:
        Unsafe: Edits overlap, or the text is not what the bytes are.
    """
    data, text = subject.agent.data, subject.agent.text
    head = text[: len(text) - len(subject.parts.body)]
    mark = BOM_UTF8 if data.startswith(BOM_UTF8) else b""
    raw = head.encode()
    if not data.startswith(mark + raw):
        raise Unsafe("the frontmatter is not UTF-8")
    edits = tuple(sorted(edits))
    overlap = any(one.end > other.start for one, other in pairwise(edits))
    if overlap or (edits and edits[-1].end > len(head)):
        raise Unsafe("two mends are about the same text")
    for edit in reversed(edits):
        head = head[: edit.start] + edit.text + head[edit.end :]
    return mark + head.encode() + data[len(mark) + len(raw) :]


def _read(agent: Agent, data: bytes) -> Agent:
    """The same file with other bytes."""
    shown = agent.shown.removesuffix(agent.path).rstrip("/")
    source = Source(Path(), agent.source, shown, agent.in_project, agent.format.slug)
    return replace(
        read_agent(AgentFile(source, agent.path, data, plugin=agent.plugin)),
        format_from=agent.format_from,
    )


def _is_as_meant(before: Agent, after: Agent, mend: Mend, *, strict: bool) -> bool:
    """Whether the file still says what it said, but for what the mend names."""
    if after.prompt != before.prompt:
        return False
    if len(after.fields) != len(mend.says) or not all(
        _says(field, meant, before.format)
        for field, meant in zip(after.fields, mend.says, strict=True)
    ):
        return False
    blocks = split(before.text).block, split(after.text).block
    made, kept = ([(each.codes, each.reason) for each in exemptions(block)] for block in blocks)
    if made != kept:
        return False
    if all(field.reading is Reading.STRICT for field in after.fields) and not any(
        flaw.code in _YAML for flaw in after.flaws
    ):
        return agrees(blocks[1], {field.key: field.value for field in after.fields})
    return not strict


def _says(field: Field, meant: Said, format_: Format) -> bool:
    """Whether a field says what is meant; a list of tools may be written in any form."""
    key, value = meant
    return field.key == key and (
        repr(field.value) == repr(value)
        or (isinstance(value, tuple) and entries_of(field, format_) == value)
    )
