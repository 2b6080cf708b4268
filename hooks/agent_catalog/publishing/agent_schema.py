"""A JSON Schema of an agent's frontmatter, for editors that complete and explain keys.

It is a hint and no judge: keys and values that it does not know are valid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agent_catalog.checking.rule import SUBAGENTS
from agent_catalog.model.format import Key
from agent_catalog.reading.formats.recognition import default_format

_JSON_TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "list": {"type": "array"},
    "map": {"type": "object"},
    "true or false": {"type": "boolean"},
    "number": {"type": "number"},
}


def agent_schema() -> str:
    """The JSON Schema (draft 7, which editors know best) of the frontmatter of most agent files."""
    format_ = default_format()
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Frontmatter of an agent",
        "description": f"What {format_.title} documents, as of {format_.as_of}: {SUBAGENTS}",
        "type": "object",
        "required": [name for name, key in format_.keys.items() if key.missing.is_fatal],
        "properties": {name: _property(key) for name, key in format_.keys.items()},
        "additionalProperties": True,
    }
    return json.dumps(schema, indent=2) + "\n"


def _property(key: Key) -> Mapping[str, Any]:
    """What a key takes; a key without a value is as good as none."""
    types = [_JSON_TYPES[name] for name in key.types]
    choices = [{"enum": list(key.values)}] if key.values else []
    return {"description": key.about, "anyOf": [*choices, *types, {"type": "null"}]}
