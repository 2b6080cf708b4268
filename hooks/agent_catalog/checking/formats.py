"""Which agent tool a file is written for."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from agent_catalog.model.agent import Agent

CLAUDE = "Claude Code"

_OPENCODE_MODES = frozenset({"primary", "subagent", "all"})


@dataclass(frozen=True, slots=True)
class Format:
    """What tells the files of an agent tool."""

    folders: tuple[str, ...]
    endings: tuple[str, ...]
    keys: frozenset[str]
    """Keys of its frontmatter that Claude Code does not have."""
    telling: frozenset[str]
    """Keys that no other tool has."""


@cache
def formats() -> Mapping[str, Format]:
    """The known formats by name, Claude Code's first."""
    text = files("agent_catalog.checking").joinpath("formats.toml").read_text(encoding="utf-8")
    tables = {name: row for name, row in tomllib.loads(text).items() if isinstance(row, dict)}
    return MappingProxyType(
        {
            name: Format(
                folders=tuple(f"/{folder}/" for folder in row.get("folders", ())),
                endings=tuple(row.get("endings", ())),
                keys=frozenset(row.get("keys", ())),
                telling=frozenset(row.get("telling", ())),
            )
            for name, row in tables.items()
        }
    )


def format_of(agent: Agent) -> str:
    """The name of the tool that the file is for; Claude Code's, if nothing tells.

    The file's name tells first, then the folder, then keys that only one tool has, and at last the
    tools that are listed.
    """
    path = f"/{agent.shown}"
    for name, each in formats().items():
        if path.endswith(each.endings):
            return name
    for name, each in formats().items():
        if any(folder in path for folder in each.folders):
            return name
    keys = {field.key for field in agent.fields}
    for name, each in formats().items():
        if keys & each.telling:
            return name
    mode = agent.field("mode")
    if mode and mode.value in _OPENCODE_MODES:
        return "OpenCode"
    listed = Counter(
        entry.tool.format.split(", ")[0] or CLAUDE for entry in agent.tools.allowed if entry.tool
    )
    return max(listed, key=lambda name: (listed[name], name == CLAUDE)) if listed else CLAUDE


def owners(key: str) -> list[str]:
    """The tools that have a key which Claude Code has not."""
    return [name for name, each in formats().items() if key in each.keys]
