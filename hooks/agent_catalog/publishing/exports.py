"""What programs read: `catalog.json` with its schema, and `llms.txt`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from agent_catalog.model.agent import Agent, Example, Value
from agent_catalog.model.catalog import Catalog, Group
from agent_catalog.model.finding import Finding, Severity
from agent_catalog.model.format import FormatFrom, Kind
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Capability, Gets, ToolAccess, ToolEntry, ToolMode
from agent_catalog.publishing.characters import one_line
from agent_catalog.publishing.urls import Urls, whole
from agent_catalog.reading.facets import models_as_of

_Count = Annotated[int, Field(ge=0)]
_Place = Annotated[int, Field(ge=1)]

_UNLINKED = str.maketrans("[]\\`", "()/'")


class _Record(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class ToolRecord(_Record):
    """One entry of a tool list."""

    name: str
    """As written, without the specifier."""
    specifier: str | None
    """What stands in parentheses behind the name."""
    server: str | None
    """The MCP server that the tool is of."""
    known: bool
    """Whether its tool can know it: a tool that it has, or one of an MCP server or extension."""


class EffectiveRecord(_Record):
    """Whether an agent gets what an entry of its file names."""

    name: str
    """As written, without the specifier."""
    gets: Gets
    """`yes`; `no`; or `depends`, on how and where it is run or on what is not known."""
    why: str | None
    """A code for why it is not simply given: `beside-bash`."""


class ToolsRecord(_Record):
    """Which tools an agent may use."""

    mode: ToolMode
    """`all`: every tool of the session; `listed`: those in `allowed`; `none`; `unknown`."""
    allowed: tuple[ToolRecord, ...]
    denied: tuple[ToolRecord, ...]
    effective: tuple[EffectiveRecord, ...]
    """What each entry comes to: those of `allowed`, what `memory` adds, those of `denied`."""


class TurnRecord(_Record):
    """One utterance."""

    speaker: str
    text: str


class ExampleRecord(_Record):
    """A conversation that shows when the agent is called."""

    context: str
    turns: tuple[TurnRecord, ...]
    commentary: str


class PromptRecord(_Record):
    """The size of the system prompt."""

    characters: _Count
    tokens_estimate: _Count


class FindingRecord(_Record):
    """Something about the file that its author should know."""

    code: str
    severity: Severity
    line: _Place
    column: _Place
    message: str
    mend: str
    accepted: str | None
    """The reason why it is meant to be, if it is."""


class AgentRecord(_Record):
    """One agent file."""

    source: str
    """The label of its source folder; empty if there is only one."""
    path: str
    """Its path below the source folder."""
    url: str
    """Its page, below the site's root."""
    raw_url: str
    """The file itself, below the site's root."""
    name: str
    summary: str
    description: str
    """As the model gets it."""
    model: str | None
    """As written; null if not set."""
    color: str | None
    """As written; null if not set."""
    format: str
    """The slug of the tool that the file is for: `claude-code`."""
    format_from: FormatFrom
    """By what that was recognised."""
    kind: Kind
    id: str
    """What its tool calls it."""
    loadable: bool
    """Whether its tool is not known to pass the file over."""
    tools: ToolsRecord
    capabilities: tuple[Capability, ...]
    """What the tools let it do; empty while its tool does not load it."""
    examples: tuple[ExampleRecord, ...]
    prompt: PromptRecord
    metadata: dict[str, JsonValue]
    """The frontmatter, every key."""
    findings: tuple[FindingRecord, ...]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Of the file's bytes."""
    added: date | None
    """When the file was first committed; null if that is not known."""
    changed: date | None
    """When the file was last committed; null if that is not known."""


class GroupsRecord(_Record):
    """Agents by what they share: from a group's slug to the URLs of its agents."""

    model: dict[str, tuple[str, ...]]
    color: dict[str, tuple[str, ...]]
    tool: dict[str, tuple[str, ...]]


class AsOfRecord(_Record):
    """The days of what is known of tools and models; they are no days of a build."""

    models: date
    """Which models there are, and which were retired."""
    formats: dict[str, date]
    """What the tools do with a file, by the slugs of those that the agents are for."""


class CatalogRecord(_Record):
    """The whole catalog."""

    version: Literal[1] = Field(alias="schema")
    as_of: AsOfRecord
    agents: tuple[AgentRecord, ...]
    groups: GroupsRecord


def catalog_json(catalog: Catalog, urls: Urls) -> str:
    """The catalog as JSON: the same agents give the same text, whenever and wherever."""
    record = CatalogRecord(
        version=1,
        as_of=_as_of(catalog),
        agents=tuple(_agent(agent, catalog, urls) for agent in catalog.agents),
        groups=GroupsRecord(
            model=_groups(catalog, catalog.models, urls),
            color=_groups(catalog, catalog.colors, urls),
            tool=_groups(catalog, catalog.tools, urls),
        ),
    )
    return record.model_dump_json(by_alias=True) + "\n"


def _as_of(catalog: Catalog) -> AsOfRecord:
    formats = {agent.format.slug: agent.format.as_of for agent in catalog.agents}
    return AsOfRecord(models=models_as_of(), formats=dict(sorted(formats.items())))


def catalog_schema() -> str:
    """The JSON Schema (draft 2020-12) of `catalog.json`."""
    schema = CatalogRecord.model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2) + "\n"


def llms_txt(catalog: Catalog, title: str, site_url: str = "") -> str:
    """The catalog as `llms.txt` (<https://llmstxt.org>): a line for each agent, to its raw file.

    Args:
        catalog: The agents.
        title: What the site is called.
        site_url: The site's root, to make links absolute; empty to leave them relative.
    """
    lines = [
        f"# {_one_line(title)}",
        "",
        f"> {len(catalog.agents)} AI agents.",
        "",
        "## Agents",
        "",
    ]
    lines += [_listed(agent, whole(site_url, raw_url(agent, catalog))) for agent in catalog.agents]
    data = whole(site_url, "catalog.json")
    lines += ["", "## Optional", "", f"- [catalog.json]({data}): all of it as data"]
    return "\n".join(lines) + "\n"


def raw_url(agent: Agent, catalog: Catalog) -> str:
    """Where the file itself is published, below the site's root."""
    suffix = (
        ".md" if agent.format.reading.reader == "markdown" else agent.format.reading.suffixes[0]
    )
    return f"agents/{catalog.address(agent)}{suffix}"


def _listed(agent: Agent, url: str) -> str:
    name = _one_line(agent.name) or _one_line(agent.path)
    summary = _one_line(agent.description.summary)
    return f"- [{name}]({url}): {summary}" if summary else f"- [{name}]({url})"


def _one_line(text: str) -> str:
    """The text without what ends a line or a link: white space, brackets and escapes."""
    return one_line(" ".join(text.split())).translate(_UNLINKED)


def _agent(agent: Agent, catalog: Catalog, urls: Urls) -> AgentRecord:
    history = catalog.histories.get(agent.key)
    return AgentRecord(
        source=agent.source,
        path=agent.path,
        url=_url(agent, catalog, urls),
        raw_url=raw_url(agent, catalog),
        name=agent.name,
        summary=agent.description.summary,
        description=agent.description.text,
        model=agent.model.written or None,
        color=agent.color.written or None,
        format=agent.format.slug,
        format_from=agent.format_from,
        kind=agent.kind,
        id=agent.id,
        loadable=agent.loadable,
        tools=_tools(agent.tools),
        capabilities=agent.capabilities,
        examples=tuple(map(_example, agent.description.examples)),
        prompt=PromptRecord(
            characters=len(agent.prompt), tokens_estimate=estimated_tokens(agent.prompt)
        ),
        metadata={field.key: _json(field.value) for field in agent.fields},
        findings=tuple(map(_finding, agent.findings)),
        sha256=hashlib.sha256(agent.data).hexdigest(),
        added=history.added if history else None,
        changed=history.changed if history else None,
    )


def _url(agent: Agent, catalog: Catalog, urls: Urls) -> str:
    return urls.page(f"agents/{catalog.address(agent)}")


def _groups(catalog: Catalog, groups: tuple[Group, ...], urls: Urls) -> dict[str, tuple[str, ...]]:
    return {
        group.slug: tuple(_url(agent, catalog, urls) for agent in catalog.members(group))
        for group in groups
    }


def _tools(access: ToolAccess) -> ToolsRecord:
    return ToolsRecord(
        mode=access.mode,
        allowed=tuple(map(_tool, access.allowed)),
        denied=tuple(map(_tool, access.denied)),
        effective=tuple(map(_effective, access.effective)),
    )


def _effective(entry: ToolEntry) -> EffectiveRecord:
    return EffectiveRecord(name=entry.name, gets=entry.gets, why=entry.why)


def _tool(entry: ToolEntry) -> ToolRecord:
    return ToolRecord(
        name=entry.name, specifier=entry.specifier, server=entry.server, known=entry.known
    )


def _example(example: Example) -> ExampleRecord:
    return ExampleRecord(
        context=example.context,
        turns=tuple(TurnRecord(speaker=turn.speaker, text=turn.text) for turn in example.turns),
        commentary=example.commentary,
    )


def _finding(finding: Finding) -> FindingRecord:
    return FindingRecord(
        code=finding.code,
        severity=finding.severity,
        line=finding.line,
        column=finding.column,
        message=finding.message,
        mend=finding.mend,
        accepted=finding.accepted,
    )


def _json(value: Value) -> JsonValue:
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json(item) for item in value]
    return value
