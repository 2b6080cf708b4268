"""A JSON Schema of an agent's frontmatter, for editors that complete and explain keys.

It is a hint and no judge: keys and values that it does not know are valid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agent_catalog.checking.rule import SUBAGENTS
from agent_catalog.checking.rules.keys import KEY_TYPES
from agent_catalog.checking.values import values
from agent_catalog.reading.facets import color_groups
from agent_catalog.reading.keys import KNOWN_KEYS

_ABOUT: Mapping[str, str] = {
    "name": "What the agent is called by: lower-case words with hyphens.",
    "description": "When to call the agent. The model reads it in every session.",
    "tools": "What it may use. Without this key it may use every tool of the session.",
    "disallowedTools": "What is taken away from its tools.",
    "model": "Which model it runs on: a family, a model's full name, or inherit.",
    "permissionMode": "What happens where a tool would ask.",
    "maxTurns": "After how many turns it stops.",
    "skills": "Skills whose text is loaded from the start.",
    "mcpServers": "MCP servers that it brings along.",
    "hooks": "Commands that run at events.",
    "memory": "Where it keeps notes that outlive the session.",
    "background": "Whether it runs beside the conversation.",
    "omitClaudeMd": "Whether the project's CLAUDE.md is left out.",
    "effort": "How long the model may think before it answers.",
    "isolation": "worktree: it works in a git worktree of its own.",
    "color": "The color that marks it while it runs.",
    "initialPrompt": "The first message, if it runs as the main agent.",
    "experimental": "Settings that may change.",
}

_JSON_TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "a list": {"type": "array"},
    "a map": {"type": "object"},
    "true or false": {"type": "boolean"},
    "a number": {"type": "number"},
}
_OWN_TYPES: Mapping[str, tuple[str, ...]] = {
    "name": ("text",),
    "description": ("text",),
    "maxTurns": ("a number", "text"),
}
"""Of the keys whose types have rules of their own."""


def agent_schema() -> str:
    """The JSON Schema (draft 7, which editors know best) of a Claude Code agent's frontmatter."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Frontmatter of an agent",
        "description": f"What Claude Code documents, as of {values()['as_of']}: {SUBAGENTS}",
        "type": "object",
        "required": ["name", "description"],
        "properties": {key: _property(key) for key in _ABOUT if key in KNOWN_KEYS},
        "additionalProperties": True,
    }
    return json.dumps(schema, indent=2) + "\n"


def _property(key: str) -> Mapping[str, Any]:
    """What a key takes; a key without a value is as good as none."""
    known = _known(key)
    types = [_JSON_TYPES[name] for name in {**_OWN_TYPES, **KEY_TYPES}[key]]
    choices = [{"enum": known}] if known else []
    return {"description": _ABOUT[key], "anyOf": [*choices, *types, {"type": "null"}]}


def _known(key: str) -> list[str]:
    """The values that are documented for a key that takes one of a few words."""
    if key == "color":
        groups = (group.slug for group in color_groups())
        return [slug for slug in groups if slug not in {"not-set", "not-recognised"}]
    return list(values().get(key, ()))
