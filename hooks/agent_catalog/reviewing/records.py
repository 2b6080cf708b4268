"""A review as JSON, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent_catalog.model.agent import Agent, FacetValue
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.finding import Finding, Severity
from agent_catalog.model.format import Kind as FileKind
from agent_catalog.model.tool import Capability, ToolAccess, ToolEntry, ToolMode
from agent_catalog.publishing.exports import EffectiveRecord
from agent_catalog.reviewing.review import (
    AccessChange,
    AgentChange,
    Difference,
    ExamplesChange,
    Formatting,
    KeysChange,
    Kind,
    Reason,
    Review,
    TextChange,
)

_Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class FileRecord(_Record):
    """An agent's file, in one of the catalogs."""

    source: str
    """The label of its source folder; empty if there is only one."""
    path: str
    """Its path below the source folder."""
    name: str
    address: str
    """Its page below `agents/`."""
    format: str
    """The slug of the tool that the file is for: `claude-code`."""
    kind: FileKind
    id: str
    """What its tool calls it."""


class EscalationRecord(_Record):
    """A way in which an agent may do more than it could."""

    reason: Reason
    what: str


class ValueRecord(_Record):
    """A value as written, before and after; null if not set."""

    before: str | None
    after: str | None


class ConditionRecord(_Record):
    """A tool that an agent gets on another condition than before."""

    name: str
    before: EffectiveRecord
    after: EffectiveRecord


class ToolsRecord(_Record):
    """What differs in what an agent gets. Entries are as written."""

    mode_before: ToolMode
    mode_after: ToolMode
    capabilities_gained: tuple[Capability, ...]
    capabilities_lost: tuple[Capability, ...]
    gained: tuple[str, ...]
    """What the agent gets and did not; empty where one of both starts from all tools."""
    lost: tuple[str, ...]
    conditions: tuple[ConditionRecord, ...]
    """What it gets as before, but on another condition."""
    newly_denied: tuple[str, ...]
    """Denials that take something away."""
    no_longer_denied: tuple[str, ...]
    without_effect: tuple[str, ...]
    """Entries that came or went and make no difference, or in their specifiers alone."""
    servers_gained: tuple[str, ...]
    servers_lost: tuple[str, ...]


class AccessRecord(_Record):
    """What an agent may use, whether that changed or not. Entries are as written."""

    mode: ToolMode
    allowed: tuple[str, ...]
    """The list; empty if it has none and may use all tools, or may use none."""
    denied: tuple[str, ...]
    beyond: _Count
    """Entries of both lists beyond those that are told here."""
    effective: tuple[EffectiveRecord, ...]
    """What each entry comes to: those of `allowed`, what `memory` adds, those of `denied`."""
    capabilities: tuple[Capability, ...]


class TextRecord(_Record):
    """How much of a text is new: words of a description, lines of a prompt."""

    tokens_before: _Count
    tokens_after: _Count
    changed: _Count
    total: _Count


class ExamplesRecord(_Record):
    """How many examples came, went, and were rewritten."""

    added: _Count
    removed: _Count
    changed: _Count


class KeysRecord(_Record):
    """Other keys of the frontmatter."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class FindingRecord(_Record):
    """A finding."""

    code: str
    severity: Severity
    line: Annotated[int, Field(ge=1)]
    message: str


class ChangeRecord(_Record):
    """One agent that is not what it was; what is the same is null or empty."""

    kind: Kind
    format: str
    """The slug of the tool that the file is for or, if it is removed, was for."""
    before: FileRecord | None
    after: FileRecord | None
    escalations: tuple[EscalationRecord, ...]
    loadable: bool | None
    """Whether its tool loads it now, if that changed."""
    name: ValueRecord | None
    """What it is shown as."""
    tools: ToolsRecord | None
    """What differs."""
    tools_after: AccessRecord | None
    """What there is after the change; null if the agent is removed."""
    permission_mode: ValueRecord | None
    model: ValueRecord | None
    color: ValueRecord | None
    description: TextRecord | None
    examples: ExamplesRecord | None
    prompt: TextRecord | None
    keys: KeysRecord | None
    findings_new: tuple[FindingRecord, ...]
    findings_mended: tuple[FindingRecord, ...]
    formatting: tuple[Formatting, ...]


class CollisionRecord(_Record):
    """A name that more files have than before, and more than one."""

    name: str
    agents: tuple[FileRecord, ...]


class TotalsRecord(_Record):
    """One of the catalogs as a whole."""

    agents: _Count
    description_tokens: _Count
    """What the descriptions of all agents that load add to every context, estimated."""


class ReviewRecord(_Record):
    """What changed between two catalogs."""

    version: Literal[1] = Field(alias="schema")
    before: TotalsRecord
    after: TotalsRecord
    changes: tuple[ChangeRecord, ...]
    """Those with an escalation first."""
    collisions: tuple[CollisionRecord, ...]
    passed_over: tuple[str, ...]
    """Paths that are passed over now and were not before."""


def review_json(review: Review) -> str:
    """The review as JSON: the same catalogs give the same text, whenever and wherever."""
    tokens = review.description_tokens
    record = ReviewRecord(
        version=1,
        before=TotalsRecord(agents=len(review.before.agents), description_tokens=tokens.before),
        after=TotalsRecord(agents=len(review.after.agents), description_tokens=tokens.after),
        changes=tuple(_change(change, review) for change in review.changes),
        collisions=tuple(
            CollisionRecord(
                name=each.name,
                agents=tuple(_file(agent, review.after) for agent in each.agents),
            )
            for each in review.collisions
        ),
        passed_over=review.passed_over,
    )
    return record.model_dump_json(by_alias=True, indent=2) + "\n"


def _change(change: AgentChange, review: Review) -> ChangeRecord:
    return ChangeRecord(
        kind=change.kind,
        format=change.agent.format.slug,
        before=_file(change.before, review.before) if change.before else None,
        after=_file(change.after, review.after) if change.after else None,
        escalations=tuple(
            EscalationRecord(reason=each.reason, what=each.what) for each in change.escalations
        ),
        loadable=change.loadable.after if change.loadable else None,
        name=_value(change.name),
        tools=_tools(change.access, change) if change.access else None,
        tools_after=_access(change.after.tools) if change.after else None,
        permission_mode=_value(change.permission_mode),
        model=_facet(change.model),
        color=_facet(change.color),
        description=_text(change.description),
        examples=_examples(change.examples) if change.examples else None,
        prompt=_text(change.prompt),
        keys=_keys(change.keys) if change.keys else None,
        findings_new=tuple(map(_finding, change.findings.gained)),
        findings_mended=tuple(map(_finding, change.findings.lost)),
        formatting=change.formatting,
    )


def _file(agent: Agent, catalog: Catalog) -> FileRecord:
    return FileRecord(
        source=agent.source,
        path=agent.path,
        name=agent.name,
        address=catalog.address(agent),
        format=agent.format.slug,
        kind=agent.kind,
        id=agent.id,
    )


def _value(values: Difference[str] | None) -> ValueRecord | None:
    return ValueRecord(before=values.before or None, after=values.after or None) if values else None


def _facet(values: Difference[FacetValue] | None) -> ValueRecord | None:
    return _value(Difference(values.before.written, values.after.written)) if values else None


def _tools(access: AccessChange, change: AgentChange) -> ToolsRecord:
    assert change.before
    assert change.after
    return ToolsRecord(
        mode_before=change.before.tools.mode,
        mode_after=change.after.tools.mode,
        capabilities_gained=access.capabilities.gained,
        capabilities_lost=access.capabilities.lost,
        gained=_written(access.tools.gained),
        lost=_written(access.tools.lost),
        conditions=tuple(map(_condition, access.conditions)),
        newly_denied=_written(access.denied.gained),
        no_longer_denied=_written(access.denied.lost),
        without_effect=_written((*access.without_effect, *access.specifiers)),
        servers_gained=access.servers.gained,
        servers_lost=access.servers.lost,
    )


def _access(access: ToolAccess) -> AccessRecord:
    return AccessRecord(
        mode=access.mode,
        allowed=_written(access.allowed),
        denied=_written(access.denied),
        beyond=access.beyond,
        effective=tuple(map(_effective, access.effective)),
        capabilities=access.capabilities,
    )


def _condition(change: Difference[ToolEntry]) -> ConditionRecord:
    return ConditionRecord(
        name=change.after.name, before=_effective(change.before), after=_effective(change.after)
    )


def _effective(entry: ToolEntry) -> EffectiveRecord:
    return EffectiveRecord(name=entry.name, gets=entry.gets, why=entry.why)


def _written(entries: Iterable[ToolEntry]) -> tuple[str, ...]:
    return tuple(entry.written for entry in entries)


def _text(change: TextChange | None) -> TextRecord | None:
    if change is None:
        return None
    return TextRecord(
        tokens_before=change.tokens.before,
        tokens_after=change.tokens.after,
        changed=change.changed,
        total=change.total,
    )


def _examples(change: ExamplesChange) -> ExamplesRecord:
    return ExamplesRecord(added=change.added, removed=change.removed, changed=change.changed)


def _keys(change: KeysChange) -> KeysRecord:
    return KeysRecord(added=change.added, removed=change.removed, changed=change.changed)


def _finding(finding: Finding) -> FindingRecord:
    return FindingRecord(
        code=finding.code,
        severity=finding.severity,
        line=finding.line,
        message=finding.message,
    )
