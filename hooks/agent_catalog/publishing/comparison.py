"""What the page that compares two agents fetches of each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agent_catalog.model.agent import Agent, Example
from agent_catalog.model.catalog import Catalog
from agent_catalog.model.limits import LARGEST_WRITTEN
from agent_catalog.model.tokens import estimated_tokens
from agent_catalog.model.tool import Gets, ToolEntry, ToolMode
from agent_catalog.publishing.capabilities import CAPABILITIES
from agent_catalog.publishing.characters import spelled_out
from agent_catalog.publishing.urls import Urls

_SAID = frozenset({"name", "description", "model", "color", "tools", "disallowedTools"})
"""Keys of the frontmatter that have facts of their own."""

Fact: TypeAlias = tuple[str, str | Sequence[str]]
"""A label and what is to compare under it: a text, or items of which both may have some."""


def comparison_files(catalog: Catalog, urls: Urls) -> Iterator[tuple[str, bytes]]:
    """What the page that compares fetches, by path below the site's root.

    `compare/<address>.json` holds what there is to compare of an agent, with nothing invisible
    in it.
    """
    for agent in catalog.agents:
        address = catalog.address(agent)
        record = {
            "name": spelled_out(agent.name),
            "path": spelled_out(agent.shown),
            "url": urls.page(f"agents/{address}"),
            "facts": list(_spelled_out(agent)),
            "prompt": _prompt(agent),
        }
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
        yield f"compare/{address}.json", text.encode()


def _prompt(agent: Agent) -> str:
    """The prompt, or as much of it as is shown of one at most."""
    text = agent.prompt.replace("\r\n", "\n").replace("\r", "\n")
    spelled = spelled_out(text)
    if len(spelled) <= LARGEST_WRITTEN:
        return spelled
    return f"{spelled[:LARGEST_WRITTEN]}…\n(This is the start of it.)"


def _spelled_out(agent: Agent) -> Iterator[Fact]:
    for label, value in _facts(agent):
        text = (
            spelled_out(value) if isinstance(value, str) else [spelled_out(each) for each in value]
        )
        yield spelled_out(label), text


def _facts(agent: Agent) -> Iterator[Fact]:
    tokens = estimated_tokens(agent.prompt)
    yield "Model", agent.model.written or "not set"
    yield "Color", agent.color.written or "not set"
    yield "Format", agent.format.title
    yield "Capabilities", [CAPABILITIES[each] for each in agent.tools.capabilities]
    yield "Tools", _tools(agent)
    yield "Denied tools", _written(agent.tools.denied)
    yield "Prompt", f"{len(agent.prompt):,} characters, about {tokens:,} tokens"
    yield "Findings", list(dict.fromkeys(finding.code for finding in agent.findings))
    for field in agent.fields:
        if field.key not in _SAID:
            yield f"{field.key}:", field.text or "—"
    yield "Description", agent.description.prose or "—"
    yield "Examples", "\n\n".join(map(_script, agent.description.examples)) or "—"


def _tools(agent: Agent) -> list[str]:
    """What the agent may use; what it does not get, or not always, says so."""
    access = agent.tools
    if access.about:
        return [access.about]
    if access.mode is ToolMode.UNKNOWN:
        return ["not known"]
    if access.mode is ToolMode.ALL:
        return ["all tools of the session"]
    return [
        each.written if each.gets is Gets.YES else f"{each.written} ({_NOT_SIMPLY[each.gets]})"
        for each in (*access.allowed, *access.added)
    ]


_NOT_SIMPLY = {Gets.NO: "does not get it", Gets.DEPENDS: "not always"}


def _written(entries: Sequence[ToolEntry]) -> list[str]:
    return [entry.written for entry in entries]


def _script(example: Example) -> str:
    turns = (f"{turn.speaker or '—'}: {turn.text}" for turn in example.turns)
    why = f"Why: {example.commentary}" if example.commentary else ""
    return "\n".join(filter(None, [example.context, *turns, why]))
