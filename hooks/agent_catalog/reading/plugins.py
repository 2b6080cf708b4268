"""Plugins of Claude Code: which agent files they bring along.

A folder is a plugin's if it holds `.claude-plugin/plugin.json`, or lies in a folder `plugins`; its
agents are the Markdown files below its folder `agents`, or what the manifest names instead. See
<https://code.claude.com/docs/en/plugins-reference> (2026-08).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent_catalog.model.format import Kind
from agent_catalog.model.plugin import Plugin

MANIFEST = (".claude-plugin", "plugin.json")
"""Where a plugin's manifest is, below its folder."""
LARGEST_MANIFEST = 256 * 1024
"""Bytes that are read of one."""
_AGENTS = "agents"
_COMMANDS = "commands"
_PLUGINS = "plugins"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a plugin says of itself; empty of one that says nothing that can be read."""

    name: str = ""
    agents: tuple[PurePosixPath, ...] = (PurePosixPath(_AGENTS),)
    """Files and folders, below the plugin's."""


def read_manifest(data: bytes) -> Manifest:
    """Read a manifest as far as it can be read; never raises."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return Manifest()
    if not isinstance(value, dict):
        return Manifest()
    name = value.get("name")
    agents = value.get("agents")
    listed = [agents] if isinstance(agents, str) else agents
    given = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    return Manifest(
        name if isinstance(name, str) else "",
        tuple(map(PurePosixPath, given)) or Manifest().agents,
    )


def plugin_of(whole: str, manifests: Mapping[PurePosixPath, Manifest]) -> Plugin | None:
    """The plugin that a file is an agent or a command of, if it is one of any.

    Args:
        whole: The file's path.
        manifests: The plugins that have a manifest, by their folders' paths from the same start.
    """
    if not manifests and f"/{_PLUGINS}/" not in whole:
        return None
    path = PurePosixPath(whole)
    for folder in path.parents:
        manifest = manifests.get(folder)
        if manifest is None and folder.parent.name == _PLUGINS and folder.name != _AGENTS:
            manifest = Manifest()
        if manifest is None:
            continue
        below = path.relative_to(folder)
        name = manifest.name or folder.name
        inner = _below(below, manifest.agents)
        if inner is not None:
            return Plugin(name=name, folder=inner)
        inner = _below(below, (PurePosixPath(_COMMANDS),))
        return None if inner is None else Plugin(name=name, kind=Kind.COMMAND, folder=inner)
    return None


def _below(path: PurePosixPath, agents: Iterable[PurePosixPath]) -> tuple[str, ...] | None:
    """The folders between one of those that hold the agents and a file; `None` outside of all."""
    for place in agents:
        if path == place:
            return ()
        if path.is_relative_to(place):
            return path.relative_to(place).parts[:-1]
    return None
